package matching

import (
	"slices"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Override is what the operator said of a candidate or a source. It stands above every
// score.
type Override struct {
	Kind   models.OverrideKind `json:"kind"`
	Source string              `json:"source"`
	// RemoteID is "" where the kind is about the whole source.
	RemoteID string `json:"remote_id,omitempty"`
}

// about says that the override is of this kind and about the candidate.
func (o Override) about(kind models.OverrideKind, c sources.Candidate) bool {
	return o.Kind == kind && o.Source == c.Source && (kind == models.OverrideAbsent || o.RemoteID == c.RemoteID)
}

// blocked says why the operator's word rules a candidate out; false when it does not.
func blocked(list []Override, c sources.Candidate) (Reason, bool) {
	says := func(kind models.OverrideKind) bool {
		return slices.ContainsFunc(list, func(o Override) bool { return o.about(kind, c) })
	}
	switch {
	case says(models.OverrideForbid):
		return Reason{Code: ReasonForbidden, Text: "blocked by you"}, true
	case says(models.OverrideAbsent):
		return Reason{Code: ReasonAbsent, Text: "you said that it is not on " + c.Source, Word: c.Source}, true
	case picks(list) && !says(models.OverridePick):
		return Reason{Code: ReasonNotPicked, Text: "you picked another one"}, true
	}
	return Reason{}, false
}

func picks(list []Override) bool {
	return slices.ContainsFunc(list, func(o Override) bool { return o.Kind == models.OverridePick })
}

func isPicked(list []Override, c sources.Candidate) bool {
	return slices.ContainsFunc(list, func(o Override) bool { return o.about(models.OverridePick, c) })
}
