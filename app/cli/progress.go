package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/mattn/go-isatty"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"catalogsync/app"
	"catalogsync/jobs"
	"catalogsync/models"
)

const (
	progressInterval = 200 * time.Millisecond
	// plainInterval is the time between lines when the output is no terminal.
	plainInterval = 2 * time.Second
)

// progress shows a job: bars on a terminal, a line now and then when piped, nothing
// when quiet.
type progress interface {
	update(detail models.JobDetail)
	close()
}

func newProgress(w io.Writer, a *app.App, jobID int64, quiet bool) progress {
	if quiet {
		return silent{}
	}
	if f, ok := w.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		return newBars(f, a, jobID)
	}
	return &lines{out: w, app: a}
}

type silent struct{}

func (silent) update(models.JobDetail) {}
func (silent) close()                  {}

// lines prints one plain line every few seconds, and one when the stage changes.
type lines struct {
	out   io.Writer
	app   *app.App
	last  time.Time
	stage models.StageName
}

func (l *lines) update(detail models.JobDetail) {
	if time.Since(l.last) < plainInterval && l.stage != "" {
		return
	}
	stage, ok := currentStage(detail)
	if !ok {
		return
	}
	l.last, l.stage = time.Now(), stage.Name
	live := l.app.Runner.Live()
	fmt.Fprintf(l.out, "%s: %d of %d done, %d running, %d skipped, %d failed%s\n",
		stage.Name, done(stage), stage.Total, stage.Running, stage.Skipped, stage.Failed, speedText(live))
}

func (l *lines) close() {}

// bars draws one bar for the stage and one for each running item.
type bars struct {
	app   *app.App
	jobID int64
	pool  *mpb.Progress
	total *mpb.Bar
	stage models.JobStage
	items map[int64]*itemBar
}

type itemBar struct {
	bar  *mpb.Bar
	last jobs.RunningItem
}

func newBars(f *os.File, a *app.App, jobID int64) *bars {
	return &bars{app: a, jobID: jobID, items: map[int64]*itemBar{},
		pool: mpb.New(mpb.WithOutput(f), mpb.WithWidth(40), mpb.WithRefreshRate(progressInterval))}
}

func (b *bars) update(detail models.JobDetail) {
	stage, ok := currentStage(detail)
	if !ok {
		return
	}
	if b.total == nil || stage.ID != b.stage.ID {
		if b.total != nil {
			b.total.Abort(false)
		}
		b.total = b.pool.AddBar(stage.Total, mpb.BarPriority(1<<20),
			mpb.PrependDecorators(decor.Name(fmt.Sprintf("%-10s", stage.Name)), decor.CountersNoUnit("%d / %d")),
			mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return b.tail() })))
	}
	b.stage = stage
	b.total.SetTotal(stage.Total, false)
	b.total.SetCurrent(done(stage))
	b.updateItems()
}

func (b *bars) tail() string {
	return fmt.Sprintf(" %d skipped, %d failed%s", b.stage.Skipped, b.stage.Failed, speedText(b.app.Runner.Live()))
}

func (b *bars) updateItems() {
	seen := map[int64]bool{}
	for _, it := range b.app.Runner.Live().Running {
		if it.JobID != b.jobID {
			continue
		}
		seen[it.ItemID] = true
		ib := b.items[it.ItemID]
		if ib == nil {
			ib = &itemBar{}
			ib.bar = b.pool.AddBar(max(it.Total, 1), mpb.BarRemoveOnComplete(),
				mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return fmt.Sprintf("%-12s %-40.40s", ib.last.Worker, ib.last.Title) })),
				mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return itemTail(ib.last) })))
			b.items[it.ItemID] = ib
		}
		ib.last = it
		ib.bar.SetTotal(max(it.Total, it.Done+1), false)
		ib.bar.SetCurrent(it.Done)
	}
	for id, ib := range b.items {
		if !seen[id] {
			ib.bar.Abort(true)
			delete(b.items, id)
		}
	}
}

func (b *bars) close() {
	for _, ib := range b.items {
		ib.bar.Abort(true)
	}
	if b.total != nil {
		b.total.SetCurrent(done(b.stage))
		b.total.Abort(false)
	}
	b.pool.Wait()
}

// itemTail is the text behind an item's bar: what it does, and how fast.
func itemTail(it jobs.RunningItem) string {
	if it.BytesPerSecond > 0 {
		return fmt.Sprintf(" %s/s", sizeText(int64(it.BytesPerSecond)))
	}
	return " " + it.Text
}

// currentStage is the stage that runs now, or the last one.
func currentStage(d models.JobDetail) (models.JobStage, bool) {
	for _, s := range d.Stages {
		if !s.State.Final() {
			return s, true
		}
	}
	if n := len(d.Stages); n > 0 {
		return d.Stages[n-1], true
	}
	return models.JobStage{}, false
}

func done(s models.JobStage) int64 { return s.Succeeded + s.Skipped + s.Failed + s.Canceled }

func speedText(live jobs.Live) string {
	if live.BytesPerSecond <= 0 {
		return ""
	}
	return fmt.Sprintf(", %s/s", sizeText(int64(live.BytesPerSecond)))
}

func sizeText(bytes int64) string { return humanize.IBytes(uint64(max(bytes, 0))) }
