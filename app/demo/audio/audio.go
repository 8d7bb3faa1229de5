// Package audio makes the demo upstream's songs: short melodies that really play, as
// MP3, FLAC and M4A, each different, each the same bytes whenever it is asked for.
//
// A song is a row of cells of 9216 samples. A cell is a tone from a small bank of
// frames that were encoded once (see generate.go; FLAC frames are encoded here, at
// first use). Frames stand for themselves, so any row of cells is a valid stream, its
// size is known without making it, and any part of it can be made alone: a Clip reads
// and seeks without ever holding the file.
package audio

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
)

const (
	// SampleRate of everything here, in Hz; always two channels.
	SampleRate = 44100
	// CellSamples is the length of a cell: 8 MP3 frames, 2 FLAC frames, 9 AAC frames.
	CellSamples = 9216

	tones       = 12
	cellsByNote = 2
)

// Format is one kind of file.
type Format int

// The formats, worst first. AAC96 is AAC in an M4A container.
const (
	AAC96 Format = iota
	MP3128
	MP3192
	MP3320
	FLAC
	formats
)

// Ext is the format's file name ending, without the dot.
func (f Format) Ext() string {
	switch f {
	case AAC96:
		return "m4a"
	case FLAC:
		return "flac"
	default:
		return "mp3"
	}
}

// Spec describes one file.
type Spec struct {
	Format Format
	// Cells is the length; Duration tells it in time.
	Cells int
	// Tune chooses the melody.
	Tune uint64
	// Title, Artist and Album go into the file's tags.
	Title, Artist, Album string
}

// Duration is how long n cells play.
func Duration(n int) time.Duration {
	return time.Duration(n) * CellSamples * time.Second / SampleRate
}

// CellsOf is the number of cells nearest to d, at least one.
func CellsOf(d time.Duration) int {
	cell := Duration(1)
	return max(int((d+cell/2)/cell), 1)
}

// tone says which tone sounds in a cell.
func (s *Spec) tone(cell int) int {
	x := s.Tune + uint64(cell/cellsByNote)*0x9E3779B97F4A7C15
	x = (x ^ x>>31) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>29) * 0x94D049BB133111EB
	return int((x ^ x>>32) % tones)
}

//go:embed mp3_128.bin
var mp3Bank128 []byte

//go:embed mp3_192.bin
var mp3Bank192 []byte

//go:embed mp3_320.bin
var mp3Bank320 []byte

//go:embed aac_96.bin
var aacBank96 []byte

// Bank holds the encoded cells of all tones.
type Bank struct {
	mp3      map[Format][tones][]byte // a cell each
	aac      [tones][]byte
	aacSizes [tones][aacFramesPerCell]uint32
	flac     func() [tones][]byte // frame bodies, encoded at first use
}

// NewBank cuts the embedded banks into cells. The error means a damaged build.
func NewBank() (*Bank, error) {
	b := &Bank{mp3: map[Format][tones][]byte{}, flac: sync.OnceValue(encodeFLACTones)}
	for f, data := range map[Format][]byte{MP3128: mp3Bank128, MP3192: mp3Bank192, MP3320: mp3Bank320} {
		loop := mp3FrameSize[f] * mp3LoopFrames
		if len(data) != loop*tones {
			return nil, fmt.Errorf("read mp3 bank: %d bytes, want %d", len(data), loop*tones)
		}
		var cells [tones][]byte
		for t := range cells {
			one := data[t*loop : (t+1)*loop]
			for range mp3FramesPerCell / mp3LoopFrames {
				cells[t] = append(cells[t], one...)
			}
		}
		b.mp3[f] = cells
	}
	return b, b.cutAAC(aacBank96)
}

func (b *Bank) cutAAC(data []byte) error {
	for t := range b.aac {
		for i := range b.aacSizes[t] {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("read aac bank: ends in tone %d", t)
			}
			n := int(binary.BigEndian.Uint16(data))
			b.aac[t] = append(b.aac[t], data[2:2+n]...)
			b.aacSizes[t][i] = uint32(n)
			data = data[2+n:]
		}
	}
	return nil
}

// Open gives the file of s.
func (b *Bank) Open(s Spec) *Clip {
	s.Cells = max(s.Cells, 1)
	switch s.Format {
	case FLAC:
		return b.openFLAC(s)
	case AAC96:
		return b.openM4A(s)
	default:
		return b.openMP3(s)
	}
}

// Size is the length of the file of s, in bytes, without making any of it.
func (b *Bank) Size(s Spec) int64 {
	s.Cells = max(s.Cells, 1)
	switch s.Format {
	case FLAC:
		return b.sizeFLAC(&s)
	case AAC96:
		return b.sizeM4A(&s)
	default:
		return b.sizeMP3(&s)
	}
}
