package jobs_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// upstream is sources of which some block for a while.
type upstream struct {
	mu      sync.Mutex
	blocked map[string]bool
	probes  map[string]int
	asked   map[string]int // by items while it blocked
}

func newUpstream(blocked ...string) *upstream {
	u := &upstream{blocked: map[string]bool{}, probes: map[string]int{}, asked: map[string]int{}}
	for _, source := range blocked {
		u.blocked[source] = true
	}
	return u
}

func (u *upstream) set(source string, blocked bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.blocked[source] = blocked
}

func (u *upstream) ask(source string, count map[string]int) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.blocked[source] {
		return nil
	}
	count[source]++
	err := models.NewError(models.ClassRiskControl, models.CodeRiskControl, "captcha")
	err.Source = source
	return err
}

func (u *upstream) count(count map[string]int, source string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return count[source]
}

// prober probes one source of an upstream.
type prober struct {
	*upstream
	source string
}

func (p prober) Probe(context.Context) error {
	time.Sleep(10 * time.Millisecond)
	return p.ask(p.source, p.probes)
}

// probing lets the runner probe the sources.
func (u *upstream) probing(sources ...string) func(*jobs.Options) {
	return func(o *jobs.Options) {
		o.Prober = func(source string) jobs.Prober {
			if !slices.Contains(sources, source) {
				return nil
			}
			return prober{u, source}
		}
	}
}

// serving is an executor whose items ask their own source, which takes a second.
func (u *upstream) serving(items []models.JobItem) *jobstest.Executor {
	x := &jobstest.Executor{Items: items}
	x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
		time.Sleep(time.Second)
		if err := u.ask(item.Source, u.asked); err != nil {
			return jobs.Outcome{}, err
		}
		return jobs.Outcome{ResultSource: item.Source}, nil
	}
	return x
}

func (w *world) bySource(id int64, source string) []models.JobItem {
	var list []models.JobItem
	for _, item := range w.items(id) {
		if item.Source == source {
			list = append(list, item)
		}
	}
	return list
}

func (w *world) outages() []models.SourceOutage {
	w.Helper()
	var rows []models.SourceOutage
	require.NoError(w, w.db.Read.Order("since_ms").Find(&rows).Error)
	return rows
}

func TestOutageStopsItsSourceAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		x := u.serving(jobstest.Items(60, "netease", "qq"))
		w.start(all(x), u.probing("netease", "qq"))
		id := w.enqueue(models.JobSyncOnly).ID
		time.Sleep(10 * time.Minute)

		for _, item := range w.bySource(id, "qq") {
			require.Equal(w, models.ItemSucceeded, item.State)
			require.Less(w, time.Duration(item.FinishedAtMS-item.StartedAtMS)*time.Millisecond, 2*time.Second)
		}
		var stopped []string
		for _, item := range w.bySource(id, "netease") {
			require.Equal(w, models.ItemPending, item.State)
			require.Zero(w, item.Attempts, "an outage costs no attempt")
			if item.WaitSource == "" {
				continue
			}
			stopped = append(stopped, item.ItemKey)
			require.Equal(w, "netease", item.WaitSource)
			require.Contains(w, item.WaitReason, "netease (risk_control)")
			require.Greater(w, item.NotBeforeMS, time.Now().UnixMilli(), "it says when it is looked for again")
			require.Contains(w, item.ErrorText, "captcha")
		}
		require.Len(w, stopped, u.count(u.asked, "netease"), "each was tried once")
		require.LessOrEqual(w, len(stopped), jobs.StageDefinitions[models.StageSync].Workers, "nothing was begun while it blocked")
		// 5, 10, 20, … seconds, at most 5 minutes apart and a quarter less.
		require.LessOrEqual(w, u.count(u.probes, "netease"), 9)
		require.Contains(w, w.job(id).Stages[0].Message, "netease")
		live := w.runner.Live().Outages
		require.Len(w, live, 1)
		require.Equal(w, "netease", live[0].Source)
		require.EqualValues(w, models.CodeRiskControl, live[0].Code)

		u.set("netease", false)
		recovered := time.Now()
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Less(w, time.Since(recovered), 7*time.Minute)
		for _, item := range w.items(id) {
			want := 1
			for _, key := range stopped {
				if key == item.ItemKey {
					want = 2
				}
			}
			require.Equal(w, want, x.Runs(item.ItemKey), item.ItemKey)
			require.Equal(w, 1, item.Attempts)
			require.Empty(w, item.WaitSource)
		}
		require.Empty(w, w.runner.Live().Outages)
		rows := w.outages()
		require.Len(w, rows, 1)
		require.Equal(w, models.OutageClosed, rows[0].State)
		require.GreaterOrEqual(w, rows[0].ClosedAtMS, recovered.UnixMilli())
		require.Equal(w, []string{"source_blocked", "source_recovered"}, w.outageEvents(id), "one of each")
	})
}

func (w *world) outageEvents(id int64) []string {
	w.Helper()
	events, err := w.store.ListJobEvents(w.Context(), id, 0, 500)
	require.NoError(w, err)
	var kinds []string
	for _, e := range events {
		if e.Kind == "source_blocked" || e.Kind == "source_recovered" {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

// A song is looked for at several sources: the one that its error names is waited for.
func TestOutageOfAnotherSourceThanTheItemsOwn(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("kuwo")
		x := &jobstest.Executor{Items: jobstest.Items(40, "netease")}
		x.OnRun = func(_ context.Context, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
			time.Sleep(time.Second)
			if item.ItemKey >= "item-0030" { // only kuwo has these
				if err := u.ask("kuwo", u.asked); err != nil {
					return jobs.Outcome{}, err
				}
			}
			return jobs.Outcome{ResultSource: "netease"}, nil
		}
		w.start(all(x), u.probing("netease", "kuwo"))
		id := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Minute)
		job := w.job(id)
		require.EqualValues(w, 30, job.ItemsDone)
		for _, item := range w.items(id)[30:] {
			require.Equal(w, "kuwo", item.WaitSource)
		}
		u.set("kuwo", false)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Equal(w, 1, x.Runs("item-0000"))
		require.Equal(w, 2, x.Runs("item-0039"))
	})
}

func TestOutageIsNotWaitedForForever(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		x := u.serving(jobstest.Items(60, "netease", "qq"))
		w.start(all(x), u.probing("netease"), func(o *jobs.Options) { o.Backoff.MaxOutage = 2 * time.Hour })
		start := time.Now()
		job := w.wait(w.enqueue(models.JobSyncOnly).ID)
		require.Equal(w, models.JobCompletedWithErrors, job.State)
		require.EqualValues(w, 30, job.ItemsFailed)
		require.GreaterOrEqual(w, time.Since(start), 2*time.Hour)
		require.Less(w, time.Since(start), 3*time.Hour)
		reasons := 0
		for _, item := range w.bySource(job.ID, "netease") {
			require.Equal(w, models.CodeRiskControl, item.ErrorCode)
			require.NotZero(w, item.FinishedAtMS)
			if item.ErrorText == "netease has blocked for 2h0m0s: captcha" {
				reasons++
			}
		}
		require.NotZero(w, reasons)
		require.LessOrEqual(w, u.count(u.probes, "netease"), 6+2*16, "at most 16 an hour")
	})
}

// The process ends in the midst of an outage, and the next one goes on with it.
func TestOutageSurvivesARestart(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		x := u.serving(jobstest.Items(20, "netease", "qq"))
		w.start(all(x), u.probing("netease"))
		id := w.enqueue(models.JobSyncOnly).ID
		time.Sleep(time.Minute)
		w.stop()
		asked := u.count(u.asked, "netease")
		w.start(all(x), u.probing("netease"))
		time.Sleep(10 * time.Minute)
		require.Equal(w, asked, u.count(u.asked, "netease"), "no item was begun")
		u.set("netease", false)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Len(w, w.outages(), 1)
	})
}

// A program that was off for days asks the source before it gives the items up.
func TestOutageIsNotGivenUpUnasked(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		x := u.serving(jobstest.Items(20, "netease"))
		w.start(all(x), u.probing("netease"))
		id := w.enqueue(models.JobSyncOnly).ID
		time.Sleep(time.Minute)
		w.stop()
		u.set("netease", false)
		time.Sleep(7 * 24 * time.Hour)
		w.start(all(x), u.probing("netease"))
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Zero(w, w.job(id).ItemsFailed)
	})
}

// A source that is set up while the runner works is asked like the others.
func TestOutageOfASourceThatCameLater(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		x := u.serving(jobstest.Items(2, "netease"))
		var known atomic.Bool
		w.start(all(x), func(o *jobs.Options) {
			o.Prober = func(source string) jobs.Prober {
				if source != "netease" || !known.Load() {
					return nil
				}
				return prober{u, source}
			}
		})
		known.Store(true)
		id := w.enqueue(models.JobSyncOnly).ID
		time.Sleep(30 * time.Second)
		u.set("netease", false)
		require.Equal(w, models.JobCompleted, w.wait(id).State)
		require.Len(w, w.outages(), 1)
		require.Zero(w, w.job(id).ItemsFailed)
	})
}

// Probes succeed but the items are refused: the waits get longer, and have an end.
func TestOutageThatProbesDoNotSee(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		x := u.serving(jobstest.Items(3, "netease"))
		w.start(all(x), func(o *jobs.Options) {
			newUpstream().probing("netease")(o)
		})
		start := time.Now()
		job := w.wait(w.enqueue(models.JobSyncOnly).ID)
		require.Equal(w, models.JobCompletedWithErrors, job.State)
		require.Equal(w, 7, x.Runs("item-0000"))
		require.GreaterOrEqual(w, time.Since(start), 3*time.Minute)
		require.Len(w, w.outages(), 1, "it is one outage")
	})
}

// A stage that only waits for a blocked source lets the stages behind it go on, and other
// jobs into its lane; when it is done after all, they are planned once more.
func TestStagesBehindABlockedOneGoOn(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		collect := u.serving(jobstest.Items(4, "netease", "qq"))
		var known atomic.Int64 // playlists of netease, once it is collected
		collected := collect.OnRun
		collect.OnRun = func(ctx context.Context, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
			out, err := collected(ctx, item, r)
			if err == nil && item.Source == "netease" {
				known.Store(6)
			}
			return out, err
		}
		growing := func() *growing { return &growing{Executor: u.serving(jobstest.Items(12, "qq")), more: &known} }
		sync, download := growing(), growing()
		w.start(map[models.StageName]jobs.Executor{models.StageCollect: collect, models.StageSync: sync, models.StageDownload: download}, u.probing("netease"))
		id := w.enqueue(models.JobCatalogSync).ID
		time.Sleep(time.Minute)
		stages := w.job(id).Stages
		require.Equal(w, models.JobRunning, w.job(id).State)
		require.Equal(w, models.StageRunning, stages[0].State)
		require.EqualValues(w, 2, stages[0].Pending)
		require.Equal(w, "waits for netease", stages[0].Message)
		require.EqualValues(w, 12, stages[1].Succeeded)
		require.EqualValues(w, 12, stages[2].Succeeded)

		u.set("netease", false)
		job := w.wait(id)
		require.Equal(w, models.JobCompleted, job.State)
		require.EqualValues(w, 18, job.Stages[1].Succeeded, "the playlists that were found late")
		require.EqualValues(w, 18, job.Stages[2].Succeeded, "and their songs")
		require.Empty(w, job.Stages[0].Message)
		require.Equal(w, 1, download.Runs("item-0000"))
	})
}

// growing plans more items once there are some.
type growing struct {
	*jobstest.Executor
	more *atomic.Int64
}

func (g *growing) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	if err := g.Executor.Plan(ctx, stage, add); err != nil {
		return err
	}
	if n := int(g.more.Load()); n > 0 {
		return add(jobstest.Items(12+n, "netease")[12:])
	}
	return nil
}

func TestBlockedDownloadLeavesTheLaneToOthers(t *testing.T) {
	inWorld(t, func(w *world) {
		u := newUpstream("netease")
		first := u.serving(jobstest.Items(5, "netease"))
		w.start(all(first), u.probing("netease"))
		blocked := w.enqueue(models.JobDownloadOnly).ID
		time.Sleep(time.Minute)
		first.Items = jobstest.Items(5, "qq")
		require.Equal(w, models.JobCompleted, w.wait(w.enqueue(models.JobDownloadOnly).ID).State)
		require.Equal(w, models.JobRunning, w.job(blocked).State)
		require.Equal(w, models.CommandApplied, w.command(blocked, models.CommandPause).State)
		require.Equal(w, models.CommandApplied, w.command(blocked, models.CommandResume).State)
		time.Sleep(time.Second)
		require.Equal(w, models.CommandApplied, w.command(blocked, models.CommandCancel).State)
		for _, item := range w.items(blocked) {
			require.Equal(w, models.ItemCanceled, item.State)
			require.Empty(w, item.WaitSource)
		}
	})
}
