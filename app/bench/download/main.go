// Command download measures the whole download pipeline (verify, hash, tags, fsync, rename,
// database) beside curl, aria2c and a bare Go loop, on files that one local server sends:
//
//	download compare -sizes 512x4,51x40 -latencies 0,50ms -rounds 3
//
// The other commands are what it starts: serve (the files), ours (the pipeline), loop (the
// bare loop). Each program runs in a process of its own, in turn, into an empty folder of
// the same disk, which has written everything before; medians are printed.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "download:", err)
		os.Exit(1)
	}
}

// task is what one program has to fetch.
type task struct {
	base    string
	dir     string
	files   int
	bytes   int64 // of each file
	workers int
	tags    bool // ours writes them
	sync    bool // the loop makes each file survive a power cut
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("name a command: compare, serve, ours or loop")
	}
	set := flag.NewFlagSet(args[0], flag.ContinueOnError)
	t := task{}
	set.StringVar(&t.base, "base", "", "address of the server")
	set.StringVar(&t.dir, "dir", "", "empty folder to fetch into")
	set.IntVar(&t.files, "files", 1, "number of files")
	set.Int64Var(&t.bytes, "bytes", 4<<20, "bytes of each file")
	set.IntVar(&t.workers, "workers", 10, "files at once")
	set.BoolVar(&t.tags, "tags", true, "ours writes tags")
	set.BoolVar(&t.sync, "sync", false, "the loop syncs each file")
	latency := set.Duration("latency", 0, "delay of each answer")
	sizes := set.String("sizes", "512x4,51x40", "files x mebibytes")
	latencies := set.String("latencies", "0s,50ms", "delays of answers")
	profile := set.String("cpuprofile", "", "file for a CPU profile of ours")
	rounds := set.Int("rounds", 3, "how often each program runs")
	if err := set.Parse(args[1:]); err != nil {
		return err
	}
	switch args[0] {
	case "serve":
		return serve(ctx, t.bytes, *latency)
	case "ours":
		return timed(ctx, t, profiled(*profile, ours))
	case "loop":
		return timed(ctx, t, loop)
	case "compare":
		return compare(ctx, t, *sizes, *latencies, *rounds)
	}
	return fmt.Errorf("there is no command %q", args[0])
}

// figures are what one run cost.
type figures struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	PeakKiB    int64   `json:"peak_kib"`
}

// timed prints the time of the work without the start of the process. What it cost the
// machine is told by whoever started it.
func timed(ctx context.Context, t task, work func(context.Context, task, func()) error) error {
	var began time.Time
	var before syscall.Rusage
	begin := func() {
		began = time.Now()
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	}
	if err := work(ctx, t, begin); err != nil {
		return err
	}
	var after syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &after); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(figures{time.Since(began).Seconds(), cpu(after) - cpu(before), after.Maxrss})
}

func cpu(u syscall.Rusage) float64 {
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// profiled writes a CPU profile of the work, when a file is named.
func profiled(file string, work func(context.Context, task, func()) error) func(context.Context, task, func()) error {
	if file == "" {
		return work
	}
	return func(ctx context.Context, t task, begin func()) error {
		f, err := os.Create(file)
		if err != nil {
			return err
		}
		defer f.Close()
		err = work(ctx, t, func() {
			begin()
			if err := pprof.StartCPUProfile(f); err != nil {
				fmt.Fprintln(os.Stderr, "no profile:", err)
			}
		})
		pprof.StopCPUProfile()
		return err
	}
}
