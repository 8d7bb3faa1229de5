package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"catalogsync/models"
)

// Prober asks a source by one light request whether it serves again.
type Prober interface {
	Probe(ctx context.Context) error
}

// probeLimit is how long a probe may take.
const probeLimit = time.Minute

// outage is a source that blocks, or did a short while ago. An item that ended because
// of it waits for the outage's end, not for a time of its own; one probe at a time looks
// whether it is over. Only the loop touches it.
type outage struct {
	row   models.SourceOutage
	steps int            // doublings of the delay between probes
	probe task           // looks whether the source serves again
	told  map[int64]bool // jobs whose events tell of it
	given bool           // it lasts too long; nobody waits for it any more
	dirty bool           // the row is not written yet
	alive bool           // an item was served since it began
}

func (o *outage) open() bool { return o.row.State == models.OutageOpen }

// endsAt is from when on nobody waits for the source any longer, if it still blocks then.
func (e *engine) endsAt(o *outage) time.Time {
	return time.UnixMilli(o.row.SinceMS).Add(e.opts.Backoff.MaxOutage)
}

// prober asks a source whether it serves again, nil = nobody can.
func (e *engine) prober(source string) Prober {
	if e.opts.Prober == nil || source == "" {
		return nil
	}
	return e.opts.Prober(source)
}

// waitedFor says that a source blocks and that its items wait for it.
func (e *engine) waitedFor(source string) bool {
	o := e.outages[source]
	return o != nil && o.open() && !o.given
}

// loadOutages takes over what is open in the database.
func (e *engine) loadOutages(ctx context.Context) error {
	rows, err := e.store.OpenOutages(ctx)
	if err != nil {
		return fmt.Errorf("read outages: %w", err)
	}
	for _, o := range e.outages {
		o.probe.stop(e.opts.Clock(), errOutdated)
	}
	e.outages = make(map[string]*outage, len(rows))
	for _, row := range rows {
		e.outages[row.Source] = &outage{row: row, steps: row.Probes, told: map[int64]bool{}}
	}
	e.publishOutages()
	return nil
}

// sourceOf is the source that an error speaks of: a song is looked for at several, so it
// need not be the item's own.
func sourceOf(err error, item models.JobItem) string {
	if e, ok := errors.AsType[*models.Error](err); ok && e.Source != "" {
		return e.Source
	}
	return item.Source
}

// stop lets an item wait for the end of its source's outage, which begins now unless it
// did before.
func (e *engine) stop(source string, err error, item models.JobItem) *outage {
	now := e.opts.Clock()
	o := e.outages[source]
	switch {
	case o != nil && o.open():
		if asked := now.Add(e.opts.Backoff.asked(err)); models.CodeOf(err) != models.CodeCircuitOpen && asked.UnixMilli() > o.row.UntilMS {
			o.row.UntilMS, o.dirty = models.NowMS(asked), true
		}
	case o != nil && now.Sub(time.UnixMilli(o.row.ClosedAtMS)) < 2*e.opts.Backoff.CooldownMax:
		// It delivered nothing since the probe said that it is well: it is the same outage.
		o.steps++
		e.beginOutage(o, err)
	default:
		o = &outage{row: models.SourceOutage{Source: source, SinceMS: models.NowMS(now)}}
		e.outages[source] = o
		e.beginOutage(o, err)
	}
	if o.told[item.JobRunID] {
		return o
	}
	o.told[item.JobRunID] = true
	e.tell(item.JobRunID, jobEvent(eventSourceBlocked, actorRunner, "%s blocks (%s): %s; its items wait for it",
		source, o.row.Code, o.row.Reason))
	return o
}

// beginOutage opens an outage and takes back the items that have no other source.
func (e *engine) beginOutage(o *outage, err error) {
	o.row.State, o.row.ClosedAtMS, o.row.Code, o.row.Reason = models.OutageOpen, 0, models.CodeOf(err), clip(plainReason(err), maxErrorText)
	o.told, o.given, o.dirty, o.alive = map[int64]bool{}, false, true, false
	e.postpone(o, err)
	for _, s := range e.all() {
		if s.def.ownSource() {
			s.pool.recallSource(o.row.Source)
		}
	}
	e.log.Warn("source blocks; its items wait", "source", o.row.Source, "code", o.row.Code, "reason", o.row.Reason,
		"probe_at", time.UnixMilli(o.row.UntilMS))
}

// postpone sets the time of the next probe.
func (e *engine) postpone(o *outage, err error) {
	b := e.opts.Backoff
	delay := max(jitter(double(b.Cooldown, o.steps, b.CooldownMax), e.opts.Random), b.asked(err))
	o.row.UntilMS = models.NowMS(e.opts.Clock().Add(delay))
}

// delivered notes that a source served an item: an outage that was over is forgotten, and
// the next one begins anew.
func (e *engine) delivered(source string) {
	switch o := e.outages[source]; {
	case o == nil:
	case o.open():
		o.alive = true
	default:
		delete(e.outages, source)
	}
}

// tend looks after the outages: probes that are due are sent, those that came back are
// acted upon, items that waited too long fail.
func (e *engine) tend(ctx context.Context) (bool, error) {
	if e.isStopping() {
		return false, nil
	}
	for _, source := range sortedKeys(e.outages) {
		if o := e.outages[source]; o.open() {
			if err := e.tendOutage(ctx, o); err != nil {
				return false, err
			}
		}
	}
	return false, nil
}

func (e *engine) tendOutage(ctx context.Context, o *outage) error {
	now := e.opts.Clock()
	prober := e.prober(o.row.Source)
	if o.probe.ended {
		return e.probed(ctx, o)
	}
	if prober == nil {
		return e.endOutage(ctx, o) // nobody has the source any more
	}
	if until := time.UnixMilli(o.row.UntilMS); o.probe.due(now) && (!now.Before(until) || until.Sub(now) > 2*e.opts.Backoff.MaxWait) {
		e.begin(&o.probe, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, probeLimit)
			defer cancel()
			return prober.Probe(ctx)
		})
	}
	return nil
}

// probed acts on a probe's answer. A refusal by the source's own circuit was no request,
// so it does not lengthen the delay.
func (e *engine) probed(ctx context.Context, o *outage) error {
	err := o.probe.err
	switch {
	case toldToEnd(err):
	case !stillBlocked(err):
		if err := e.endOutage(ctx, o); err != nil {
			return err
		}
	default:
		if models.CodeOf(err) != models.CodeCircuitOpen {
			o.steps++
			o.row.Probes++
		}
		e.postpone(o, err)
		if err := e.store.SaveOutage(ctx, o.row); err != nil {
			return err
		}
		// Judged by the answer alone: the program may have been off for days, or its clock
		// was wrong, while the source has long been well.
		if !o.given && !e.opts.Clock().Before(e.endsAt(o)) {
			if err := e.giveUp(ctx, o); err != nil {
				return err
			}
		}
	}
	o.probe.ended, o.probe.err = false, nil
	e.publishOutages()
	return nil
}

// stillBlocked says that a probe's error speaks of an outage. A source that answers
// oddly does answer, and the items will tell what is wrong with it.
func stillBlocked(err error) bool {
	if err == nil {
		return false
	}
	v := verdictOf(err)
	return v == verdictWait || v == verdictRetry || errors.Is(err, context.DeadlineExceeded)
}

// endOutage releases exactly the items that the outage stopped.
func (e *engine) endOutage(ctx context.Context, o *outage) error {
	released := map[int64]int64{}
	for more := true; more; {
		byJob, rest, err := e.store.ReleaseStopped(ctx, o.row)
		if err != nil {
			return err
		}
		for job, n := range byJob {
			released[job] += n
		}
		more = rest
	}
	now := e.opts.Clock()
	lasted := now.Sub(time.UnixMilli(o.row.SinceMS)).Round(time.Second)
	o.row.State, o.row.ClosedAtMS, o.dirty = models.OutageClosed, models.NowMS(now), false
	var items int64
	for job, n := range released {
		items += n
		e.tell(job, jobEvent(eventSourceRecovered, actorRunner, "%s serves again after %s; %d items go back to the queue", o.row.Source, lasted, n))
	}
	if o.alive {
		delete(e.outages, o.row.Source) // it refuses now and then, not all the time
	}
	e.log.Info("source serves again", "source", o.row.Source, "after", lasted, "probes", o.row.Probes+1, "items", items)
	e.wake()
	return nil
}

// giveUp fails the items that wait for a source which did not come back in time.
func (e *engine) giveUp(ctx context.Context, o *outage) error {
	reason := fmt.Sprintf("%s has blocked for %s: %s", o.row.Source, e.opts.Backoff.MaxOutage, o.row.Reason)
	var items int
	for more := true; more; {
		failed, rest, err := e.store.FailStopped(ctx, o.row.Source, clip(reason, maxErrorText))
		if err != nil {
			return err
		}
		for _, item := range failed {
			if item.SongID != nil {
				e.songs[item.JobRunID] = append(e.songs[item.JobRunID], *item.SongID)
			}
		}
		items, more = items+len(failed), rest
	}
	o.given = true
	e.log.Warn("source has blocked for too long; its items fail", "source", o.row.Source, "limit", e.opts.Backoff.MaxOutage, "items", items)
	e.wake()
	return nil
}

// wake lets all stages look for ready items again, also those that gave up their places.
func (e *engine) wake() {
	clear(e.parked)
	for _, s := range e.all() {
		s.look = true
	}
	e.publishOutages()
}

// tell keeps an event for a job until the turn is over; see writeEvents.
func (e *engine) tell(job int64, event models.JobEventRow) {
	e.untold[job] = append(e.untold[job], event)
}

// writeEvents writes the events of outages to the jobs that are not over.
func (e *engine) writeEvents(ctx context.Context) (bool, error) {
	for job, events := range e.untold {
		delete(e.untold, job)
		if e.jobs[job] == nil {
			continue
		}
		if _, err := e.change(ctx, models.JobChange{JobID: job, Events: events}); err != nil {
			return false, err
		}
	}
	return false, nil
}

// changedOutages lists the rows that have to be written with the results of this turn.
func (e *engine) changedOutages() []models.SourceOutage {
	var rows []models.SourceOutage
	for _, source := range sortedKeys(e.outages) {
		if o := e.outages[source]; o.dirty {
			rows = append(rows, o.row)
		}
	}
	return rows
}

// outagesWritten notes that the rows are in the database.
func (e *engine) outagesWritten(rows []models.SourceOutage) {
	for _, row := range rows {
		e.outages[row.Source].dirty = false
	}
	if len(rows) > 0 {
		e.publishOutages()
	}
}

// publishOutages shows the open outages to Live.
func (e *engine) publishOutages() {
	var rows []models.SourceOutage
	for _, source := range sortedKeys(e.outages) {
		if o := e.outages[source]; o.open() {
			rows = append(rows, o.row)
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.blocked = rows
}

// blockedNames lists the sources that items wait for, in one text.
func (e *engine) blockedNames() string {
	var names []string
	for _, source := range sortedKeys(e.outages) {
		if e.waitedFor(source) {
			names = append(names, source)
		}
	}
	return strings.Join(names, ", ")
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
