package audio

import (
	"bytes"
	"os/exec"
	"testing"
)

// BenchmarkProbe shows what verifying a download costs beside hashing it.
func BenchmarkProbe(b *testing.B) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		b.Skip("ffmpeg is not installed: no real files to read")
	}
	for _, e := range encodings {
		b.Run(e.name, func(b *testing.B) {
			file := encode(b, e.ext, e.args)
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				if _, err := Probe(bytes.NewReader(file), int64(len(file))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
