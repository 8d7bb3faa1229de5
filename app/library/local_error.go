package library

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"syscall"

	"catalogsync/models"
)

// Windows error numbers for a full disk; package syscall does not name them.
const (
	windowsHandleDiskFull = syscall.Errno(39)
	windowsDiskFull       = syscall.Errno(112)
)

// localError explains an error of the file system at path as a ClassLocal error that
// says what to do: CodeDiskFull or CodeLibraryUnwritable. A name that the file system
// does not take concerns one song only and is ClassPermanent.
func localError(path string, err error) error {
	if _, ok := errors.AsType[*models.Error](err); ok || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var e *models.Error
	switch {
	case isDiskFull(err):
		return diskFull(path).WithCause(err)
	case errors.Is(err, syscall.ENAMETOOLONG):
		e = models.NewError(models.ClassPermanent, models.CodeInternal, "the file system does not take the name %s", path)
	case errors.Is(err, fs.ErrNotExist):
		e = models.NewError(models.ClassLocal, models.CodeLibraryUnwritable,
			"the library folder %s is not there; mount its disk or give another folder", path)
	default:
		e = models.NewError(models.ClassLocal, models.CodeLibraryUnwritable,
			"the library cannot be written at %s; make it writable for this user or give another folder", path)
	}
	e.Params = map[string]any{"Path": path}
	return e.WithCause(err)
}

func diskFull(path string) *models.Error {
	e := models.NewError(models.ClassLocal, models.CodeDiskFull,
		"the disk that holds %s is full; free some space or give another folder to go on", path)
	e.Params = map[string]any{"Path": path}
	return e
}

func isDiskFull(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	n, ok := errors.AsType[syscall.Errno](err)
	return ok && runtime.GOOS == "windows" && (n == windowsDiskFull || n == windowsHandleDiskFull)
}

func isNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
