package download

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// singer is a provider that has words, too.
type singer struct {
	*fakeSource
	words sources.Lyrics
	err   error
}

func (s *singer) FetchLyrics(context.Context, sources.Candidate) (sources.Lyrics, error) {
	return s.words, s.err
}

// ownFiles is a provider whose files are the operator's.
type ownFiles struct{ *fakeSource }

func (ownFiles) Curated() {}

var everything = PartSettings{Tags: true, Cover: true, Lyrics: true, FolderPicture: true, WordsFile: true, InfoFile: true}

// useParts starts the service with parts, on the sources of a list.
func (b *bench) useParts(settings PartSettings, s Store, list ...sources.Source) {
	b.t.Helper()
	lib, err := library.Open(b.dir, library.Options{ReserveBytes: 1000, FreeBytes: func(string) (int64, error) { return b.free.Load(), nil }})
	require.NoError(b.t, err)
	registry, err := sources.NewRegistry(list...)
	require.NoError(b.t, err)
	b.Service, err = New(b.t.Context(), Config{Store: s, Sources: registry, Library: lib, Parts: func() PartSettings { return settings }})
	require.NoError(b.t, err)
}

var someWords = sources.Lyrics{Original: "[ti:山路]\n[00:01.00]第一行\n[00:05.20][00:09.20]second", Translation: "[00:01.00]first line"}

func jpegOf(t *testing.T, side int) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, side, side)), nil))
	return b.Bytes()
}

// withCover is the song "1" with a cover that the source serves.
func (b *bench) withCover(cover served) int64 {
	snap := snapshot("1", "山路")
	snap.CoverURL, snap.Year, snap.Track = "cover", 2011, 7
	b.netease.songs["cover"] = cover
	return b.songs(snap)[0]
}

func (b *bench) parts(songID int64) map[models.PartName]models.SongPart {
	b.t.Helper()
	parts, err := b.store.GetParts(b.t.Context(), songID)
	require.NoError(b.t, err)
	return parts
}

// only is the one audio file of the library.
func (b *bench) only() string {
	b.t.Helper()
	var found []string
	for _, f := range b.files() {
		if !library.IsBeside(f) {
			found = append(found, filepath.Join(b.dir, f))
		}
	}
	require.Len(b.t, found, 1)
	return found[0]
}

// encoded makes a song's file with ffmpeg.
func encoded(t *testing.T, ext string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: no files can be made")
	}
	path := filepath.Join(t.TempDir(), "song."+ext)
	all := append([]string{"-loglevel", "error", "-f", "lavfi", "-i", "sine=frequency=330:duration=20"}, args...)
	out, err := exec.CommandContext(t.Context(), "ffmpeg", append(all, path)...).CombinedOutput()
	require.NoError(t, err, string(out))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}

func decodedMD5(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-loglevel", "error", "-i", path, "-map", "0:a", "-f", "md5", "-").Output()
	require.NoError(t, err)
	return string(out)
}

func TestSongsOfEveryFormatGetTheirParts(t *testing.T) {
	t.Parallel()
	for ext, args := range map[string][]string{
		"mp3": {"-b:a", "192k"}, "flac": nil, "m4a": {"-c:a", "aac", "-movflags", "+faststart"},
		"ogg": {"-c:a", "libvorbis"}, "opus": {"-c:a", "libopus"}, "wav": nil,
	} {
		t.Run(ext, func(t *testing.T) {
			t.Parallel()
			body := encoded(t, ext, args...)
			b := newBench(t)
			b.useParts(everything, b.store, &singer{fakeSource: b.netease, words: someWords})
			picture := jpegOf(t, 300)
			id := b.withCover(served{body: picture})
			b.netease.songs["1"] = served{body: body, stream: sources.Stream{Ext: ext}}
			_, err := b.download(id)
			require.NoError(t, err)

			path := b.only()
			got, err := tagging.Read(path, true)
			require.NoError(t, err)
			require.Equal(t, tagging.Tags{
				Title: "山路", Artists: []string{"阿木", "Lin"}, Album: "河口", AlbumArtist: "阿木", Year: 2011, Track: 7,
				Lyrics: someWords.Original, Translation: someWords.Translation,
				Platform: "netease", SongID: "1", Source: "netease", SourceID: "1", Cover: picture,
			}, got)
			plain := filepath.Join(t.TempDir(), "served."+ext)
			require.NoError(t, os.WriteFile(plain, body, 0o600))
			require.Equal(t, decodedMD5(t, plain), decodedMD5(t, path), "the sound is the one that was served")

			var a models.FileAsset
			require.NoError(t, b.db.Read.Take(&a).Error)
			require.EqualValues(t, len(body), a.ServedBytes)
			sum, err := b.targets.now().lib.SHA256(b.locator(id))
			require.NoError(t, err)
			require.Equal(t, sum, a.SHA256)
			require.NotEqual(t, a.SHA256, a.ServedSHA256)
			for _, p := range b.parts(id) {
				require.Equal(t, models.PartOK, p.State, p.Part)
				require.Equal(t, "netease", p.Source, p.Part)
				require.NotEmpty(t, p.ContentHash, p.Part)
			}
			require.Equal(t, "300x300", b.parts(id)[models.PartCover].Quality)

			res, err := b.Replace(t.Context(), id, nil, nil)
			require.NoError(t, err)
			require.True(t, res.Skipped, "the same sound is known although the file has tags")
			require.Len(t, b.files(), 4, "the song, its words, its NFO, the folder's picture")
		})
	}
}

func (b *bench) locator(songID int64) string {
	b.t.Helper()
	var l models.FileLocation
	require.NoError(b.t, b.db.Read.Take(&l, "song_id = ? AND status = 'active'", songID).Error)
	return l.Locator
}

func TestFilesBesideASong(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.useParts(PartSettings{FolderPicture: true, WordsFile: true, InfoFile: true}, b.store, &singer{fakeSource: b.netease, words: someWords})
	id := b.withCover(served{body: jpegOf(t, 300)})
	body := file(t, demoaudio.MP3320, songSeconds, 1)
	b.netease.songs["1"] = served{body: body}
	folder := filepath.Join(b.dir, "netease", "阿木")
	require.NoError(t, os.MkdirAll(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "folder.jpg"), []byte("mine"), 0o600))
	_, err := b.download(id)
	require.NoError(t, err)
	got, err := os.ReadFile(b.only())
	require.NoError(t, err)
	require.Equal(t, body, got, "without tags the file is the one that was served")
	words, err := os.ReadFile(filepath.Join(folder, "阿木, Lin - 山路.lrc"))
	require.NoError(t, err)
	require.Equal(t, "[ti:山路]\n[ar:阿木 / Lin]\n[al:河口]\n[re:catalogsync]\n[00:01.00]第一行\n[00:01.00]first line\n[00:05.20]second\n[00:09.20]second\n", string(words))
	mine, err := os.ReadFile(filepath.Join(folder, "folder.jpg"))
	require.NoError(t, err)
	require.Equal(t, "mine", string(mine), "what somebody else put there stays")
	nfo, err := os.ReadFile(filepath.Join(folder, "阿木, Lin - 山路.nfo"))
	require.NoError(t, err)
	require.Contains(t, string(nfo), `<uniqueid type="netease">1</uniqueid>`)
	parts := b.parts(id)
	require.Equal(t, models.PartOK, parts[models.PartInfo].State)
	require.Equal(t, models.PartOK, parts[models.PartLyrics].State)
}

func TestLightPartsNeverFailASong(t *testing.T) {
	t.Parallel()
	html := []byte("<!doctype html><html><body>404</body></html>")
	for name, c := range map[string]struct {
		cover   served
		wordErr error
		part    models.PartName
		state   models.PartState
		code    models.Code
	}{
		"cover is empty":   {served{length: -1}, nil, models.PartCover, models.PartFailed, models.CodeNotPicture},
		"cover is a page":  {served{body: html}, nil, models.PartCover, models.PartFailed, models.CodeNotPicture},
		"cover is a dot":   {served{body: jpegOf(t, 1)}, nil, models.PartCover, models.PartFailed, models.CodeNotPicture},
		"cover of 10 MiB":  {served{body: append(jpegOf(t, 300), make([]byte, 10<<20)...)}, nil, models.PartCover, models.PartSkipped, models.CodeTooLarge},
		"10 MiB not told":  {served{body: append(jpegOf(t, 300), make([]byte, 10<<20)...), length: -1}, nil, models.PartCover, models.PartSkipped, models.CodeTooLarge},
		"words late":       {served{body: jpegOf(t, 300)}, transient(), models.PartLyrics, models.PartFailed, models.CodeTimeout},
		"words blocked":    {served{body: jpegOf(t, 300)}, models.NewError(models.ClassRiskControl, models.CodeRiskControl, "verify"), models.PartLyrics, models.PartBlocked, models.CodeRiskControl},
		"words not served": {served{body: jpegOf(t, 300)}, unavailable(models.CodePaid), models.PartLyrics, models.PartSkipped, models.CodePaid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.useParts(PartSettings{Tags: true, Cover: true, Lyrics: true}, b.store, &singer{fakeSource: b.netease, err: c.wordErr})
			id := b.withCover(c.cover)
			b.netease.songs["1"] = served{body: file(t, demoaudio.FLAC, songSeconds, 1), stream: sources.Stream{Ext: "flac"}}
			res, err := b.download(id)
			require.NoError(t, err)
			require.False(t, res.Skipped)
			p := b.parts(id)[c.part]
			require.Equal(t, c.state, p.State)
			require.Equal(t, c.code, p.LastErrorCode)
			require.NotEmpty(t, p.LastError)
			if p.State == models.PartFailed {
				require.Equal(t, 1, p.Attempts)
				require.Positive(t, p.NextTryAtMS)
			}
			require.Equal(t, models.PartOK, b.parts(id)[models.PartInfo].State, "the rest is written")
			require.Equal(t, models.PartOK, b.parts(id)[models.PartAudio].State)
			b.requireSound()
		})
	}
}

func TestFilesThatTakeNoTagsStayAsTheyWereServed(t *testing.T) {
	t.Parallel()
	all := PartSettings{Tags: true, Cover: true, Lyrics: true}
	plain := func(f *fakeSource) sources.Source { return f }
	for name, c := range map[string]struct {
		settings PartSettings
		source   func(*fakeSource) sources.Source
		body     []byte
		seconds  int
		code     models.Code
	}{
		"switched off":   {PartSettings{}, plain, file(t, demoaudio.MP3320, songSeconds, 1), songSeconds, models.CodePartOff},
		"own files":      {all, func(f *fakeSource) sources.Source { return ownFiles{f} }, file(t, demoaudio.MP3320, songSeconds, 1), songSeconds, models.CodePartCurated},
		"raw AAC":        {all, plain, encoded(t, "aac"), songSeconds, models.CodePartUntaggable},
		"Monkey's Audio": {all, plain, encodingOf(t, "ape"), 30, models.CodePartUntaggable},
		"Windows Media":  {all, plain, encodingOf(t, "wma 2"), 30, models.CodePartUntaggable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.useParts(c.settings, b.store, c.source(b.netease))
			snap := snapshot("1", "山路")
			snap.CoverURL, snap.DurationMS = "cover", int64(c.seconds)*1000
			id := b.songs(snap)[0]
			b.netease.songs["cover"] = served{body: jpegOf(t, 300)}
			b.netease.songs["1"] = served{body: c.body}
			_, err := b.download(id)
			require.NoError(t, err)
			got, err := os.ReadFile(b.only())
			require.NoError(t, err)
			require.Equal(t, c.body, got)
			parts := b.parts(id)
			require.Equal(t, models.PartOK, parts[models.PartAudio].State)
			require.Equal(t, models.PartSkipped, parts[models.PartInfo].State)
			require.Equal(t, c.code, parts[models.PartInfo].LastErrorCode)
			require.NotEmpty(t, parts[models.PartInfo].LastError)
			require.Equal(t, models.PartSkipped, parts[models.PartCover].State, "a cover that is in no file is not there")
		})
	}
}

func TestFullDiskLeavesTheSongWithoutTags(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.useParts(PartSettings{Tags: true, Cover: true}, b.store, b.netease)
	id := b.withCover(served{body: jpegOf(t, 300)})
	body := file(t, demoaudio.MP3320, songSeconds, 1)
	b.netease.songs["1"] = served{body: body}
	b.free.Store(1000 + int64(len(body)) + 10)
	_, err := b.download(id)
	require.NoError(t, err)
	got, err := os.ReadFile(b.only())
	require.NoError(t, err)
	require.Equal(t, body, got)
	p := b.parts(id)[models.PartInfo]
	require.Equal(t, models.PartFailed, p.State)
	require.Equal(t, models.CodeDiskFull, p.LastErrorCode)
	b.requireSound()
}

func TestKillWithTagsLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, dying := range map[string]*dyingStore{"before the rename": {atBegin: true}, "after the rename": {atFinish: true}} {
		for _, recovers := range []bool{true, false} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBench(t)
				settings, killed := PartSettings{Tags: true, Cover: true, Lyrics: true}, *dying
				killed.Store = b.store
				source := &singer{fakeSource: b.netease, words: someWords}
				b.useParts(settings, &killed, source)
				id := b.withCover(served{body: jpegOf(t, 300)})
				b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
				require.PanicsWithValue(t, errKilled, func() { _, _ = b.download(id) })
				twin := filepath.Join(b.dir, ".left.mp3.part.mp3") // of a process that was killed while it tagged
				require.NoError(t, os.WriteFile(twin, []byte("x"), 0o600))

				b.useParts(settings, b.store, source)
				if recovers {
					require.NoError(t, b.Recover(t.Context()))
				} else {
					require.NoError(t, os.Remove(twin))
				}
				_, err := b.download(id)
				require.NoError(t, err)
				require.Equal(t, []string{"netease/阿木/阿木, Lin - 山路.mp3"}, b.files())
				for _, p := range b.parts(id) {
					require.Equal(t, models.PartOK, p.State, p.Part)
				}
				b.requireSound()
			})
		}
	}
}

func TestCancelWhileWordsAreAwaitedLeavesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.useParts(PartSettings{Tags: true, Cover: true}, b.store, b.netease)
	id := b.withCover(served{hang: true})
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	b.netease.opened = make(chan struct{}, 2)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-b.netease.opened
		<-b.netease.opened // the cover, which never comes
		cancel()
	}()
	begun := time.Now()
	_, err := b.Download(ctx, id, nil, nil)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(begun), 2*time.Second)
	require.Empty(t, b.files())
	b.requireSound()
}

func TestPartsOfOldSongsAreAdded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	source := &singer{fakeSource: b.netease, err: transient()}
	b.useParts(PartSettings{}, b.store, source)
	id := b.withCover(served{body: []byte("<html>")})
	body := file(t, demoaudio.MP3320, songSeconds, 1)
	b.netease.songs["1"] = served{body: body}
	_, err := b.download(id)
	require.NoError(t, err)

	settings := PartSettings{Tags: true, Cover: true, Lyrics: true, WordsFile: true}
	b.useParts(settings, b.store, source)
	res, err := b.AddParts(t.Context(), id, false)
	require.NoError(t, err)
	require.Equal(t, "info", res.Reason)
	require.Equal(t, models.PartFailed, b.parts(id)[models.PartCover].State)
	opens := b.netease.opens.Load()
	res, err = b.AddParts(t.Context(), id, false)
	require.NoError(t, err)
	require.True(t, res.Skipped, "what failed rests")
	require.Equal(t, opens, b.netease.opens.Load())

	picture := jpegOf(t, 200)
	source.err, source.words = nil, someWords
	b.netease.songs["cover"] = served{body: picture}
	res, err = b.AddParts(t.Context(), id, true)
	require.NoError(t, err)
	require.False(t, res.Skipped)
	require.Equal(t, "cover, info, lyrics, translation", res.Reason)
	got, err := tagging.Read(b.only(), true)
	require.NoError(t, err)
	require.Equal(t, someWords.Original, got.Lyrics)
	require.Equal(t, picture, got.Cover)
	require.Equal(t, 1, strings.Count(strings.Join(b.files(), " "), ".mp3"))
	require.Equal(t, models.TaskSucceeded, b.task(id).State)
	require.NotEmpty(t, b.task(id).DecisionJSON, "why this file is still known")
	var a models.FileAsset
	require.NoError(t, b.db.Read.Order("id DESC").Take(&a).Error)
	require.EqualValues(t, len(body), a.ServedBytes, "what was served is known however often it is tagged")
	there, err := b.download(id)
	require.NoError(t, err)
	require.True(t, there.Skipped)
}
