package views

import (
	"encoding/json"
	"strconv"
	"strings"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// JobTitle is a job's name for a reader. The runner makes titles of type and scope in
// English; those are made anew in the reader's language, any other title stays.
func JobTitle(p *i18n.Printer, j models.JobRun) string {
	if j.Title != "" && !strings.HasPrefix(j.Title, string(j.Type)) || j.Type == "" {
		return j.Title
	}
	parts := []string{nameOr(p, "job.type.", string(j.Type))}
	for _, f := range ScopeFacts(p, j) {
		text := f.Value
		if f.Short != "" {
			text = p.T(f.Short, "Value", f.Value)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " · ")
}

// Fact is a labelled value; Label is a text key. Short is the key of a text that names
// the value without the label, "" when the value speaks for itself.
type Fact struct{ Label, Value, Short string }

// ScopeFacts puts a job's scope into words. A scope that cannot be read gives none.
func ScopeFacts(p *i18n.Printer, j models.JobRun) []Fact {
	var s models.JobScope
	if err := json.Unmarshal([]byte(j.ScopeJSON), &s); err != nil {
		return nil
	}
	var facts []Fact
	add := func(label, value, short string) {
		if value != "" {
			facts = append(facts, Fact{Label: label, Value: value, Short: short})
		}
	}
	add("field.sources", joinNames(p, "platform.", s.Sources), "")
	add("field.pool_kind", joinNames(p, "pool.", s.PoolKinds), "")
	switch ids := len(s.PlaylistIDs); {
	case ids > 0:
		add("field.scope", p.N("coverage.n_playlists", int64(ids)), "")
	case s.WantedOnly:
		add("field.scope", p.T("scope.wanted"), "")
	}
	if s.Bulk != nil {
		add("field.bulk", nameOr(p, "bulk.kind.", string(s.Bulk.Kind)), "")
		add("field.scope", p.N("coverage.n_playlists", int64(s.Bulk.Selected)), "")
	}
	if s.Limit > 0 {
		add("field.limit", strconv.Itoa(s.Limit), "job.short_limit")
	}
	if s.Workers > 0 {
		add("field.workers", strconv.Itoa(s.Workers), "job.short_workers")
	}
	return facts
}

func joinNames[T ~string](p *i18n.Printer, prefix string, names []T) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = nameOr(p, prefix, string(n))
	}
	return strings.Join(texts, ", ")
}
