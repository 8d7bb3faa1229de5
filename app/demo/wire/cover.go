package wire

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
)

// Covers are minCover to maxCover pixels square.
const (
	minCover     = 64
	maxCover     = 800
	coverQuality = 60
)

// Cover answers with a square JPEG picture that depends on a number.
func Cover(w http.ResponseWriter, n int64, size int) {
	size = min(max(size, minCover), maxCover)
	img := image.NewPaletted(image.Rect(0, 0, size, size), coverColours(n))
	for y := range size {
		row := img.Pix[y*img.Stride : y*img.Stride+size]
		for x := range row {
			// Rings around a corner that differs from cover to cover.
			dx, dy := x-size*int(n&1), y-size*int(n>>1&1)
			row[x] = byte((dx*dx + dy*dy) * 8 / (size * size) % 6)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: coverQuality}); err != nil {
		http.Error(w, "draw cover", http.StatusInternalServerError)
		return
	}
	Bytes(w, http.StatusOK, "image/jpeg", b.Bytes())
}

func coverColours(n int64) color.Palette {
	x := uint64(n) * 0x9E3779B97F4A7C15
	p := make(color.Palette, 6)
	for i := range p {
		s := x >> (i * 4)
		p[i] = color.RGBA{R: byte(s>>8)/2 + 60, G: byte(s>>24)/2 + 40, B: byte(s>>40)/2 + 80, A: 255}
	}
	return p
}
