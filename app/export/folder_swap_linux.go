package export

import "golang.org/x/sys/unix"

// swapFolders exchanges two folders in one step; the former one then has the name interim.
// File systems that cannot (some network shares) get two renames.
func swapFolders(interim, at string) error {
	if unix.Renameat2(unix.AT_FDCWD, interim, unix.AT_FDCWD, at, unix.RENAME_EXCHANGE) == nil {
		return nil
	}
	return swapByRenames(interim, at)
}
