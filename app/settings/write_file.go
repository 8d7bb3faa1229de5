package settings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"catalogsync/models"
)

// maxFileBytes bounds the files that are read; they are written by people.
const maxFileBytes = 1 << 20

// readFile is a file's content; one that does not exist is empty.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Size() > maxFileBytes {
		err = errors.New("it is larger than a settings file can be")
	}
	if err != nil {
		return nil, unwritable(path, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return content, nil
}

// writeFile replaces a file's content at once: whoever reads it meanwhile, or after a
// crash, finds the old or the new one. Permissions stay; a new file is its owner's alone. A
// link stays a link, its target is written.
func writeFile(path string, content []byte) (err error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	} else if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return unwritable(path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".settings-*") // readable by its owner only
	if err != nil {
		return unwritable(path, err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = unwritable(path, err)
		}
	}()
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func unwritable(path string, cause error) error {
	return models.NewError(models.ClassLocal, models.CodeSettingsUnwritable,
		"the settings file %s cannot be read or replaced; make it and its folder writable for the program, or edit it by hand and restart", path).WithCause(cause)
}
