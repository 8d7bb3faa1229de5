//go:build !unix

package cli

import "errors"

const canRestart = false

func startAnew([]string) error {
	return errors.New("this system cannot start a process anew in its place")
}
