package settings

import (
	"context"
	"fmt"

	"catalogsync/config"
	"catalogsync/models"
)

// Rehearser tells before settings are saved what they would do to decisions already made.
type Rehearser interface {
	// Rehearse compares what the decisions come to by now and by next. Differ is 0 when the
	// settings that decide are the same, or come to the same.
	Rehearse(ctx context.Context, now, next *config.Config) (Rehearsal, error)
}

// Rehearsal is what changed settings would do to decisions already made.
type Rehearsal struct {
	Decisions, Differ int
	// Gained would find a file where there is none now, Lost the other way round.
	Gained, Lost int
	// Token stands for just this change with just this effect.
	Token string
}

// Unconfirmed is a change that would turn decisions already made, and that nobody has seen
// the effect of. Nothing was written; the same change with the token is saved.
type Unconfirmed struct{ Rehearsal }

// Error names the effect.
func (e *Unconfirmed) Error() string { return e.Unwrap().Error() }

// Unwrap is the domain error; its parameters are the rehearsal.
func (e *Unconfirmed) Unwrap() error {
	d := models.NewError(models.ClassConflict, models.CodeReplayUnconfirmed,
		"of %d decisions, %d would differ (%d gained, %d lost); nothing is saved: repeat the change with confirmed %q if that is meant",
		e.Decisions, e.Differ, e.Gained, e.Lost, e.Token)
	d.Field = "confirmed"
	d.Params = map[string]any{"Decisions": e.Decisions, "Differ": e.Differ, "Gained": e.Gained, "Lost": e.Lost, "Token": e.Token}
	return d
}

// confirmed lets a change pass whose effect on decisions is none or was seen.
func (s *Service) confirmed(ctx context.Context, next *config.Config, token string) error {
	if s.Rehearse == nil {
		return nil
	}
	r, err := s.Rehearse.Rehearse(ctx, s.Current(), next)
	switch {
	case err != nil:
		return fmt.Errorf("replay decisions by changed settings: %w", err)
	case r.Differ > 0 && token != r.Token:
		return &Unconfirmed{r}
	}
	return nil
}
