package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// console is the program while it is measured.
type console struct {
	url   string
	cmd   *exec.Cmd
	start time.Duration // from its start to its first answer
}

const (
	startTimeout = 2 * time.Minute
	startStep    = 2 * time.Millisecond
)

// startConsole starts the program on the database and waits for its first answer.
func startConsole(ctx context.Context, program, db string) (*console, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := ln.Addr().(*net.TCPAddr).Port
	if err := ln.Close(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pages")
	if err != nil {
		return nil, err
	}
	if program, err = filepath.Abs(program); err != nil {
		return nil, err
	}
	if db, err = filepath.Abs(db); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--port", strconv.Itoa(port))
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	// The details of the jobs are old, and are to stay.
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "TMPDIR=" + dir, "ASSETS=local", "LOG_LEVEL=error", "RETENTION_DAYS=0",
		"DB_PATH=" + db, "LIBRARY_DIR=" + filepath.Join(dir, "library")}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &console{url: fmt.Sprintf("http://127.0.0.1:%d", port), cmd: cmd}
	for {
		if _, err := get(ctx, c.url+"/healthz", nil); err == nil {
			c.start = time.Since(began)
			return c, nil
		} else if time.Since(began) > startTimeout {
			return nil, errors.Join(fmt.Errorf("%s does not answer: %w", program, err), c.stop())
		}
		time.Sleep(startStep)
	}
}

func (c *console) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	_ = c.cmd.Wait() // however it ended
	return nil
}

// settled waits until the program has done what it does after its start: until it computes
// less than a hundredth of the time for some seconds.
func (c *console) settled() error {
	const step = time.Second
	for quiet, deadline := 0, time.Now().Add(startTimeout); quiet < 3 && time.Now().Before(deadline); {
		before, err := c.ticks()
		if err != nil {
			return err
		}
		time.Sleep(step)
		after, err := c.ticks()
		if err != nil {
			return err
		}
		if quiet++; after-before > 1 { // of hundred a second
			quiet = 0
		}
	}
	return nil
}

// ticks is the time that the process has computed, in hundredths of a second (proc(5), stat).
func (c *console) ticks() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	user, err := strconv.ParseInt(fields[11], 10, 64)
	system, err2 := strconv.ParseInt(fields[12], 10, 64)
	return user + system, errors.Join(err, err2)
}

// resident is the memory of the process in bytes.
func (c *console) resident() (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no VmRSS of process %d", c.cmd.Process.Pid)
}

// answer is what came of a request.
type answer struct {
	took   time.Duration
	bytes  int
	status int
	header http.Header
}
