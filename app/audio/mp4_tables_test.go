package audio

import (
	"bytes"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAACConfig(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bytes string
		want  aacConfig
		ok    bool
	}{
		"44.1 kHz stereo":             {"\x12\x10", aacConfig{44_100, 44_100, 1024}, true},
		"frames of 960":               {"\x12\x14", aacConfig{44_100, 44_100, 960}, true},
		"the upper band is doubled":   {"\x2b\x92\x08\x00", aacConfig{22_050, 44_100, 1024}, true},
		"a rate that is no usual one": {"\x17\x80\x3e\x80\x10", aacConfig{32_000, 32_000, 1024}, true},
		"a rate that is none":         {"\x16\x90", aacConfig{0, 0, 1024}, false},
		"nothing":                     {"", aacConfig{96_000, 96_000, 1024}, false},
	} {
		got, ok := parseAACConfig([]byte(c.bytes))
		require.Equal(t, c.ok, ok, name)
		require.Equal(t, c.want, got, name)
	}
}

// Chunks of an MP4 come in runs; a table that makes no sense places nothing.
func TestSamplesArePlacedByTheirTables(t *testing.T) {
	t.Parallel()
	placed := func(runs, chunks []uint32, samples int64) (offsets []int64, whole bool) {
		m := mp4Tables{sameSize: 10, samples: samples}
		var file []byte
		for _, v := range append(append([]uint32{}, runs...), chunks...) {
			file = append(file, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
		}
		m.chunkSizes = mp4Table{off: 0, entries: int64(len(runs) / 3), width: 12}
		m.chunks = mp4Table{off: int64(4 * len(runs)), entries: int64(len(chunks)), width: 4}
		whole = m.each(newWindow(bytes.NewReader(file), int64(len(file))), func(off, _ int64) bool {
			offsets = append(offsets, off)
			return true
		})
		return offsets, whole
	}
	at, whole := placed([]uint32{1, 2, 1, 3, 1, 1}, []uint32{100, 200, 300, 400}, 6)
	require.True(t, whole)
	require.Equal(t, []int64{100, 110, 200, 210, 300, 400}, at)

	for name, runs := range map[string][]uint32{
		"no run": {}, "begins late": {2, 1, 1}, "falls back": {1, 1, 1, 3, 1, 1, 2, 1, 1}, "of no samples": {1, 0, 1},
	} {
		_, whole = placed(runs, []uint32{100, 200, 300, 400}, 6)
		require.False(t, whole, name)
	}
	_, whole = placed([]uint32{1, 1, 1}, []uint32{100}, 6)
	require.False(t, whole, "more samples than chunks")
}

// Chunks that overlap a million times cost no more than one walk over the file.
func TestOverlappingChunksAreBounded(t *testing.T) {
	t.Parallel()
	const chunks, perChunk, fileBytes = 100_000, 1 << 30, 900_000
	table := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte{0, 0, 0, 1}, perChunk), 1)
	file := append(table, make([]byte, fileBytes)...) // all chunks begin at 0
	track := mp4Track{timescale: 1, coding: mp4Coding{rate: 1}, info: Info{Codec: CodecAAC}, tables: mp4Tables{
		sameSize: 1, samples: 1 << 32,
		chunkSizes: mp4Table{entries: 1, width: 12}, chunks: mp4Table{off: 12, entries: chunks, width: 4},
	}}
	for _, look := range []func(*mp4Track, *window) mp4Samples{(*mp4Track).walk, (*mp4Track).believe} {
		found := look(&track, newWindow(bytes.NewReader(file), int64(len(file))))
		require.True(t, found.outside)
		require.LessOrEqual(t, found.n, int64(len(file)+1))
	}
}
