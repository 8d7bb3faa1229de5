package jobs

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"catalogsync/models"
)

// logbook collects the lines of the jobs' logs until the next flush. It is bounded: what
// comes too fast is counted, and the count is written instead.
type logbook struct {
	now func() int64

	mu      sync.Mutex
	lines   []models.JobLog
	dropped map[int64]int // by job
}

// maxLogLines bounds the lines between two flushes.
const maxLogLines = 2000

func newLogbook(now func() int64) *logbook {
	return &logbook{now: now, dropped: map[int64]int{}}
}

// add writes one line.
func (l *logbook) add(line models.JobLog, level slog.Level, text string) {
	line.Level, line.Text, line.AtMS = strings.ToLower(level.String()), clip(text, maxLogText), l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) >= maxLogLines {
		l.dropped[line.JobRunID]++
		return
	}
	l.lines = append(l.lines, line)
}

// take hands over all lines.
func (l *logbook) take() []models.JobLog {
	l.mu.Lock()
	defer l.mu.Unlock()
	lines := l.lines
	for job, n := range l.dropped {
		lines = append(lines, models.JobLog{JobRunID: job, Level: "warn", AtMS: l.now(),
			Text: fmt.Sprintf("%d further lines came too fast and were left out", n)})
	}
	l.lines = nil
	clear(l.dropped)
	return lines
}

// restore puts lines back that could not be written.
func (l *logbook) restore(lines []models.JobLog) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(lines, l.lines...)
	l.lines = l.lines[:min(len(l.lines), maxLogLines)]
}

func (l *logbook) empty() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lines) == 0
}
