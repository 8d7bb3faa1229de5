// Command zip measures the archive of a playlist beside what people would use instead, in
// one run on one machine: the console's own ZIP over HTTP, nginx sending the same files
// plain over HTTP, and zip -0 -r into a pipe. The three take turns; medians are compared.
//
// The console is the real program in a process of its own, so that its memory can be told.
// It also holds random ranges of the archive to the bytes of the whole. Needs nginx and zip.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"
)

func main() {
	var s setup
	flag.StringVar(&s.program, "program", "bin/catalogsync", "the program to measure")
	flag.IntVar(&s.files, "files", 300, "songs of the playlist")
	flag.Int64Var(&s.size, "size", 8<<20, "bytes of a song")
	flag.IntVar(&s.rounds, "rounds", 5, "turns of each")
	flag.IntVar(&s.ranges, "ranges", 40, "random ranges to compare")
	flag.Parse()
	if err := s.run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "measure zip:", err)
		os.Exit(1)
	}
}

// setup is what is measured.
type setup struct {
	program       string
	files, rounds int
	size          int64
	ranges        int

	dir, library string
}

// rival is one way to hand the files over.
type rival struct {
	name  string
	fetch func(ctx context.Context) (sample, error)
	took  []sample
}

// sample is one turn.
type sample struct {
	bytes     int64
	took      time.Duration
	firstByte time.Duration
}

func (s sample) rate() float64 { return float64(s.bytes) / s.took.Seconds() / 1e6 } // MB/s

func (r *rival) median(of func(sample) float64) float64 {
	values := make([]float64, len(r.took))
	for i, t := range r.took {
		values[i] = of(t)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func (s *setup) run(ctx context.Context, out io.Writer) (err error) {
	if s.dir, err = os.MkdirTemp("", "bench-zip-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.dir)) }()
	s.library = filepath.Join(s.dir, "library")
	playlist, err := s.seed(ctx)
	if err != nil {
		return err
	}
	console, err := s.startConsole(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, console.stop()) }()
	server, err := s.startNginx(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.stop()) }()

	url := fmt.Sprintf("%s/api/playlists/%d/export.zip", console.url, playlist)
	ours := &rival{name: "catalogsync", fetch: func(ctx context.Context) (sample, error) { return fetch(ctx, url) }}
	rivals := []*rival{
		ours,
		{name: "nginx, plain files", fetch: func(ctx context.Context) (sample, error) { return s.fetchPlain(ctx, server.url) }},
		{name: "zip -0 -r", fetch: s.runZip},
	}
	memory, err := s.race(ctx, rivals, console)
	if err != nil {
		return err
	}
	report(out, rivals, memory)
	if err := compareRanges(ctx, url, filepath.Join(s.dir, "whole.zip"), s.ranges); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d random ranges equal the same bytes of the whole\n", s.ranges)
	return err
}

// race lets the rivals take turns, after one that does not count, and tells by how many
// bytes the console's memory was larger while it sent than before.
func (s *setup) race(ctx context.Context, rivals []*rival, console *process) (added int64, err error) {
	before, err := console.settled()
	if err := errors.Join(err, console.forgetPeak()); err != nil {
		return 0, err
	}
	for round := range s.rounds + 1 {
		for _, r := range rivals {
			took, err := r.fetch(ctx)
			if err != nil {
				return 0, fmt.Errorf("%s: %w", r.name, err)
			}
			if round > 0 {
				r.took = append(r.took, took)
			}
		}
	}
	peak, err := console.peak()
	return peak - before, err
}

func report(out io.Writer, rivals []*rival, memory int64) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tMB/s\tfirst byte ms\tours is")
	ours := rivals[0].median(sample.rate)
	for _, r := range rivals {
		rate := r.median(sample.rate)
		fmt.Fprintf(w, "%s\t%.0f\t%.1f\t%.2f x\n", r.name, rate, r.median(func(s sample) float64 { return s.firstByte.Seconds() * 1000 }), ours/cmp.Or(rate, 1))
	}
	fmt.Fprintf(w, "memory added while sending\t%.1f MiB\n", float64(memory)/(1<<20))
	_ = w.Flush() // to a terminal
}
