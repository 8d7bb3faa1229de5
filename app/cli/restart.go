package cli

import (
	"fmt"
	"sync"
)

// restart starts the program anew, with the same command line, when the console asks for
// it: for settings and restores that count from a start on.
type restart struct {
	asked chan struct{}
	once  sync.Once
}

func newRestart() *restart { return &restart{asked: make(chan struct{})} }

// ask is what the console calls, nil where a process cannot start itself anew.
func (r *restart) ask() func() {
	if !canRestart {
		return nil
	}
	return func() { r.once.Do(func() { close(r.asked) }) }
}

// carryOut starts anew if that was asked for; then it returns only when it cannot.
func (r *restart) carryOut(e *env) error {
	select {
	case <-r.asked:
		fmt.Fprintln(e.out, "Starting anew.")
		e.closeLogs()
		return startAnew(e.environ)
	default:
		return nil
	}
}
