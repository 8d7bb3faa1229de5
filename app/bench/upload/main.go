// Command upload measures catalogsync upload beside s5cmd and rclone, in one run on one
// machine, against a real S3 server (versitygw) on loopback. They take turns, each into a
// bucket of its own; medians are compared. What is timed is the whole command: starting,
// looking what is missing, sending, and, with ours, recording every file in the database.
// Needs versitygw, s5cmd and rclone.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

func main() {
	var s setup
	flag.StringVar(&s.program, "program", "bin/catalogsync", "the program to measure")
	flag.StringVar(&s.dir, "dir", "", "where to work; default: a temporary folder")
	flag.IntVar(&s.rounds, "rounds", 3, "turns of each")
	flag.IntVar(&s.workers, "workers", 4, "files at once")
	scale := flag.Float64("scale", 1, "share of the files")
	flag.Parse()
	for _, l := range []load{{"2,000 x 1 MiB", int(2000 * *scale), 1 << 20}, {"20 x 200 MiB", max(1, int(20**scale)), 200 << 20}} {
		if err := s.run(context.Background(), l, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "measure uploads:", err)
			os.Exit(1)
		}
	}
}

// setup is what is measured.
type setup struct {
	program, dir    string
	rounds, workers int

	work, library, root, address string
	buckets                      int
}

// load is a set of files.
type load struct {
	name  string
	files int
	size  int64
}

// rival is one way to send the files.
type rival struct {
	name string
	// prepare comes before the clock starts.
	prepare func(ctx context.Context, bucket string) error
	send    func(ctx context.Context, bucket string) *exec.Cmd
	took    []time.Duration
}

func (r *rival) median() time.Duration {
	list := slices.Sorted(slices.Values(r.took))
	return list[len(list)/2]
}

func (s *setup) run(ctx context.Context, l load, out io.Writer) (err error) {
	if s.program, err = filepath.Abs(s.program); err != nil {
		return err
	}
	if s.work, err = os.MkdirTemp(s.dir, "bench-upload-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.work)) }()
	s.library, s.root = filepath.Join(s.work, "library"), filepath.Join(s.work, "s3")
	if err := s.seed(ctx, l); err != nil {
		return err
	}
	stop, err := s.startServer(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	rivals := []*rival{
		{name: "catalogsync upload", prepare: s.freshDatabase, send: s.ours},
		{name: "s5cmd --numworkers", send: s.s5cmd},
		{name: "rclone copy --transfers", send: s.rclone},
	}
	for range s.rounds {
		for _, r := range rivals {
			if err := s.turn(ctx, r, l); err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
		}
	}
	report(out, l, rivals)
	return nil
}

// turn lets one rival send everything into a bucket of its own, and counts what arrived.
func (s *setup) turn(ctx context.Context, r *rival, l load) error {
	s.buckets++
	bucket := fmt.Sprintf("bucket-%d", s.buckets)
	folder := filepath.Join(s.root, bucket)
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	if r.prepare != nil {
		if err := r.prepare(ctx, bucket); err != nil {
			return err
		}
	}
	if err := exec.CommandContext(ctx, "sync").Run(); err != nil { // what others wrote is not on our clock
		return err
	}
	began := time.Now()
	said, err := r.send(ctx, bucket).CombinedOutput()
	took := time.Since(began)
	if err != nil {
		return fmt.Errorf("%w: %s", err, tail(string(said)))
	}
	files, bytes, err := count(folder)
	if err != nil {
		return err
	}
	if files != l.files || bytes != int64(l.files)*l.size {
		return fmt.Errorf("%d files of %d bytes arrived: %s", files, bytes, tail(string(said)))
	}
	r.took = append(r.took, took)
	return os.RemoveAll(folder)
}

func count(folder string) (files int, bytes int64, err error) {
	err = filepath.WalkDir(folder, func(_ string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files, bytes = files+1, bytes+info.Size()
		}
		return err
	})
	return files, bytes, err
}

func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], "; ")
}

func report(out io.Writer, l load, rivals []*rival) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\tmedian\tMB/s\tours is\tturns\n", l.name)
	ours := rivals[0].median()
	for _, r := range rivals {
		m := r.median()
		fmt.Fprintf(w, "%s\t%.2f s\t%.0f\t%.2f x\t%v\n", r.name, m.Seconds(), float64(int64(l.files)*l.size)/m.Seconds()/1e6, m.Seconds()/ours.Seconds(), r.took)
	}
	_ = w.Flush() // to a terminal or a file: what cannot be shown cannot be told either
}
