package qianqian

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// linker answers stream calls by the rate asked for and notes which were.
type linker struct {
	answers map[string]string
	mu      sync.Mutex
	asked   []string
}

func (l *linker) source(t *testing.T) *Source {
	t.Helper()
	return newSource(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		l.mu.Lock()
		l.asked = append(l.asked, q.Get("rate"))
		l.mu.Unlock()
		sourcetest.Recorded(w, l.answers[q.Get("rate")])
	})
}

func TestResolveStopsAtTheBestGrantedRate(t *testing.T) {
	t.Parallel()
	l := &linker{answers: map[string]string{"3000": "link_flac.json"}}
	streams, err := l.source(t).Resolve(t.Context(), candidate("T10090000021"), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, []sources.Stream{{
		URL: "https://audio04.dmhmusic.com/0000/bb.flac?xcode=0&token=0", Quality: models.QualityLossless, Ext: "flac",
		SizeBytes: 22_100_000, DurationMS: 197_000,
	}}, streams)
	require.Equal(t, []string{"3000"}, l.asked)
}

func TestResolveLabelsWhatIsServed(t *testing.T) {
	t.Parallel()
	l := &linker{answers: map[string]string{"3000": "nothing.json", "320": "link.json"}}
	streams, err := l.source(t).Resolve(t.Context(), candidate("T10090000021"), models.QualityUnknown)
	require.NoError(t, err)
	require.Equal(t, models.Quality128, streams[0].Quality, "320 was asked for, 128 came")
	require.Equal(t, []string{"3000", "320"}, l.asked)

	l = &linker{answers: map[string]string{"64": "link_untold.json"}}
	streams, err = l.source(t).Resolve(t.Context(), candidate("T10090000021"), models.QualityLow)
	require.NoError(t, err)
	require.Equal(t, models.QualityLow, streams[0].Quality)
	require.Equal(t, "mp3", streams[0].Ext)
}

func TestResolveKeepsTheCeiling(t *testing.T) {
	t.Parallel()
	l := &linker{answers: map[string]string{"128": "link_flac.json", "64": "link.json"}}
	_, err := l.source(t).Resolve(t.Context(), candidate("T10090000021"), models.QualityLow)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err), "more than is allowed came")
	require.Equal(t, []string{"64"}, l.asked)
	lossless := candidate("T10090000021")
	lossless.Keys = map[string]string{keyRates: "3000"}
	_, err = l.source(t).Resolve(t.Context(), lossless, models.Quality320)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err))
	require.Equal(t, []string{"64"}, l.asked, "nothing is asked for in vain")
}

func TestMembersSongsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	l := &linker{answers: map[string]string{"3000": "link_trial.json"}}
	_, err := l.source(t).Resolve(t.Context(), candidate("T10090000022"), models.QualityUnknown)
	require.Equal(t, models.CodePreviewOnly, models.CodeOf(err))
	require.Equal(t, []string{"3000"}, l.asked)
}

func TestResolveRefusals(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]struct {
		class models.ErrorClass
		code  models.Code
	}{
		"link_trial.json":         {models.ClassUnavailable, models.CodePreviewOnly},
		"link_trial_as_song.json": {models.ClassUnavailable, models.CodePreviewOnly},
		"link_short.json":         {models.ClassUnavailable, models.CodePreviewOnly},
		"link_members.json":       {models.ClassUnavailable, models.CodePaid},
		"link_noaddress.json":     {models.ClassUnavailable, models.CodeWithdrawn},
		"nothing.json":            {models.ClassUnavailable, models.CodeWithdrawn},
		"link_container.json":     {models.ClassUnavailable, models.CodeProtected},
		"link_relative.json":      {models.ClassPermanent, models.CodeUpstreamShape},
		"link_list.json":          {models.ClassPermanent, models.CodeUpstreamShape},
		"nodata_null.json":        {models.ClassPermanent, models.CodeUpstreamShape},
		"badsign.json":            {models.ClassPermanent, models.CodeUpstreamStatus},
	} {
		streams, err := answering(t, file).Resolve(t.Context(), candidate("T10090000021"), models.QualityUnknown)
		require.Empty(t, streams, file)
		require.Equal(t, want.class, models.ClassOf(err), "%s: %v", file, err)
		require.Equal(t, want.code, models.CodeOf(err), "%s: %v", file, err)
	}
	_, err := New(nil).Resolve(t.Context(), candidate("T1&x=2"), models.QualityUnknown)
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
}

func TestStreamsInsideTheNetworkAreNotOpened(t *testing.T) {
	t.Parallel()
	_, err := newSource(t, standIn).Open(t.Context(), sources.Stream{URL: "http://192.168.0.1/1.mp3"}, 0, "")
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err))
}
