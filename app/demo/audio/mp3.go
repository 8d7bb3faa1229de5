package audio

import (
	"encoding/binary"
	"unicode/utf8"
)

const (
	mp3FramesPerCell = 8
	mp3LoopFrames    = 4
	mp3SideInfoSize  = 32 // MPEG-1 layer III, two channels
)

// mp3FrameSize is the size of each frame of a format; generate.go pads all frames.
var mp3FrameSize = map[Format]int{MP3128: 418, MP3192: 627, MP3320: 1045}

func (b *Bank) openMP3(s Spec) *Clip {
	cells, size := b.mp3[s.Format], mp3FrameSize[s.Format]
	audioBytes := s.Cells * mp3FramesPerCell * size
	head := id3Tag(&s)
	head = append(head, infoFrame(cells[0][:4], size, s.Cells*mp3FramesPerCell, audioBytes+size)...)
	return newClip(head, s.Cells,
		func(int) int { return mp3FramesPerCell * size },
		func(i int) []byte { return cells[s.tone(i)] })
}

func (b *Bank) sizeMP3(s *Spec) int64 {
	return int64(len(id3Tag(s)) + (1+s.Cells*mp3FramesPerCell)*mp3FrameSize[s.Format])
}

// infoFrame is the silent first frame that tells players the number of frames and
// bytes of a stream of constant bit rate.
func infoFrame(header []byte, size, frames, bytes int) []byte {
	f := make([]byte, size)
	copy(f, header)
	p := f[len(header)+mp3SideInfoSize:]
	copy(p, "Info")
	binary.BigEndian.PutUint32(p[4:], 3) // number of frames and of bytes follow
	binary.BigEndian.PutUint32(p[8:], uint32(frames))
	binary.BigEndian.PutUint32(p[12:], uint32(bytes))
	return f
}

// id3Tag is an ID3v2.4 tag with title, artist and album.
func id3Tag(s *Spec) []byte {
	var body []byte
	for _, f := range [...]struct{ id, text string }{{"TIT2", s.Title}, {"TPE1", s.Artist}, {"TALB", s.Album}} {
		text := tagText(f.text)
		if text == "" {
			continue
		}
		body = append(body, f.id...)
		body = append(body, synchsafe(len(text)+1)...)
		body = append(body, 0, 0, 3) // no flags, UTF-8
		body = append(body, text...)
	}
	tag := append([]byte("ID3\x04\x00\x00"), synchsafe(len(body))...)
	return append(tag, body...)
}

func synchsafe(n int) []byte {
	return []byte{byte(n >> 21 & 0x7F), byte(n >> 14 & 0x7F), byte(n >> 7 & 0x7F), byte(n & 0x7F)}
}

// tagText is text as it may stand in a tag: valid UTF-8 without NUL, which would end it.
func tagText(text string) string {
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r != 0 {
			out = utf8.AppendRune(out, r)
		}
	}
	return string(out)
}
