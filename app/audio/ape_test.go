package audio

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// apeBytes makes the outside of a Monkey's Audio file of the version (in thousandths)
// with so many frames of about ten seconds, 16 bit, 44.1 kHz, stereo. Nothing can decode
// its data, which is not needed: it is not looked at.
func apeBytes(version uint16, frames int) []byte {
	const frameBytes, finalBlocks = 40_000, 44_100
	var b bytes.Buffer
	le := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&b, binary.LittleEndian, v)
		}
	}
	b.WriteString("MAC ")
	data := uint32(frames * frameBytes)
	if version >= apeNewFormat {
		le(version, uint16(0), uint32(52), uint32(24), uint32(4*frames), uint32(44), data, uint32(0), uint32(0))
		b.Write(make([]byte, 16)) // the MD5
		le(uint16(2000), uint16(0), uint32(73728*4), uint32(finalBlocks), uint32(frames), uint16(16), uint16(2), uint32(44_100))
	} else {
		le(version, uint16(2000), uint16(apeHasPeak|apeHasSeekCount), uint16(2), uint32(44_100), uint32(44), uint32(0),
			uint32(frames), uint32(finalBlocks), uint32(30_000), uint32(frames))
		b.Write(make([]byte, 44))
	}
	first := b.Len() + 4*frames
	if version >= apeNewFormat {
		first += 44
	}
	for i := range frames {
		le(uint32(first + i*frameBytes))
	}
	if version >= apeNewFormat {
		b.Write(make([]byte, 44))
	}
	b.Write(bytes.Repeat([]byte{0x5a, 0xa5, 0x13, 0x77}, frames*frameBytes/4))
	return b.Bytes()
}

func TestMonkeysAudio(t *testing.T) {
	t.Parallel()
	const wantMS = (2*73728*4 + 44_100) * 1000 / 44_100
	for _, version := range []uint16{3990, 3980, 3970, 3950} {
		file := apeBytes(version, 3)
		got, err := probeBytes(file)
		require.NoError(t, err)
		require.InDelta(t, wantMS, got.DurationMS, 1)
		require.InEpsilon(t, 120_000*8000/wantMS, got.BitrateBPS, 0.01)
		got.DurationMS, got.BitrateBPS = 0, 0
		require.Equal(t, Info{Container: ContainerAPE, Codec: CodecAPE, Ext: "ape", SampleRateHz: 44_100, BitDepth: 16, Channels: 2}, got)

		tagged := append(bytes.Clone(file), append([]byte("TAG"), make([]byte, 125)...)...)
		got, err = probeBytes(tagged)
		require.NoError(t, err)
		require.Empty(t, got.Damage)

		got, err = probeBytes(file[:len(file)/3])
		require.NoError(t, err)
		require.Equal(t, DamageCut, got.Damage, "version %d", version)
	}
	tagInPlace := append(apeBytes(3990, 3)[:100_000], append([]byte("TAG"), make([]byte, 125)...)...)
	got, err := probeBytes(tagInPlace)
	require.NoError(t, err)
	require.Equal(t, DamageCut, got.Damage)
}

func TestMonkeysAudioAgreesWithFFprobe(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ffprobe"); err != nil {
		t.Skip("ffprobe is not installed: the comparison with another reader is left out")
	}
	for _, version := range []uint16{3990, 3950} {
		file := apeBytes(version, 3)
		got, err := probeBytes(file)
		require.NoError(t, err)
		want := ffprobe(t, file, "ape")
		require.Equal(t, want.rate, got.SampleRateHz)
		require.Equal(t, want.channels, got.Channels)
		require.InDelta(t, want.claimedMS, got.DurationMS, 2)
	}
}

func TestProtectedWindowsMedia(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: no Windows Media file can be made")
	}
	file := encode(t, "wma", []string{"-c:a", "wmav2", "-b:a", "64k"})
	at := bytes.Index(file, []byte(asfStream))
	require.Positive(t, at)
	file[at+24+49] |= 0x80 // the stream's flag for encrypted content
	_, err := probeBytes(file)
	require.ErrorContains(t, err, "Windows Media file is protected")

	for _, guid := range asfEncryption {
		plain := encode(t, "wma", []string{"-c:a", "wmav2", "-b:a", "64k"})
		copy(plain[30:], guid) // in place of the first object of the header
		_, err = probeBytes(plain)
		require.ErrorContains(t, err, "protected")
	}
}
