package kuwo_test

import (
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo"
	"catalogsync/app/demo/audio"
	"catalogsync/app/demo/catalog"
	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/kuwo"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

func TestContractAgainstTheDemo(t *testing.T) {
	t.Parallel()
	d, base := startDemo(t)
	c := d.Catalog()
	pl := c.PlaylistAt(catalog.Kuwo, catalog.Square, 1)
	list := models.PlaylistRef{Platform: kuwo.Name, RemoteID: strconv.FormatInt(pl.ID, 10), Kind: models.KindPlaylist}
	chart := models.PlaylistRef{Platform: kuwo.Name, RemoteID: "toplist_16", Kind: models.KindToplist}
	var rids []string
	for _, e := range pl.Entries(0, pl.Len()) {
		rids = append(rids, strconv.FormatInt(catalog.SongID(catalog.Kuwo, e.Ref), 10))
	}
	served := songServed(t, c, catalog.Served)
	sourcetest.Run(t, sourcetest.Fixture{
		BaseURL:  base,
		Config:   kuwo.ClientConfig(),
		New:      func(c *httpclient.Client) sources.Source { return kuwo.New(c) },
		Playlist: list,
		Songs:    rids,
		Toplist:  chart,
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone: {Platform: kuwo.Name, RemoteID: "12345678", Kind: models.KindPlaylist},
		},
		Query: served.Title, Nothing: "没有这样一首歌",
		Playable: candidate(served),
		Refused: map[models.Code]sources.Candidate{
			models.CodePaid:      candidate(songServed(t, c, catalog.Paid)),
			models.CodeWithdrawn: candidate(songServed(t, c, catalog.Withdrawn)),
		},
		URLs: map[string]models.PlaylistRef{
			"https://www.kuwo.cn/playlist_detail/" + list.RemoteID: list,
			"https://www.kuwo.cn/rankList?bangId=16":               chart,
		},
		NotPlaylists: []string{"https://www.kuwo.cn/play_detail/1", "https://www.kuwo.cn/rankList"},
		Foreign:      []string{"https://kuwo.cn.example/playlist_detail/1"},
		RiskControl:  `{"success":false,"message":"The request is illegal!"}`,
		// The token is renewed once: home page and call, twice.
		MostWhenBlocked: 4,
	})
}

func TestUnknownChartOfTheDemo(t *testing.T) {
	t.Parallel()
	_, base := startDemo(t)
	_, err := newSource(t, base).FetchPlaylist(t.Context(), models.PlaylistRef{Platform: kuwo.Name, RemoteID: "toplist_999", Kind: models.KindToplist}, "")
	require.Equal(t, models.CodePlaylistGone, models.CodeOf(err))
}

func TestStreamOfTheDemoIsTheSong(t *testing.T) {
	t.Parallel()
	d, base := startDemo(t)
	s := newSource(t, base)
	song := songServed(t, d.Catalog(), catalog.Served)
	streams, err := s.Resolve(t.Context(), candidate(song), models.QualityUnknown)
	require.NoError(t, err)
	body, err := s.Open(t.Context(), streams[0], 0, "")
	require.NoError(t, err)
	defer body.Close()
	bank, err := audio.NewBank()
	require.NoError(t, err)
	require.Equal(t, bank.Size(song.File(audio.MP3128)), body.Length)
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
		if pl.Platform != catalog.Kuwo {
			continue
		}
		ref := models.PlaylistRef{Platform: kuwo.Name, RemoteID: strconv.FormatInt(pl.ID, 10), Kind: models.KindPlaylist}
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
	with, translated, without := 0, 0, 0
	for song := range d.Catalog().Shelf(catalog.Kuwo) {
		words, err := s.FetchLyrics(t.Context(), candidate(song))
		require.NoError(t, err)
		lines := d.Catalog().Lyrics(song)
		if len(lines) == 0 {
			require.Empty(t, words)
			without++
			continue
		}
		require.Contains(t, words.Original, lines[0].Text)
		with++
		if lines[0].Translation != "" {
			require.Contains(t, words.Translation, lines[0].Translation)
			translated++
		}
		if with > 20 && translated > 0 && without > 0 {
			return
		}
	}
	t.Fatal("the demo has songs with words, with translations and without any")
}

func startDemo(t *testing.T) (*demo.Server, string) {
	t.Helper()
	d, err := demo.New(demo.Config{Playlists: 60, Songs: 900, Seed: 3, Hostile: true})
	require.NoError(t, err)
	srv := httptest.NewServer(d)
	t.Cleanup(srv.Close)
	return d, srv.URL
}

func newSource(t *testing.T, base string) *kuwo.Source {
	t.Helper()
	cfg := kuwo.ClientConfig()
	cfg.BaseURL, cfg.RatePerSecond, cfg.Attempts = base, 0, 1
	c, err := httpclient.New(cfg)
	require.NoError(t, err)
	return kuwo.New(c)
}

func songServed(t *testing.T, c *catalog.Catalog, way catalog.Serving) *catalog.Song {
	t.Helper()
	for song := range c.Shelf(catalog.Kuwo) {
		if song.Serving == way {
			return song
		}
	}
	t.Fatalf("the demo has no song that is %s", way)
	return nil
}

func candidate(s *catalog.Song) sources.Candidate {
	return sources.Candidate{Source: kuwo.Name, RemoteID: strconv.FormatInt(s.ID, 10), Title: s.FullTitle()}
}
