package download

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Record is kept with the song as JSON: how the file was chosen, and what became of each
// try. It holds no instants, so that the same happenings leave the same record.
type Record struct {
	matching.Decision
	Tries []Try `json:"tries,omitempty"`
	// Problems are sources that could not be searched.
	Problems []Try `json:"problems,omitempty"`
}

// Try is one stream, candidate or search that was tried. Code is "" when it delivered.
type Try struct {
	Source   string            `json:"source"`
	RemoteID string            `json:"remote_id,omitempty"`
	Quality  models.Quality    `json:"quality,omitempty"` // as claimed
	Ext      string            `json:"ext,omitempty"`
	Class    models.ErrorClass `json:"class,omitempty"`
	Code     models.Code       `json:"code,omitempty"`
	Reason   string            `json:"reason,omitempty"`
}

// failure is an error with the source that it came from.
type failure struct {
	source string
	err    error
}

// tried says whether a candidate had its chance.
func (rec *Record) tried(c sources.Candidate) bool {
	for _, t := range rec.Tries {
		if t.Source == c.Source && t.RemoteID == c.RemoteID {
			return true
		}
	}
	return false
}

// maxReason bounds one reason in the record; upstreams have a say in its length.
const maxReason = 300

func tryOf(source string, err error) Try {
	t := Try{Source: source}
	if err != nil {
		t.Class, t.Code, t.Reason = models.ClassOf(err), models.CodeOf(err), clip(reasonOf(err), maxReason)
	}
	return t
}

// reasonOf is an error's own sentence, without the chain of causes that belongs into a
// log.
func reasonOf(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e.Message
	}
	return err.Error()
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

// note keeps what became of a try.
func (r *run) note(c sources.Candidate, st sources.Stream, err error) {
	t := tryOf(c.Source, err)
	t.RemoteID, t.Quality, t.Ext = c.RemoteID, st.Quality, st.Ext
	r.record.Tries = append(r.record.Tries, t)
	if err != nil {
		r.failures = append(r.failures, failure{c.Source, err})
	}
}

func (r *run) noteSearch(source string, err error) {
	r.record.Problems = append(r.record.Problems, tryOf(source, err))
	r.failures = append(r.failures, failure{source, err})
}

// maxRecordBytes bounds a record. One candidate takes about 500 bytes.
const maxRecordBytes = 128 << 10

// encode gives the record as it is stored. What does not fit is left out from the end: of
// the candidates that lost first, then of those that were ranked too low to be tried.
func (rec Record) encode() (string, error) {
	for {
		text, err := json.Marshal(rec)
		if err != nil || len(text) <= maxRecordBytes {
			return string(text), err
		}
		switch {
		case len(rec.Lost) > 0:
			rec.Lost = rec.Lost[:len(rec.Lost)/2]
		case len(rec.Ranked) > 1:
			rec.Ranked = rec.Ranked[:(len(rec.Ranked)+1)/2]
		default:
			rec.Tries, rec.Problems = rec.Tries[:min(len(rec.Tries), 1)], nil
			rec.Song, rec.Ranked = matching.Song{}, nil
			text, err := json.Marshal(rec)
			return string(text), err
		}
	}
}

// task is the row that keeps the record.
func (r *run) task() (models.DownloadTask, error) {
	text, err := r.record.encode()
	if err != nil {
		return models.DownloadTask{}, fmt.Errorf("encode decision of song %d: %w", r.files.Song.ID, err)
	}
	return models.DownloadTask{SongID: r.files.Song.ID, DecisionJSON: text, Attempts: len(r.record.Tries)}, nil
}

// giveUp ends a run that delivered nothing. As long as one source may still deliver
// later, its error is returned and the song stays open; when all refused for good, the
// song is unavailable.
func (r *run) giveUp(ctx context.Context) (Result, error) {
	task, err := r.task()
	if err != nil {
		return Result{}, err
	}
	if f, ok := r.hope(); ok {
		task.LastErrorCode, task.LastError = models.CodeOf(f.err), clip(f.source+": "+reasonOf(f.err), maxReason)
		record := r.s.Store.RecordFailure
		if r.replaces {
			record = r.s.Store.RecordKept
		}
		if err := record(ctx, task); err != nil {
			return Result{}, err
		}
		return Result{}, fmt.Errorf("download from %s: %w", f.source, f.err)
	}
	code, reason := r.refused()
	task.LastErrorCode, task.LastError = code, reason
	if r.replaces {
		return Result{Skipped: true, Code: code, Reason: clip("the file stays as it was; "+reason, maxReason)}, r.s.Store.RecordKept(ctx, task)
	}
	if err := r.s.Store.RecordSkip(ctx, task, models.AvailabilityUnavailable); err != nil {
		return Result{}, err
	}
	return Result{Skipped: true, Code: code, Reason: reason}, nil
}

// hopeful are the classes of errors that leave a song open, in the order in which they
// are returned: waiting for a source that asks for it costs the song no attempt. An
// answer that could not be read is not a refusal either.
var hopeful = []models.ErrorClass{
	models.ClassRateLimited, models.ClassRiskControl, models.ClassTransient, models.ClassConflict, models.ClassPermanent,
}

// hope finds the failure that decides when to try again; false when there is none.
func (r *run) hope() (failure, bool) {
	for _, class := range hopeful {
		for _, f := range r.failures {
			if models.ClassOf(f.err) == class {
				return f, true
			}
		}
	}
	return failure{}, false
}

// refused sums up why no source has the song: what the best candidate lost by, and all
// reasons in words.
func (r *run) refused() (models.Code, string) {
	var codes []models.Code
	var reasons []string
	for _, f := range r.failures {
		codes, reasons = append(codes, models.CodeOf(f.err)), append(reasons, f.source+": "+reasonOf(f.err))
	}
	for _, l := range r.record.Lost {
		if l.Reason.Code == matching.ReasonRefused {
			codes, reasons = append(codes, l.Candidate.RefusedCode), append(reasons, l.Candidate.Source+": "+l.Reason.Text)
		}
	}
	if len(codes) == 0 {
		return models.CodeNoMatch, "no source has a song that matches"
	}
	return codes[0], clip(strings.Join(reasons, "; "), maxReason)
}
