package library

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginWriteOut lets the disk begin to write n bytes of a file, without waiting for it. It
// promises nothing: the sync that follows does.
func beginWriteOut(f *os.File, off, n int64) {
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SyncFileRange(int(fd), off, n, unix.SYNC_FILE_RANGE_WRITE) // not every file system can
	})
}
