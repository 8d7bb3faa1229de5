package audio

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/mewkiz/flac"
	"github.com/stretchr/testify/require"
)

func newBank(t *testing.T) *Bank {
	t.Helper()
	b, err := NewBank()
	require.NoError(t, err)
	return b
}

func spec(f Format) Spec {
	return Spec{Format: f, Cells: 20, Tune: 42, Title: "慢船 \x00 Slow Boat", Artist: "山野乐队", Album: "河口"}
}

func read(t *testing.T, b *Bank, s Spec) []byte {
	t.Helper()
	data, err := io.ReadAll(b.Open(s))
	require.NoError(t, err)
	return data
}

func TestClipReadsAndSeeksConsistently(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	for f := AAC96; f < formats; f++ {
		data := read(t, b, spec(f))
		require.EqualValues(t, len(data), b.Size(spec(f)))
		require.NoError(t, iotest.TestReader(b.Open(spec(f)), data))
		require.Equal(t, data, read(t, b, spec(f)), "the same bytes each time")
		other := spec(f)
		other.Tune++
		require.NotEqual(t, data, read(t, b, other), "another song sounds different")
	}
}

func TestMP3FramesStandForThemselves(t *testing.T) {
	t.Parallel()
	b := newBank(t)
	for f, kbps := range map[Format]int{MP3128: 128, MP3192: 192, MP3320: 320} {
		data := read(t, b, spec(f))
		require.Equal(t, "ID3", string(data[:3]))
		tag := int(data[6])<<21 | int(data[7])<<14 | int(data[8])<<7 | int(data[9])
		data = data[10+tag:]
		require.Contains(t, string(data[:64]), "Info")
		frames := 0
		for len(data) > 0 {
			require.Equal(t, []byte{0xFF, 0xFB}, data[:2])
			require.Zero(t, data[4], "no frame reaches back into an earlier one")
			n := 144000*kbps/44100 + int(data[2]>>1&1)
			require.GreaterOrEqual(t, len(data), n)
			data = data[n:]
			frames++
		}
		require.Equal(t, 1+20*mp3FramesPerCell, frames)
	}
}

func TestFLACDecodesWithAnIndependentDecoder(t *testing.T) {
	t.Parallel()
	s := spec(FLAC)
	s.Cells = 70 // frame numbers of one and two bytes
	data := read(t, newBank(t), s)
	stream, err := flac.Parse(bytes.NewReader(data))
	require.NoError(t, err)
	require.EqualValues(t, s.Cells*CellSamples, stream.Info.NSamples)
	var samples uint64
	for {
		frame, err := stream.ParseNext()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		samples += uint64(frame.BlockSize)
	}
	require.Equal(t, stream.Info.NSamples, samples)
	kbps := float64(len(data)) * 8 / Duration(s.Cells).Seconds() / 1000
	require.Greater(t, kbps, 330.0, "lossless is larger than 320k")
}

func TestDurationAndCellsAgree(t *testing.T) {
	t.Parallel()
	require.Equal(t, 1, CellsOf(0))
	for _, d := range []time.Duration{8 * time.Second, 25 * time.Second, 100 * time.Second} {
		require.InDelta(t, d.Seconds(), Duration(CellsOf(d)).Seconds(), 0.11)
	}
}

func TestFFmpegPlaysEverything(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"ffmpeg", "ffprobe"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	b := newBank(t)
	for f := AAC96; f < formats; f++ {
		song := spec(f)
		song.Cells = 1100 // FLAC frame numbers of up to three bytes
		file := filepath.Join(t.TempDir(), "song."+f.Ext())
		require.NoError(t, os.WriteFile(file, read(t, b, song), 0o600))
		run := func(name string, args ...string) string {
			cmd := exec.CommandContext(t.Context(), name, args...)
			var complaints bytes.Buffer
			cmd.Stderr = &complaints
			out, err := cmd.Output()
			require.NoError(t, err)
			require.Empty(t, complaints.String(), "%v", f)
			return string(out)
		}
		run("ffmpeg", "-v", "warning", "-i", file, "-f", "null", "-")
		out := run("ffprobe", "-v", "warning", "-show_entries", "format=duration:format_tags=title,artist", "-of", "default=nk=1:nw=1", file)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		seconds, err := strconv.ParseFloat(lines[0], 64)
		require.NoError(t, err)
		require.InDelta(t, Duration(song.Cells).Seconds(), seconds, 0.06, "%v", f)
		require.Contains(t, out, "Slow Boat")
		require.Contains(t, out, "山野乐队")
	}
}
