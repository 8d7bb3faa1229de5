//go:build !unix

package library

import "path/filepath"

// volumeKey names the drive or share that holds a folder.
func volumeKey(folder string) (string, error) {
	abs, err := filepath.Abs(folder)
	return filepath.VolumeName(abs), err
}
