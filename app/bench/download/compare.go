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

// contenders are the programs that take turns; each round begins with another one. The
// loop comes twice, as the second one syncs each file, which ours does as well and the
// others leave to the system.
var contenders = []string{"ours", "loop", "loop+sync", "curl", "aria2c"}

// turnFigures are what one turn of a program cost.
type turnFigures struct {
	figures
	// Settled is the time until all of it was on the disk.
	Settled float64
}

// compare measures every size at every latency.
func compare(ctx context.Context, common task, sizes, latencies string, rounds int) error {
	dir := common.dir
	for _, size := range strings.Split(sizes, ",") {
		t := common
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
	results := map[string][]turnFigures{}
	for round := range rounds {
		for i := range contenders {
			name := contenders[(i+round)%len(contenders)]
			r, err := turn(ctx, self, name, t, dir)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			results[name] = append(results[name], r)
		}
	}
	show(t, latency, results)
	return nil
}

// turn lets one program fetch everything into an empty folder, of a disk that has written
// what the one before left to it.
func turn(ctx context.Context, self, name string, t task, parent string) (r turnFigures, err error) {
	if t.dir, err = os.MkdirTemp(parent, "bench-download-"); err != nil {
		return r, err
	}
	defer func() { _ = os.RemoveAll(t.dir) }()
	if err := settle(ctx, t.dir); err != nil {
		return r, err
	}
	if r.figures, err = once(ctx, self, name, t); err != nil {
		return r, err
	}
	began := time.Now()
	err = settle(ctx, t.dir)
	r.Settled = r.Seconds + time.Since(began).Seconds()
	return r, err
}

// settle waits until the disk of a folder has written everything.
func settle(ctx context.Context, dir string) error {
	return exec.CommandContext(ctx, "sync", "-f", dir).Run()
}

func once(ctx context.Context, self, name string, t task) (f figures, err error) {
	if own, with, ours := strings.Cut(name, "+"); own == "loop" || own == "ours" {
		cmd := exec.CommandContext(ctx, self, own, "-base", t.base, "-dir", t.dir, "-files", fmt.Sprint(t.files), "-bytes", fmt.Sprint(t.bytes),
			"-workers", fmt.Sprint(t.workers), fmt.Sprintf("-sync=%t", ours && with == "sync"), fmt.Sprintf("-tags=%t", t.tags))
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

// show prints the medians, and each program's time and CPU beside ours.
func show(t task, latency time.Duration, results map[string][]turnFigures) {
	gib := float64(t.bytes) * float64(t.files) / (1 << 30)
	median := func(name string, of func(turnFigures) float64) float64 {
		list := make([]float64, len(results[name]))
		for i, r := range results[name] {
			list[i] = of(r)
		}
		slices.Sort(list)
		return list[len(list)/2]
	}
	seconds := func(r turnFigures) float64 { return r.Seconds }
	settled := func(r turnFigures) float64 { return r.Settled }
	cpu := func(r turnFigures) float64 { return r.CPUSeconds / gib }
	peak := func(r turnFigures) float64 { return float64(r.PeakKiB) / 1024 }
	load, _ := os.ReadFile("/proc/loadavg") // where there is none, nothing is said
	one, _, _ := strings.Cut(string(load), " ")
	fmt.Printf("%d x %d MiB, %s, %d at once, %d rounds, load %s\n", t.files, t.bytes>>20, latency, t.workers, len(results["ours"]), one)
	for _, name := range contenders {
		fmt.Printf("  %-9s %7.2f s, on the disk after %7.2f s  CPU %5.2f s/GiB  peak %4.0f MiB  time %.2f x ours, %.2f x on the disk, CPU of ours %.2f x\n",
			name, median(name, seconds), median(name, settled), median(name, cpu), median(name, peak),
			median(name, seconds)/median("ours", seconds), median(name, settled)/median("ours", settled), median("ours", cpu)/median(name, cpu))
	}
}
