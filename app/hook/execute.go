package hook

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"

	"catalogsync/models"
)

// pipeGrace is how long output is waited for after the command ended or was ended: a child
// that it left behind may keep the pipes open for ever.
const pipeGrace = 2 * time.Second

var (
	errTimeout = errors.New("time limit")
	errStopped = errors.New("stopped")
)

// outcome is how a command ended; it is kept as JSON with the event.
type outcome struct {
	ExitCode     int   `json:"exit_code"` // -1 = it was not started, or ended by a signal
	DurationMS   int64 `json:"duration_ms"`
	OutputBytes  int64 `json:"output_bytes"`
	LeftOutBytes int64 `json:"left_out_bytes,omitempty"` // of the output, not in the job's log
	TimedOut     bool  `json:"timed_out,omitempty"`

	err   error
	limit time.Duration
}

func (o outcome) ok() bool { return o.err == nil }

// text goes on after "the command x".
func (o outcome) text() string {
	took := (time.Duration(o.DurationMS) * time.Millisecond).Round(10 * time.Millisecond)
	exit, exited := errors.AsType[*exec.ExitError](o.err)
	switch {
	case o.err == nil:
		return fmt.Sprintf("ended well after %s", took)
	case o.TimedOut:
		return fmt.Sprintf("did not end within %s and was ended with all that it started", o.limit)
	case errors.Is(o.err, errStopped):
		return "was ended because the program stops; it is not run again for this stage"
	case exited && exit.ExitCode() >= 0:
		return fmt.Sprintf("ended with exit code %d after %s", exit.ExitCode(), took)
	case exited:
		return fmt.Sprintf("was ended from outside after %s: %v", took, o.err)
	}
	return fmt.Sprintf("cannot be started: %v", o.err)
}

// execute runs the command to its end.
func (s *Service) execute(ctx context.Context, end models.DownloadEnd) outcome {
	ctx, cancel := context.WithTimeoutCause(ctx, s.cfg.Timeout, errTimeout)
	defer cancel()
	out := newOutput(s, end)
	cmd := exec.CommandContext(ctx, s.cfg.Args[0], s.cfg.Args[1:]...)
	cmd.Dir, cmd.Env = s.cfg.Workdir, s.environ(end)
	cmd.Stdout, cmd.Stderr = out.stream("info"), out.stream("warn")
	cmd.WaitDelay = pipeGrace
	began := s.cfg.Now()
	err := runGroup(cmd)
	o := outcome{ExitCode: -1, DurationMS: s.cfg.Now().Sub(began).Milliseconds(), limit: s.cfg.Timeout}
	if cmd.ProcessState != nil {
		o.ExitCode = cmd.ProcessState.ExitCode()
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // it ended well and left something behind that holds on to its output
	}
	if err != nil && ctx.Err() != nil {
		err = errStopped
		if o.TimedOut = errors.Is(context.Cause(ctx), errTimeout); o.TimedOut {
			err = errTimeout
		}
	}
	o.err = err
	o.OutputBytes, o.LeftOutBytes = out.close()
	return o
}

// runGroup starts the command as the head of a group of processes and waits for it. When
// its context ends, the whole group is.
func runGroup(cmd *exec.Cmd) error {
	if info, err := os.Stat(cmd.Dir); cmd.Dir != "" && (err != nil || !info.IsDir()) {
		return fmt.Errorf("the folder %s (CATALOG_EXPORT_WORKDIR) is not there", cmd.Dir)
	}
	g, err := newGroup(cmd)
	if err != nil {
		return err
	}
	defer g.close()
	cmd.Cancel = g.kill
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := g.join(); err != nil {
		return errors.Join(err, g.kill(), cmd.Wait())
	}
	return cmd.Wait()
}
