package download

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/httpclient"
	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// fileServer serves one file over HTTP, as honestly as its answer function. It notes what
// it was asked for and counts the bytes that it sent.
type fileServer struct {
	*httptest.Server
	body []byte
	tag  string
	// answer serves a request, the n-th from 1; nil = honest.
	answer func(f *fileServer, n int, w http.ResponseWriter, r *http.Request)

	mu     sync.Mutex
	ranges []string
	sent   int64
}

func serveFile(t *testing.T, body []byte, answer func(*fileServer, int, http.ResponseWriter, *http.Request)) *fileServer {
	t.Helper()
	f := &fileServer{body: body, tag: `"v1"`, answer: answer}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.ranges = append(f.ranges, r.Header.Get("Range"))
		n := len(f.ranges)
		f.mu.Unlock()
		counted := &countingWriter{ResponseWriter: w, f: f}
		if f.answer == nil {
			f.honest(counted, r)
			return
		}
		f.answer(f, n, counted, r)
	}))
	t.Cleanup(f.Close)
	return f
}

// countingWriter counts the bytes of bodies.
type countingWriter struct {
	http.ResponseWriter
	f *fileServer
}

func (w *countingWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.f.mu.Lock()
	defer w.f.mu.Unlock()
	w.f.sent += int64(n)
	return n, err
}

// Unwrap lets the answer be flushed.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// honest serves the file as the standard library does: Range, If-Range and 416.
func (f *fileServer) honest(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", f.tag)
	w.Header().Set("Content-Type", "audio/mpeg")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
}

// breakAfter announces the rest of the file from start and breaks the connection after n
// bytes of it.
func (f *fileServer) breakAfter(w http.ResponseWriter, start, n int) {
	w.Header().Set("ETag", f.tag)
	w.Header().Set("Content-Length", fmt.Sprint(len(f.body)-start))
	if start > 0 {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, len(f.body)-1, len(f.body)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(f.body[start:min(start+n, len(f.body))])
	_ = http.NewResponseController(w).Flush()
	if start+n < len(f.body) {
		panic(http.ErrAbortHandler)
	}
}

// partial answers 206 with a body that begins at start and says that it does.
func (f *fileServer) partial(w http.ResponseWriter, start int, body []byte, tag string) {
	w.Header().Set("ETag", tag)
	w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, start+len(body)-1, start+len(body)))
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(http.StatusPartialContent)
	_, _ = w.Write(body)
}

func (f *fileServer) asked() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.ranges...)
}

// startOf is the first byte that a request asks for.
func startOf(r *http.Request) (start int) {
	_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &start)
	return start
}

// netSource is a fake source whose streams come over HTTP through the polite client.
type netSource struct {
	*fakeSource
	client *httpclient.Client
	server *fileServer
}

func (s *netSource) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	st.URL = s.server.URL + "/" + st.URL
	return s.client.Open(ctx, "stream", st, offset, validator)
}

// fetchFrom lets the bench's songs come from a server; it may be called again, as by a new
// process.
func (b *bench) fetchFrom(f *fileServer) {
	b.t.Helper()
	client, err := httpclient.New(httpclient.Config{Source: "netease", Configured: []string{f.URL}, Attempts: 1, IdleTimeout: 50 * time.Millisecond})
	require.NoError(b.t, err)
	b.netease.songs["1"] = served{}
	lib, err := library.Open(b.dir, library.Options{ReserveBytes: 1000, FreeBytes: func(string) (int64, error) { return b.free.Load(), nil }})
	require.NoError(b.t, err)
	registry, err := sources.NewRegistry(&netSource{b.netease, client, f})
	require.NoError(b.t, err)
	b.Service, err = New(b.t.Context(), Config{
		Store: b.store, Sources: registry, Library: lib, ResumeFrom: 1,
		Parts: func() PartSettings { return PartSettings{Tags: b.tags} },
	})
	require.NoError(b.t, err)
}

// requireWhole checks that the library holds exactly the file, byte for byte; with tags,
// exactly its sound.
func (b *bench) requireWhole(want []byte) {
	b.t.Helper()
	require.Len(b.t, b.files(), 1)
	path := filepath.Join(b.dir, b.files()[0])
	got, err := os.ReadFile(path)
	require.NoError(b.t, err)
	if b.tags {
		require.True(b.t, tagging.SameSound("mp3", bytes.NewReader(want), int64(len(want)), bytes.NewReader(got), int64(len(got))), "the sound is the one that the server has")
		tags, err := tagging.Read(path, false)
		require.NoError(b.t, err)
		require.Equal(b.t, "山路", tags.Title)
		require.Equal(b.t, []string{"阿木", "Lin"}, tags.Artists)
	} else {
		require.True(b.t, bytes.Equal(want, got), "the file is the one that the server has")
	}
	sum := sha256.Sum256(got)
	var asset models.FileAsset
	require.NoError(b.t, b.db.Read.Take(&asset).Error)
	require.Equal(b.t, hex.EncodeToString(sum[:]), asset.SHA256)
	b.requireSound()
}

const dropAfter = 200_000

// dropFirst breaks the first connection and serves the others as rest does.
func dropFirst(rest func(*fileServer, http.ResponseWriter, *http.Request)) func(*fileServer, int, http.ResponseWriter, *http.Request) {
	return func(f *fileServer, n int, w http.ResponseWriter, r *http.Request) {
		if n == 1 {
			f.breakAfter(w, 0, dropAfter)
		}
		rest(f, w, r)
	}
}

func TestBrokenConnectionsAreGoneOnWith(t *testing.T) {
	t.Parallel()
	song, other := file(t, demoaudio.MP3320, songSeconds, 1), file(t, demoaudio.MP3320, songSeconds, 2)
	honest := (*fileServer).honest
	for name, c := range map[string]struct {
		answer func(*fileServer, int, http.ResponseWriter, *http.Request)
		want   []byte
		again  bool // the file is asked for from its beginning
	}{
		"honest": {dropFirst(honest), song, false},
		"drops after each 64 KiB": {func(f *fileServer, _ int, w http.ResponseWriter, r *http.Request) {
			f.breakAfter(w, startOf(r), 64<<10)
		}, song, false},
		"ignores Range": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			r.Header.Del("Range")
			f.honest(w, r)
		}), song, true},
		"another file by now": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			f.body, f.tag = other, `"v2"`
			f.honest(w, r)
		}), other, true},
		"ignores If-Range": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			f.body, f.tag = other, `"v2"`
			if start := startOf(r); start > 0 {
				f.partial(w, start, other[start:], f.tag)
				return
			}
			f.honest(w, r)
		}), other, true},
		"begins elsewhere": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			if start := startOf(r); start > 0 {
				f.partial(w, start-1000, song[start-1000:], f.tag)
				return
			}
			f.honest(w, r)
		}), song, true},
		"says nothing of where it begins": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			if start := startOf(r); start > 0 {
				w.Header().Set("ETag", f.tag)
				w.WriteHeader(http.StatusPartialContent)
				_, _ = w.Write(song[start:])
				return
			}
			f.honest(w, r)
		}), song, true},
		"a shorter rest": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			if start := startOf(r); start > 0 {
				f.partial(w, start, song[start:len(song)-5000], f.tag)
				return
			}
			f.honest(w, r)
		}), song, true},
		"a longer rest": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			if start := startOf(r); start > 0 {
				f.partial(w, start, append(bytes.Clone(song[start:]), "more"...), f.tag)
				return
			}
			f.honest(w, r)
		}), song, true},
		"cannot satisfy the range": {dropFirst(func(f *fileServer, w http.ResponseWriter, r *http.Request) {
			if startOf(r) > 0 {
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return
			}
			f.honest(w, r)
		}), song, true},
		"stalls": {func(f *fileServer, n int, w http.ResponseWriter, r *http.Request) {
			if n > 1 {
				f.honest(w, r)
				return
			}
			w.Header().Set("ETag", f.tag)
			w.Header().Set("Content-Length", fmt.Sprint(len(f.body)))
			_, _ = w.Write(f.body[:dropAfter])
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}, song, false},
	} {
		for _, tags := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, tags %t", name, tags), func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				b.tags = tags
				id := b.song()
				f := serveFile(t, song, c.answer)
				b.fetchFrom(f)
				res, err := b.download(id)
				require.NoError(t, err)
				require.False(t, res.Skipped)
				b.requireWhole(c.want)
				asked := f.asked()
				require.NotEmpty(t, asked[1], "the rest is asked for first")
				whole := asked[len(asked)-1] == ""
				if name == "ignores Range" || name == "another file by now" {
					whole = true // it was sent in answer to the range
				}
				require.Equal(t, c.again, whole, "%q", asked)
				if !c.again {
					require.LessOrEqual(t, f.sent, int64(len(song)+200*(len(asked)-1)), "no byte comes twice")
				}
			})
		}
	}
}

// A server that never sends more than a byte is not asked for ever, and what came is not
// lost.
func TestAServerThatBringsNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	song := file(t, demoaudio.MP3320, songSeconds, 1)
	b := newBench(t)
	id := b.song()
	f := serveFile(t, song, func(f *fileServer, n int, w http.ResponseWriter, r *http.Request) {
		if n == 1 {
			f.breakAfter(w, 0, dropAfter)
		}
		f.breakAfter(w, startOf(r), 1)
	})
	b.fetchFrom(f)
	_, err := b.download(id)
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	require.Len(t, f.asked(), 2+idleReconnects)

	f.answer = nil
	b.fetchFrom(f) // as a new process
	require.NoError(t, b.Recover(t.Context()))
	_, err = b.download(id)
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("bytes=%d-", dropAfter+1+idleReconnects), f.asked()[2+idleReconnects])
	b.requireWhole(song)
}

// unfinished breaks the first connection and refuses the others.
func unfinished(f *fileServer, n int, w http.ResponseWriter, _ *http.Request) {
	if n == 1 {
		f.breakAfter(w, 0, dropAfter)
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

// onlyPart is the one partial file of the library.
func (b *bench) onlyPart() string {
	b.t.Helper()
	parts, err := filepath.Glob(filepath.Join(b.dir, "*/*/*.part"))
	require.NoError(b.t, err)
	require.Len(b.t, parts, 1)
	return parts[0]
}

// What an earlier process left is gone on with only when it is the beginning of the file.
func TestPartsOfAnEarlierProcess(t *testing.T) {
	t.Parallel()
	song := file(t, demoaudio.MP3320, songSeconds, 1)
	for name, c := range map[string]struct {
		alter func(t *testing.T, part string)
		first string // Range of the first request
		tries int
	}{
		"as it was left":   {func(*testing.T, string) {}, fmt.Sprintf("bytes=%d-", dropAfter), 1},
		"without its note": {func(t *testing.T, part string) { require.NoError(t, os.Remove(part+".json")) }, "", 1},
		"with half a note": {func(t *testing.T, part string) {
			require.NoError(t, os.WriteFile(part+".json", []byte(`{"song_id":`), 0o600))
		}, "", 1},
		"longer than the file": {func(t *testing.T, part string) { require.NoError(t, os.Truncate(part, int64(len(song)))) }, "", 1},
		"ending in zeros": {func(t *testing.T, part string) {
			require.NoError(t, os.Truncate(part, dropAfter-8192))
			require.NoError(t, os.Truncate(part, dropAfter))
		}, "", 1},
		// Nothing shows it before the file is whole; then it is dropped and comes anew.
		"with other bytes": {func(t *testing.T, part string) {
			info, err := os.Stat(part)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(part, bytes.Repeat([]byte("x"), int(info.Size())), 0o600))
		}, fmt.Sprintf("bytes=%d-", dropAfter), 2},
	} {
		for _, tags := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, tags %t", name, tags), func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				b.tags = tags
				id := b.song()
				f := serveFile(t, song, unfinished)
				b.fetchFrom(f)
				_, err := b.download(id)
				require.Error(t, err)
				c.alter(t, b.onlyPart())

				before := len(f.asked())
				f.answer = nil
				b.fetchFrom(f)
				require.NoError(t, b.Recover(t.Context()))
				for try := range c.tries {
					_, err = b.download(id)
					require.Equal(t, try == c.tries-1, err == nil, "%v", err)
				}
				require.Equal(t, c.first, f.asked()[before])
				b.requireWhole(song)
			})
		}
	}
}
