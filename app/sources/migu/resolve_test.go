package migu

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// pier is a song whose qualities are all announced.
func pier() sources.Candidate {
	c := candidate("60054A0Z21K", "600900000000000201")
	c.Keys[keyFormats] = "ZQ,SQ,HQ,PQ"
	return c
}

// listener answers stream calls by the quality asked for and notes which were.
type listener struct {
	answers map[string]string
	mu      sync.Mutex
	asked   []string
}

func (l *listener) source(t *testing.T) *Source {
	t.Helper()
	return newSource(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != listenPath || r.Header.Get("channel") == "" || q.Get("copyrightId") != "60054A0Z21K" ||
			q.Get("contentId") != "600900000000000201" || q.Get("resourceType") != "2" || q.Get("netType") != "01" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		l.mu.Lock()
		l.asked = append(l.asked, q.Get("toneFlag"))
		l.mu.Unlock()
		sourcetest.Recorded(w, l.answers[q.Get("toneFlag")])
	})
}

func TestResolveStopsAtTheBestGrantedQuality(t *testing.T) {
	t.Parallel()
	l := &listener{answers: map[string]string{"ZQ": "listen_flac.json"}}
	streams, err := l.source(t).Resolve(t.Context(), pier(), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, []sources.Stream{{
		URL: "https://freetyst.nf.migu.cn/public/product9th/x/2024/1.flac?Tim=1&Key=c", Quality: models.QualityHiRes, Ext: "flac",
	}}, streams, "24 bit goes by two names")
	require.Equal(t, []string{"ZQ"}, l.asked)
}

func TestResolveTriesLowerQualities(t *testing.T) {
	t.Parallel()
	// Refused, lowered without a word, a preview, and at last the song.
	l := &listener{answers: map[string]string{"ZQ": "listen_members.json", "SQ": "listen.json", "HQ": "listen_preview.json", "PQ": "listen.json"}}
	streams, err := l.source(t).Resolve(t.Context(), pier(), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, []sources.Stream{{
		URL:     "https://freetyst.nf.migu.cn/public/product9th/x/2024/1.mp3?channelid=02&Tim=1&Key=a%2Bb",
		Quality: models.Quality128, Ext: "mp3",
	}}, streams)
	require.Equal(t, []string{"ZQ", "SQ", "HQ", "PQ"}, l.asked)
}

func TestResolveAsksForNothingAboveTheCeiling(t *testing.T) {
	t.Parallel()
	l := &listener{answers: map[string]string{"HQ": "listen_untold.json"}}
	streams, err := l.source(t).Resolve(t.Context(), pier(), models.Quality192)
	require.Error(t, err)
	require.Empty(t, streams)
	require.Equal(t, []string{"PQ"}, l.asked)
	lossless := pier()
	lossless.Keys[keyFormats] = "SQ"
	_, err = l.source(t).Resolve(t.Context(), lossless, models.Quality320)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err))
}

func TestResolveAGrantThatTellsNoQualityByItsEnding(t *testing.T) {
	t.Parallel()
	l := &listener{answers: map[string]string{"ZQ": "listen_untold.json", "SQ": "listen_untold.json", "HQ": "listen_untold.json"}}
	streams, err := l.source(t).Resolve(t.Context(), pier(), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, []string{"ZQ", "SQ", "HQ"}, l.asked, "an MP3 is no lossless file")
	require.Equal(t, models.Quality320, streams[0].Quality)
}

func TestResolveRefusals(t *testing.T) {
	t.Parallel()
	c := pier()
	c.Keys[keyFormats] = "PQ"
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"listen_members.json":   {models.ClassUnavailable, models.CodePaid},
		"listen_sold.json":      {models.ClassUnavailable, models.CodePaid},
		"listen_cannot.json":    {models.ClassUnavailable, models.CodeWithdrawn},
		"listen_generic.json":   {models.ClassUnavailable, models.CodeWithdrawn},
		"listen_nothing.json":   {models.ClassUnavailable, models.CodeWithdrawn},
		"listen_noaddress.json": {models.ClassUnavailable, models.CodeWithdrawn},
		"listen_preview.json":   {models.ClassUnavailable, models.CodePreviewOnly},
		"listen_container.json": {models.ClassUnavailable, models.CodeProtected},
		"listen_flac.json":      {models.ClassUnavailable, models.CodeNoSource},
		"listen_relative.json":  {models.ClassPermanent, models.CodeUpstreamShape},
		"listen_list.json":      {models.ClassPermanent, models.CodeUpstreamShape},
		"listen_nocode.json":    {models.ClassPermanent, models.CodeUpstreamShape},
		"search_none.json":      {models.ClassPermanent, models.CodeUpstreamShape},
	} {
		_, err := answering(t, file).Resolve(t.Context(), c, models.QualityUnknown)
		require.Equal(t, want.class, models.ClassOf(err), "%s: %v", file, err)
		require.Equal(t, want.code, models.CodeOf(err), "%s: %v", file, err)
	}
	_, err := answering(t, "listen.json").Resolve(t.Context(), candidate("../x", ""), models.QualityUnknown)
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}

func TestStreamsOfOtherHostsAreNotOpened(t *testing.T) {
	t.Parallel()
	s := answering(t, "listen_elsewhere.json")
	c := pier()
	c.Keys[keyFormats] = "PQ"
	streams, err := s.Resolve(t.Context(), c, models.QualityUnknown)
	require.NoError(t, err)
	_, err = s.Open(t.Context(), streams[0], 0, "")
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err))
}

func TestResolveFindsTheMissingID(t *testing.T) {
	t.Parallel()
	s := newSource(t, standIn)
	c := sources.Candidate{Source: Name, RemoteID: "60054A0Z23K"}
	streams, err := s.Resolve(t.Context(), c, models.Quality128)
	require.NoError(t, err)
	require.Equal(t, models.Quality128, streams[0].Quality)
	for id, code := range map[string]models.Code{
		"60054A0Z29K": models.CodeWithdrawn, "60054A0Z28K": models.CodeUpstreamShape, "60054A0Z27K": models.CodeUpstreamShape,
	} {
		_, err := s.Resolve(t.Context(), sources.Candidate{Source: Name, RemoteID: id}, models.Quality128)
		require.Equal(t, code, models.CodeOf(err), "%s: %v", id, err)
	}
}
