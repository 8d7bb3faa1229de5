package api

import (
	"time"

	"catalogsync/app/settings"
	"catalogsync/config"
	"catalogsync/models"
)

// settingJSON is one setting. Of a secret, no value is told.
type settingJSON struct {
	Key     string   `json:"key"`
	Group   string   `json:"group"`
	Help    string   `json:"help"`
	Default string   `json:"default"`
	Value   string   `json:"value"`
	Set     bool     `json:"set"`
	Secret  bool     `json:"secret"`
	Live    bool     `json:"live"`
	Fixed   bool     `json:"fixed"`
	Origin  string   `json:"origin"`
	Choices []string `json:"choices,omitempty"`
}

// settingsJSON is every setting, and the keys that wait for a restart.
type settingsJSON struct {
	Items   []settingJSON `json:"items"`
	Pending []string      `json:"pending"`
}

func settingOf(f settings.Field) settingJSON {
	return settingJSON{
		Key: f.Key, Group: f.Group, Help: f.Help, Default: f.Default, Value: f.Value, Set: f.Set, Secret: f.Secret,
		Live: f.Live, Fixed: f.Fixed, Origin: string(f.Origin), Choices: f.Choices,
	}
}

// sourceSettingsJSON is one source as it is set up.
type sourceSettingsJSON struct {
	Name     string `json:"name"`
	Title    string `json:"title"`
	Collects bool   `json:"collects"`
	Provides bool   `json:"provides"`
	// State is in_use, disabled or not_configured.
	State               string        `json:"state"`
	Missing             []string      `json:"missing"`
	DownloadPlace       int           `json:"download_place"`
	Credential          string        `json:"credential"`
	CredentialCheckedAt *string       `json:"credential_checked_at"`
	Settings            []settingJSON `json:"settings"`
}

func (h *handlers) sourceSettingsOf(s settings.Source) sourceSettingsJSON {
	out := sourceSettingsJSON{
		Name: s.Name, Title: s.Title, Collects: s.Collects, Provides: s.Provides, State: "in_use", Missing: orEmpty(s.Missing),
		DownloadPlace: s.Place, Credential: string(s.Credential.State),
		Settings: each(h.Settings.Fields(func(o config.Option) bool { return o.Source == s.Name }), settingOf),
	}
	if s.Absent != "" {
		out.State = string(s.Absent)
	}
	if !s.Credential.At.IsZero() {
		at := rfc3339(s.Credential.At)
		out.CredentialCheckedAt = &at
	}
	return out
}

// settingsOutcomeJSON is how a change went; revision is 0 when nothing was different.
type settingsOutcomeJSON struct {
	Revision int64    `json:"revision"`
	Live     []string `json:"live"`
	Restart  []string `json:"restart"`
}

func settingsOutcomeOf(o settings.Outcome) settingsOutcomeJSON {
	return settingsOutcomeJSON{Revision: o.Revision, Live: orEmpty(o.Live), Restart: orEmpty(o.Restart)}
}

// sourceTestJSON is what came of asking a source. Code and detail say why it does not
// answer.
type sourceTestJSON struct {
	OK         bool        `json:"ok"`
	TookMS     int64       `json:"took_ms"`
	Code       models.Code `json:"code,omitempty"`
	Detail     string      `json:"detail,omitempty"`
	Credential string      `json:"credential"`
	// CredentialCode says why nothing is known of the login.
	CredentialCode models.Code `json:"credential_code,omitempty"`
}

func sourceTestOf(t settings.Test) sourceTestJSON {
	out := sourceTestJSON{OK: t.Err == nil, TookMS: t.Took.Milliseconds(), Credential: string(t.Credential)}
	if t.Err != nil {
		e, _ := domain(t.Err)
		out.Code, out.Detail = e.Code, e.Message
	}
	if t.CredentialErr != nil {
		out.CredentialCode = models.CodeOf(t.CredentialErr)
	}
	return out
}

type settingsRevisionJSON struct {
	ID         int64                 `json:"id"`
	CreatedAt  string                `json:"created_at"`
	Author     string                `json:"author"`
	RollbackOf int64                 `json:"rollback_of,omitempty"`
	Changes    []models.ConfigChange `json:"changes"`
}

func settingsRevisionOf(r models.ConfigRevision) settingsRevisionJSON {
	return settingsRevisionJSON{
		ID: r.ID, CreatedAt: rfc3339(time.UnixMilli(r.CreatedAtMS)), Author: r.Author, RollbackOf: r.RollbackOf, Changes: r.Changes,
	}
}

// orEmpty makes an absent list an empty one.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
