package archive

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func replace(t *testing.T, text, old, new string) string {
	t.Helper()
	require.Contains(t, text, old)
	return strings.Replace(text, old, new, 1)
}

func TestSearchPicksSongsOutOfItems(t *testing.T) {
	t.Parallel()
	s := open(t, standIn(t))
	found, err := s.Search(t.Context(), "Tin (slow!)", 10)
	require.NoError(t, err)
	require.Equal(t, []string{"Tin #1?"}, titles(found))
	require.Equal(t, []sources.Offer{
		{Quality: models.QualityLossless, Ext: "flac", SizeBytes: 4801},
		{Quality: models.Quality192, Ext: "mp3", SizeBytes: 2600},
		{Quality: models.QualityLow, Ext: "mp3", SizeBytes: 1_700_000},
	}, found[0].Offers)

	none, err := s.Search(t.Context(), `!!! "" :*?`, 10)
	require.NoError(t, err)
	require.Empty(t, none, "a text without a word")
	_, err = s.Search(t.Context(), "removed", 10)
	require.Equal(t, models.ClassTransient, models.ClassOf(err), "hits that are all gone are no empty answer")
}

func titles(list []sources.Candidate) []string {
	var names []string
	for _, c := range list {
		names = append(names, c.Title)
	}
	return names
}

func TestQueriesAreWordsAlone(t *testing.T) {
	t.Parallel()
	require.Equal(t, "(rock AND or AND roll AND 夜车) AND "+openAudio, withWords(`Rock OR "roll" rock:* (夜车)`))
	long := withWords(strings.Repeat("abcdefgh ", 10) + manyWords())
	require.LessOrEqual(t, len(long), longestQuery)
	require.True(t, strings.HasSuffix(long, openAudio))
}

func manyWords() string {
	var b strings.Builder
	for i := range 1000 {
		b.WriteString(" word")
		b.WriteString(strings.Repeat("x", i%7))
		b.WriteByte(byte('a' + i%26))
		b.WriteByte(byte('a' + i/26%26))
	}
	return b.String()
}

func TestStreamsCarryWhatTheArchiveTells(t *testing.T) {
	t.Parallel()
	s := open(t, standIn(t))
	streams, err := s.Resolve(t.Context(), candidateFor(song0("01 - Tin #1?.flac")), models.QualityUnknown)
	require.NoError(t, err)
	require.Len(t, streams, 3)
	require.Equal(t, "https://archive.org/download/kite-009_rain/01%20-%20Tin%20%231%3F.flac?cnt=0", streams[0].URL)
	require.Len(t, streams[0].MD5, 32)
	require.EqualValues(t, 4801, streams[0].SizeBytes)
	require.EqualValues(t, 214_020, streams[2].DurationMS)
	require.Empty(t, streams[2].MD5, "not told")

	_, err = s.Resolve(t.Context(), candidateFor(song0("10 - Last drop.flac")), models.QualityLossless)
	require.Equal(t, models.CodeNoSource, models.CodeOf(err), "only above the ceiling")
	_, err = s.Resolve(t.Context(), candidateFor(songID("kite-009_rain", "taken down.mp3")), models.QualityUnknown)
	require.Equal(t, models.CodeWithdrawn, models.CodeOf(err))
	_, err = s.Resolve(t.Context(), candidateFor("../x"), models.QualityUnknown)
	require.Equal(t, models.CodeBadValue, models.CodeOf(err))
}

func TestRefusedFilesAreFinal(t *testing.T) {
	t.Parallel()
	asked := 0
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		standIn(t)(w, r)
	})
	for name, want := range map[string]models.Code{
		"03 - Withheld.flac": models.CodeLoginRequired,
		"asks.flac":          models.CodeLoginRequired,
		"nowhere.flac":       models.CodeWithdrawn,
	} {
		asked = 0
		_, err := s.Open(t.Context(), sources.Stream{URL: fileURL("kite-009_rain", name)}, 0, "")
		require.Equal(t, models.ClassUnavailable, models.ClassOf(err), name)
		require.Equal(t, want, models.CodeOf(err), name)
		require.Equal(t, 2, asked, "the address and where it leads, once")
	}
	_, err := s.Open(t.Context(), sources.Stream{URL: fileURL("kite-009_rain", "page.flac")}, 0, "")
	require.Equal(t, models.ClassTransient, models.ClassOf(err), "an outage")
	_, err = s.Open(t.Context(), sources.Stream{URL: fileURL("kite-009_rain", "away.flac")}, 0, "")
	require.Equal(t, models.CodeForbiddenAddress, models.CodeOf(err), "files come from hosts of the Archive alone")
}

func TestSongsOfOneReleaseCostOneRequest(t *testing.T) {
	t.Parallel()
	now := time.Now()
	c := newItemCache(func() time.Time { return now })
	c.put(&item{id: "a"})
	_, ok := c.get("a")
	require.True(t, ok)
	now = now.Add(cachedFor + time.Second)
	_, ok = c.get("a")
	require.False(t, ok, "old ones are asked for again")
	for i := range 2 * cachedItems {
		now = now.Add(time.Second)
		c.put(&item{id: strings.Repeat("b", i+1)})
	}
	require.LessOrEqual(t, len(c.items), cachedItems)
	c.put(&item{id: "huge", bytes: largestCached + 1})
	_, ok = c.get("huge")
	require.False(t, ok)
	asked := 0
	s := open(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		standIn(t)(w, r)
	})
	for _, name := range []string{"01 - Tin #1?.flac", "02 - Gutter song.mp3", "10 - Last drop.flac"} {
		_, err := s.Resolve(t.Context(), candidateFor(song0(name)), models.QualityUnknown)
		require.NoError(t, err)
	}
	require.Equal(t, 1, asked)
}
