package models

import "time"

// SyncRest lets playlists that do not change be fetched less often than a job runs. A job
// that names playlists fetches them all the same.
type SyncRest struct {
	// Longest is the longest time between two fetches; 0 = every job fetches everything.
	Longest time.Duration
}

// restSteps is how long a playlist rests that has not changed for so long.
var restSteps = []struct{ quiet, rest time.Duration }{
	{90 * 24 * time.Hour, 7 * 24 * time.Hour},
	{30 * 24 * time.Hour, 4 * 24 * time.Hour},
	{7 * 24 * time.Hour, 2 * 24 * time.Hour},
}

// restSlack is how much too early a job may come: nights are not of equal length, and a
// playlist that is due an hour after the job would wait for another day.
const restSlack = 6 * time.Hour

// Of is how long the playlist rests after a fetch, 0 = it is fetched by every job: one
// that is wanted, was never synced, failed the last time, or changed lately.
func (r SyncRest) Of(p *Playlist) time.Duration {
	if r.Longest <= 0 || p.Wanted || p.SyncedAtMS == 0 || p.SyncErrorCode != "" || p.ChangedAtMS == 0 {
		return 0
	}
	quiet := time.Duration(p.SyncCheckedMS-p.ChangedAtMS) * time.Millisecond
	for _, s := range restSteps {
		if quiet >= s.quiet {
			return min(s.rest, r.Longest)
		}
	}
	return 0
}

// Due says whether a job without a selection fetches the playlist. A clock that was set
// back makes it due.
func (r SyncRest) Due(p *Playlist, nowMS int64) bool {
	rest := r.Of(p)
	since := time.Duration(nowMS-p.SyncCheckedMS) * time.Millisecond
	return rest == 0 || since < 0 || since+restSlack >= rest
}
