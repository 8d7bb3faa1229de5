package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Keys of the server that is measured against; they are no secret.
const (
	accessKey = "csadmin"
	secretKey = "cssecret12"
	region    = "us-east-1"
)

// startServer starts the S3 server on a free port.
func (s *setup) startServer(ctx context.Context) (stop func() error, err error) {
	if err := os.MkdirAll(s.root, 0o755); err != nil {
		return nil, err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.address = ln.Addr().String()
	if err := ln.Close(); err != nil {
		return nil, err
	}
	server := exec.CommandContext(ctx, "versitygw", "--port", s.address, "--region", region, "--quiet", "posix", s.root)
	server.Env = append(os.Environ(), "ROOT_ACCESS_KEY="+accessKey, "ROOT_SECRET_KEY="+secretKey)
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start versitygw: %w", err)
	}
	stop = func() error {
		err := server.Process.Kill()
		_ = server.Wait() // it was killed: that is its error
		return err
	}
	for range 200 {
		if c, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address); err == nil {
			return stop, c.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil, errors.Join(errors.New("versitygw does not listen"), stop())
}

func (s *setup) endpoint() string { return "http://" + s.address }

// environ is the environment of the rivals, with the keys under all names. A bundle of
// certificates that the environment names keeps rclone from starting. The daily reading of
// the library, which would be due at the first start, is no part of an upload.
func environ() []string {
	env := []string{"AWS_ACCESS_KEY_ID=" + accessKey, "AWS_SECRET_ACCESS_KEY=" + secretKey, "AWS_REGION=" + region,
		"BENCH_ACCESS_KEY_ID=" + accessKey, "BENCH_SECRET_ACCESS_KEY=" + secretKey, "SCRUB_GB_PER_NIGHT=0"}
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "AWS_") {
			env = append(env, kv)
		}
	}
	return env
}

func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, name, args...)
	c.Env = environ()
	return c
}

// freshDatabase gives our program a database that knows the bucket and no upload.
func (s *setup) freshDatabase(ctx context.Context, bucket string) error {
	seed, err := os.ReadFile(filepath.Join(s.work, "seed.db"))
	if err != nil {
		return err
	}
	for _, ending := range []string{"-wal", "-shm"} {
		if err := os.Remove(s.database() + ending); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.WriteFile(s.database(), seed, 0o600); err != nil {
		return err
	}
	said, err := command(ctx, s.program, "register-object-backend", "--db", s.database(), "--library-root", s.library, "--backend", "bench",
		"--bucket", bucket, "--endpoint", s.endpoint(), "--region", region, "--credential-env-prefix", "BENCH").CombinedOutput()
	if err != nil {
		return fmt.Errorf("register the bucket: %w: %s", err, tail(string(said)))
	}
	return nil
}

func (s *setup) database() string { return filepath.Join(s.work, "catalogsync.db") }

func (s *setup) ours(ctx context.Context, _ string) *exec.Cmd {
	return command(ctx, s.program, "upload", "--db", s.database(), "--library-root", s.library, "--backend", "bench", "--workers", strconv.Itoa(s.workers), "--json")
}

func (s *setup) s5cmd(ctx context.Context, bucket string) *exec.Cmd {
	return command(ctx, "s5cmd", "--endpoint-url", s.endpoint(), "--numworkers", strconv.Itoa(s.workers), "cp", s.library+"/", "s3://"+bucket+"/")
}

func (s *setup) rclone(ctx context.Context, bucket string) *exec.Cmd {
	remote := fmt.Sprintf(":s3,provider=Other,env_auth=true,endpoint='%s',region=%s:%s", s.endpoint(), region, bucket)
	return command(ctx, "rclone", "--config", os.DevNull, "copy", "--transfers", strconv.Itoa(s.workers), s.library, remote)
}
