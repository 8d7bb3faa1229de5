// Package resources says whether this machine has room for a heavy stage: memory and CPU
// are sampled in the background, so that asking costs nothing. The disk is the business of
// those who write to it.
package resources

import (
	"context"
	"fmt"
	"sync"
	"time"

	"catalogsync/models"
)

// Limits are what must be left before a heavy stage begins.
type Limits struct {
	MinFreeMemory int64 // bytes, 0 = do not look
	MaxCPUPercent int   // of all processors, 100 or more = do not look
}

// Probe looks at the machine.
type Probe interface {
	// Memory is what programs can still have without swapping, in bytes.
	Memory(ctx context.Context) (available int64, err error)
	// CPU is the time that all processors were busy, and the time in all, since the
	// machine started; in seconds.
	CPU(ctx context.Context) (busy, total float64, err error)
}

// heavy names the stages that wait; the others begin whatever the machine does.
var heavy = map[models.StageName]bool{models.StageSync: true, models.StageDownload: true}

// Checker keeps the last samples. What cannot be measured does not hold anything back.
type Checker struct {
	limits Limits
	probe  Probe
	now    func() time.Time

	mu     sync.Mutex
	memory reading
	load   average
	// busySince is when the processors were first found too busy; zero = they are not.
	busySince time.Time
}

// maxBusyWait bounds the wait for processors: a machine that is always busy is not worth
// waiting for, and work that shares it is better than work that never begins.
const maxBusyWait = 2 * time.Minute

// reading is one number, if it could be had.
type reading struct {
	value int64
	known bool
}

// New makes a checker. It allows everything until Sample or Run was called.
func New(limits Limits, probe Probe, now func() time.Time) *Checker {
	return &Checker{limits: limits, probe: probe, now: now}
}

// sampleEvery is the time between two samples.
const sampleEvery = 2 * time.Second

// Run samples until ctx ends.
func (c *Checker) Run(ctx context.Context) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		c.Sample(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sample looks at the machine once.
func (c *Checker) Sample(ctx context.Context) {
	var memory reading
	if c.limits.MinFreeMemory > 0 {
		memory = read(c.probe.Memory(ctx))
	}
	busy, total, err := 0.0, 0.0, error(nil)
	if c.limits.MaxCPUPercent < 100 {
		busy, total, err = c.probe.CPU(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.memory = memory
	if err == nil {
		c.load.add(c.now(), busy, total)
	}
	if percent, known := c.load.percent(); !known || percent <= c.limits.MaxCPUPercent {
		c.busySince = time.Time{}
	} else if c.busySince.IsZero() {
		c.busySince = c.now()
	}
}

// tooBusy says whether the processors are over their limit, but not for too long yet.
func (c *Checker) tooBusy() (percent int, busy bool) {
	percent, known := c.load.percent()
	if !known || c.limits.MaxCPUPercent >= 100 || percent <= c.limits.MaxCPUPercent {
		return percent, false
	}
	return percent, c.busySince.IsZero() || c.now().Sub(c.busySince) < maxBusyWait
}

func read(value int64, err error) reading { return reading{value: value, known: err == nil} }

// Check says whether a stage may begin, and if not, what it waits for.
func (c *Checker) Check(stage models.StageName) (ok bool, reason string) {
	if !heavy[stage] {
		return true, ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.limits
	if c.memory.known && c.memory.value < l.MinFreeMemory {
		return false, fmt.Sprintf("waits for memory: %s available, %s needed", mebibytes(c.memory.value), mebibytes(l.MinFreeMemory))
	}
	if percent, busy := c.tooBusy(); busy {
		return false, fmt.Sprintf("waits for the CPU: %d%% busy, %d%% allowed", percent, l.MaxCPUPercent)
	}
	return true, ""
}

func mebibytes(n int64) string { return fmt.Sprintf("%d MiB", n>>20) }
