package library

import (
	"path"
	"path/filepath"
)

// Remove removes the regular file at locator if it still has the recorded size, and the
// folders that are empty without it. It answers false when the file is gone already or is
// another one, which is then left alone.
func (l *Library) Remove(locator string, sizeBytes int64) (bool, error) {
	r, err := l.open()
	if err != nil {
		return false, err
	}
	defer closeRoot(r)
	name := filepath.FromSlash(locator)
	info, err := r.Lstat(name)
	switch {
	case isAbsent(err):
		return false, nil
	case err != nil:
		return false, localError(locator, err)
	case !info.Mode().IsRegular() || info.Size() != sizeBytes:
		return false, nil
	}
	if err := r.Remove(name); err != nil && !isAbsent(err) {
		return false, localError(locator, err)
	}
	removeEmpty(r, path.Dir(locator))
	return true, nil
}
