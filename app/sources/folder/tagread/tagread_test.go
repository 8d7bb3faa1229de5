package tagread

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	demo "catalogsync/app/demo/audio"
)

func read(t *testing.T, b []byte) Tags {
	t.Helper()
	tags, err := Read(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	return tags
}

func TestTagsOfEveryFormatOfTheDemo(t *testing.T) {
	t.Parallel()
	bank, err := demo.NewBank()
	require.NoError(t, err)
	for _, f := range []demo.Format{demo.AAC96, demo.MP3128, demo.FLAC} {
		b, err := io.ReadAll(bank.Open(demo.Spec{Format: f, Cells: 2, Title: "夜车 <b>", Artist: "林阿七", Album: "潮"}))
		require.NoError(t, err)
		require.Equal(t, Tags{Title: "夜车 <b>", Artists: []string{"林阿七"}, Album: "潮"}, read(t, b), f.Ext())
	}
}

// id3 makes a tag of frames, each an id and a body.
func id3(version byte, parts ...string) []byte {
	var body bytes.Buffer
	for i := 0; i < len(parts); i += 2 {
		body.WriteString(parts[i])
		size := len(parts[i+1])
		switch version {
		case 2:
			body.Write([]byte{byte(size >> 16), byte(size >> 8), byte(size)})
		case 3:
			body.Write(binary.BigEndian.AppendUint32(nil, uint32(size)))
			body.Write([]byte{0, 0})
		default:
			body.Write([]byte{0, 0, byte(size >> 7), byte(size & 0x7f), 0, 0})
		}
		body.WriteString(parts[i+1])
	}
	n := body.Len()
	return append([]byte{'I', 'D', '3', version, 0, 0, 0, 0, byte(n >> 7), byte(n & 0x7f)}, body.Bytes()...)
}

func TestID3(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("夜车")
	require.NoError(t, err)
	v1 := make([]byte, 128)
	copy(v1, "TAG")
	copy(v1[3:], gbk)
	copy(v1[33:], "Lin")
	copy(v1[63:], "Tide")
	copy(v1[93:], "2004")
	v1[126] = 7
	for name, c := range map[string]struct {
		in   []byte
		want Tags
	}{
		"2.4, several artists": {id3(4, "TPE1", "\x03A\x00B", "TIT2", "\x03One", "TDRC", "\x032012-05-01", "TRCK", "\x037/12"),
			Tags{Title: "One", Artists: []string{"A", "B"}, Year: 2012, Track: 7}},
		"2.3, GBK under the name of Latin-1": {id3(3, "APIC", "\x00image/png\x00x", "TIT2", "\x00"+gbk, "TPOS", "\x002"), Tags{Title: "夜车", Disc: 2}},
		"2.3, UTF-16":                        {id3(3, "TIT2", "\x01\xff\xfe\x1c\x59\x66\x8f\x00\x00"), Tags{Title: "夜车"}},
		"2.2":                                {id3(2, "TT2", "\x00One", "TAL", "\x00Two"), Tags{Title: "One", Album: "Two"}},
		"1":                                  {v1, Tags{Title: "夜车", Artists: []string{"Lin"}, Album: "Tide", Year: 2004, Track: 7}},
		"none":                               {bytes.Repeat([]byte{0xff, 0xfb, 0x90, 0}, 100), Tags{}},
		"empty":                              {nil, Tags{}},
		"cut":                                {id3(4, "TIT2", "\x03One")[:18], Tags{}},
		"a line feed":                        {id3(4, "TIT2", "\x03One\r\n#EXTINF:1,x"), Tags{Title: "One #EXTINF:1,x"}},
	} {
		require.Equal(t, c.want, read(t, c.in), name)
	}
}

// Files of an independent writer are read as it wrote them.
func TestFilesOfFFmpeg(t *testing.T) {
	t.Parallel()
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed here")
	}
	for _, name := range []string{"a.ogg", "a.opus", "a.flac", "a.wav", "a.m4a", "a.mp3"} {
		file := filepath.Join(t.TempDir(), name)
		out, err := exec.CommandContext(t.Context(), ffmpeg, "-v", "error", "-f", "lavfi", "-i", "sine=duration=1", "-ac", "2",
			"-metadata", "title=夜车", "-metadata", "artist=林阿七", "-metadata", "album=Tide", "-metadata", "track=3", file).CombinedOutput()
		if err != nil {
			t.Logf("%s: ffmpeg here cannot write it: %s", name, out)
			continue
		}
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		tags := read(t, b)
		require.Equal(t, "夜车", tags.Title, name)
		require.Equal(t, []string{"林阿七"}, tags.Artists, name)
		require.Equal(t, "Tide", tags.Album, name)
		require.Equal(t, 3, tags.Track, name)
	}
}

type failing struct{}

func (failing) ReadAt([]byte, int64) (int, error) { return 0, errors.New("disk on fire") }

func TestErrorsOfTheDiskAreTold(t *testing.T) {
	t.Parallel()
	_, err := Read(failing{}, 1000)
	require.ErrorContains(t, err, "fire")
}

func FuzzRead(f *testing.F) {
	bank, err := demo.NewBank()
	require.NoError(f, err)
	for _, format := range []demo.Format{demo.AAC96, demo.MP3128, demo.FLAC} {
		b, err := io.ReadAll(bank.Open(demo.Spec{Format: format, Cells: 1, Title: "t", Artist: "a"}))
		require.NoError(f, err)
		f.Add(b[:min(len(b), 3000)])
	}
	f.Add(id3(4, "TPE1", "\x03A\x00B", "TIT2", "\x03One"))
	f.Add(id3(2, "TT2", "\x00One"))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVELIST\x10\x00\x00\x00INFOINAM\x04\x00\x00\x00abc\x00"))
	f.Add([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tags, err := Read(bytes.NewReader(b), int64(len(b)))
		require.NoError(t, err)
		require.LessOrEqual(t, len(tags.Artists), maxArtists)
		require.GreaterOrEqual(t, tags.Track, 0)
	})
}
