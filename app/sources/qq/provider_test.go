package qq

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestSearchFindsWhatCanBeServed(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(q question) reply {
		require.Equal(t, "山路 & 河口", q.body.Get("req.param.query").String())
		require.EqualValues(t, 10, q.body.Get("req.param.num_per_page").Int())
		return reply{file: "search.json"}
	})
	found, err := s.Search(t.Context(), " 山路 & 河口 ", 10)
	require.NoError(t, err)
	require.Len(t, found, 2, "the row without a file is no song")
	require.Equal(t, "000SongMid0001", found[0].RemoteID)
	require.Equal(t, []string{"山野乐队", "Rock & Reed"}, found[0].Artists)
	require.Equal(t, sources.Offer{Quality: models.QualityLossless, Ext: "flac", SizeBytes: 27100500}, found[0].Offers[0])
	require.Equal(t, "电影《河口》插曲", found[1].Subtitle)

	found, err = answering(t, "search_none.json").Search(t.Context(), "x", 10)
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestRestrictedSearchIsNoEmptySearch(t *testing.T) {
	t.Parallel()
	for file, class := range map[string]models.ErrorClass{
		"search_filtered.json":   models.ClassRiskControl,
		"search_safety.json":     models.ClassRiskControl,
		"search_verify.json":     models.ClassRiskControl,
		"search_login.json":      models.ClassUnavailable,
		"search_unreadable.json": models.ClassPermanent,
		"cdinfo_nocode.json":     models.ClassPermanent,
	} {
		_, err := answering(t, file).Search(t.Context(), "山路", 10)
		require.Equal(t, class, models.ClassOf(err), "%s: %v", file, err)
	}
}

func TestCandidateOfOwnSongNeedsNoSearch(t *testing.T) {
	t.Parallel()
	s := answering(t, "cdinfo.json")
	snap, err := s.FetchPlaylist(t.Context(), list1, "")
	require.NoError(t, err)
	c, ok := s.CandidateOf(snap.Songs[0])
	require.True(t, ok)
	require.Equal(t, "000MediaMid001", c.Keys[keyMediaMid])
	require.Len(t, c.Offers, 6)
	_, ok = s.CandidateOf(snap.Songs[1])
	require.False(t, ok, "an entry that is no music")
	_, ok = s.CandidateOf(models.SongSnapshot{Platform: "kuwo", RemoteID: "1"})
	require.False(t, ok)
}

var wanted = sources.Candidate{Source: Name, RemoteID: "000SongMid0001", Keys: map[string]string{
	keyMediaMid: "000MediaMid001", keyType: "0", "size_flac": "27100500", "size_320mp3": "9752800", "size_192ogg": "5900300",
	"size_192aac": "5850400", "size_128mp3": "3901200", "size_96aac": "3000200"}}

func TestResolveTakesOnlyClearGrants(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(q question) reply {
		require.Equal(t, []string{"F000000MediaMid001.flac", "M800000MediaMid001.mp3", "O600000MediaMid001.ogg", "C600000MediaMid001.m4a",
			"M500000MediaMid001.mp3", "C400000MediaMid001.m4a"}, texts(q.body.Get("req_0.param.filename")), "no protected kind is asked for")
		require.Len(t, q.body.Get("req_0.param.songmid").Array(), 6)
		return reply{file: "vkey.json"}
	})
	streams, err := s.Resolve(t.Context(), wanted, models.QualityUnknown)
	require.NoError(t, err)
	require.Len(t, streams, 2, "refused, encrypted and twice the same are left out")
	require.Equal(t, sources.Stream{
		URL:     "http://ws.stream.qqmusic.qq.com/M500000MediaMid001.mp3?guid=1234567890&vkey=DEMO&uin=0&fromtag=120042",
		Quality: models.Quality128, Ext: "mp3", SizeBytes: 3901200, ExpiresAt: time.Unix(1_760_080_400, 0),
	}, streams[0])
	require.Equal(t, models.QualityLow, streams[1].Quality, "a downgrade is called what it is")
	require.Equal(t, "m4a", streams[1].Ext)
	require.EqualValues(t, 3000200, streams[1].SizeBytes)
}

func TestResolveStaysBelowTheCeiling(t *testing.T) {
	t.Parallel()
	s := newSource(t, func(q question) reply {
		require.Equal(t, []string{"M500000MediaMid001.mp3", "C400000MediaMid001.m4a"}, texts(q.body.Get("req_0.param.filename")))
		return reply{file: "vkey.json"}
	})
	streams, err := s.Resolve(t.Context(), wanted, models.Quality128)
	require.NoError(t, err)
	require.Equal(t, models.Quality128, streams[0].Quality)
}

func TestResolveRefusals(t *testing.T) {
	t.Parallel()
	only128 := wanted
	only128.Keys = map[string]string{keyMediaMid: "000MediaMid001", "size_128mp3": "3901200"}
	paid := wanted
	paid.Keys = map[string]string{keyMediaMid: "000MediaMid001", "size_128mp3": "3901200", keyPaid: "1"}
	greyed := wanted
	greyed.Keys = map[string]string{keyMediaMid: "000MediaMid001", "size_128mp3": "3901200", keyGreyed: "1"}
	for name, c := range map[string]struct {
		file      string
		candidate sources.Candidate
		class     models.ErrorClass
		code      models.Code
	}{
		"paid":                        {"vkey_refused.json", paid, models.ClassUnavailable, models.CodePaid},
		"free, but not to this place": {"vkey_refused.json", only128, models.ClassUnavailable, models.CodeLoginRequired},
		"refused with a clip":         {"vkey_clip.json", paid, models.ClassUnavailable, models.CodePreviewOnly},
		"greyed out":                  {"vkey_refused.json", greyed, models.ClassUnavailable, models.CodeWithdrawn},
		"trial clip":                  {"vkey_trial.json", only128, models.ClassUnavailable, models.CodePreviewOnly},
		"encrypted kind":              {"vkey_encrypted.json", only128, models.ClassUnavailable, models.CodeProtected},
		"request rejected":            {"vkey_rejected.json", only128, models.ClassUnavailable, models.CodeLoginRequired},
		"address elsewhere":           {"vkey_elsewhere.json", only128, models.ClassPermanent, models.CodeUpstreamShape},
		"no list":                     {"search_none.json", only128, models.ClassPermanent, models.CodeUpstreamShape},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := answering(t, c.file).Resolve(t.Context(), c.candidate, models.QualityUnknown)
			require.Equal(t, c.class, models.ClassOf(err), "%v", err)
			require.Equal(t, c.code, models.CodeOf(err), "%v", err)
		})
	}
}

func TestForeignStreamBaseIsNotUsed(t *testing.T) {
	t.Parallel()
	c := wanted
	c.Keys = map[string]string{keyMediaMid: "000MediaMid001", "size_128mp3": "3901200"}
	streams, err := answering(t, "vkey_foreign_base.json").Resolve(t.Context(), c, models.QualityUnknown)
	require.NoError(t, err)
	require.Contains(t, streams[0].URL, "https://isure.stream.qqmusic.qq.com/M500")
}

func TestLyrics(t *testing.T) {
	t.Parallel()
	want := sources.Lyrics{
		Original:    "[ti:山路]\n[00:01.00]第一行\n[00:05.50]Don't stop",
		Translation: "[00:05.50]不要停",
	}
	for _, file := range []string{"lyric.json", "lyric_base64.json"} {
		s := newSource(t, func(q question) reply {
			require.NotEmpty(t, q.Header.Get("Referer"))
			require.Equal(t, "000SongMid0001", q.URL.Query().Get("songmid"))
			return reply{file: file}
		})
		got, err := s.FetchLyrics(t.Context(), wanted)
		require.NoError(t, err)
		require.Equal(t, want, got, file)
	}
	none, err := answering(t, "lyric_none.json").FetchLyrics(t.Context(), wanted)
	require.NoError(t, err)
	require.Empty(t, none)
	_, err = answering(t, "lyric_refused.json").FetchLyrics(t.Context(), wanted)
	require.Equal(t, models.ClassPermanent, models.ClassOf(err))
}

func texts(list gjson.Result) []string {
	var all []string
	for _, v := range list.Array() {
		all = append(all, v.String())
	}
	return all
}
