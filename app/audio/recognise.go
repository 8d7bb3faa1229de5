package audio

import (
	"bytes"
	"unicode/utf8"
)

// signature is a beginning that names a format which is not accepted.
type signature struct {
	magic     string
	what      string
	protected bool
}

// signatures lists what streams have turned out to be instead of songs, and the
// containers of vendors' players. Text is looked for after these.
var signatures = []signature{
	{"CTENFDAM", "a NetEase .ncm file", true},
	{"yeelion-kuwo-tme", "a Kuwo .kwm file", true},
	{"yeelion-kuwo\x00", "a Kuwo .kwm file", true},
	{"\x7c\xd5\x32\xeb\x86\x02\x7f\x4b\xa8\xaf\xa6\x8e\x0f\xff\x99\x14", "a KuGou .kgm file", true},
	{"\x05\x28\xbc\x96\xe9\xe4\x5a\x43\x91\xaa\xbd\xd0\x7a\xf5\x36\x31", "a KuGou .vpr file", true},
	{"wvpk", "WavPack, which cannot be verified here", false},
	{"FORM", "AIFF, which cannot be verified here", false},
	{"FRM8", "DSD, which cannot be verified here", false},
	{"DSD ", "DSD, which cannot be verified here", false},
	{"TTA1", "True Audio, which cannot be verified here", false},
	{"TTA2", "True Audio, which cannot be verified here", false},
	{"tBaK", "TAK, which cannot be verified here", false},
	{"MPCK", "Musepack, which cannot be verified here", false},
	{"MP+", "Musepack, which cannot be verified here", false},
	{"OFR ", "OptimFROG, which cannot be verified here", false},
	{"caff", "a Core Audio file, which cannot be verified here", false},
	{".snd", "a Sun audio file, which cannot be verified here", false},
	{"RF64", "a WAV file of more than 4 GB, which cannot be verified here", false},
	{"BW64", "a WAV file of more than 4 GB, which cannot be verified here", false},
	{"#!SILK", "a SILK voice recording", false},
	{"\x02#!SILK", "a SILK voice recording", false},
	{"#!AMR", "an AMR voice recording", false},
	{"MThd", "a MIDI file", false},
	{"FLV\x01", "a Flash video", false},
	{"\x1a\x45\xdf\xa3", "a Matroska or WebM file", false},
	{"#EXTM3U", "a playlist", false},
	{"[playlist]", "a playlist", false},
	{"PK\x03\x04", "a ZIP archive", false},
	{"Rar!", "a RAR archive", false},
	{"7z\xbc\xaf", "a 7-Zip archive", false},
	{"\x1f\x8b", "gzip data", false},
	{"%PDF", "a PDF document", false},
	{"\x89PNG", "a PNG picture", false},
	{"\xff\xd8\xff", "a JPEG picture", false},
	{"GIF8", "a GIF picture", false},
	{"RIFF", "a RIFF file without sound", false},
}

// recognise returns an error when head is the beginning of something known that is not
// a song; nil when it may still be one.
func recognise(w *window, head []byte) error {
	for _, s := range signatures {
		if !hasPrefix(head, s.magic) {
			continue
		}
		if s.protected {
			return protected(s.what)
		}
		return notAudio(s.what)
	}
	if tail := w.upTo(w.size-4, 4); string(tail) == "QTag" || string(tail) == "STag" {
		return protected("a QQ Music .qmc/.mgg/.mflac file") // its key or key id stands at the end
	}
	return recogniseText(w.upTo(0, 512))
}

func recogniseText(b []byte) error {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	b = bytes.TrimLeft(b, " \t\r\n")
	lower := bytes.ToLower(b)
	switch {
	case bytes.HasPrefix(lower, []byte("<!doctype")), bytes.HasPrefix(lower, []byte("<html")), bytes.HasPrefix(lower, []byte("<head")):
		return answer("an HTML page")
	case bytes.HasPrefix(lower, []byte("<?xml")):
		return answer("an XML document")
	case len(b) > 0 && (b[0] == '{' || b[0] == '[') && isText(b):
		return answer("a JSON answer")
	case len(b) > 0 && b[0] == '<' && isText(b):
		return answer("an HTML page")
	case len(b) >= 8 && isText(b):
		return answer("a text")
	}
	return nil
}

// isText says that b holds no control characters but white space, and is UTF-8 up to a
// rune that the cut at its end may have halved.
func isText(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	for range utf8.UTFMax {
		if utf8.Valid(b) {
			return true
		}
		if len(b) == 0 {
			return false
		}
		b = b[:len(b)-1]
	}
	return false
}
