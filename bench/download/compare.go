package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// contenders are the programs in the order in which they take turns.
var contenders = []string{"loop", "ours", "curl", "aria2c"}

// compare measures every size at every latency.
func compare(ctx context.Context, sizes, latencies string, rounds, workers int, dir string) error {
	for _, size := range strings.Split(sizes, ",") {
		t := task{workers: workers}
		var mebibytes int64
		if _, err := fmt.Sscanf(size, "%dx%d", &t.files, &mebibytes); err != nil {
			return fmt.Errorf("size %q is not files x mebibytes, such as 512x4", size)
		}
		t.bytes = mebibytes << 20
		for _, text := range strings.Split(latencies, ",") {
			latency, err := time.ParseDuration(text)
			if err != nil {
				return err
			}
			if err := measure(ctx, t, latency, rounds, dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func measure(ctx context.Context, t task, latency time.Duration, rounds int, dir string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := exec.CommandContext(ctx, self, "serve", "-bytes", fmt.Sprint(t.bytes), "-latency", latency.String())
	out, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	defer func() { stop(); _ = server.Wait() }()
	if t.base, err = bufio.NewReader(out).ReadString('\n'); err != nil {
		return err
	}
	t.base = strings.TrimSpace(t.base)
	results := map[string][]figures{}
	for range rounds {
		for _, name := range contenders {
			f, err := once(ctx, self, name, t, dir)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			results[name] = append(results[name], f)
		}
	}
	show(t, latency, results)
	return nil
}

// once lets one program fetch everything into an empty folder.
func once(ctx context.Context, self, name string, t task, parent string) (f figures, err error) {
	if t.dir, err = os.MkdirTemp(parent, "bench-download-"); err != nil {
		return f, err
	}
	defer func() { _ = os.RemoveAll(t.dir) }()
	if name == "loop" || name == "ours" {
		cmd := exec.CommandContext(ctx, self, name, "-base", t.base, "-dir", t.dir, "-files", fmt.Sprint(t.files), "-bytes", fmt.Sprint(t.bytes), "-workers", fmt.Sprint(t.workers))
		cmd.Stderr = os.Stderr
		b, err := cmd.Output()
		if err != nil {
			return f, err
		}
		return f, json.Unmarshal(b, &f)
	}
	cmd, err := foreign(ctx, name, t)
	if err != nil {
		return f, err
	}
	began := time.Now()
	if b, err := cmd.CombinedOutput(); err != nil {
		return f, fmt.Errorf("%w: %s", err, b[max(0, len(b)-500):])
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return figures{time.Since(began).Seconds(), cpu(*usage), usage.Maxrss}, nil
}

// foreign is the command of another program.
func foreign(ctx context.Context, name string, t task) (*exec.Cmd, error) {
	var list strings.Builder
	for i := range t.files {
		if name == "curl" {
			fmt.Fprintf(&list, "url = \"%s/file/%d\"\noutput = \"%d.mp3\"\n", t.base, i, i)
		} else {
			fmt.Fprintf(&list, "%s/file/%d\n out=%d.mp3\n", t.base, i, i)
		}
	}
	file := filepath.Join(t.dir, "list.txt")
	if err := os.WriteFile(file, []byte(list.String()), 0o600); err != nil {
		return nil, err
	}
	n := fmt.Sprint(t.workers)
	cmd := exec.CommandContext(ctx, "curl", "-sS", "--fail", "--parallel", "--parallel-max", n, "-K", file)
	if name == "aria2c" {
		cmd = exec.CommandContext(ctx, "aria2c", "-q", "--no-conf", "-j"+n, "--max-connection-per-server=1", "-i", file)
	}
	cmd.Dir = t.dir
	return cmd, nil
}

// show prints the medians, and each program's pace beside ours.
func show(t task, latency time.Duration, results map[string][]figures) {
	gib := float64(t.bytes) * float64(t.files) / (1 << 30)
	median := func(name string, of func(figures) float64) float64 {
		list := make([]float64, len(results[name]))
		for i, f := range results[name] {
			list[i] = of(f)
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	seconds := func(f figures) float64 { return f.Seconds }
	fmt.Printf("%d x %d MiB, %s, %d at once\n", t.files, t.bytes>>20, latency, t.workers)
	for _, name := range contenders {
		s := median(name, seconds)
		fmt.Printf("  %-7s %7.2f s %7.0f MiB/s  CPU %5.2f s/GiB  peak %4.0f MiB  ours is %.2f x\n", name, s, gib*1024/s,
			median(name, func(f figures) float64 { return f.CPUSeconds })/gib, median(name, func(f figures) float64 { return float64(f.PeakKiB) })/1024,
			s/median("ours", seconds))
	}
}
