package library

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Twin opens an empty partial file in the part's folder whose extension is ext: what tells
// formats by names can work on it. It becomes the song's file by Place, as the part would;
// the part is not touched. It has a leading dot, which no song's name has, and is removed
// by SweepParts when its process was killed.
func (p *Part) Twin(ext string) (*Part, error) {
	return p.l.createTwin(p.locator, ext)
}

// CreateTwin is Part.Twin for the file at locator, which stays as it is.
func (l *Library) CreateTwin(locator, ext string) (*Part, error) { return l.createTwin(locator, ext) }

func (l *Library) createTwin(locator, ext string) (*Part, error) {
	folder, base := path.Split(locator)
	temp := folder + "." + strings.TrimPrefix(base, ".") + PartSuffix + "." + cleanExt(ext)
	return l.openTemp(locator, temp, os.O_CREATE|os.O_RDWR|os.O_TRUNC)
}

// isTwin says that a file is one that Twin made.
func isTwin(name string) bool {
	base := path.Base(name)
	stem, _, found := strings.Cut(base, PartSuffix+".")
	return found && strings.HasPrefix(stem, ".") && !strings.HasSuffix(base, stateSuffix)
}

// IsPart says that a file is a partial one, or what is noted beside one to go on with it:
// none of the library's songs, and nothing that anybody else put there.
func IsPart(locator string) bool {
	return strings.HasSuffix(locator, PartSuffix) || strings.HasSuffix(locator, stateSuffix) || isTwin(locator)
}

// File is the open file, to be read and written anywhere; Place tells its length.
func (p *Part) File() *os.File { return p.f }

// Path is the part's absolute path.
func (p *Part) Path() (string, error) { return p.l.PathOf(p.temp, p.f) }

// PathOf is the absolute path of an open file of the library, for what takes no files. It
// is an error when the path leads to another file than the one that is open, as a folder
// that was exchanged meanwhile makes it.
func (l *Library) PathOf(locator string, f *os.File) (string, error) {
	name := filepath.Join(l.root, filepath.FromSlash(locator))
	there, err := os.Lstat(name)
	if err != nil {
		return "", localError(name, err)
	}
	mine, err := f.Stat()
	if err != nil {
		return "", localError(name, err)
	}
	if !os.SameFile(there, mine) {
		return "", localError(name, errors.New("the library's folders were exchanged"))
	}
	return name, nil
}
