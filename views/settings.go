package views

import (
	"net/url"
	"strconv"
	"time"

	"catalogsync/models"
)

// Addresses of the settings.
const (
	URLSettings          = "/settings"
	URLSettingsRevisions = "/settings/revisions"
	URLSettingsLayout    = "/settings/layout-preview"
)

// URLNotifyTest is where a test of the notifications is asked for.
const URLNotifyTest = URLSettings + "/notifications/test"

// SettingsURL is the page of a section; the first one is the page itself.
func SettingsURL(section string) string {
	if section == SettingsSections[0] {
		return URLSettings
	}
	return URLSettings + "/" + section
}

// SettingsSourceURL is where a source's form is sent; part, when given, is below it.
func SettingsSourceURL(name string, part ...string) string {
	u := URLSettings + "/sources/" + url.PathEscape(name)
	for _, p := range part {
		u += "/" + p
	}
	return u
}

// SettingsRollbackURL takes a change back.
func SettingsRollbackURL(id int64) string {
	return URLSettingsRevisions + "/" + strconv.FormatInt(id, 10) + "/rollback"
}

// SettingsSections are the parts of the settings page, in order.
var SettingsSections = []string{"sources", "matching", "jobs", "parts", "after_download", "notifications", "backups"}

// SettingsPage is one section of the settings, with what was changed lately.
type SettingsPage struct {
	Shell
	Section   string
	Tabs      []SettingsTab
	Form      SettingsForm // of the section; of the sources: what is common to all
	Sources   []SettingsSource
	Revisions SettingsRevisions
	EnvFile   string
}

// SettingsTab leads to a section; Label is a text key.
type SettingsTab struct {
	Label, URL string
	Current    bool
}

// SettingsForm is fields that are saved together.
type SettingsForm struct {
	Base
	ID     string // of the element
	Action string
	Target string // id of the element that the answer replaces
	Places []SettingsPlace
	// PlacesError is what is wrong with the order.
	PlacesError string
	PlacesShown string
	PlacesFixed string // origin, when they cannot be changed here
	Fields      []SettingsField
	// Saved: what was sent is in the file now. Live and Restart are the labels of what changed.
	Saved         bool
	Live, Restart []string
	Failed        bool // a field is wrong; nothing was saved
	// Replay says what the change would do to stored decisions; nothing is saved before the
	// operator sends the form again. nil = nothing to tell.
	Replay *SettingsReplay
}

// SettingsReplay is what changed rules would do to stored decisions. A form repeats Token
// when it is sent again.
type SettingsReplay struct {
	Decisions, Differ, Gained, Lost int
	Token                           string
}

// SettingsField is one setting in a form.
type SettingsField struct {
	Key, Label, Hint string
	Kind             string // text, switch, choice, secret
	Value            string // as typed
	Shown            string // as it was before
	Default          string
	Choices          []SettingsChoice
	Set, Live        bool
	// Fixed is the origin of a value that cannot be changed here, "" = it can.
	Fixed string
	Error string
	// PreviewURL shows, for what is typed, what it leads to; "" = there is none.
	PreviewURL string
}

// SettingsChoice is one value of a select.
type SettingsChoice struct {
	Value, Label string
	Picked       bool
}

// SettingsPlace is a source's place among the download sources; 0 = not among them.
type SettingsPlace struct {
	Name, Title string
	Place       int
	Typed       string
}

// SettingsSource is one source with its form.
type SettingsSource struct {
	Base
	Name, Title        string
	Collects, Provides bool
	// State is ok, blocked, disabled or not_configured.
	State        string
	Reason       string
	RetryAtMS    int64
	Traffic      models.SourceTraffic
	Missing      []string
	Credential   string // none, unknown, works, refused
	CredentialAt int64  // ms, 0 = never asked
	Form         SettingsForm
	Test         SettingsTest
	TestURL      string
}

// SettingsLayout is what a layout makes of some songs.
type SettingsLayout struct {
	Base
	Paths    []string
	Invented bool   // the songs are made up
	Error    string // what is wrong with the layout, and where
}

// SettingsTest is what came of pressing the test button.
type SettingsTest struct {
	Base
	Name          string
	Done, OK      bool
	Took          time.Duration
	Error         string // why it does not answer
	Detail        string // the technical sentence
	Credential    string
	CredentialErr string
}

// TookMS is the time in milliseconds.
func (t SettingsTest) TookMS() int64 { return t.Took.Milliseconds() }

// SettingsRevisions is what was changed lately, and what waits for a restart.
type SettingsRevisions struct {
	Base
	Poll
	Rows    []SettingsRevision
	Pending []string // labels
}

// SettingsRevision is one change.
type SettingsRevision struct {
	models.ConfigRevision
	Lines    []SettingsChange
	Rollback *SettingsRollback // nil = there is nothing to take back
}

// SettingsRollback takes a change back.
type SettingsRollback struct {
	Base
	ID  int64
	URL string
	// Replay says what that would do to stored decisions; nothing is done before the operator
	// presses again. nil = nothing to tell.
	Replay *SettingsReplay
}

// SettingsChange is one line of a change.
type SettingsChange struct {
	Label, Key, Old, New string
	Secret               bool
	NewSet               bool
}
