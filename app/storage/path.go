package storage

import (
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"catalogsync/models"
)

// maxPath is the longest path in bytes; S3 keys may have 1024, folders rarely more.
const maxPath = 4096

// Root is the path of a backend's root.
const Root = "."

// Clean makes a path below the root of any text, in NFC. A text that would lead out of the
// root, or that no storage takes, is ClassInvalid.
func Clean(text string) (string, error) {
	p := norm.NFC.String(text)
	if err := Check(p); err != nil {
		return "", err
	}
	return path.Clean(p), nil
}

// Check says whether calls take a path as it is: relative, inside the root, no byte that
// ends a name early. The form of its letters is not judged.
func Check(p string) error {
	switch {
	case p == "" || len(p) > maxPath || !utf8.ValidString(p) || strings.ContainsRune(p, 0):
		return models.Invalid("path", models.CodeBadValue, "%q is no path; give folders and a name separated by /", clip(p))
	case strings.HasPrefix(p, "/"):
		return models.Invalid("path", models.CodeBadValue, "%q must be relative to the storage's root, without a leading /", clip(p))
	}
	for part := range strings.SplitSeq(p, "/") {
		if part == ".." {
			return models.Invalid("path", models.CodeBadValue, "%q leads out of the storage's root", clip(p))
		}
	}
	return nil
}

// Join puts a path below a prefix, which may be empty.
func Join(prefix, p string) string {
	if prefix = strings.Trim(prefix, "/"); prefix == "" || prefix == Root {
		return p
	}
	return prefix + "/" + p
}

// NewEntry is an entry of the path that the storage spells raw.
func NewEntry(raw string) Entry {
	e := Entry{Path: norm.NFC.String(raw)}
	if e.Path != raw {
		e.Raw = raw
	}
	return e
}

// clip keeps a message short.
func clip(s string) string {
	const most = 120
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
