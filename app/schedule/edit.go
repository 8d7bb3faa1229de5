package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsync/models"
)

// maxName is the longest name of a schedule, in characters.
const maxName = 80

// Draft is what an operator says about a schedule.
type Draft struct {
	Name     string
	Cron     string
	TimeZone string // "" = LocalZone
	JobType  models.JobType
	Scope    models.JobScope
	Overlap  models.Overlap // "" = skip
	CatchUp  bool
	Enabled  bool
}

// DraftOf is a schedule as its operator wrote it.
func DraftOf(sc models.Schedule) Draft {
	return Draft{Name: sc.Name, Cron: sc.Cron, TimeZone: sc.TimeZone, JobType: sc.JobType, Scope: ScopeOf(sc),
		Overlap: sc.Overlap, CatchUp: sc.CatchUp, Enabled: sc.Enabled}
}

// ScopeOf is a schedule's scope; one that cannot be read narrows nothing.
func ScopeOf(sc models.Schedule) models.JobScope {
	var scope models.JobScope
	if err := json.Unmarshal([]byte(sc.ScopeJSON), &scope); err != nil {
		return models.JobScope{}
	}
	return scope
}

// Create makes a schedule. Errors of class ClassInvalid name the field at fault.
func (s *Service) Create(ctx context.Context, d Draft) (models.Schedule, error) {
	var sc models.Schedule
	if err := s.apply(&sc, d); err != nil {
		return sc, err
	}
	defer s.wake()
	return sc, s.Store.CreateSchedule(ctx, &sc)
}

// Edit changes a schedule: change gets it as it is. When it is switched on, or its times
// change, its plan begins anew.
func (s *Service) Edit(ctx context.Context, id int64, change func(*Draft)) (models.Schedule, error) {
	s.serving.Lock() // so that the plan does not move on between reading and writing
	defer s.serving.Unlock()
	sc, err := s.Store.GetSchedule(ctx, id)
	if err != nil {
		return sc, err
	}
	d := DraftOf(sc)
	change(&d)
	if err := s.apply(&sc, d); err != nil {
		return sc, err
	}
	defer s.wake()
	return sc, s.Store.SaveSchedule(ctx, &sc)
}

// Delete removes a schedule and its reports; its jobs stay.
func (s *Service) Delete(ctx context.Context, id int64) error {
	s.serving.Lock()
	defer s.serving.Unlock()
	return s.Store.DeleteSchedule(ctx, id)
}

// apply checks a draft and writes it into the row.
func (s *Service) apply(sc *models.Schedule, d Draft) error {
	plan, err := s.check(&d)
	if err != nil {
		return err
	}
	scope, err := json.Marshal(d.Scope)
	if err != nil {
		return fmt.Errorf("write scope of schedule %q: %w", d.Name, err)
	}
	before := *sc
	sc.Name, sc.Cron, sc.TimeZone, sc.JobType, sc.ScopeJSON = d.Name, d.Cron, d.TimeZone, d.JobType, string(scope)
	sc.Overlap, sc.CatchUp, sc.Enabled = d.Overlap, d.CatchUp, d.Enabled
	switch {
	case !sc.Enabled:
		sc.NextRunMS, sc.AlertedAtMS = 0, 0
	case !before.Enabled || before.Cron != sc.Cron || before.TimeZone != sc.TimeZone:
		sc.ArmedAtMS, sc.AlertedAtMS = s.nowMS(), 0
		sc.NextRunMS = models.NowMS(plan.Next(s.Now()))
	}
	return nil
}

// check refuses a draft that cannot run, and fills in what was left out.
func (s *Service) check(d *Draft) (Plan, error) {
	d.Name, d.Cron, d.TimeZone = strings.TrimSpace(d.Name), strings.TrimSpace(d.Cron), strings.TrimSpace(d.TimeZone)
	if d.Name == "" || utf8.RuneCountInString(d.Name) > maxName || strings.ContainsFunc(d.Name, unicode.IsControl) || !utf8.ValidString(d.Name) {
		e := models.Invalid("name", models.CodeBadValue, "a schedule needs a name of 1 to %d characters on one line", maxName)
		e.Params = map[string]any{"Want": fmt.Sprintf("1 – %d", maxName)}
		return Plan{}, e
	}
	if d.TimeZone == "" {
		d.TimeZone = LocalZone
	}
	if d.Overlap == "" {
		d.Overlap = models.OverlapSkip
	}
	if err := s.CheckType(d.JobType); err != nil {
		return Plan{}, ofField("job_type", err)
	}
	if !slices.Contains(models.Overlaps, d.Overlap) {
		return Plan{}, notOneOf("overlap", d.Overlap, models.Overlaps)
	}
	return Parse(d.Cron, d.TimeZone)
}

// ofField lets a bad value be one of a field of the schedule.
func ofField(field string, err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	named := *e
	named.Field = field
	return &named
}

func notOneOf[T ~string](field string, value T, known []T) error {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	list := strings.Join(names, ", ")
	e := models.Invalid(field, models.CodeBadValue, "%s is %q; it must be one of %s", field, value, list)
	e.Params = map[string]any{"Want": list}
	return e
}
