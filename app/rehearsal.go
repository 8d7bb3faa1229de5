package app

import (
	"context"
	"maps"
	"slices"

	"catalogsync/app/matching"
	"catalogsync/app/matching/replay"
	"catalogsync/app/settings"
	"catalogsync/config"
	"catalogsync/models"
)

// rehearsal replays stored decisions before settings that decide are saved.
type rehearsal struct{ a *App }

// Rehearse replays by what next makes of the rules in effect. It reads nothing when none of
// the settings differs that decide which file a song gets.
func (r rehearsal) Rehearse(ctx context.Context, now, next *config.Config) (settings.Rehearsal, error) {
	before := r.a.matchingRules()
	after := matching.Rules{
		Settings: matchingOf(next), Order: before.Order,
		Ceiling: models.Quality(next.QualityCeiling), SourceCeilings: ownCeilings(next),
	}
	if !slices.Equal(now.DownloadSources, next.DownloadSources) {
		after.Order = next.DownloadSources
	}
	if slices.Equal(after.Order, before.Order) && maps.Equal(after.SourceCeilings, before.SourceCeilings) &&
		after.Settings == before.Settings && after.Ceiling == before.Ceiling {
		return settings.Rehearsal{}, nil
	}
	report, err := replay.New(r.a.Store, r.a.matchingRules).Run(ctx, after)
	if err != nil {
		return settings.Rehearsal{}, err
	}
	return settings.Rehearsal{
		Decisions: report.Decisions, Differ: report.Differ, Gained: report.Gained, Lost: report.Lost, Token: report.Token(after),
	}, nil
}

// ownCeilings are the best qualities of the sources that have one of their own; never nil.
func ownCeilings(c *config.Config) map[string]models.Quality {
	list := map[string]models.Quality{}
	for name, s := range c.Source {
		if s.QualityCeiling != "" {
			list[name] = models.Quality(s.QualityCeiling)
		}
	}
	return list
}
