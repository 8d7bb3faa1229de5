package download

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func writeFile(t testing.TB, path string, b []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

// TestForeignFilesAreRefused: other formats, protected and hostile files are refused in
// words, and cost neither time nor memory.
func TestForeignFilesAreRefused(t *testing.T) {
	t.Parallel()
	need(t)
	const seconds = 8
	made := func(ext string, args ...string) []byte {
		b, err := runFFmpeg(ext, append([]string{"-f", "lavfi", "-i", "sine=frequency=330:duration=8:sample_rate=44100"}, args...)...)
		require.NoError(t, err)
		return b
	}
	m4a, wma, flac, wav := encodingOf(t, "aac in m4a"), encodingOf(t, "wma 2"), encodingOf(t, "flac"), encodingOf(t, "wav")
	video := []string{"-f", "lavfi", "-i", "color=size=32x32:rate=5:duration=8", "-shortest", "-c:a", "aac"}
	trials := []trial{
		{name: "fragmented MP4", body: made("mp4", "-c:a", "aac", "-movflags", "frag_keyframe+empty_moov")},
		{name: "MP4 video", body: made("mp4", video...)},
		{name: "Matroska", body: made("mka", "-c:a", "flac")},
		{name: "WebM", body: made("webm", "-c:a", "libopus")},
		{name: "AIFF", body: made("aiff")},
		{name: "Core Audio", body: made("caf")},
		{name: "WavPack", body: made("wv")},
		{name: "True Audio", body: made("tta")},
		{name: "Wave64", body: made("w64")},
		{name: "MPEG layer II", body: made("mp2")},
		{name: "AC-3", body: made("ac3")},
		{name: "MPEG transport stream", body: made("ts", "-c:a", "aac")},
		{name: "A-law in WAV", body: made("wav", "-c:a", "pcm_alaw")},
		{name: "Speex in Ogg", body: made("ogg", "-c:a", "libspeex", "-ar", "16000")},
		{name: "DSD", body: append([]byte("DSD \x1c\x00\x00\x00\x00\x00\x00\x00"), noise(200_000, 2)...)},
		{name: "DSD interchange", body: append([]byte("FRM8\x00\x00\x00\x00\x00\x00\x40\x00DSD "), noise(200_000, 2)...)},
		{name: "encrypted MP4", body: edited(m4a, "mp4a\x00\x00\x00\x00\x00\x00\x00\x01", 0, func(b []byte) { copy(b, "enca") })},
		{name: "MP4 with an encrypted body", body: edited(m4a, "mdat", 4, func(b []byte) { copy(b[:len(m4a)*9/10-100], noise(len(m4a), 4)) })},
		{name: "encrypted Windows Media", body: edited(wma, "\x91\x07\xdc\xb7\xb7\xa9\xcf\x11\x8e\xe6\x00\xc0\x0c\x20\x53\x65", 24+49, func(b []byte) { b[0] |= 0x80 })},
		{name: "FLAC that names another rate", body: edited(flac, "fLaC\x00\x00\x00\x22", 8+10, func(b []byte) { b[0], b[1], b[2] = 48_000>>12, 48_000>>4&0xff, b[2]&0x0f })},
		{name: "FLAC that names another depth", body: edited(flac, "fLaC\x00\x00\x00\x22", 8+12, func(b []byte) { b[0] |= 1; b[1] |= 0x70 })},
		{name: "WAV that contradicts itself", body: edited(wav, "fmt ", 12, func(b []byte) { binary.LittleEndian.PutUint32(b, 48_000) })},
	}
	for name, body := range hostile() {
		trials = append(trials, trial{name: name, body: body})
	}
	for i := range trials {
		trials[i].seconds = seconds
		if len(trials[i].body) > len(m4a)/2 && bytes.Contains(trials[i].body[:16], []byte("ftypM4A")) {
			trials[i].seconds = 30
		}
	}
	newBench(t).try(trials)
}

// hostile are files that claim the impossible.
func hostile() map[string][]byte {
	box := func(kind string, size uint32, content ...byte) []byte {
		return append(append(binary.BigEndian.AppendUint32(nil, size), kind...), content...)
	}
	ftyp := box("ftyp", 16, []byte("M4A \x00\x00\x00\x00")...)
	deep := []byte{}
	for range 5000 {
		deep = append(box("mdia", uint32(len(deep)+8)), deep...)
	}
	deep = append(box("trak", uint32(len(deep)+8)), deep...)
	deep = append(box("moov", uint32(len(deep)+8)), deep...)
	const many = 200_000
	asfHeader := "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"
	asfObject := append([]byte("0123456789abcdef"), binary.LittleEndian.AppendUint64(nil, 24)...)
	ogg := append([]byte("OggS\x00\x02"), make([]byte, 21)...)
	seal(ogg)
	huge := append(binary.BigEndian.AppendUint64([]byte("\x00\x00\x00\x01mdat"), 1<<63-1), noise(1000, 1)...)
	return map[string][]byte{
		"MP4 of 4 GiB boxes":              append(bytes.Clone(ftyp), box("moov", 1<<32-1, noise(100_000, 1)...)...),
		"MP4 of an endless box":           append(bytes.Clone(ftyp), huge...),
		"MP4 of deep boxes":               append(bytes.Clone(ftyp), deep...),
		"MP4 of boxes without end":        append(bytes.Clone(ftyp), bytes.Repeat(box("free", 8), many)...),
		"FLAC of a 16 MB block":           append([]byte("fLaC\x00\xff\xff\xff"), noise(100_000, 1)...),
		"FLAC of blocks without end":      append([]byte("fLaC\x00\x00\x00\x22\x10\x00\x10\x00\x00\x00\x00\x00\x00\x00\x0a\xc4\x42\xf0"), bytes.Repeat([]byte{1, 0, 0, 0}, many)...),
		"WAV of chunks without end":       append([]byte("RIFF\xff\xff\xff\xffWAVE"), bytes.Repeat([]byte("LIST\x00\x00\x00\x00"), many)...),
		"WAV of a 4 GiB chunk":            append([]byte("RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xff"), noise(100_000, 1)...),
		"Windows Media of endless things": append([]byte(asfHeader+"\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00\x00\x00\x01\x02"), bytes.Repeat(asfObject, many/10)...),
		"Ogg of empty pages":              bytes.Repeat(ogg, many/20),
		"tags without end":                bytes.Repeat([]byte("ID3\x04\x00\x00\x00\x00\x00\x00"), many),
		"a tag of 256 MB":                 append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), noise(100_000, 1)...),
		"Monkey's Audio of 2^32 frames":   append([]byte("MAC \x96\x0f\x00\x00\x34\x00\x00\x00\x18\x00\x00\x00\xff\xff\xff\xff"), bytes.Repeat([]byte{0xff}, 100_000)...),
	}
}
