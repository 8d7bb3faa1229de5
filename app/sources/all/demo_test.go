package all

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo"
	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// riskControl is how each platform blocks a caller.
var riskControl = map[string]string{
	"netease": `{"code":-460,"message":"Cheating"}`,
	"qq":      `<html><title>verify</title>captcha</html>`,
	"kuwo":    `<html><title>verify</title>captcha</html>`,
}

// mostWhenBlocked: Kuwo renews its token once (home page and call, twice).
var mostWhenBlocked = map[string]int{"kuwo": 4}

// TestEverySourceKeepsTheContractOnTheDemo runs the unchanged adapters against the
// embedded upstream, with whatever it has on its playlists.
func TestEverySourceKeepsTheContractOnTheDemo(t *testing.T) {
	t.Parallel()
	upstream, err := demo.New(demo.Config{Playlists: 60, Songs: 90, Seed: 7, Hostile: true})
	require.NoError(t, err)
	srv := httptest.NewServer(upstream)
	t.Cleanup(srv.Close)
	for _, a := range adapters() {
		if riskControl[a.Name] == "" {
			continue // the demo does not speak its format
		}
		t.Run(a.Name, func(t *testing.T) {
			cfg := configured(a.config(nil), Settings{BaseURL: srv.URL, RatePerSecond: -1})
			client, err := httpclient.New(cfg)
			require.NoError(t, err)
			open := func(c *httpclient.Client) sources.Source {
				s, err := a.make(c, nil)
				require.NoError(t, err)
				return s
			}
			f := discover(t, open(client))
			f.BaseURL, f.Config, f.New, f.RiskControl = srv.URL, cfg, open, riskControl[cfg.Source]
			f.MostWhenBlocked = mostWhenBlocked[cfg.Source]
			sourcetest.Run(t, f)
		})
	}
}

// discover looks for what a fixture needs among what the demo's playlists hold.
func discover(t *testing.T, s sources.Source) sourcetest.Fixture {
	t.Helper()
	f := sourcetest.Fixture{Nothing: "龘靐齉", Refused: map[models.Code]sources.Candidate{}}
	collector := s.(sources.Collector)
	for _, pool := range collector.Pools() {
		ref := fullest(t, collector, pool)
		if pool.Kind == models.PoolToplist {
			f.Toplist = ref
			continue
		}
		f.Playlist = ref
		snapshot, err := collector.FetchPlaylist(t.Context(), ref, "")
		require.NoError(t, err)
		f.Query = snapshot.Songs[0].Name
		for _, song := range snapshot.Songs {
			c, ok := s.(sources.Lookup).CandidateOf(song)
			if !ok {
				continue
			}
			_, err := s.(sources.Resolver).Resolve(t.Context(), c, models.QualityUnknown)
			switch {
			case err == nil && f.Playable.RemoteID == "":
				f.Playable = c
			case err != nil:
				require.Equal(t, models.ClassUnavailable, models.ClassOf(err), "%v", err)
				f.Refused[models.CodeOf(err)] = c
			}
		}
	}
	require.NotEmpty(t, f.Playable.RemoteID, "the demo serves something")
	require.NotEmpty(t, f.Refused, "the demo refuses something")
	return f
}

// fullest is the playlist of a pool's first page that claims most songs.
func fullest(t *testing.T, c sources.Collector, pool sources.Pool) models.PlaylistRef {
	t.Helper()
	page, err := c.FetchPage(t.Context(), pool, "")
	require.NoError(t, err)
	require.NotEmpty(t, page.Playlists)
	best := page.Playlists[0]
	for _, p := range page.Playlists {
		if p.TrackCount > best.TrackCount {
			best = p
		}
	}
	return best.Ref
}
