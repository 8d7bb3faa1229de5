package hook

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"catalogsync/models"
)

// Bounds of what is kept of a command's output. Beyond them only the last lines are, since
// they mostly say why it failed; the rest is counted.
const (
	maxOutputBytes = 256 << 10
	maxOutputLines = 4000
	maxLineBytes   = 2000
	lastLines      = 20
)

// flushEvery is the time between two writes into the job's log.
const flushEvery = time.Second

// output takes what a command prints into the job's log, line by line.
type output struct {
	service *Service
	end     models.DownloadEnd
	ctx     context.Context // of the writes; outlives the command
	stop    chan struct{}
	done    chan struct{}

	mu      sync.Mutex
	streams []*stream
	pending []models.JobLog
	last    []models.JobLog // beyond the bounds
	bytes   int64           // printed
	kept    int64           // in the log or to be written there
	lines   int
	left    int // lines that are not in the log, the last ones counted in
}

func newOutput(s *Service, end models.DownloadEnd) *output {
	o := &output{service: s, end: end, ctx: context.Background(), stop: make(chan struct{}), done: make(chan struct{})}
	go o.follow()
	return o
}

// follow writes what there is once a second, so that a long command can be watched.
func (o *output) follow() {
	defer close(o.done)
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-o.stop:
			return
		case <-tick.C:
			o.flush()
		}
	}
}

// stream is one of the two pipes: a writer that cuts lines.
type stream struct {
	out   *output
	level string
	line  []byte
	over  bool // the line is longer than what is kept of it
}

func (o *output) stream(level string) *stream {
	s := &stream{out: o, level: level}
	o.streams = append(o.streams, s)
	return s
}

// Write never fails: a full log must not stop the command.
func (s *stream) Write(p []byte) (int, error) {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	s.out.bytes += int64(len(p))
	for rest := p; len(rest) > 0; {
		part, after, ended := bytes.Cut(rest, []byte{'\n'})
		room := min(len(part), maxLineBytes-len(s.line))
		s.line = append(s.line, part[:room]...)
		s.over = s.over || room < len(part)
		if ended {
			s.endLine()
		}
		rest = after
	}
	return len(p), nil
}

func (s *stream) endLine() {
	text := plain(s.line)
	if s.over {
		text += " …"
	}
	size := int64(len(s.line))
	s.line, s.over = s.line[:0], false
	if text != "" {
		s.out.keep(models.JobLog{JobRunID: s.out.end.JobID, JobStageID: &s.out.end.StageID, Level: s.level,
			Source: "hook", Text: text, AtMS: models.NowMS(s.out.service.cfg.Now())}, size)
	}
}

// plain is a line without what only a terminal understands.
func plain(line []byte) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(string(line), "�")))
}

func (o *output) keep(row models.JobLog, size int64) {
	if o.left == 0 && o.kept+size <= maxOutputBytes && o.lines < maxOutputLines {
		o.kept += size
		o.lines++
		o.pending = append(o.pending, row)
		return
	}
	o.left++
	if len(o.last) == lastLines {
		o.last = append(o.last[:0], o.last[1:]...)
	}
	o.last = append(o.last, row)
}

// close writes the rest, and tells how much was printed and how much of it is not kept.
func (o *output) close() (printed, leftOut int64) {
	close(o.stop)
	<-o.done
	o.mu.Lock()
	for _, s := range o.streams {
		if len(s.line) > 0 {
			s.endLine()
		}
	}
	if gap := o.left - len(o.last); gap > 0 {
		note := o.last[0]
		note.Level, note.Text = "warn", fmt.Sprintf("%d lines of output are left out here", gap)
		o.pending = append(o.pending, note)
	}
	for _, row := range o.last {
		o.kept += int64(len(row.Text))
	}
	o.pending, o.last = append(o.pending, o.last...), nil
	printed, leftOut = o.bytes, 0
	if o.left > 0 {
		leftOut = max(o.bytes-o.kept, 0)
	}
	o.mu.Unlock()
	o.flush()
	return printed, leftOut
}

// flush writes what is pending. Lines that cannot be written are given up: they must not
// pile up, and the command goes on.
func (o *output) flush() {
	o.mu.Lock()
	rows := o.pending
	o.pending = nil
	o.mu.Unlock()
	if len(rows) == 0 {
		return
	}
	if err := o.service.store.SaveProgress(o.ctx, models.JobProgress{Logs: rows}); err != nil {
		o.service.cfg.Log.Error("output of the command cannot be written", "job_id", o.end.JobID, "lines", len(rows), "error", err)
	}
}
