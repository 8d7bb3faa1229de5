//go:build unix

package cli

import (
	"fmt"
	"os"
	"syscall"
)

const canRestart = true

// startAnew puts a new program in the place of this process, which keeps its number: what
// supervises it sees no end.
func startAnew(environ []string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program to start anew: %w", err)
	}
	return fmt.Errorf("start %s anew: %w", self, syscall.Exec(self, os.Args, environ))
}
