package download

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// encoding is one way to make a file. Each file is made once in a run of the tests.
type encoding struct {
	name, ext, codec string
	seconds          int
	// announces: the file says how long it is, so that a cut at a frame's border shows.
	announces bool
	// framed: damage of any kind in the midst shows. Others show holes only, and WAV none.
	framed, holes bool
	// silence: what becomes of a file of pure silence; "" = it is accepted.
	refusesSilence bool
	// lies make the file claim eight times its length.
	lies map[string]func([]byte) []byte

	sound, silence func() ([]byte, error)
}

const tone = "sine=frequency=330:duration=%d:sample_rate=44100,aformat=cl=mono[a];anoisesrc=a=0.05:d=%d:r=44100:seed=7,aformat=cl=mono[b];[a][b]amerge=inputs=2"

// made adds the makers: ffmpeg with args, its output repeated so often.
func (e encoding) made(repeat int, args ...string) encoding {
	maker := func(source string) func() ([]byte, error) {
		return sync.OnceValues(func() ([]byte, error) {
			b, err := runFFmpeg(e.ext, append([]string{"-f", "lavfi", "-i", source, "-metadata", "title=晚风 Evening"}, args...)...)
			return bytes.Repeat(b, repeat), err
		})
	}
	e.sound = maker(fmt.Sprintf(tone, e.seconds, e.seconds))
	e.silence = maker(fmt.Sprintf("anullsrc=r=44100:cl=stereo:d=%d", e.seconds))
	e.seconds *= repeat
	return e
}

func runFFmpeg(ext string, args ...string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "made-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "out."+ext)
	args = append(append([]string{"-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"}, args...), out)
	if msg, err := exec.Command("ffmpeg", args...).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("make %s: %w: %s", ext, err, msg)
	}
	return os.ReadFile(out)
}

// encodings are all formats that are accepted.
var encodings = []encoding{
	encoding{name: "mp3 320k", ext: "mp3", codec: "mp3", seconds: 30, announces: true, framed: true, lies: xingLies}.made(1, "-c:a", "libmp3lame", "-b:a", "320k"),
	encoding{name: "mp3 vbr", ext: "mp3", codec: "mp3", seconds: 30, announces: true, framed: true, lies: xingLies}.made(1, "-c:a", "libmp3lame", "-q:a", "4"),
	encoding{name: "mp3 mono", ext: "mp3", codec: "mp3", seconds: 30, announces: true, framed: true, lies: xingLies}.made(1, "-c:a", "libmp3lame", "-ac", "1", "-b:a", "128k"),
	encoding{name: "mp3 mpeg 2", ext: "mp3", codec: "mp3", seconds: 30, announces: true, framed: true, lies: xingLies}.made(1, "-c:a", "libmp3lame", "-ar", "22050", "-b:a", "64k"),
	encoding{name: "mp3 without an index", ext: "mp3", codec: "mp3", seconds: 8, framed: true}.made(12, "-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0"),
	encoding{name: "flac", ext: "flac", codec: "flac", seconds: 30, announces: true, framed: true, lies: flacLies}.made(1, "-c:a", "flac", "-sample_fmt", "s16"),
	encoding{name: "flac 24/96", ext: "flac", codec: "flac", seconds: 8, announces: true, framed: true, lies: flacLies}.made(1, "-c:a", "flac", "-sample_fmt", "s32", "-ar", "96000"),
	encoding{name: "aac in m4a", ext: "m4a", codec: "aac", seconds: 30, announces: true, framed: true, lies: mp4Lies}.made(1, "-c:a", "aac", "-b:a", "192k"),
	encoding{name: "aac in m4a, index first", ext: "m4a", codec: "aac", seconds: 30, announces: true, framed: true, lies: mp4Lies}.made(1, "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart"),
	encoding{name: "alac in m4a", ext: "m4a", codec: "alac", seconds: 30, announces: true, framed: true, lies: mp4Lies}.made(1, "-c:a", "alac", "-sample_fmt", "s16p"),
	encoding{name: "flac in mp4", ext: "m4a", codec: "flac", seconds: 8, announces: true, framed: true, lies: mp4Lies}.made(1, "-c:a", "flac", "-sample_fmt", "s16", "-f", "mp4", "-strict", "-2"),
	encoding{name: "opus in mp4", ext: "m4a", codec: "opus", seconds: 30, announces: true, holes: true, lies: mp4Lies}.made(1, "-c:a", "libopus", "-b:a", "96k", "-f", "mp4"),
	encoding{name: "mp3 in mp4", ext: "m4a", codec: "mp3", seconds: 30, announces: true, framed: true, lies: mp4Lies}.made(1, "-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp4"),
	encoding{name: "raw aac", ext: "aac", codec: "aac", seconds: 8, framed: true}.made(12, "-c:a", "aac", "-b:a", "128k", "-f", "adts"),
	encoding{name: "vorbis", ext: "ogg", codec: "vorbis", seconds: 30, announces: true, framed: true, lies: oggLies}.made(1, "-c:a", "libvorbis", "-q:a", "5"),
	encoding{name: "opus", ext: "opus", codec: "opus", seconds: 30, announces: true, framed: true, lies: oggLies}.made(1, "-c:a", "libopus", "-b:a", "96k"),
	encoding{name: "flac in ogg", ext: "ogg", codec: "flac", seconds: 8, announces: true, framed: true, lies: oggLies}.made(1, "-c:a", "flac", "-sample_fmt", "s16", "-f", "ogg"),
	encoding{name: "wav", ext: "wav", codec: "pcm", seconds: 8, announces: true, refusesSilence: true, lies: wavLies}.made(1, "-c:a", "pcm_s16le"),
	encoding{name: "wav 24", ext: "wav", codec: "pcm", seconds: 8, announces: true, refusesSilence: true, lies: wavLies}.made(1, "-c:a", "pcm_s24le"),
	encoding{name: "wav float", ext: "wav", codec: "pcm", seconds: 8, announces: true, refusesSilence: true, lies: wavLies}.made(1, "-c:a", "pcm_f32le"),
	encoding{name: "mp3 in wav", ext: "wav", codec: "mp3", seconds: 30, announces: true, framed: true, lies: wavLies}.made(1, "-c:a", "libmp3lame", "-b:a", "128k"),
	encoding{name: "wma 2", ext: "wma", codec: "wma", seconds: 30, announces: true, framed: true, lies: asfLies}.made(1, "-c:a", "wmav2", "-b:a", "128k"),
	encoding{name: "wma 1", ext: "wma", codec: "wma", seconds: 30, announces: true, framed: true, lies: asfLies}.made(1, "-c:a", "wmav1", "-b:a", "96k"),
	{name: "ape", ext: "ape", codec: "ape", seconds: 30, announces: true, holes: true, lies: apeLies,
		sound: func() ([]byte, error) { return apeFile(), nil }},
}

// apeFile is the outside of a Monkey's Audio file of about 30 seconds, 16 bit, 44.1 kHz,
// stereo; there is no encoder here, and its data is not decoded.
func apeFile() []byte {
	const frames, frameBytes, wavHead, finalBlocks = 5, 600_000, 44, 30*44_100 - 4*73728*4
	var b bytes.Buffer
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
	}
	b.WriteString("MAC ")
	le(uint16(3990), uint16(0), uint32(52), uint32(24), uint32(4*frames), uint32(wavHead), uint32(frames*frameBytes), uint32(0), uint32(0), [16]byte{})
	le(uint16(2000), uint16(0), uint32(73728*4), uint32(finalBlocks), uint32(frames), uint16(16), uint16(2), uint32(44_100))
	first := b.Len() + 4*frames + wavHead
	for i := range frames {
		le(uint32(first + i*frameBytes))
	}
	b.Write(make([]byte, wavHead))
	b.Write(noise(frames*frameBytes, 5))
	return b.Bytes()
}

// noise is n bytes that look random, the same each time.
func noise(n int, seed uint64) []byte {
	b := make([]byte, n)
	for i := range b {
		seed = seed*6364136223846793005 + 1442695040888963407
		b[i] = byte(seed >> 56)
	}
	return b
}

// need skips a test that cannot make its files.
func need(t testing.TB) {
	t.Helper()
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: no files can be made and compared", tool)
		}
	}
}

// label is what ffprobe says of a file.
type label struct {
	codec                 string
	rate, channels, depth int
	durationMS, bitrate   int64
	packets               []int64 // where they begin
}

func labelOf(t testing.TB, path string) label {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "json", "-select_streams", "a", "-show_streams", "-show_packets", path).Output()
	require.NoError(t, err)
	var a struct {
		Packets []struct {
			PTS      string `json:"pts_time"`
			Duration string `json:"duration_time"`
			Size     string
			Pos      string
		}
		Streams []struct {
			Codec    string `json:"codec_name"`
			Rate     string `json:"sample_rate"`
			Channels int
			Bits     int    `json:"bits_per_sample"`
			RawBits  string `json:"bits_per_raw_sample"`
			Duration string
		}
	}
	require.NoError(t, json.Unmarshal(out, &a))
	require.NotEmpty(t, a.Streams)
	s := a.Streams[0]
	codec := strings.TrimRight(s.Codec, "v12")
	if strings.HasPrefix(codec, "pcm_") {
		codec = "pcm"
	}
	l := label{codec: codec, channels: s.Channels, depth: s.Bits}
	l.rate, _ = strconv.Atoi(s.Rate)
	if n, err := strconv.Atoi(s.RawBits); err == nil {
		l.depth = n
	}
	var end, bytes float64
	for _, p := range a.Packets {
		pts, _ := strconv.ParseFloat(p.PTS, 64)
		d, _ := strconv.ParseFloat(p.Duration, 64)
		n, _ := strconv.ParseFloat(p.Size, 64)
		end, bytes = math.Max(end, pts+d), bytes+n
		if pos, err := strconv.ParseInt(p.Pos, 10, 64); err == nil {
			l.packets = append(l.packets, pos)
		}
	}
	if codec == "ape" {
		end, _ = strconv.ParseFloat(s.Duration, 64)
	}
	l.durationMS, l.bitrate = int64(end*1000), int64(bytes*8/end)
	return l
}
