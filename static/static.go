// Package static holds the browser's files, embedded in the binary, and says under which
// URL each is served. Every URL carries a hash of the content, so that a browser may keep
// the answer for good.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/sha512"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"sync"
)

//go:embed css js img vendor
var files embed.FS

// Prefix begins the URL of every asset.
const Prefix = "/static/"

// Asset is one embedded file.
type Asset struct {
	Name        string // path below static/, e.g. css/app.css
	Hash        string // first 16 hex digits of its SHA-256
	Integrity   string // subresource integrity value, sha384-…
	ContentType string
	Body        []byte
	// Gzip gives the body compressed, made at the first call; nil when that saves nothing.
	Gzip func() []byte
}

// Assets is the set of all embedded files. It is immutable.
type Assets struct{ byName map[string]*Asset }

// Load reads and hashes all embedded files.
func Load() (*Assets, error) {
	a := &Assets{byName: map[string]*Asset{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read asset %s: %w", name, err)
		}
		a.byName[name] = newAsset(name, body)
		return nil
	})
	return a, err
}

func newAsset(name string, body []byte) *Asset {
	sum := sha256.Sum256(body)
	return &Asset{
		Name:        name,
		Hash:        hex.EncodeToString(sum[:8]),
		Integrity:   integrity(body),
		ContentType: contentType(name),
		Body:        body,
		Gzip:        sync.OnceValue(func() []byte { return compress(body) }),
	}
}

// URL is the address of the asset called name, "" when there is none.
func (a *Assets) URL(name string) string {
	f, ok := a.byName[name]
	if !ok {
		return ""
	}
	return Prefix + f.Hash + "/" + name
}

// Find gives the asset of a URL's hash and name; an outdated hash finds nothing, so that
// no cache keeps new content under an old address.
func (a *Assets) Find(hash, name string) (*Asset, bool) {
	f, ok := a.byName[path.Clean(name)]
	if !ok || f.Hash != hash {
		return nil, false
	}
	return f, true
}

// Names lists all assets, in no order.
func (a *Assets) Names() []string {
	names := make([]string, 0, len(a.byName))
	for n := range a.byName {
		names = append(names, n)
	}
	return names
}

func integrity(body []byte) string {
	sum := sha512.Sum384(body)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

// contentType does not ask the machine's MIME tables first: a desktop may map .js wrongly.
func contentType(name string) string {
	switch ext := path.Ext(name); ext {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".md":
		return "text/plain; charset=utf-8"
	default:
		if t := mime.TypeByExtension(ext); t != "" {
			return t
		}
		return "application/octet-stream"
	}
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		return nil
	}
	if err := w.Close(); err != nil || b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}
