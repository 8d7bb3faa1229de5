package download

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// trial is one file that a source serves for a song of so many seconds.
type trial struct {
	name     string
	body     []byte
	seconds  int
	accepted bool
	stream   sources.Stream
	length   int64 // announced; 0 = as long as the body
}

// try downloads each trial's song and checks that exactly the accepted ones lie in the
// library. It gives their paths by name.
func (b *bench) try(trials []trial) map[string]string {
	b.t.Helper()
	songs := make([]models.SongSnapshot, len(trials))
	for i, tr := range trials {
		id := strconv.Itoa(i + 1)
		songs[i] = snapshot(id, "山路 "+id)
		songs[i].DurationMS = int64(tr.seconds) * 1000
		b.netease.songs[id] = served{stream: tr.stream, body: tr.body, length: tr.length}
	}
	paths := map[string]string{}
	for i, id := range b.songs(songs...) {
		tr := trials[i]
		res, err := b.download(id)
		if !tr.accepted {
			require.True(b.t, err != nil || res.Skipped, "%s counts as downloaded: %+v", tr.name, res)
			require.NotEmpty(b.t, b.task(id).LastError, "%s: the song tells why", tr.name)
			continue
		}
		require.NoError(b.t, err, tr.name)
		require.False(b.t, res.Skipped, "%s is refused: %s", tr.name, res.Reason)
		var l models.FileLocation
		require.NoError(b.t, b.db.Read.Take(&l, "song_id = ? AND status = 'active'", id).Error)
		paths[tr.name] = filepath.Join(b.dir, filepath.FromSlash(l.Locator))
		b.requireLabel(id, paths[tr.name])
	}
	require.Len(b.t, b.files(), len(paths), "nothing else lies in the library")
	b.requireSound()
	return paths
}

// requireLabel compares what is stored of a song's file with what ffprobe says of it.
func (b *bench) requireLabel(songID int64, path string) {
	b.t.Helper()
	var a models.FileAsset
	require.NoError(b.t, b.db.Read.Take(&a, "song_id = ?", songID).Error)
	want := labelOf(b.t, path)
	require.Equal(b.t, want.codec, a.Codec)
	require.Equal(b.t, want.rate, a.SampleRateHz)
	require.Equal(b.t, want.channels, a.Channels)
	require.Equal(b.t, want.depth, a.BitDepth)
	require.InDelta(b.t, want.durationMS, a.DurationMS, 120)
	if want.codec != "ape" { // its packets cannot be read: there is no sound in them
		require.InEpsilon(b.t, float64(want.bitrate), float64(a.BitrateBPS), 0.08)
	}
	require.Equal(b.t, "."+a.Ext, filepath.Ext(path))
	switch {
	case a.BitDepth == 0:
		require.Equal(b.t, models.QualityOfBitrate(a.BitrateBPS), a.Quality)
	case a.BitDepth > 16 || a.SampleRateHz > 48_000:
		require.Equal(b.t, models.QualityHiRes, a.Quality)
	default:
		require.Equal(b.t, models.QualityLossless, a.Quality)
	}
}

// clean gives a file as its encoder made it.
func clean(t testing.TB, made func() ([]byte, error)) []byte {
	t.Helper()
	b, err := made()
	require.NoError(t, err)
	return b
}

// TestNoWrongFileCounts serves good, cut, holed, glued, swapped and lying files of every
// format. What cannot be told from a good file without decoding it is beyond reach, and
// not claimed: a lossless file made from a lossy one; other samples in the midst of a WAV
// file; random bytes in the midst of a Monkey's Audio file or of Opus in MP4; a loss
// within the tolerance of the song's length, at the border of a frame, in MP3 without an
// index and raw AAC; less than their last frame.
func TestNoWrongFileCounts(t *testing.T) {
	t.Parallel()
	need(t)
	for _, e := range encodings {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			sound := clean(t, e.sound)
			trials := []trial{{name: "good", body: sound, seconds: e.seconds, accepted: true, stream: sources.Stream{Ext: e.ext}}}
			trials = append(trials, cuts(t, e, sound)...)
			trials = append(trials, damages(t, e, sound)...)
			trials = append(trials, swaps(e, sound)...)
			if e.silence != nil {
				trials = append(trials, trial{name: "silence", body: clean(t, e.silence), seconds: e.seconds, accepted: !e.refusesSilence})
			}
			b.try(trials)
		})
	}
}

// cuts are parts of a file that are served as if they were all of it.
func cuts(t *testing.T, e encoding, sound []byte) (out []trial) {
	path := filepath.Join(t.TempDir(), "sound."+e.ext)
	writeFile(t, path, sound)
	packets := labelOf(t, path).packets
	part := func(name string, body []byte, accepted bool) {
		out = append(out, trial{name: name, body: body, seconds: e.seconds, accepted: accepted})
	}
	for _, share := range []float64{0.999, 0.9, 0.5, 0.05} {
		cut := sound[:int(float64(len(sound))*share)]
		name := fmt.Sprintf("cut to %g %%", share*100)
		// MP3 and raw AAC may lack a last frame, which platforms' files do.
		lastFrame := share == 0.999 && (e.ext == "mp3" || e.ext == "aac")
		if !lastFrame {
			part(name, cut, false)
		}
		out = append(out, trial{name: name + ", announced whole", body: cut, seconds: e.seconds, length: int64(len(sound))})
		out = append(out, trial{name: name + ", its size known", body: cut, seconds: e.seconds, stream: sources.Stream{SizeBytes: int64(len(sound))}})
	}
	part("head only", sound[:min(len(sound), 2000)], false)
	part("tail only", sound[len(sound)/2:], false)
	if len(packets) > 10 {
		if e.codec != "mp3" && e.ext != "aac" { // whose frames need no head
			part("without its head", sound[packets[0]+1:], false)
		}
		for _, share := range []int{50, 90} {
			part(fmt.Sprintf("cut at a border at %d %%", share), sound[:packets[len(packets)*share/100]], false)
		}
		if e.announces {
			part("cut at the border before the last but five", sound[:packets[len(packets)-6]], false)
		}
	}
	return out
}

// damages are files whose beginning and length are right.
func damages(t *testing.T, e encoding, sound []byte) (out []trial) {
	replaced := func(name string, with []byte) {
		bad := bytes.Clone(sound)
		copy(bad[len(bad)/2:], with)
		out = append(out, trial{name: name, body: bad, seconds: e.seconds})
	}
	const damage = 16 << 10
	if e.framed || e.holes {
		replaced("zeros in the midst", make([]byte, damage))
		replaced("zeros from the midst on", make([]byte, len(sound)))
	} else {
		replaced("zeros from the midst on", make([]byte, len(sound)-44))
	}
	if e.framed {
		replaced("random bytes in the midst", noise(damage, 1))
		replaced("a page in the midst", bytes.Repeat([]byte("<p>502 Bad Gateway</p>\n"), damage/23))
	}
	for name, lie := range e.lies {
		lying := lie(sound)
		require.False(t, bytes.Equal(sound, lying), "%s: nothing was edited", name)
		out = append(out, trial{name: "claims to be longer: " + name, body: lying, seconds: e.seconds * lieFactor})
	}
	return out
}

// swaps are other files in the place of the song's.
func swaps(e encoding, sound []byte) []trial {
	page := func(begin, fill, end string) []byte {
		n := len(sound) - len(begin) - len(end)
		return append(append([]byte(begin), bytes.Repeat([]byte(fill), n/len(fill)+1)[:n]...), end...)
	}
	twice := bytes.Repeat(sound, 2)
	return []trial{
		{name: "a preview", body: sound, seconds: e.seconds * lieFactor},
		{name: "a preview of unknown kind", body: sound, seconds: e.seconds * 4},
		{name: "two files glued", body: twice, seconds: e.seconds},
		{name: "an HTML page", body: page("<!DOCTYPE html><html><body>", "请登录 ", "</body></html>"), seconds: e.seconds},
		{name: "a JSON answer", body: page(`{"code":-110,"data":"`, "A", `"}`), seconds: e.seconds},
		{name: "an XML document", body: page(`<?xml version="1.0"?><Error>`, "<x/>", `</Error>`), seconds: e.seconds},
		{name: "a page behind a tag", body: append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), page("<html>", "x", "</html>")...), seconds: e.seconds},
		{name: "zeros", body: make([]byte, len(sound)), seconds: e.seconds},
		{name: "random bytes", body: noise(len(sound), 3), seconds: e.seconds},
		{name: "nothing", body: nil, seconds: e.seconds},
	}
}

// encodingOf finds an encoding by name.
func encodingOf(t testing.TB, name string) []byte {
	t.Helper()
	for _, e := range encodings {
		if e.name == name {
			return clean(t, e.sound)
		}
	}
	require.FailNow(t, "there is no encoding "+name)
	return nil
}

// TestFilesAreStoredAsWhatTheyAre: names and claims do not count, tags do no harm.
func TestFilesAreStoredAsWhatTheyAre(t *testing.T) {
	t.Parallel()
	need(t)
	mp3, m4a, flac := encodingOf(t, "mp3 320k"), encodingOf(t, "aac in m4a"), encodingOf(t, "flac")
	ape := encodingOf(t, "ape")
	id3v1 := append([]byte("TAG"), make([]byte, 125)...)
	lyrics := []byte("LYRICSBEGININD0000210LYR00005[晚")
	lyrics = append(lyrics, fmt.Sprintf("%06dLYRICS200", len(lyrics))...)
	lossless := func(ext string) sources.Stream { return sources.Stream{Ext: ext, Quality: models.QualityLossless} }
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	b := newBench(t)
	paths := b.try([]trial{
		{name: "mp3 named flac", body: mp3, seconds: 30, accepted: true, stream: lossless("flac")},
		{name: "m4a named mp3", body: m4a, seconds: 30, accepted: true, stream: sources.Stream{Ext: "mp3"}},
		{name: "flac named mp3", body: flac, seconds: 30, accepted: true, stream: sources.Stream{Ext: "mp3"}},
		{name: "20 MB picture before an mp3", body: join(id3v2(20<<20), mp3), seconds: 30, accepted: true},
		{name: "id3 before a flac", body: join(id3v2(2000), flac), seconds: 30, accepted: true, stream: lossless("flac")},
		{name: "all tags behind an mp3", body: join(mp3, apev2(), lyrics, id3v1), seconds: 30, accepted: true},
		{name: "ape tag behind an mp3", body: join(mp3, apev2()), seconds: 30, accepted: true},
		{name: "lyrics behind a flac", body: join(flac, lyrics, id3v1), seconds: 30, accepted: true, stream: lossless("flac")},
		{name: "tags behind an ape", body: join(ape, apev2(), id3v1), seconds: 30, accepted: true, stream: lossless("ape")},
		{name: "aac whose entry names another rate", body: edited(m4a, "mp4a\x00\x00\x00\x00\x00\x00\x00\x01", 28, func(b []byte) { binary.BigEndian.PutUint16(b, 48_000) }), seconds: 30, accepted: true},
	})
	require.Equal(t, ".mp3", filepath.Ext(paths["mp3 named flac"]))
	require.Equal(t, ".m4a", filepath.Ext(paths["m4a named mp3"]))
	var claimed models.FileAsset
	require.NoError(t, b.db.Read.Take(&claimed, "claimed_quality = ? AND codec = 'mp3'", models.QualityLossless).Error)
	require.Equal(t, models.Quality320, claimed.Quality, "what it claims is kept beside what it is")
}

func id3v2(content int) []byte {
	h := []byte{'I', 'D', '3', 4, 0, 0, byte(content >> 21 & 0x7f), byte(content >> 14 & 0x7f), byte(content >> 7 & 0x7f), byte(content & 0x7f)}
	return append(h, make([]byte, content)...)
}

// apev2 is a tag of one item with a header and a footer.
func apev2() []byte {
	item := []byte("\x06\x00\x00\x00\x00\x00\x00\x00Title\x00\xe6\x99\x9a\xe9\xa3\x8e")
	ends := func(flags uint32) []byte {
		b := []byte("APETAGEX")
		for _, v := range []uint32{2000, uint32(len(item) + 32), 1, flags, 0, 0} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		return b
	}
	return bytes.Join([][]byte{ends(0xa0000000), item, ends(0x80000000)}, nil)
}

// TestLyingServersAreSeenThrough: what the song keeps says what was wrong.
func TestLyingServersAreSeenThrough(t *testing.T) {
	t.Parallel()
	need(t)
	song := encodingOf(t, "mp3 320k")
	type answer = func(*fileServer, int, http.ResponseWriter, *http.Request)
	plain := func(header map[string]string, status int, body []byte) answer {
		return func(_ *fileServer, _ int, w http.ResponseWriter, _ *http.Request) {
			for k, v := range header {
				w.Header().Set(k, v)
			}
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}
	}
	size := func(n int) map[string]string { return map[string]string{"Content-Length": strconv.Itoa(n)} }
	for name, c := range map[string]struct {
		answer answer
		code   models.Code // "" = the song is there
		says   string
	}{
		"announces more than it has":   {plain(size(len(song)+5000), 200, song), models.CodeLengthMismatch, ""},
		"announces less than it has":   {plain(size(len(song)*9/10), 200, song[:len(song)*9/10]), models.CodeLengthMismatch, "cut off"},
		"says nothing of the length":   {plain(nil, 200, song), "", ""},
		"calls a song a page":          {plain(map[string]string{"Content-Type": "text/html"}, 200, song), models.CodeUpstreamHTML, "web page"},
		"calls a song JSON":            {plain(map[string]string{"Content-Type": "application/json"}, 200, song), "", ""},
		"calls a page a song":          {plain(map[string]string{"Content-Type": "audio/mpeg"}, 200, []byte("<html>请登录</html>")), models.CodeNotAudio, "HTML"},
		"sends part that is the whole": {plain(map[string]string{"Content-Range": fmt.Sprintf("bytes 0-%d/%d", len(song)-1, len(song))}, 206, song), "", ""},
		"sends a part unasked":         {plain(map[string]string{"Content-Range": fmt.Sprintf("bytes 0-%d/%d", len(song)/2-1, len(song))}, 206, song[:len(song)/2]), models.CodePreviewOnly, "14 of 30"},
		"sends the other part unasked": {plain(map[string]string{"Content-Range": fmt.Sprintf("bytes %d-%d/%d", len(song)/2, len(song)-1, len(song))}, 206, song[len(song)/2:]), models.CodeLengthMismatch, "begins at byte"},
		"sends no content":             {plain(nil, 204, nil), models.CodeUpstreamStatus, ""},
		"sends nothing":                {plain(nil, 200, nil), models.CodeUpstreamEmpty, "empty"},
		"packs what must not be":       {plain(map[string]string{"Content-Encoding": "gzip"}, 200, []byte("\x1f\x8b\x08\x00")), models.CodeNotAudio, "gzip"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			s := snapshot("1", "山路")
			s.DurationMS = 30_000
			id := b.songs(s)[0]
			b.fetchFrom(serveFile(t, song, c.answer))
			res, err := b.download(id)
			if c.code == "" {
				require.NoError(t, err)
				require.False(t, res.Skipped, res.Reason)
				b.requireWhole(song)
				return
			}
			require.True(t, err != nil || res.Skipped)
			task := b.task(id)
			require.Equal(t, c.code, task.LastErrorCode, task.LastError)
			require.Contains(t, task.LastError, c.says)
			require.Empty(t, b.files())
			b.requireSound()
		})
	}
}
