package app

import (
	"catalogsync/app/matching"
	"catalogsync/config"
	"catalogsync/models"
)

// matchingSettings are the threshold and the weights in effect.
func (a *App) matchingSettings() matching.Settings { return matchingOf(a.Settings.Current()) }

func matchingOf(c *config.Config) matching.Settings {
	return matching.Settings{Weights: matching.Weights(c.MatchWeights), Threshold: c.MatchThreshold}
}

// matchingRules are all that decides in the settings in effect which candidate is taken.
func (a *App) matchingRules() matching.Rules {
	c := a.Settings.Current()
	return matching.Rules{Settings: matchingOf(c), Order: a.downloadOrder(), Ceiling: models.Quality(c.QualityCeiling), SourceCeilings: ownCeilings(c)}
}
