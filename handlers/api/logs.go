package api

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

// LogReader reads the log of all jobs.
type LogReader interface {
	ListLogs(ctx context.Context, f models.LogFilter) (models.LogPage, error)
}

const (
	maxLogText = 200
	// maxLogFile bounds the lines of a log that is downloaded as text, maxLogLookUps the
	// look-ups made for it.
	maxLogFile    = 20_000
	maxLogLookUps = 100
	logFilePage   = 500
)

// logLine is one line of a job's log.
type logLine struct {
	ID     int64   `json:"id"`
	JobID  int64   `json:"job_id"`
	ItemID *int64  `json:"item_id"`
	Level  string  `json:"level"`
	Source string  `json:"source"`
	Text   string  `json:"text"`
	At     instant `json:"at"`
}

// logPage is a page of the log. It is paged by id: lines are added while somebody reads.
type logPage struct {
	Items []logLine `json:"items"`
	// Next is the value of before for older lines, null = there are none.
	Next *int64 `json:"next"`
}

func (h *handlers) listLogs(c fiber.Ctx) error {
	f, err := logFilter(c, true)
	if err != nil {
		return err
	}
	page, err := h.Logs.ListLogs(c.Context(), f)
	if err != nil {
		return err
	}
	out := logPage{Items: make([]logLine, len(page.Lines))}
	for i, l := range page.Lines {
		out.Items[i] = logLine{ID: l.ID, JobID: l.JobRunID, ItemID: l.ItemID, Level: l.Level, Source: l.Source, Text: l.Text, At: instant(l.AtMS)}
	}
	if page.Next > 0 {
		out.Next = &page.Next
	}
	return c.JSON(out)
}

// logFilter reads the parameters of the log; paged ones belong to the list alone.
func logFilter(c fiber.Ctx, paged bool) (models.LogFilter, error) {
	q := readQuery(c)
	f := models.LogFilter{
		Level: q.oneOf("level", models.LogLevels), Source: q.text("source", maxLogText), Text: q.text("text", maxLogText),
		JobID: q.id("job"),
	}
	if paged {
		f.Before = q.id("before")
		f.Limit = q.number("limit", defaultPageSize, 1, maxPageSize)
	}
	return f, q.done()
}

// downloadLogs sends the newest lines that match as a text, in order of time.
func (h *handlers) downloadLogs(c fiber.Ctx) error {
	f, err := logFilter(c, false)
	if err != nil {
		return err
	}
	f.Limit = logFilePage
	var lines []models.JobLog
	for range maxLogLookUps {
		page, err := h.Logs.ListLogs(c.Context(), f)
		if err != nil {
			return err
		}
		lines = append(lines, page.Lines...)
		if page.Next == 0 || len(lines) >= maxLogFile {
			break
		}
		f.Before = page.Next
	}
	slices.Reverse(lines)
	c.Set(fiber.HeaderContentType, "text/plain; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, attachment("catalogsync-jobs-"+h.Now().UTC().Format("20060102-150405")+".log"))
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(logText(lines))
}

// lineBreaks keeps a line of the log on one line, so that no text of an upstream can look
// like a line of its own.
var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ⏎ ", "\x1b", " ")

func logText(lines []models.JobLog) []byte {
	var b bytes.Buffer
	for _, l := range lines {
		fmt.Fprintf(&b, "%s %-5s job=%d", time.UnixMilli(l.AtMS).UTC().Format("2006-01-02T15:04:05.000Z"), l.Level, l.JobRunID)
		if l.Source != "" {
			b.WriteString(" source=" + l.Source)
		}
		b.WriteString(" " + lineBreaks.Replace(l.Text) + "\n")
	}
	return b.Bytes()
}
