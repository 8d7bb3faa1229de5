package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Limits of a page.
const (
	mostOfBare  = 3.0
	mostP95     = 100 * time.Millisecond
	mostP99     = 250 * time.Millisecond
	mostBytes   = 150 << 10
	mostPoll    = time.Millisecond
	mostStart   = 2 * time.Second
	mostIdle    = 80 << 20
	mostDashKiB = 60 << 10
)

// get asks once and reads the whole answer; the time ends with its last byte.
func get(ctx context.Context, url string, header http.Header) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	for name, values := range header {
		req.Header[name] = values
	}
	began := time.Now()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	n, err := io.Copy(io.Discard, res.Body)
	return answer{time.Since(began), int(n), res.StatusCode, res.Header}, errors.Join(err, res.Body.Close())
}

// sample is how long the turns of something took.
type sample []time.Duration

// at is the time that this share of the turns did not exceed.
func (s sample) at(percent int) time.Duration {
	slices.Sort(s)
	return s[(len(s)*percent+99)/100-1]
}

// result is what measuring a page came to.
type result struct {
	ours, bare sample
	bytes      int
}

func (s *setup) run(ctx context.Context, out io.Writer) (failed int, err error) {
	c, err := startConsole(ctx, s.program, s.db)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	load, _ := os.ReadFile("/proc/loadavg")
	fmt.Fprintf(out, "%-30s%s", "load average", load)
	report := func(name, value string, good bool) {
		verdict := "ok"
		if !good {
			verdict = "MISSED"
			failed++
		}
		fmt.Fprintf(out, "%-30s%s  %s\n", name, value, verdict)
	}
	report("start", fmt.Sprintf("%.2f s", c.start.Seconds()), c.start <= mostStart)
	if err := c.settled(); err != nil {
		return failed, err
	}
	idle, err := c.resident()
	if err != nil {
		return failed, err
	}
	report("idle memory", fmt.Sprintf("%d MiB", idle>>20), idle <= mostIdle)
	missed, err := s.pages(ctx, c, out)
	failed += missed
	if err != nil {
		return failed, err
	}
	if err := s.polls(ctx, c, report); err != nil {
		return failed, err
	}
	busy, err := c.resident()
	report("memory afterwards", fmt.Sprintf("%d MiB", busy>>20), busy <= 300<<20)
	return failed, err
}

// pages measures every page beside its bare form.
func (s *setup) pages(ctx context.Context, c *console, out io.Writer) (failed int, err error) {
	var chosen []page
	for _, p := range pages {
		if strings.Contains(strings.ToLower(p.name), s.only) {
			chosen = append(chosen, p)
		}
	}
	b, err := serveBare(ctx, s.db, chosen)
	if err != nil {
		return 0, err
	}
	defer b.close()
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "page\tp50\tp95\tp99\tKiB\tbare p50\tof bare\t\t")
	for i, p := range chosen {
		r, err := s.turns(ctx, c.url+p.url, fmt.Sprintf("%s/%d", b.url, i), p.header())
		if err != nil {
			return failed, fmt.Errorf("%s: %w", p.name, err)
		}
		of := float64(r.ours.at(50)) / float64(r.bare.at(50))
		verdict := r.verdict(p, of)
		if verdict != "" {
			failed++
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%.0f\t%s\t%.2f\t%s\t\n", p.name, ms(r.ours.at(50)), ms(r.ours.at(95)), ms(r.ours.at(99)), float64(r.bytes)/1024,
			ms(r.bare.at(50)), of, verdict)
	}
	return failed, table.Flush()
}

// verdict names the limits that a page is beyond.
func (r result) verdict(p page, of float64) string {
	most := mostBytes
	if p.url == "/dashboard" {
		most = mostDashKiB
	}
	var beyond []string
	for name, missed := range map[string]bool{
		"of bare": of > mostOfBare && p.bare != "", "p95": r.ours.at(95) > mostP95, "p99": r.ours.at(99) > mostP99, "size": r.bytes > most,
	} {
		if missed {
			beyond = append(beyond, name)
		}
	}
	slices.Sort(beyond)
	return strings.Join(beyond, ", ")
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// Turns end early when a bare page reads the whole table each time.
const (
	leastTurns = 5
	mostTime   = 20 * time.Second
)

// turns asks for the page and its bare form in turn, after a turn that does not count.
func (s *setup) turns(ctx context.Context, url, bareURL string, header http.Header) (r result, err error) {
	began := time.Now()
	for i := range s.rounds + 1 {
		if i > leastTurns && time.Since(began) > mostTime {
			break
		}
		ours, err := get(ctx, url, header)
		if err != nil {
			return r, err
		}
		other, err := get(ctx, bareURL, nil)
		if err != nil {
			return r, err
		}
		if ours.status != http.StatusOK || other.status != http.StatusOK {
			return r, fmt.Errorf("answered %d, and the bare page %d", ours.status, other.status)
		}
		r.bytes = ours.bytes
		if i > 0 {
			r.ours, r.bare = append(r.ours, ours.took), append(r.bare, other.took)
		}
	}
	return r, nil
}

// polls measures fragments that have not changed.
func (s *setup) polls(ctx context.Context, c *console, report func(name, value string, good bool)) error {
	for _, url := range []string{"/playlists", "/songs", "/dashboard/coverage", "/jobs"} {
		header := fragment()
		first, err := get(ctx, c.url+url, header)
		if err != nil {
			return err
		}
		header.Set(pollTag, first.header.Get(pollTag))
		var took sample
		for range 200 {
			a, err := get(ctx, c.url+url, header)
			if err != nil {
				return err
			}
			if a.status != http.StatusNotModified {
				return fmt.Errorf("an unchanged poll of %s is answered %d", url, a.status)
			}
			took = append(took, a.took)
		}
		report("unchanged "+url, ms(took.at(50))+", p95 "+ms(took.at(95)), took.at(50) <= mostPoll)
	}
	return nil
}
