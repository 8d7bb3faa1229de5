package kugou

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

const ownCookie = "kg_mid=0123456789abcdef0123456789abcdef; kg_dfid=2abcDE; t=hunter22hunter22; KugooID=700001"

func TestSignature(t *testing.T) {
	t.Parallel()
	q := url.Values{
		"appid": {"1014"}, "clienttime": {"1700000000000"}, "clientver": {"20000"}, "dfid": {"-"}, "encode_album_audio_id": {"8xyz01"},
		"mid": {"0123456789abcdef0123456789abcdef"}, "uuid": {"0123456789abcdef0123456789abcdef"}, "platid": {"4"}, "srcappid": {"2919"},
		"token": {""}, "userid": {"0"},
	}
	require.Equal(t, "149e955beb3382117a895ca5d81966f9", signature(q))

	l := &login{user: "0", mid: "0123456789abcdef0123456789abcdef", uuid: "0123456789abcdef0123456789abcdef", device: "-"}
	q.Set("signature", "149e955beb3382117a895ca5d81966f9")
	require.Equal(t, q, l.params("encode_album_audio_id", "8xyz01", now))
}

func TestLoginOfACookie(t *testing.T) {
	t.Parallel()
	for cookie, want := range map[string]login{
		ownCookie: {token: "hunter22hunter22", user: "700001", mid: "0123456789abcdef0123456789abcdef", uuid: "0123456789abcdef0123456789abcdef", device: "2abcDE"},
		"KuGoo=KugooID=7&KugooPwd=x&NickName=y&t=abc=; mid=m; uuid=u; dfid=d": {token: "abc=", user: "7", mid: "m", uuid: "u", device: "d"},
		"t=abc;KugooID=": {token: "abc", device: "-"},
		"":               {device: "-"},
	} {
		want.set = cookie != ""
		got := loginOf(cookie)
		require.Equal(t, want, *got, cookie)
		require.Equal(t, want.token != "" && want.user != "", got.known())
	}
	require.NotContains(t, fmt.Sprintf("%v %+v", *New(nil, ownCookie), New(nil, ownCookie)), "hunter22")
}

// web is a platform that refuses all to strangers; file answers the second call of the
// web player.
func web(t *testing.T, first, second string) *Source {
	t.Helper()
	return withCookie(t, ownCookie, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != webPath {
			sourcetest.Recorded(w, "info_paid.json")
			return
		}
		told := q.Get("signature")
		q.Del("signature")
		switch {
		case told != signature(q) || q.Get("token") != "hunter22hunter22" || q.Get("userid") != "700001" || r.Header.Get("Cookie") != ownCookie:
			w.WriteHeader(http.StatusBadRequest)
		case q.Get("hash") == hash128:
			sourcetest.Recorded(w, first)
		case q.Get("encode_album_audio_id") == "8xyz02":
			sourcetest.Recorded(w, second)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})
}

func TestWhatStrangersAreRefusedIsAskedForWithTheLogin(t *testing.T) {
	t.Parallel()
	streams, err := web(t, "web_song.json", "web_stream.json").Resolve(t.Context(), nightSail(), models.QualityUnknown)
	require.NoError(t, err)
	want := sources.Stream{URL: "https://webfs.kugou.com/2024/0a/1.mp3", Quality: models.Quality320, Ext: "mp3", SizeBytes: 7_880_000, DurationMS: 197_000}
	other := want
	other.URL = "https://webfs.tx.kugou.com/2024/0a/1.mp3"
	require.Equal(t, []sources.Stream{want, other}, streams)

	streams, err = web(t, "web_song.json", "web_backup.json").Resolve(t.Context(), nightSail(), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, models.Quality128, streams[0].Quality)
	require.EqualValues(t, 197_000, streams[0].DurationMS, "seconds are told by their size")

	_, err = web(t, "web_song.json", "web_stream.json").Resolve(t.Context(), nightSail(), models.Quality128)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err), "the platform picks the quality, the ceiling holds")
}

func TestRefusalsOfTheWebPlayer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		first, second string
		class         models.ErrorClass
		code          models.Code
	}{
		{"web_song.json", "web_refused.json", models.ClassUnavailable, models.CodePaid},
		{"web_unknown.json", "", models.ClassUnavailable, models.CodeWithdrawn},
		{"web_nodata.json", "", models.ClassUnavailable, models.CodeLoginRequired},
		{"membership.json", "", models.ClassUnavailable, models.CodeLoginRequired},
		{"verify_code.json", "", models.ClassRiskControl, models.CodeRiskControl},
		{"web_song.json", "verify_code.json", models.ClassRiskControl, models.CodeRiskControl},
		{"web_song.json", "web_unreadable.json", models.ClassPermanent, models.CodeUpstreamShape},
		{"web_nostatus.json", "", models.ClassPermanent, models.CodeUpstreamShape},
	} {
		_, err := web(t, tc.first, tc.second).Resolve(t.Context(), candidate(hash128), models.QualityUnknown)
		require.Equal(t, tc.class, models.ClassOf(err), "%s, %s: %v", tc.first, tc.second, err)
		require.Equal(t, tc.code, models.CodeOf(err), "%s, %s: %v", tc.first, tc.second, err)
		require.NotContains(t, err.Error(), "hunter22")
	}
}
