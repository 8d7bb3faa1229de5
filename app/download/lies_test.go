package download

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// Servers that say something else than they send: what counts is what came. A song is
// there whole or not at all.
func TestServersThatLieAboutTheirBodies(t *testing.T) {
	t.Parallel()
	song := file(t, demoaudio.MP3320, songSeconds, 1)
	page := []byte("<!doctype html><html><body>sold out</body></html>")
	send := func(f *fileServer, w http.ResponseWriter, status int, body []byte, header ...string) {
		w.Header().Set("ETag", f.tag)
		w.Header().Set("Content-Type", "audio/mpeg")
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
	length := strconv.Itoa(len(song))
	for name, c := range map[string]struct {
		answer func(f *fileServer, w http.ResponseWriter, r *http.Request)
		whole  bool
	}{
		"a page that calls itself a song": {answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) { send(f, w, 200, page) }},
		"a song of which half is there":   {answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) { send(f, w, 200, song[:len(song)/2]) }},
		"a length that is too short": {answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 200, song[:300_000], "Content-Length", "300000")
		}},
		"a length that is too long": {answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 200, song, "Content-Length", strconv.Itoa(len(song)+1000))
		}},
		"no length": {whole: true, answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 200, song[:1000])
			_ = http.NewResponseController(w).Flush()
			_, _ = w.Write(song[1000:])
		}},
		"octets": {whole: true, answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 200, song, "Content-Type", "application/octet-stream", "Content-Length", length)
		}},
		"a range that nobody asked for": {whole: true, answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 206, song, "Content-Range", "bytes 0-"+strconv.Itoa(len(song)-1)+"/"+length)
		}},
		"the end as a range that nobody asked for": {answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 206, song[1000:], "Content-Range", "bytes 1000-"+strconv.Itoa(len(song)-1)+"/"+length)
		}},
		"a range without a total": {whole: true, answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 206, song, "Content-Range", "bytes 0-"+strconv.Itoa(len(song)-1)+"/*")
		}},
		"a range of nonsense": {answer: func(f *fileServer, w http.ResponseWriter, _ *http.Request) {
			send(f, w, 206, song, "Content-Range", "bytes ?-!/none")
		}},
	} {
		for _, tags := range []bool{false, true} {
			t.Run(name+", tags "+strconv.FormatBool(tags), func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				b.tags = tags
				id := b.song()
				f := serveFile(t, song, func(f *fileServer, _ int, w http.ResponseWriter, r *http.Request) { c.answer(f, w, r) })
				b.fetchFrom(f)
				_, err := b.download(id)
				if c.whole {
					require.NoError(t, err)
					b.requireWhole(song)
					return
				}
				require.True(t, err != nil || b.row(id).Availability == models.AvailabilityUnavailable)
				require.False(t, b.row(id).Downloaded)
				require.NotEmpty(t, b.task(id).LastError, "the song says why")
				found, err := b.store.GetSongFiles(t.Context(), id)
				require.NoError(t, err)
				require.Empty(t, found.Files)

				f.answer = nil
				b.fetchFrom(f)
				_, err = b.download(id)
				require.NoError(t, err, "once it is honest the song comes")
				b.requireWhole(song)
			})
		}
	}
}

// A cover that is not there costs the song nothing, and is asked for again.
func TestACoverThatIsNotThereIsAskedForAgain(t *testing.T) {
	t.Parallel()
	song, picture := file(t, demoaudio.MP3320, songSeconds, 1), jpegOf(t, 300)
	b := newBench(t)
	id := b.withCover(served{})
	gone := true
	f := serveFile(t, song, func(f *fileServer, _ int, w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/cover":
			f.honest(w, r)
		case gone:
			http.NotFound(w, r)
		default:
			_, _ = w.Write(picture)
		}
	})
	b.fetchFrom(f)
	b.Parts = func() PartSettings { return PartSettings{Tags: true, Cover: true} }
	_, err := b.download(id)
	require.NoError(t, err)
	got, err := tagging.Read(b.only(), true)
	require.NoError(t, err)
	require.Equal(t, "山路", got.Title, "what is known of it is in the file")
	require.Empty(t, got.Cover)
	p := b.parts(id)[models.PartCover]
	require.Equal(t, models.PartFailed, p.State)
	require.Equal(t, 1, p.Attempts)
	require.NotEmpty(t, p.LastError)
	require.Equal(t, models.PartOK, b.parts(id)[models.PartAudio].State)
	b.requireSound()

	gone = false
	res, err := b.AddParts(t.Context(), id, false)
	require.NoError(t, err)
	require.True(t, res.Skipped, "it rests for a while")
	b.Now = func() time.Time { return time.UnixMilli(p.NextTryAtMS) }
	_, err = b.AddParts(t.Context(), id, false)
	require.NoError(t, err)
	got, err = tagging.Read(b.only(), true)
	require.NoError(t, err)
	require.Equal(t, picture, got.Cover)
	require.Equal(t, models.PartOK, b.parts(id)[models.PartCover].State)
	b.requireSound()
}
