package forms

import (
	"slices"
	"strings"

	"catalogsync/models"
)

// Limits of the launch form.
const (
	maxLimit     = 1_000_000
	maxWorkers   = 64
	maxListBytes = 1 << 20
)

// Scopes of the launch form besides the pool kinds.
const (
	ScopeAll    = "all"
	ScopeWanted = "wanted"
	ScopeList   = "list"
)

// Launch is what the launch form asks for.
type Launch struct {
	Type  models.JobType
	Scope models.JobScope
	// List is the pasted playlists, one a line; only for the scope "list".
	List string
	// Confirmed: the operator has seen which lines cannot be used.
	Confirmed bool
}

// NewLaunch reads the launch form. All sources ticked is the same as none: no narrowing.
func NewLaunch(v Values, types []models.JobType, sources []string) (l Launch, err error) {
	if err = v.onlyKnown("type", "sources", "limit", "workers", "scope", "playlists", "confirmed"); err != nil {
		return l, err
	}
	if l.Type, err = oneOf(v, "type", types); err != nil {
		return l, err
	}
	if l.Type == "" {
		return l, badValue("type", "", "a job type")
	}
	if l.Scope.Sources, err = pickSources(v["sources"], sources); err != nil {
		return l, err
	}
	if l.Scope.Limit, err = v.integer("limit", 0, 0, maxLimit); err != nil {
		return l, err
	}
	if l.Scope.Workers, err = v.integer("workers", 0, 1, maxWorkers); err != nil {
		return l, err
	}
	return l, l.readScope(v)
}

func (l *Launch) readScope(v Values) error {
	kinds := append([]string{ScopeAll, ScopeWanted, ScopeList}, poolNames()...)
	scope, err := oneOf(v, "scope", kinds)
	if err != nil {
		return err
	}
	switch scope {
	case "", ScopeAll:
	case ScopeWanted:
		l.Scope.WantedOnly = true
	case ScopeList:
		l.Confirmed = v.get("confirmed") == "1"
		if l.List, err = ListText(v); err != nil {
			return err
		}
		if l.List == "" {
			return models.Invalid("playlists", models.CodeNothingSelected, "name at least one playlist, one a line")
		}
	default:
		l.Scope.PoolKinds = []models.PoolKind{models.PoolKind(scope)}
	}
	return nil
}

// ListText is the pasted list of playlists, "" = none.
func ListText(v Values) (string, error) {
	text := v.get("playlists")
	if len(text) > maxListBytes {
		return "", badValue("playlists", text, "at most 1 MiB of text")
	}
	return text, nil
}

func pickSources(picked, known []string) ([]string, error) {
	var list []string
	for _, name := range picked {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, notOneOf("sources", name, known)
		}
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	if len(list) == len(known) {
		return nil, nil
	}
	return list, nil
}

func poolNames() []string {
	names := make([]string, len(models.PoolKinds))
	for i, k := range models.PoolKinds {
		names[i] = string(k)
	}
	return names
}
