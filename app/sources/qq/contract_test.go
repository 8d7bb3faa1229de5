package qq_test

import (
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo"
	"catalogsync/app/demo/catalog"
	upstream "catalogsync/app/demo/qq"
	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/qq"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestContractAgainstTheDemo(t *testing.T) {
	t.Parallel()
	d, base := startDemo(t)
	c := d.Catalog()
	list := models.PlaylistRef{Platform: qq.Name, RemoteID: "7707261125", Kind: models.KindPlaylist}
	chart := models.PlaylistRef{Platform: qq.Name, RemoteID: "toplist_26", Kind: models.KindToplist}
	pl, ok := c.FindPlaylist(catalog.QQ, catalog.Square, 7707261125)
	require.True(t, ok)
	var mids []string
	for _, e := range pl.Entries(0, pl.Len()) {
		mids = append(mids, upstream.SongMid(catalog.SongID(catalog.QQ, e.Ref)))
	}
	served := candidateFor(t, base, c, catalog.Served)
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL:  base,
		Config:   qq.ClientConfig(),
		New:      func(c *httpclient.Client) sources.Source { return qq.New(c) },
		Playlist: list,
		Songs:    mids,
		Toplist:  chart,
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone:    {Platform: qq.Name, RemoteID: "12345678", Kind: models.KindPlaylist},
			models.CodePlaylistPrivate: {Platform: qq.Name, RemoteID: strconv.Itoa(upstream.PrivatePlaylistID), Kind: models.KindPlaylist},
		},
		Query: served.Title, Nothing: "没有这样一首歌",
		Playable: served,
		Refused: map[models.Code]sources.Candidate{
			models.CodePaid:        candidateFor(t, base, c, catalog.Paid),
			models.CodePreviewOnly: candidateFor(t, base, c, catalog.Preview),
			models.CodeWithdrawn:   candidateFor(t, base, c, catalog.Withdrawn),
		},
		URLs:         map[string]models.PlaylistRef{"https://y.qq.com/n/ryqq/playlist/7707261125": list, "https://y.qq.com/n/ryqq/toplist/26": chart},
		NotPlaylists: []string{"https://y.qq.com/n/ryqq/songDetail/000SongMid0001"},
		Foreign:      []string{"https://y.qq.com.example/n/ryqq/playlist/1", upstream.ShortLink(7707261125, catalog.Square, false)},
		ShortLinks: map[string]models.PlaylistRef{
			upstream.ShortLink(7707261125, catalog.Square, false): list,
			upstream.ShortLink(7707261125, catalog.Square, true):  list,
			upstream.ShortLink(26, catalog.Toplist, false):        chart,
		},
		RiskControl: `{"code":0,"ts":1,"playlist":{"code":2001},"toplist":{"code":2001},"detail":{"code":2001},"req":{"code":2001},"req_0":{"code":2001},"cdlist":[],"subcode":2001}`,
	})
}

func TestSpokenChartOfTheDemo(t *testing.T) {
	t.Parallel()
	d, base := startDemo(t)
	snap, err := newSource(t, base).FetchPlaylist(t.Context(), models.PlaylistRef{Platform: qq.Name, RemoteID: "toplist_75", Kind: models.KindToplist}, "")
	require.NoError(t, err)
	require.Zero(t, snap.Unreadable)
	require.Len(t, snap.Songs, snap.ClaimedSongs)
	spoken := 0
	for _, s := range snap.Songs {
		if s.NotMusic {
			require.Regexp(t, `^qqtop_75_\d+$`, s.RemoteID)
			spoken++
		}
	}
	require.Equal(t, d.Catalog().NotMusic(catalog.QQ), spoken)
}

func TestFaultsNeverShortenAPlaylist(t *testing.T) {
	t.Parallel()
	d, base := startDemo(t)
	require.NoError(t, d.SetFaults("", demo.Faults{Rates: map[demo.FaultKind]float64{
		demo.FaultStatus429: 0.1, demo.FaultStatus5xx: 0.1, demo.FaultRiskControl: 0.1, demo.FaultHTML: 0.1,
		demo.FaultTruncated: 0.1, demo.FaultDuplicatePage: 0.2,
	}}))
	whole, failed := 0, 0
	for pl := range d.Catalog().Playlists() {
		if pl.Platform != catalog.QQ {
			continue
		}
		ref := models.PlaylistRef{Platform: qq.Name, RemoteID: strconv.FormatInt(pl.ID, 10), Kind: models.KindPlaylist}
		if pl.Kind == catalog.Toplist {
			ref.RemoteID, ref.Kind = "toplist_"+ref.RemoteID, models.KindToplist
		}
		// A source of its own each time: the circuit of one that failed would stay open.
		snap, err := newSource(t, base).FetchPlaylist(t.Context(), ref, "")
		if err != nil {
			require.NotEqual(t, models.CodePlaylistGone, models.CodeOf(err), "a failing platform has not lost a playlist")
			failed++
			continue
		}
		require.Len(t, snap.Songs, pl.Len(), pl.Name)
		require.Zero(t, snap.Unreadable)
		whole++
	}
	require.NotZero(t, whole)
	require.NotZero(t, failed)
}

func TestLyricsOfTheDemo(t *testing.T) {
	t.Parallel()
	d, base := startDemo(t)
	s := newSource(t, base)
	with, without := 0, 0
	for song := range d.Catalog().Shelf(catalog.QQ) {
		words, err := s.FetchLyrics(t.Context(), sources.Candidate{RemoteID: upstream.SongMid(song.ID)})
		require.NoError(t, err)
		if lines := d.Catalog().Lyrics(song); len(lines) == 0 {
			require.Empty(t, words)
			without++
		} else {
			require.Contains(t, words.Original, lines[0].Text)
			require.NotContains(t, words.Translation, "//")
			with++
		}
		if with > 20 && without > 0 {
			return
		}
	}
	t.Fatal("the demo has songs with and without words")
}

func startDemo(t *testing.T) (*demo.Server, string) {
	t.Helper()
	d, err := demo.New(demo.Config{Playlists: 60, Songs: 900, Seed: 3, Hostile: true})
	require.NoError(t, err)
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	return d, srv.URL
}

func newSource(t *testing.T, base string) *qq.Source {
	t.Helper()
	cfg := qq.ClientConfig()
	cfg.BaseURL, cfg.RatePerSecond, cfg.Attempts = base, 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	return qq.New(c)
}

// candidateFor finds a song that the demo serves in the given way, by its chart or playlist.
func candidateFor(t *testing.T, base string, c *catalog.Catalog, way catalog.Serving) sources.Candidate {
	t.Helper()
	mids := map[string]bool{}
	for song := range c.Shelf(catalog.QQ) {
		mids[upstream.SongMid(song.ID)] = song.Serving == way
	}
	s := newSource(t, base)
	for i := range c.Count(catalog.QQ, catalog.Square) {
		id := strconv.FormatInt(c.PlaylistAt(catalog.QQ, catalog.Square, i).ID, 10)
		snap, err := s.FetchPlaylist(t.Context(), models.PlaylistRef{Platform: qq.Name, RemoteID: id, Kind: models.KindPlaylist}, "")
		require.NoError(t, err)
		for _, song := range snap.Songs {
			if mids[song.RemoteID] {
				found, ok := s.CandidateOf(song)
				require.True(t, ok)
				return found
			}
		}
	}
	t.Fatalf("the demo has no song that is %s", way)
	return sources.Candidate{}
}
