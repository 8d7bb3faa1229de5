package web

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/matching"
	"catalogsync/app/settings"
	"catalogsync/config"
	"catalogsync/models"
	"catalogsync/views"
)

// ruleKeys are the settings that decide which file a song gets.
var ruleKeys = []string{keyOrder, "QUALITY_CEILING", "MATCH_THRESHOLD", "MATCH_WEIGHTS"}

// isRule tells whether a setting, of all sources or of one, decides which file a song gets.
func isRule(key string) bool {
	return slices.Contains(ruleKeys, key) || strings.HasPrefix(key, "SOURCE_") && strings.HasSuffix(key, "_QUALITY_CEILING")
}

// rehearse tells what a change of the rules would do to stored decisions; nil when it is no
// such change, or would do nothing to them. A change that Save will refuse is left to it.
func (h *Handlers) rehearse(c fiber.Ctx, change settings.Change) (*views.SettingsReplay, error) {
	if !slices.ContainsFunc(slices.Collect(maps.Keys(change.Values)), isRule) {
		return nil, nil
	}
	next, err := h.Settings.Preview(change)
	if invalid, ok := errors.AsType[*settings.Invalid](err); ok && invalid != nil {
		return nil, nil //nolint:nilerr // Save says what is wrong, field by field
	} else if err != nil {
		return nil, err
	}
	now := h.Replays.Current()
	rules := matching.Rules{
		Settings: matching.Settings{Weights: matching.Weights(next.MatchWeights), Threshold: next.MatchThreshold},
		Order:    now.Order, Ceiling: models.Quality(next.QualityCeiling),
	}
	if !slices.Equal(h.Settings.Current().DownloadSources, next.DownloadSources) {
		rules.Order = next.DownloadSources
	}
	own := ownCeilings(next)
	if sameCeilings := maps.Equal(own, ownCeilings(h.Settings.Current())); !sameCeilings {
		rules.SourceCeilings = own
	} else if rules.Settings == now.Settings && rules.Ceiling == now.Ceiling && slices.Equal(rules.Order, now.Order) {
		return nil, nil
	}
	report, err := h.Replays.Run(c.Context(), rules)
	if err != nil || report.Differ == 0 {
		return nil, err
	}
	sum := sha256.Sum256(fmt.Append(nil, rules, report.Differ))
	return &views.SettingsReplay{
		Decisions: report.Decisions, Differ: report.Differ, Gained: report.Gained, Lost: report.Lost, Token: hex.EncodeToString(sum[:8]),
	}, nil
}

// ownCeilings are the best qualities of the sources that have one of their own.
func ownCeilings(c *config.Config) map[string]models.Quality {
	list := map[string]models.Quality{}
	for name, s := range c.Source {
		if s.QualityCeiling != "" {
			list[name] = models.Quality(s.QualityCeiling)
		}
	}
	return list
}
