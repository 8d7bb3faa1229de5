package jobs

import (
	"strings"

	"catalogsync/models"
)

// Types lists the job types that can be started: those whose stages all have an executor.
func (r *Runner) Types() []models.JobType {
	var types []models.JobType
	for _, d := range r.opts.Definitions {
		if r.opts.missing(d) == "" {
			types = append(types, d.Type)
		}
	}
	return types
}

// CheckType refuses a job type that does not exist (CodeBadValue) or that this build
// cannot run yet (CodeNotInThisBuild); both are ClassInvalid errors of the field "type".
func (r *Runner) CheckType(t models.JobType) error {
	_, err := r.definition(t)
	return err
}

func (r *Runner) definition(t models.JobType) (Definition, error) {
	d, ok := findDefinition(r.opts.Definitions, t)
	if !ok {
		return d, r.notOffered(models.Invalid("type", models.CodeBadValue, "there is no job type %q; it must be one of %s", t, r.offered()))
	}
	if stage := r.opts.missing(d); stage != "" {
		return d, r.notOffered(models.Invalid("type", models.CodeNotInThisBuild,
			"this build cannot %s yet, so it cannot run %s; it can run %s", r.opts.Stages[stage].Does, t, r.offered()))
	}
	return d, nil
}

// notOffered adds what is offered instead to an error.
func (r *Runner) notOffered(e *models.Error) error {
	e.Params = map[string]any{"Want": r.offered()}
	return e
}

func (r *Runner) offered() string {
	var names []string
	for _, t := range r.Types() {
		names = append(names, string(t))
	}
	return strings.Join(names, ", ")
}
