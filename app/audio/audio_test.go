package audio

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func probeBytes(b []byte) (Info, error) { return Probe(bytes.NewReader(b), int64(len(b))) }

// mp3Frames makes n frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz, joint stereo.
func mp3Frames(n int) []byte {
	frame := make([]byte, 417)
	copy(frame, []byte{0xff, 0xfb, 0x90, 0x40})
	return bytes.Repeat(frame, n)
}

// adtsFrames makes n frames of raw AAC, 44.1 kHz stereo, 200 bytes each.
func adtsFrames(n int) []byte {
	const size = 200
	frame := make([]byte, size)
	copy(frame, []byte{0xff, 0xf1, 0x50, 0x80 | size>>11, size >> 3 & 0xff, size&7<<5 | 0x1f, 0xfc})
	return bytes.Repeat(frame, n)
}

func id3v2(content int) []byte {
	h := []byte{'I', 'D', '3', 4, 0, 0, byte(content >> 21 & 0x7f), byte(content >> 14 & 0x7f), byte(content >> 7 & 0x7f), byte(content & 0x7f)}
	return append(h, make([]byte, content)...)
}

func wavBytes(rate, channels, depth, dataBytes int) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	le := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	le(uint32(36 + dataBytes))
	b.WriteString("WAVEfmt ")
	le(uint32(16))
	le(uint16(1))
	le(uint16(channels))
	le(uint32(rate))
	le(uint32(rate * channels * depth / 8))
	le(uint16(channels * depth / 8))
	le(uint16(depth))
	b.WriteString("data")
	le(uint32(dataBytes))
	b.Write(bytes.Repeat([]byte{0x11}, dataBytes))
	return b.Bytes()
}

func mp4Box(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	return append(append(b, kind...), body...)
}

// m4aBytes makes the least that is an M4A: 431 frames of 100 bytes, ten seconds.
func m4aBytes(entry string) []byte {
	const frames, frameBytes = 431, 100
	sample := make([]byte, 28)
	binary.BigEndian.PutUint16(sample[16:], 2)
	binary.BigEndian.PutUint16(sample[18:], 16)
	binary.BigEndian.PutUint16(sample[24:], 44_100)
	be := func(values ...uint32) (b []byte) {
		for _, v := range values {
			b = binary.BigEndian.AppendUint32(b, v)
		}
		return b
	}
	mdhd := be(0, 0, 0, 44_100, 441_000, 0)
	stsz := be(0, 0, frames)
	for range frames {
		stsz = append(stsz, be(frameBytes)...)
	}
	ftyp := mp4Box("ftyp", []byte("M4A \x00\x00\x00\x00"))
	moov := func(mediaAt uint32) []byte {
		stbl := mp4Box("stbl", mp4Box("stsd", make([]byte, 8), mp4Box(entry, sample)), mp4Box("stsz", stsz),
			mp4Box("stsc", be(0, 1, 1, frames, 1)), mp4Box("stco", be(0, 1, mediaAt)))
		hdlr := append(make([]byte, 8), "soun"...)
		mdia := mp4Box("mdia", mp4Box("mdhd", mdhd), mp4Box("hdlr", hdlr), mp4Box("minf", stbl))
		return mp4Box("moov", mp4Box("trak", mdia))
	}
	frame := append([]byte{0x21}, bytes.Repeat([]byte{0x5a, 0xa5, 0x13}, frameBytes/3)...)
	frame[frameBytes-1] = 0x07 << 2
	mediaAt := len(ftyp) + len(moov(0)) + 8
	return bytes.Join([][]byte{ftyp, moov(uint32(mediaAt)), mp4Box("mdat", bytes.Repeat(frame, frames))}, nil)
}

func TestProbeHandMadeFiles(t *testing.T) {
	t.Parallel()
	xing := mp3Frames(1)
	copy(xing[36:], "Xing\x00\x00\x00\x01\x00\x00\x00\x64") // announces 100 frames
	withJunk := append(append(mp3Frames(50), bytes.Repeat([]byte{0x55}, 300)...), mp3Frames(50)...)
	id3v1 := append([]byte("TAG"), make([]byte, 125)...)
	cases := map[string]struct {
		file []byte
		want Info
	}{
		"mp3":                         {mp3Frames(100), Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 2612, DamageNone}},
		"mp3 with tags at both ends":  {bytes.Join([][]byte{id3v2(5000), mp3Frames(100), id3v1}, nil), Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 2612, DamageNone}},
		"mp3 with junk between":       {withJunk, Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 2612, DamageNone}},
		"mp3 with junk before":        {append([]byte("junk\xff\xfbjunk\x00\x01"), mp3Frames(100)...), Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 2612, DamageNone}},
		"mp3 cut inside a frame":      {mp3Frames(100)[:41_600], Info{ContainerMP3, CodecMP3, "mp3", 127_700, 44_100, 0, 2, 2586, DamageTail}},
		"mp3 with padding after":      {append(mp3Frames(100), make([]byte, 2000)...), Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 2612, DamageNone}},
		"mp3 as its Xing says":        {append(bytes.Clone(xing), mp3Frames(100)...), Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 2612, DamageNone}},
		"mp3 shorter than Xing says":  {append(bytes.Clone(xing), mp3Frames(90)...), Info{ContainerMP3, CodecMP3, "mp3", 127_700, 44_100, 0, 2, 2351, DamageCut}},
		"raw aac":                     {adtsFrames(100), Info{ContainerADTS, CodecAAC, "aac", 68_906, 44_100, 0, 2, 2322, DamageNone}},
		"wav":                         {wavBytes(44_100, 2, 16, 176_400), Info{ContainerWAV, CodecPCM, "wav", 1_411_200, 44_100, 16, 2, 1000, DamageNone}},
		"wav cut":                     {wavBytes(44_100, 2, 16, 176_400)[:100_000], Info{ContainerWAV, CodecPCM, "wav", 1_411_200, 44_100, 16, 2, 1000, DamageCut}},
		"m4a":                         {m4aBytes("mp4a"), Info{ContainerMP4, CodecAAC, "m4a", 34_480, 44_100, 0, 2, 10_000, DamageNone}},
		"m4a cut in its media":        {m4aBytes("mp4a")[:len(m4aBytes("mp4a"))-1], Info{ContainerMP4, CodecAAC, "m4a", 34_480, 44_100, 0, 2, 10_000, DamageCut}},
		"an mp3 frame in 20 KB of ff": {append(bytes.Repeat([]byte{0xff}, 20_000), mp3Frames(200)...), Info{ContainerMP3, CodecMP3, "mp3", 127_706, 44_100, 0, 2, 5224, DamageNone}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := probeBytes(c.file)
			require.NoError(t, err)
			require.InDelta(t, c.want.BitrateBPS, got.BitrateBPS, 60)
			got.BitrateBPS = c.want.BitrateBPS
			require.Equal(t, c.want, got)
		})
	}
}

func TestProbeSaysWhatElseItIs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		file []byte
		code models.Code
		says string
	}{
		"nothing":              {nil, models.CodeNotAudio, "empty file"},
		"html":                 {[]byte("\n<!DOCTYPE html><html><body>请登录</body></html>"), models.CodeNotAudio, "HTML"},
		"json":                 {[]byte(`{"code":-110,"msg":"没有版权"}`), models.CodeNotAudio, "JSON"},
		"text":                 {[]byte("404 page not found\n"), models.CodeNotAudio, "text"},
		"playlist":             {[]byte("#EXTM3U\n#EXTINF:10,\nsegment0.ts\n"), models.CodeNotAudio, "playlist"},
		"ape head only":        {[]byte("MAC \x96\x0f\x00\x00"), models.CodeNotAudio, "damaged"},
		"wma head only":        {append([]byte(asfHeader), make([]byte, 8)...), models.CodeNotAudio, "damaged"},
		"zip":                  {[]byte("PK\x03\x04aaaa"), models.CodeNotAudio, "ZIP"},
		"zeros":                {make([]byte, 100_000), models.CodeNotAudio, "unknown kind"},
		"ncm":                  {[]byte("CTENFDAM\x01\x02\x03"), models.CodeProtected, "ncm"},
		"kwm":                  {[]byte("yeelion-kuwo-tme\x00\x00"), models.CodeProtected, "kwm"},
		"qmc with its tail":    {append(bytes.Repeat([]byte{0xc3, 0x4a}, 500), "QTag"...), models.CodeProtected, "QQ Music"},
		"encrypted mp4":        {m4aBytes("enca"), models.CodeProtected, "MP4"},
		"tag without audio":    {id3v2(100), models.CodeNotAudio, "tag"},
		"flac head only":       {[]byte("fLaC\x80\x00\x00\x22"), models.CodeNotAudio, "damaged"},
		"m4a without index":    {mp4Box("ftyp", []byte("M4A \x00\x00\x00\x00")), models.CodeNotAudio, "without sound"},
		"single mp3 sync":      {append([]byte{0xff, 0xfb, 0x90, 0x40}, make([]byte, 3000)...), models.CodeNotAudio, "unknown kind"},
		"wav without a format": {[]byte("RIFF\x10\x00\x00\x00WAVEdata\x04\x00\x00\x00\x00\x00\x00\x00"), models.CodeNotAudio, "damaged"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := probeBytes(c.file)
			require.Error(t, err)
			require.Equal(t, c.code, models.CodeOf(err))
			require.ErrorContains(t, err, c.says)
		})
	}
}

type brokenDisk struct{}

func (brokenDisk) ReadAt([]byte, int64) (int, error) { return 0, errors.New("input/output error") }

func TestReadErrorsAreNotVerdicts(t *testing.T) {
	t.Parallel()
	_, err := Probe(brokenDisk{}, 1000)
	require.ErrorContains(t, err, "input/output error")
	require.Equal(t, models.CodeInternal, models.CodeOf(err))
}

func TestQualityIsWhatTheFileDeserves(t *testing.T) {
	t.Parallel()
	require.Equal(t, models.Quality320, Info{Codec: CodecMP3, BitrateBPS: 319_998}.Quality())
	require.Equal(t, models.Quality128, Info{Codec: CodecAAC, BitrateBPS: 128_100}.Quality())
	require.Equal(t, models.QualityLossless, Info{Codec: CodecFLAC, BitDepth: 16, SampleRateHz: 44_100}.Quality())
	require.Equal(t, models.QualityHiRes, Info{Codec: CodecFLAC, BitDepth: 24, SampleRateHz: 44_100}.Quality())
	require.Equal(t, models.QualityHiRes, Info{Codec: CodecALAC, BitDepth: 16, SampleRateHz: 96_000}.Quality())
}

// encodings are made by ffmpeg and compared with what ffprobe says of them.
var encodings = []struct {
	name  string
	ext   string
	codec Codec
	depth int
	args  []string
	// framed formats show damage in their midst.
	framed bool
}{
	{"mp3 cbr", "mp3", CodecMP3, 0, []string{"-c:a", "libmp3lame", "-b:a", "320k"}, true},
	{"mp3 vbr", "mp3", CodecMP3, 0, []string{"-c:a", "libmp3lame", "-q:a", "4"}, true},
	{"mp3 mono mpeg2", "mp3", CodecMP3, 0, []string{"-c:a", "libmp3lame", "-ar", "22050", "-ac", "1", "-b:a", "48k"}, true},
	{"flac", "flac", CodecFLAC, 16, []string{"-c:a", "flac", "-sample_fmt", "s16"}, true},
	{"flac 24/96", "flac", CodecFLAC, 24, []string{"-c:a", "flac", "-sample_fmt", "s32", "-ar", "96000"}, true},
	{"aac in m4a", "m4a", CodecAAC, 0, []string{"-c:a", "aac", "-b:a", "192k"}, false},
	{"aac in m4a, index first", "m4a", CodecAAC, 0, []string{"-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart"}, false},
	{"alac in m4a", "m4a", CodecALAC, 16, []string{"-c:a", "alac", "-sample_fmt", "s16p"}, false},
	{"raw aac", "aac", CodecAAC, 0, []string{"-c:a", "aac", "-b:a", "128k", "-f", "adts"}, true},
	{"vorbis", "ogg", CodecVorbis, 0, []string{"-c:a", "libvorbis", "-q:a", "5"}, true},
	{"opus", "opus", CodecOpus, 0, []string{"-c:a", "libopus", "-b:a", "96k"}, true},
	{"flac in ogg", "ogg", CodecFLAC, 16, []string{"-c:a", "flac", "-sample_fmt", "s16", "-f", "ogg"}, true},
	{"wav", "wav", CodecPCM, 16, []string{"-c:a", "pcm_s16le"}, false},
	{"wav 24", "wav", CodecPCM, 24, []string{"-c:a", "pcm_s24le"}, false},
	{"wma 2", "wma", CodecWMA, 0, []string{"-c:a", "wmav2", "-b:a", "128k"}, false},
	{"wma 1", "wma", CodecWMA, 0, []string{"-c:a", "wmav1", "-b:a", "96k"}, false},
}

func TestProbeAgreesWithFFprobe(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the comparison with real encoders is left out", tool)
		}
	}
	for _, e := range encodings {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			file := encode(t, e.ext, e.args)
			got, err := probeBytes(file)
			require.NoError(t, err)
			want := ffprobe(t, file, e.ext)
			require.Equal(t, e.codec, got.Codec)
			require.Equal(t, e.ext, got.Ext)
			require.Equal(t, e.depth, got.BitDepth)
			require.Equal(t, want.rate, got.SampleRateHz)
			require.Equal(t, want.channels, got.Channels)
			require.InDelta(t, want.durationMS, got.DurationMS, 120)
			require.InEpsilon(t, want.bitrate, float64(got.BitrateBPS), 0.08)
			require.Empty(t, got.Damage)
			requireCutIsSeen(t, file)
			if e.framed {
				requireDamageIsSeen(t, file)
			}
		})
	}
}

// requireCutIsSeen cuts the file at several places; each cut must be refused or seen.
func requireCutIsSeen(t *testing.T, file []byte) {
	t.Helper()
	for _, part := range []float64{0.999, 0.897, 0.5, 0.05} {
		cut := file[:int(float64(len(file))*part)]
		got, err := probeBytes(cut)
		if err == nil {
			require.NotEmpty(t, got.Damage, "cut to %.3f: %+v", part, got)
		}
	}
}

// requireDamageIsSeen flips four kilobytes in the midst of the file.
func requireDamageIsSeen(t *testing.T, file []byte) {
	t.Helper()
	bad := bytes.Clone(file)
	for i := len(bad) / 2; i < len(bad)/2+4096; i++ {
		bad[i] ^= 0x5a
	}
	got, err := probeBytes(bad)
	require.NoError(t, err)
	require.Equal(t, DamageInside, got.Damage)
}

func encode(t testing.TB, ext string, args []string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out."+ext)
	all := append([]string{"-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i",
		"sine=frequency=330:duration=7.3:sample_rate=44100", "-f", "lavfi", "-i", "anoisesrc=a=0.1:d=7.3:r=44100:seed=7",
		"-filter_complex", "amerge=inputs=2", "-metadata", "title=晚风 Evening"}, args...)
	msg, err := exec.CommandContext(t.Context(), "ffmpeg", append(all, out)...).CombinedOutput()
	require.NoError(t, err, string(msg))
	b, err := os.ReadFile(out)
	require.NoError(t, err)
	return b
}

type probed struct {
	rate, channels int
	durationMS     int64 // by the packets
	claimedMS      int64 // by the header
	bitrate        float64
}

func ffprobe(t *testing.T, file []byte, ext string) probed {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in."+ext)
	require.NoError(t, os.WriteFile(path, file, 0o600))
	// Counting packets gives the true length where the header only guesses.
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", "-show_packets", path).Output()
	require.NoError(t, err)
	var a struct {
		Packets []struct {
			PTS      string `json:"pts_time"`
			Duration string `json:"duration_time"`
			Size     string
		}
		Streams []struct {
			Rate     string `json:"sample_rate"`
			Channels int
			Duration string
		}
	}
	require.NoError(t, json.Unmarshal(out, &a))
	rate, err := strconv.Atoi(a.Streams[0].Rate)
	require.NoError(t, err)
	var end, size float64
	for _, p := range a.Packets {
		pts, _ := strconv.ParseFloat(p.PTS, 64)
		d, _ := strconv.ParseFloat(p.Duration, 64)
		n, _ := strconv.ParseFloat(p.Size, 64)
		end, size = math.Max(end, pts+d), size+n
	}
	claimed, _ := strconv.ParseFloat(a.Streams[0].Duration, 64)
	return probed{rate, a.Streams[0].Channels, int64(end * 1000), int64(claimed * 1000), size * 8 / end}
}

// FuzzProbe: whatever the bytes, there is an answer, and it makes sense.
func FuzzProbe(f *testing.F) {
	for _, b := range [][]byte{
		mp3Frames(6), adtsFrames(6), wavBytes(8000, 1, 8, 100), apeBytes(3990, 3)[:200], apeBytes(3950, 3)[:200], []byte(asfHeader), []byte("MAC "), m4aBytes("mp4a"), m4aBytes("alac"), m4aBytes("enca"),
		id3v2(20), []byte("fLaC"), []byte("OggS\x00\x02"), []byte("RIFF\x00\x00\x00\x00WAVE"), []byte("<html>"), []byte(`{"code":1}`),
		append(id3v2(3), mp3Frames(5)...),
	} {
		f.Add(b)
	}
	if _, err := exec.LookPath("ffmpeg"); err == nil {
		for _, e := range encodings {
			f.Add(encode(f, e.ext, append([]string{"-t", "0.2"}, e.args...)))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := probeBytes(b)
		if err != nil {
			if c := models.CodeOf(err); c != models.CodeNotAudio && c != models.CodeProtected {
				t.Fatalf("unexpected error %v", err)
			}
			return
		}
		if i.Codec == "" || i.Ext == "" || i.DurationMS < 0 || i.BitrateBPS < 0 {
			t.Fatalf("senseless answer %+v", i)
		}
	})
}

var _ io.ReaderAt = brokenDisk{}
