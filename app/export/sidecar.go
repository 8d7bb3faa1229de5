package export

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"catalogsync/models"
)

// sidecarExts are what may accompany a song under its name: lyrics and covers.
var sidecarExts = []string{".lrc", ".jpg", ".png"}

const (
	// maxSidecarBytes bounds a sidecar, which is read whole; a larger file is none.
	maxSidecarBytes = 16 << 20
	// keptSums bounds the checksums that are remembered.
	keptSums = 50_000
)

// sidecar is a file that lies beside a song. No database knows its checksum.
type sidecar struct {
	locator string // below the song's root
	ext     string
	sidecarSum
}

// sidecarSum is what a sidecar was when it was read.
type sidecarSum struct {
	size      int64
	modTimeMS int64
	crc       uint32
	sha256    string
}

// sidecarSums remembers the checksums of sidecars, so that going on with a broken download
// does not read them all again. It may be used at once.
type sidecarSums struct {
	mu   sync.Mutex
	sums map[string]sidecarSum // by root and locator
}

func newSidecarSums() *sidecarSums { return &sidecarSums{sums: map[string]sidecarSum{}} }

// of lists what lies beside a file. One that cannot be read is left out: it is no reason
// to keep the song back.
func (s *sidecarSums) of(file *models.ExportFile) []sidecar {
	root, err := os.OpenRoot(file.Root)
	if err != nil {
		return nil
	}
	defer root.Close()
	var out []sidecar
	stem := strings.TrimSuffix(file.Locator, path.Ext(file.Locator))
	for _, ext := range sidecarExts {
		if sum, ok := s.sum(root, stem+ext); ok {
			out = append(out, sidecar{locator: stem + ext, ext: ext, sidecarSum: sum})
		}
	}
	return out
}

func (s *sidecarSums) sum(root *os.Root, locator string) (sidecarSum, bool) {
	info, err := root.Stat(filepath.FromSlash(locator))
	if err != nil || !info.Mode().IsRegular() || info.Size() == 0 || info.Size() > maxSidecarBytes {
		return sidecarSum{}, false
	}
	key := root.Name() + "\x00" + locator
	s.mu.Lock()
	known, ok := s.sums[key]
	s.mu.Unlock()
	if ok && known.size == info.Size() && known.modTimeMS == models.NowMS(info.ModTime()) {
		return known, true
	}
	data, err := readSidecar(root, locator, info.Size())
	if err != nil {
		return sidecarSum{}, false
	}
	sum := sha256.Sum256(data)
	read := sidecarSum{
		size: info.Size(), modTimeMS: models.NowMS(info.ModTime()), crc: crc32.ChecksumIEEE(data), sha256: hex.EncodeToString(sum[:]),
	}
	s.keep(key, read)
	return read, true
}

func (s *sidecarSums) keep(key string, sum sidecarSum) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sums) >= keptSums {
		clear(s.sums) // rare, and costs one more look at each
	}
	s.sums[key] = sum
}

var errOtherContent = errors.New("other content")

// readSidecar reads a file that must have exactly size bytes.
func readSidecar(root *os.Root, locator string, size int64) ([]byte, error) {
	f, err := root.Open(filepath.FromSlash(locator))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, size+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) != size {
		return nil, errOtherContent
	}
	return data, nil
}

// readWhole reads an entry that is small and holds it to its checksum.
func (e *entry) readWhole() ([]byte, error) {
	root, err := os.OpenRoot(e.root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	data, err := readSidecar(root, e.locator, e.size)
	if err == nil && crc32.ChecksumIEEE(data) != e.crc {
		err = errOtherContent
	}
	return data, err
}
