// Package audio tells what an audio file really is. It looks at content only, never at
// a name or a claimed type, and parses the container far enough to give the truth about
// codec, bitrate, sample rate, bit depth and length, and to notice a file that was cut.
//
// Nothing is decoded, and memory is bounded whatever the file says of itself: files are
// read through one small window.
package audio

import (
	"errors"
	"fmt"
	"io"

	"catalogsync/models"
)

// Container is the format of the file itself.
type Container string

const (
	ContainerMP3  Container = "mp3"
	ContainerADTS Container = "adts"
	ContainerFLAC Container = "flac"
	ContainerMP4  Container = "mp4"
	ContainerOgg  Container = "ogg"
	ContainerWAV  Container = "wav"
	ContainerAPE  Container = "ape"
	ContainerASF  Container = "asf"
)

// Codec is how the sound is coded inside the container.
type Codec string

const (
	CodecMP3    Codec = "mp3"
	CodecAAC    Codec = "aac"
	CodecALAC   Codec = "alac"
	CodecFLAC   Codec = "flac"
	CodecVorbis Codec = "vorbis"
	CodecOpus   Codec = "opus"
	CodecPCM    Codec = "pcm"
	CodecAPE    Codec = "ape"
	CodecWMA    Codec = "wma"
	// CodecWMALossless is Windows Media Audio 9 Lossless.
	CodecWMALossless Codec = "wma_lossless"
)

// Lossless says that the codec keeps every sample.
func (c Codec) Lossless() bool {
	switch c {
	case CodecFLAC, CodecALAC, CodecPCM, CodecAPE, CodecWMALossless:
		return true
	}
	return false
}

// Damage says what is wrong with a file that is recognisable all the same.
type Damage string

const (
	DamageNone Damage = ""
	// DamageTail: nothing but the last frame, some hundredths of a second, is not whole.
	DamageTail Damage = "tail"
	// DamageCut: the file ends before its container says that it should.
	DamageCut Damage = "cut"
	// DamageInside: bytes in the midst are not sound, or fail their checksum. Formats
	// without frame headers and checksums (MP4, WAV, APE, WMA) cannot show it.
	DamageInside Damage = "inside"
)

// Info is what a file really is.
type Info struct {
	Container    Container
	Codec        Codec
	Ext          string // the file name extension that fits, without the dot
	BitrateBPS   int64  // mean over the audio, tags and pictures not counted
	SampleRateHz int
	BitDepth     int // 0 for lossy codecs
	Channels     int
	// DurationMS is, for a damaged file, what it claims where it claims any, else what is
	// there.
	DurationMS int64
	Damage     Damage
}

// Quality is the label that the file deserves, whatever was claimed for it.
func (i Info) Quality() models.Quality {
	if !i.Codec.Lossless() {
		return models.QualityOfBitrate(i.BitrateBPS)
	}
	if i.BitDepth > 16 || i.SampleRateHz > 48_000 {
		return models.QualityHiRes
	}
	return models.QualityLossless
}

// Probe reads the size bytes of r and tells what they are. Errors: CodeProtected and
// CodeNotAudio, which says what it looks like instead: ClassPermanent when it is another
// kind of file, ClassTransient when it may be a song's that suffered on its way (damaged,
// empty, an error page in its place). Anything else is an error of r itself.
func Probe(r io.ReaderAt, size int64) (Info, error) {
	return read(r, size, probe)
}

// read lets a parser read a file, and gives its errors the form that Probe tells of.
func read(r io.ReaderAt, size int64, parse func(*window) (Info, error)) (Info, error) {
	w := newWindow(r, size)
	info, err := parse(w)
	if err == nil {
		return info, nil
	}
	if w.err != nil {
		return Info{}, fmt.Errorf("read audio file: %w", w.err)
	}
	if _, ok := errors.AsType[*models.Error](err); ok {
		return Info{}, err
	}
	// What is left is a container that breaks off or contradicts itself.
	return Info{}, answer("a damaged file").WithCause(err)
}

// probe picks the parser by content.
func probe(w *window) (Info, error) {
	if w.size == 0 {
		return Info{}, answer("an empty file")
	}
	start, err := skipID3v2(w, 0)
	if err != nil {
		return Info{}, err
	}
	head := w.upTo(start, 64)
	switch {
	case hasPrefix(head, "fLaC"):
		return probeFLAC(w, start)
	case hasPrefix(head, "OggS"):
		return probeOgg(w, start)
	case hasPrefix(head, "RIFF") && len(head) >= 12 && string(head[8:12]) == "WAVE":
		return probeWAV(w, start)
	case len(head) >= 8 && string(head[4:8]) == "ftyp":
		return probeMP4(w, start, (*mp4Track).walk)
	case hasPrefix(head, "MAC "):
		return probeAPE(w, start)
	case isASF(head):
		return probeASF(w, start)
	}
	if err := recognise(w, head); err != nil {
		return Info{}, err
	}
	return probeMPEG(w, start)
}

// notAudio makes the error of another kind of file.
func notAudio(looksLike string) *models.Error {
	e := models.NewError(models.ClassPermanent, models.CodeNotAudio, "not a song but %s", looksLike)
	e.Params = map[string]any{"LooksLike": looksLike}
	return e
}

// answer makes the error of what came in place of a file, and may not come next time.
func answer(looksLike string) *models.Error {
	e := notAudio(looksLike)
	e.Class = models.ClassTransient
	return e
}

// protected makes the error of a container that only its vendor's player opens.
func protected(what string) *models.Error {
	e := models.NewError(models.ClassPermanent, models.CodeProtected, "%s is protected and is not decrypted", what)
	e.Params = map[string]any{"What": what}
	return e
}

// millis is samples at rate as milliseconds, rounded; 0 when the rate is unknown.
func millis(samples uint64, rate int) int64 {
	if rate <= 0 || samples > 1<<53 {
		return 0
	}
	return int64((samples*1000 + uint64(rate)/2) / uint64(rate))
}

// lengthSlack is how far a header's length may be from that of the sound itself: encoders
// count their delay and the last frame differently.
func lengthSlack(ms int64) int64 { return max(1000, ms/50) }

// orDamage keeps the first damage that was seen.
func orDamage(seen, other Damage) Damage {
	if seen != DamageNone {
		return seen
	}
	return other
}

// meanBitrate is the mean rate of n bytes over ms, 0 when either is unknown.
func meanBitrate(n, ms int64) int64 {
	if n <= 0 || ms <= 0 {
		return 0
	}
	return int64(float64(n) * 8000 / float64(ms))
}
