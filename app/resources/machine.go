package resources

import (
	"context"
	"errors"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/mem"
)

// Machine is the machine that this process runs on.
type Machine struct{}

// Memory is what programs can still have.
func (Machine) Memory(ctx context.Context) (int64, error) {
	m, err := mem.VirtualMemoryWithContext(ctx)
	if err != nil {
		return 0, err
	}
	return int64(m.Available), nil
}

// CPU is the counters of all processors together.
func (Machine) CPU(ctx context.Context) (busy, total float64, err error) {
	times, err := cpu.TimesWithContext(ctx, false)
	if err != nil {
		return 0, 0, err
	}
	if len(times) == 0 {
		return 0, 0, errors.New("the system tells no CPU times")
	}
	t := times[0]
	// Guest time is part of User and Nice already; waiting for a disk keeps nobody busy.
	total = t.User + t.System + t.Idle + t.Nice + t.Iowait + t.Irq + t.Softirq + t.Steal
	return total - t.Idle - t.Iowait, total, nil
}
