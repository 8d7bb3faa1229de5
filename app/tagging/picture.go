package tagging

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // so that DecodeConfig knows them
	_ "image/png"
)

// Picture is a cover that was looked at.
type Picture struct {
	Bytes         []byte
	Format        string // jpeg, png or webp
	Width, Height int    // pixels
}

// Size is the picture's size as people write it, such as 600x600.
func (p Picture) Size() string { return fmt.Sprintf("%dx%d", p.Width, p.Height) }

const (
	// minSide is the smallest side of a picture that is worth showing; placeholders that
	// platforms serve for songs without a cover are dots of one pixel, or icons.
	minSide = 48
	maxSide = 20_000
)

// ParsePicture recognises a picture by its bytes. The error says what else it is.
func ParsePicture(b []byte) (Picture, error) {
	p := Picture{Bytes: b}
	if len(b) >= 30 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" {
		p.Format = "webp"
		p.Width, p.Height = webpSize(b)
	} else if c, format, err := image.DecodeConfig(bytes.NewReader(b)); err == nil {
		p.Format, p.Width, p.Height = format, c.Width, c.Height
	} else {
		return Picture{}, errors.New("it is no JPEG, PNG or WebP picture")
	}
	if p.Width < minSide || p.Height < minSide || p.Width > maxSide || p.Height > maxSide {
		return Picture{}, fmt.Errorf("a picture of %s pixels is no cover", p.Size())
	}
	return p, nil
}

// webpSize reads the size of the three kinds of WebP: lossy, lossless, extended.
func webpSize(b []byte) (width, height int) {
	switch string(b[12:16]) {
	case "VP8 ":
		return int(binary.LittleEndian.Uint16(b[26:]) & 0x3fff), int(binary.LittleEndian.Uint16(b[28:]) & 0x3fff)
	case "VP8L":
		bits := binary.LittleEndian.Uint32(b[21:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1
	case "VP8X":
		three := func(at int) int { return int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16 }
		return three(24) + 1, three(27) + 1
	}
	return 0, 0
}
