package forms

import (
	"catalogsync/app/schedule"
	"catalogsync/models"
)

// ScopeKept leaves a scope as it is that the form cannot show, such as single playlists.
const ScopeKept = "kept"

// maxField bounds a field of the form, in bytes; the schedule itself is stricter.
const maxField = 1000

// ScheduleScope is the value of the scope's select for a scope.
func ScheduleScope(s models.JobScope) string {
	switch {
	case len(s.PlaylistIDs) > 0 || len(s.PoolKinds) > 1 || len(s.PoolKinds) == 1 && s.WantedOnly:
		return ScopeKept
	case len(s.PoolKinds) == 1:
		return string(s.PoolKinds[0])
	case s.WantedOnly:
		return ScopeWanted
	}
	return ScopeAll
}

// Schedule reads the form of a schedule into what it changes of a draft. Cron, zone and
// name are the schedule's own to judge.
func Schedule(v Values, types []models.JobType, sources []string) (func(*schedule.Draft), error) {
	if err := v.onlyKnown("name", "cron", "time_zone", "job_type", "sources", "scope", "limit", "workers", "overlap", "catch_up", "enabled"); err != nil {
		return nil, err
	}
	d, err := scheduleFields(v, types)
	if err != nil {
		return nil, err
	}
	picked, err := pickSources(v["sources"], sources)
	if err != nil {
		return nil, err
	}
	limit, err := v.integer("limit", 0, 0, maxLimit)
	if err != nil {
		return nil, err
	}
	workers, err := v.integer("workers", 0, 1, maxWorkers)
	if err != nil {
		return nil, err
	}
	scope, err := oneOf(v, "scope", append([]string{ScopeAll, ScopeWanted, ScopeKept}, poolNames()...))
	if err != nil {
		return nil, err
	}
	return func(old *schedule.Draft) {
		d.Scope = old.Scope
		d.Scope.Sources, d.Scope.Limit, d.Scope.Workers = picked, limit, workers
		if scope != ScopeKept {
			d.Scope.PlaylistIDs, d.Scope.PoolKinds, d.Scope.WantedOnly = nil, nil, scope == ScopeWanted
		}
		if kind := models.PoolKind(scope); scope != "" && scope != ScopeAll && scope != ScopeWanted && scope != ScopeKept {
			d.Scope.PoolKinds = []models.PoolKind{kind}
		}
		*old = d
	}, nil
}

func scheduleFields(v Values, types []models.JobType) (d schedule.Draft, err error) {
	for _, name := range []string{"name", "cron", "time_zone"} {
		if text := v.get(name); len(text) > maxField {
			return d, badValue(name, text, "a shorter text")
		}
	}
	d.Name, d.Cron, d.TimeZone = v.get("name"), v.get("cron"), v.get("time_zone")
	if d.JobType, err = oneOf(v, "job_type", types); err != nil {
		return d, err
	}
	if d.Overlap, err = oneOf(v, "overlap", models.Overlaps); err != nil {
		return d, err
	}
	if d.CatchUp, err = v.boolean("catch_up"); err != nil {
		return d, err
	}
	d.Enabled, err = v.boolean("enabled")
	return d, err
}

// Switch reads a switch that was pressed.
func Switch(v Values) (on bool, err error) {
	if err = v.onlyKnown("enabled"); err != nil {
		return false, err
	}
	return v.boolean("enabled")
}
