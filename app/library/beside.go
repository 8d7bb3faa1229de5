package library

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// FolderPicture is the name under which players look for the picture of a folder.
const FolderPicture = "folder.jpg"

// Extensions of the files that stand beside a song's, under its name.
const (
	ExtWords = "lrc"
	ExtInfo  = "nfo"
)

// maxBesideBytes bounds what is read of a file that stands beside a song's.
const maxBesideBytes = 1 << 20

// IsBeside says that a file stands beside songs and is none itself.
func IsBeside(locator string) bool {
	ext := strings.TrimPrefix(path.Ext(locator), ".")
	return slices.Contains([]string{ExtWords, ExtInfo}, strings.ToLower(ext)) || strings.EqualFold(path.Base(locator), FolderPicture)
}

// Beside is the locator of the file with another extension that belongs to a song's.
func Beside(locator, ext string) string {
	return strings.TrimSuffix(locator, path.Ext(locator)) + "." + ext
}

// BesideName is the locator of a file of that name in the folder of a song's.
func BesideName(locator, name string) string { return path.Join(path.Dir(locator), name) }

// ReadBeside reads a small file; false when there is none, or none of that kind.
func (l *Library) ReadBeside(locator string) ([]byte, bool, error) {
	r, err := l.open()
	if err != nil {
		return nil, false, err
	}
	defer closeRoot(r)
	return readSmall(r, locator)
}

func readSmall(r *os.Root, locator string) ([]byte, bool, error) {
	f, err := r.Open(filepath.FromSlash(locator))
	if isAbsent(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, localError(locator, err)
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxBesideBytes {
		return nil, false, nil //nolint:nilerr // it cannot be one of ours
	}
	text, err := io.ReadAll(io.LimitReader(f, maxBesideBytes))
	if err != nil {
		return nil, false, localError(locator, err)
	}
	return text, true, nil
}

// WriteBeside writes a file beside a song's, whole or not at all. One that is there is
// replaced only when mark stands in it, which tells that it was written by this; an empty
// mark replaces none. It answers false when the file was left as it was.
func (l *Library) WriteBeside(locator string, content, mark []byte) (bool, error) {
	r, err := l.open()
	if err != nil {
		return false, err
	}
	defer closeRoot(r)
	name := filepath.FromSlash(locator)
	if _, err := r.Lstat(name); err == nil {
		there, ok, err := readSmall(r, locator)
		if err != nil || !ok || len(mark) == 0 || !bytes.Contains(there, mark) || bytes.Equal(there, content) {
			return false, err
		}
	} else if !isAbsent(err) {
		return false, localError(locator, err)
	}
	// Songs of one folder are filed at once, so each writes its own.
	temp := filepath.FromSlash(path.Join(path.Dir(locator), "."+rand.Text()+PartSuffix))
	l.holdPart(filepath.ToSlash(temp))
	defer l.letPart(filepath.ToSlash(temp))
	if err := writeWhole(r, temp, content); err != nil {
		return false, localError(filepath.Join(l.root, name), errors.Join(err, removeIfThere(r, temp)))
	}
	if err := r.Rename(temp, name); err != nil {
		return false, localError(filepath.Join(l.root, name), errors.Join(err, removeIfThere(r, temp)))
	}
	return true, nil
}

// RemoveBeside removes a file beside a song's if mark stands in it, which tells that it was
// written by this, and the folders that are empty without it.
func (l *Library) RemoveBeside(locator string, mark []byte) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	defer closeRoot(r)
	there, ok, err := readSmall(r, locator)
	if err != nil || !ok || !bytes.Contains(there, mark) {
		return err
	}
	if err := removeIfThere(r, filepath.FromSlash(locator)); err != nil {
		return localError(locator, err)
	}
	removeEmpty(r, path.Dir(locator))
	return nil
}

func writeWhole(r *os.Root, name string, content []byte) error {
	f, err := r.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Sync(), f.Close())
}

func removeIfThere(r *os.Root, name string) error {
	if err := r.Remove(name); err != nil && !isAbsent(err) {
		return err
	}
	return nil
}
