package audio_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/audio"
	demo "catalogsync/app/demo/audio"
)

// A glance says what a probe finds out, for files that are whole.
func TestGlanceAgreesWithProbe(t *testing.T) {
	t.Parallel()
	bank, err := demo.NewBank()
	require.NoError(t, err)
	for _, f := range []demo.Format{demo.AAC96, demo.MP3128, demo.MP3320, demo.FLAC} {
		clip, err := io.ReadAll(bank.Open(demo.Spec{Format: f, Cells: 20, Tune: 3, Title: "t"}))
		require.NoError(t, err)
		want, err := audio.Probe(bytes.NewReader(clip), int64(len(clip)))
		require.NoError(t, err)
		got, err := audio.Glance(bytes.NewReader(clip), int64(len(clip)))
		require.NoError(t, err)
		require.Equal(t, want.Container, got.Container)
		require.Equal(t, want.Codec, got.Codec)
		require.Equal(t, want.Ext, got.Ext)
		require.Equal(t, want.Quality(), got.Quality())
		require.InDelta(t, want.DurationMS, got.DurationMS, 100, "%s", want.Ext)
	}
}

func TestGlanceReadsLittleOfABigFile(t *testing.T) {
	t.Parallel()
	bank, err := demo.NewBank()
	require.NoError(t, err)
	for _, f := range []demo.Format{demo.AAC96, demo.MP3320, demo.FLAC} {
		clip, err := io.ReadAll(bank.Open(demo.Spec{Format: f, Cells: 900, Tune: 3}))
		require.NoError(t, err)
		r := &countingReader{ReaderAt: bytes.NewReader(clip)}
		_, err = audio.Glance(r, int64(len(clip)))
		require.NoError(t, err)
		require.Less(t, r.read, len(clip)/4)
	}
}

type countingReader struct {
	io.ReaderAt
	read int
}

func (r *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, off)
	r.read += n
	return n, err
}

func FuzzGlance(f *testing.F) {
	bank, err := demo.NewBank()
	require.NoError(f, err)
	for _, format := range []demo.Format{demo.AAC96, demo.MP3128, demo.FLAC} {
		clip, err := io.ReadAll(bank.Open(demo.Spec{Format: format, Cells: 2}))
		require.NoError(f, err)
		f.Add(clip[:min(len(clip), 4096)])
	}
	f.Add([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead\x01\x02\x00\x00\x80\xbb\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		info, err := audio.Glance(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, info.DurationMS, int64(0))
		require.GreaterOrEqual(t, info.BitrateBPS, int64(0))
		require.NotEmpty(t, info.Ext)
	})
}
