// Package settings shows and changes the settings of the running program.
//
// The env file is the truth: a change is checked as a whole, written into the file with
// everything else in it left alone, put into effect where that is possible without a
// restart, and noted as a revision that can be taken back. Secrets go to the secrets file
// and are never shown, noted or taken back.
package settings

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"catalogsync/app/sources"
	"catalogsync/config"
	"catalogsync/models"
)

// Store keeps revisions.
type Store interface {
	AddConfigRevision(ctx context.Context, r *models.ConfigRevision) error
	GetConfigRevision(ctx context.Context, id int64) (models.ConfigRevision, error)
	// ListConfigRevisions gives the latest ones, newest first.
	ListConfigRevisions(ctx context.Context, limit int) ([]models.ConfigRevision, error)
}

// Applier puts settings into effect in the running program.
type Applier interface {
	// Prepare makes all that next needs, changing nothing; commit, which cannot fail, puts
	// it into effect. Settings that are not live are none of its business.
	Prepare(next *config.Config) (commit func(), err error)
}

// Service is the settings of this process. It is safe for concurrent use.
type Service struct {
	Options

	mu          sync.Mutex   // one change at a time
	read        sync.RWMutex // guards what follows
	now         *config.Config
	credentials map[string]Credential // by source
}

// Options are what a service is made of.
type Options struct {
	// Config is what the program was started with.
	Config *config.Config
	Store  Store
	Apply  Applier
	// Rehearse is asked before anything is saved; nil = there are no decisions.
	Rehearse Rehearser
	// Sources are those in use, and Kinds those of the build, in display order.
	Sources *sources.Registry
	Kinds   []SourceKind
	// ReadOnly: nothing can be changed, because anybody may reach this program.
	ReadOnly bool
	Now      func() time.Time
	Log      *slog.Logger
}

// New makes the service.
func New(o Options) *Service {
	return &Service{Options: o, now: o.Config, credentials: map[string]Credential{}}
}

// Current is the settings in effect, and those that wait for a restart.
func (s *Service) Current() *config.Config {
	s.read.RLock()
	defer s.read.RUnlock()
	return s.now
}

// Fields shows the settings whose keys pass.
func (s *Service) Fields(pass func(config.Option) bool) []Field {
	c := s.Current()
	var list []Field
	for _, o := range c.Settings() {
		if pass(o) {
			list = append(list, s.fieldOf(c, o))
		}
	}
	return list
}

// Pending lists the keys that were changed and take effect at the next start.
func (s *Service) Pending() []string {
	c := s.Current()
	var keys []string
	for _, o := range c.Settings() {
		was, _ := s.Config.Value(o.Key)
		if is, _ := c.Value(o.Key); !o.Live && is != was {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// Change is what somebody wants to be changed.
type Change struct {
	// Values are the new texts by key; "" unsets.
	Values map[string]string
	Author string
	// Shown are the values that its author was looking at; nil = none. What is sent back as
	// it was shown is no change, and what somebody else changed meanwhile is not overwritten.
	Shown map[string]string
	// Confirmed is the token of the rehearsal that its author has seen, "" = none.
	Confirmed string
	// rollbackOf is the revision that it takes back, 0 = none.
	rollbackOf int64
}

// Outcome is how a change went.
type Outcome struct {
	// Revision is 0 when nothing was different.
	Revision int64
	// Live and Restart are the changed keys by when they take effect.
	Live, Restart []string
}

// Invalid is a change that is refused because of its values; nothing was written.
type Invalid struct{ Fields []FieldError }

// Error names the first field.
func (e *Invalid) Error() string { return e.Unwrap().Error() }

// Unwrap is the domain error of the first field.
func (e *Invalid) Unwrap() error {
	f := e.Fields[0]
	d := models.Invalid(f.Key, models.CodeBadSetting, "%s %s", f.Key, f.Message)
	d.Params = map[string]any{"Name": f.Key, "Reason": f.Message}
	return d
}

// Save checks a change, writes it and puts it into effect. Bad values are an *Invalid, an
// effect on decisions that nobody has seen is an *Unconfirmed.
func (s *Service) Save(ctx context.Context, change Change) (Outcome, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	plan, err := s.plan(change)
	if err != nil || len(plan.changes) == 0 {
		return Outcome{}, err
	}
	commit, err := s.Apply.Prepare(plan.next)
	if err != nil {
		return Outcome{}, fmt.Errorf("prepare changed settings: %w", err)
	}
	if err := s.confirmed(ctx, plan.next, change.Confirmed); err != nil {
		return Outcome{}, err
	}
	revision := models.ConfigRevision{Author: change.Author, RollbackOf: change.rollbackOf, Changes: plan.changes}
	if err := plan.write(); err != nil {
		return Outcome{}, err
	}
	if err := s.Store.AddConfigRevision(ctx, &revision); err != nil {
		return Outcome{}, fmt.Errorf("note changed settings: %w", joinErrors(err, plan.undo()))
	}
	commit()
	s.forgetCredentials(plan.changes)
	s.read.Lock()
	s.now = plan.next
	s.read.Unlock()
	out := Outcome{Revision: revision.ID}
	for _, c := range plan.changes {
		if o, _ := plan.next.Setting(c.Key); o.Live {
			out.Live = append(out.Live, c.Key)
		} else {
			out.Restart = append(out.Restart, c.Key)
		}
	}
	s.Log.Info("settings changed", "revision", revision.ID, "author", change.Author, "live", out.Live, "restart", out.Restart)
	return out, nil
}

// Revisions lists the latest changes, newest first.
func (s *Service) Revisions(ctx context.Context, limit int) ([]models.ConfigRevision, error) {
	return s.Store.ListConfigRevisions(ctx, limit)
}

// Rollback puts back what a revision changed, as a new revision. Secrets stay as they are:
// their old values are nowhere. confirmed is as in a Change.
func (s *Service) Rollback(ctx context.Context, id int64, author, confirmed string) (Outcome, error) {
	r, err := s.Store.GetConfigRevision(ctx, id)
	if err != nil {
		return Outcome{}, err
	}
	values := map[string]string{}
	for _, c := range r.Changes {
		if !c.Secret {
			values[c.Key] = c.Old
		}
	}
	if len(values) == 0 {
		return Outcome{}, models.NewError(models.ClassConflict, models.CodeNothingToRollBack, "change %d was of secrets only, whose old values are not kept", id)
	}
	return s.Save(ctx, Change{Values: values, Author: author, Confirmed: confirmed, rollbackOf: id})
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
