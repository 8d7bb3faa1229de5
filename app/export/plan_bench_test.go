package export

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkWriteRange measures the archive of a 256 MiB file, page cache warm, into nothing.
func BenchmarkWriteRange(b *testing.B) {
	const size = 256 << 20
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "song"), make([]byte, size), 0o600); err != nil {
		b.Fatal(err)
	}
	p := newPlan([]entry{{name: "song", root: dir, locator: "song", size: size}})
	b.SetBytes(p.Size())
	b.ReportAllocs()
	for b.Loop() {
		if err := p.WriteRange(b.Context(), struct{ io.Writer }{io.Discard}, 0, p.Size()); err != nil {
			b.Fatal(err)
		}
	}
}
