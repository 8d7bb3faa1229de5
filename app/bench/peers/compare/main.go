// Command compare runs the product's queue and its peers in turn on one machine, several
// rounds, and prints the medians side by side with the ratios.
//
//	compare -ours bin/bench/queue -asynq bin/bench/asynq -river bin/bench/river
//
// It starts a Redis server of its own on loopback, which syncs its log every second: what a
// power cut may cost is then about the same for all three.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"text/tabwriter"
	"time"

	"catalogsync/app/bench/peers/internal/measure"
)

// engine is a program that is measured.
type engine struct {
	name, path string
	redis      bool
	items      int // of no work, about two seconds' worth
}

// load is a kind of item.
type load struct {
	name string
	work time.Duration
}

func main() {
	engines := []engine{{name: "catalogsync", items: 50000}, {name: "asynq on Redis", redis: true, items: 20000}, {name: "River on SQLite", items: 6000}}
	flag.StringVar(&engines[0].path, "ours", "", "program of app/bench/queue")
	flag.StringVar(&engines[1].path, "asynq", "", "program of asynq")
	flag.StringVar(&engines[2].path, "river", "", "program of River")
	rounds := flag.Int("rounds", 5, "repetitions of each")
	flag.Parse()
	if err := compare(context.Background(), engines, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(ctx context.Context, engines []engine, rounds int) error {
	out := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(out, "items\tengine\titems/s\tlowest\thighest\twritten/s\tcatalogsync is")
	for _, l := range []load{{"no work", 0}, {"5 ms of work", 5 * time.Millisecond}} {
		results := make([][]measure.Result, len(engines))
		for range rounds {
			for i, e := range engines {
				r, err := e.run(ctx, l)
				if err != nil {
					return fmt.Errorf("run %s: %w", e.name, err)
				}
				results[i] = append(results[i], r)
			}
		}
		ours := median(results[0], drained)
		for i, e := range engines {
			rate := median(results[i], drained)
			fmt.Fprintf(out, "%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f x\n", l.name, e.name, rate,
				slices.Min(rates(results[i], drained)), slices.Max(rates(results[i], drained)), median(results[i], filled), ours/rate)
		}
	}
	return out.Flush()
}

// run measures one engine once.
func (e engine) run(ctx context.Context, l load) (r measure.Result, err error) {
	items := e.items
	if l.work > 0 {
		items = 4000
	}
	args := []string{"-items", fmt.Sprint(items), "-work", l.work.String()}
	if e.redis {
		address, stop, err := startRedis(ctx)
		if err != nil {
			return r, err
		}
		defer stop()
		args = append(args, "-redis", address)
	}
	command := exec.CommandContext(ctx, e.path, args...)
	command.Stderr = os.Stderr
	answer, err := command.Output()
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal(answer, &r)
}

func drained(r measure.Result) float64 { return float64(r.Items) / r.Drained }
func filled(r measure.Result) float64  { return float64(r.Items) / r.Filled }

func rates(results []measure.Result, rate func(measure.Result) float64) []float64 {
	list := make([]float64, len(results))
	for i, r := range results {
		list[i] = rate(r)
	}
	slices.Sort(list)
	return list
}

func median(results []measure.Result, rate func(measure.Result) float64) float64 {
	return rates(results, rate)[len(results)/2]
}
