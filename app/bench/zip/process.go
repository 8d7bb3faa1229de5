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

// process is a server that runs for the measurement.
type process struct {
	url string
	cmd *exec.Cmd
}

// freePort is a port of the loopback that nothing uses.
func freePort(ctx context.Context) (int, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

func (s *setup) startConsole(ctx context.Context) (*process, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	program, err := filepath.Abs(s.program)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--port", strconv.Itoa(port))
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "TMPDIR=" + s.dir, "ASSETS=local",
		"DB_PATH=" + filepath.Join(s.dir, "catalogsync.db"), "LIBRARY_DIR=" + s.library}
	return start(ctx, cmd, port, "/healthz")
}

// nginxConf sends files as nginx does best: sendfile, the same number of processes as the
// console has, no log.
const nginxConf = `daemon off; master_process off; pid %[1]s/nginx.pid; error_log %[1]s/nginx.err;
events { worker_connections 64; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000; default_type application/octet-stream;
  client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
  server { listen 127.0.0.1:%[2]d; root %[3]s; }
}
`

func (s *setup) startNginx(ctx context.Context) (*process, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(s.dir, "nginx.conf")
	if err := os.WriteFile(conf, fmt.Appendf(nil, nginxConf, s.dir, port, s.library), 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "nginx", "-c", conf, "-e", filepath.Join(s.dir, "nginx.err"))
	return start(ctx, cmd, port, "/"+locator(0))
}

// startTimeout bounds the wait for a server's first answer.
const startTimeout = 30 * time.Second

// start starts a server and waits until it answers at path.
func start(ctx context.Context, cmd *exec.Cmd, port int, path string) (*process, error) {
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{url: fmt.Sprintf("http://127.0.0.1:%d", port), cmd: cmd}
	for deadline := time.Now().Add(startTimeout); ; time.Sleep(50 * time.Millisecond) {
		req, err := http.NewRequestWithContext(ctx, http.MethodHead, p.url+path, nil)
		if err != nil {
			return nil, err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			return p, res.Body.Close()
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("%s does not answer: %w", cmd.Path, err), p.stop())
		}
	}
}

func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	_ = p.cmd.Wait() // however it ended
	return nil
}

// resident and peak are the memory of the process now, and at its most; both in bytes.
func (p *process) resident() (int64, error) { return p.status("VmRSS:") }
func (p *process) peak() (int64, error)     { return p.status("VmHWM:") }

// settled waits until the process has done with what it does after its start, and gives
// the memory that it has then.
func (p *process) settled() (int64, error) {
	const step, calm = time.Second, 1 << 20
	last, err := p.resident()
	for quiet, deadline := 0, time.Now().Add(startTimeout); err == nil && quiet < 3 && time.Now().Before(deadline); {
		time.Sleep(step)
		var now int64
		if now, err = p.resident(); now > last+calm {
			quiet = 0
		} else {
			quiet++
		}
		last = now
	}
	return last, err
}

// forgetPeak lets peak count from now on (proc(5), clear_refs).
func (p *process) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.cmd.Process.Pid), []byte("5"), 0)
}

func (p *process) status(field string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no %s of process %d", field, p.cmd.Process.Pid)
}
