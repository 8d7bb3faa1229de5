package storagetest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
)

// S3Server is a running versitygw: a real S3 server whose first-level folders are buckets.
type S3Server struct {
	Root    string // its folder
	Address string // host:port
	Region  string

	t    *testing.T
	args []string
	cmd  *exec.Cmd
	log  bytes.Buffer
}

// Keys of the servers that tests start; they are no secret.
const (
	testAccessKey = "csadmin"
	testSecretKey = "cssecret12"
)

// StartVersityGW starts a server with more flags than usual, or skips the test where the
// program is not installed (docs/testing.md). It ends with the test.
func StartVersityGW(t *testing.T, flags ...string) *S3Server {
	t.Helper()
	s := &S3Server{Root: t.TempDir(), Address: freeAddress(t), Region: "us-east-1", t: t, args: flags}
	s.Start()
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			t.Logf("versitygw: %s", tail(s.log.String()))
		}
	})
	return s
}

// Settings are those of a bucket of the server.
func (s *S3Server) Settings(bucket string) storage.Settings {
	return storage.Settings{"bucket": bucket, "endpoint": "http://" + s.Address, "region": s.Region, "credential_env_prefix": "TEST_S3"}
}

// Secrets are the keys of the server.
func (s *S3Server) Secrets() map[string]string {
	return map[string]string{"ACCESS_KEY_ID": testAccessKey, "SECRET_ACCESS_KEY": testSecretKey}
}

// Start starts the server, also after Kill: what it holds stays.
func (s *S3Server) Start() {
	s.t.Helper()
	program, err := exec.LookPath("versitygw")
	if err != nil {
		s.t.Skip("versitygw is not installed: a real S3 server is left out; docs/testing.md tells how to install it")
	}
	args := append([]string{"--port", s.Address, "--region", s.Region, "--quiet"}, s.args...)
	s.cmd = exec.CommandContext(context.Background(), program, append(args, "posix", s.Root)...)
	s.cmd.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+testAccessKey, "ROOT_SECRET_KEY="+testSecretKey)
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	require.NoError(s.t, s.cmd.Start())
	require.Eventually(s.t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.Address)
		if err != nil {
			return false
		}
		return c.Close() == nil
	}, 20*time.Second, 20*time.Millisecond, "the S3 server does not listen")
}

// Kill ends the server at once, as a power cut would.
func (s *S3Server) Kill() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // it was killed: that is its error
	s.cmd = nil
}

func freeAddress(t *testing.T) string {
	t.Helper()
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return ln.Addr().String()
}

func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}
