//go:build unix

package library

import (
	"fmt"
	"syscall"
)

// volumeKey names the file system that holds a folder.
func volumeKey(folder string) (string, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(folder, &st); err != nil {
		return "", err
	}
	return fmt.Sprintf("device %d", st.Dev), nil
}
