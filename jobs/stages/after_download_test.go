package stages

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// notebook is folders and a command in one that note in which order they were asked for.
type notebook struct {
	store *store.Store

	mu    sync.Mutex
	notes []string
	fail  map[int64]error
	hold  chan struct{} // the command waits for it, unless nil
}

func (n *notebook) Refresh(_ context.Context, id int64) (export.Folder, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.notes = append(n.notes, fmt.Sprint("folder ", id))
	return export.Folder{PlaylistID: id, Changed: true}, n.fail[id]
}

func (n *notebook) Run(ctx context.Context, end models.DownloadEnd) error {
	n.mu.Lock()
	n.notes = append(n.notes, fmt.Sprint("command ", end.State))
	hold := n.hold
	n.mu.Unlock()
	_, err := n.store.ClaimExport(ctx, end, models.JobEventRow{Kind: models.EventExportStarted})
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
		}
	}
	return err
}

func (n *notebook) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	notes := n.notes
	n.notes = nil
	return notes
}

// afterBench is a runner whose downloads wait for a word each, and a follower.
type afterBench struct {
	*testing.T
	planBench
	rev    *revision.Counters
	runner *jobs.Runner
	book   *notebook
	gates  map[int64]chan error // by song
	stop   context.CancelFunc
	ended  sync.WaitGroup
	after  *AfterDownload
}

// inAfterBench runs a test in a bubble in which time passes at once when all wait.
func inAfterBench(t *testing.T, mode FolderMode, test func(b *afterBench)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		_, db := jobstest.Open(t)
		b := &afterBench{T: t, rev: revision.New(), gates: map[int64]chan error{}}
		b.planBench = *fillPlanBench(t, store.New(db, b.rev, time.Now))
		b.book = &notebook{store: b.store, fail: map[int64]error{}}
		for id := int64(1); id <= 5; id++ {
			b.gates[id] = make(chan error)
		}
		b.start(mode)
		defer b.close()
		test(b)
	})
}

func (b *afterBench) start(mode FolderMode) {
	var err error
	b.runner, err = jobs.NewRunner(jobs.Options{Store: b.store, Logger: slog.New(slog.DiscardHandler),
		Executors: map[models.StageName]jobs.Executor{models.StageDownload: &gated{NewDownload(&fakeDownloader{}, b.store, nil), b.gates}}})
	require.NoError(b, err)
	require.NoError(b, b.runner.Start(b.Context()))
	ctx, stop := context.WithCancel(b.Context())
	b.stop = stop
	b.after = NewAfterDownload(b.store, b.book, b.book, mode, time.Now, slog.New(slog.DiscardHandler))
	b.ended.Go(func() { b.after.Run(ctx, b.rev.Changed) })
}

func (b *afterBench) close() {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	require.NoError(b, b.runner.Stop(ended))
	b.stop()
	b.ended.Wait()
}

// gated is the download executor whose songs end when they are told to.
type gated struct {
	*Download
	gates map[int64]chan error
}

func (g *gated) Run(ctx context.Context, _ jobs.Stage, item models.JobItem, _ jobs.Reporter) (jobs.Outcome, error) {
	select {
	case err := <-g.gates[*item.SongID]:
		return jobs.Outcome{}, err
	case <-ctx.Done():
		return jobs.Outcome{}, ctx.Err()
	}
}

func (b *afterBench) enqueue(scope models.JobScope) int64 {
	b.Helper()
	job, err := b.runner.Enqueue(b.Context(), jobs.NewJob{Type: models.JobDownloadOnly, Scope: scope})
	require.NoError(b, err)
	return job.ID
}

// later gives everybody the time to do what there is to do.
func (b *afterBench) later() {
	time.Sleep(10 * time.Second)
	synctest.Wait()
}

func (b *afterBench) finish(songs ...int64) []string {
	for _, id := range songs {
		b.gates[id] <- nil
	}
	b.later()
	return b.book.take()
}

// Songs 1 and 2 are on playlist 1, songs 2, 3 and 4 on playlist 2.
func TestFoldersFollowEachPlaylistThenTheStage(t *testing.T) {
	inAfterBench(t, FoldersScoped, func(b *afterBench) {
		b.enqueue(models.JobScope{PlaylistIDs: []int64{1, 2}})
		require.Empty(t, b.finish(1))
		require.Equal(t, []string{"folder 1"}, b.finish(2), "its last song ended")
		require.Equal(t, []string{"folder 1", "folder 2", "command completed"}, b.finish(3, 4))
		b.later()
		require.Empty(t, b.book.take(), "once")
	})
}

func TestFoldersAreFilledInAfterARestart(t *testing.T) {
	inAfterBench(t, FoldersScoped, func(b *afterBench) {
		b.enqueue(models.JobScope{PlaylistIDs: []int64{1, 2}})
		b.finish(1, 2)
		b.close()
		b.start(FoldersScoped)
		b.later()
		require.Equal(t, []string{"folder 1"}, b.book.take())
		require.Equal(t, []string{"folder 1", "folder 2", "command completed"}, b.finish(3, 4))
	})
}

// The process dies when the stage has ended and nothing was done about it.
func TestEndOfAStageIsSeenAfterARestart(t *testing.T) {
	inAfterBench(t, FoldersScoped, func(b *afterBench) {
		b.stop()
		b.ended.Wait()
		id := b.enqueue(models.JobScope{PlaylistIDs: []int64{1}})
		require.Empty(t, b.finish(1, 2))
		_, err := b.runner.Wait(b.Context(), id)
		require.NoError(t, err)
		b.close()
		b.start(FoldersScoped)
		b.later()
		require.Equal(t, []string{"folder 1", "command completed"}, b.book.take())
	})
}

func TestEveryEndOfAStageCounts(t *testing.T) {
	for name, c := range map[string]struct {
		mode  FolderMode
		scope models.JobScope
		end   func(b *afterBench, id int64)
		want  []string
	}{
		"nothing to download": {FoldersScoped, models.JobScope{WantedOnly: true}, func(*afterBench, int64) {}, []string{"command completed"}},
		"canceled": {FoldersScoped, models.JobScope{PlaylistIDs: []int64{3}}, func(b *afterBench, id int64) {
			_, err := b.runner.Command(b.Context(), models.JobCommand{JobRunID: id, Kind: models.CommandCancel, Origin: "web"})
			require.NoError(b, err)
		}, []string{"folder 3", "command canceled"}},
		"with errors": {FoldersScoped, models.JobScope{PlaylistIDs: []int64{3}}, func(b *afterBench, _ int64) {
			b.gates[5] <- models.NewError(models.ClassPermanent, models.CodeInternal, "no")
		}, []string{"folder 3", "command completed_with_errors"}},
		"all songs":           {FoldersScoped, models.JobScope{Sources: []string{"kuwo"}}, func(b *afterBench, _ int64) { b.gates[5] <- nil }, []string{"command completed"}},
		"all songs, all jobs": {FoldersAll, models.JobScope{Sources: []string{"kuwo"}}, func(b *afterBench, _ int64) { b.gates[5] <- nil }, []string{"folder 3", "command completed"}},
		"no folders":          {FoldersOff, models.JobScope{PlaylistIDs: []int64{3}}, func(b *afterBench, _ int64) { b.gates[5] <- nil }, []string{"command completed"}},
	} {
		t.Run(name, func(t *testing.T) {
			inAfterBench(t, c.mode, func(b *afterBench) {
				id := b.enqueue(c.scope)
				b.later()
				c.end(b, id)
				b.later()
				require.Equal(t, c.want, b.book.take())
			})
		})
	}
}

func TestFoldersThatFailHoldNothingUp(t *testing.T) {
	inAfterBench(t, FoldersScoped, func(b *afterBench) {
		b.book.fail[1] = errors.New("the disk is gone")
		id := b.enqueue(models.JobScope{PlaylistIDs: []int64{1, 3}})
		require.Equal(t, []string{"folder 1"}, b.finish(1, 2))
		require.Equal(t, []string{"folder 1", "folder 3", "command completed"}, b.finish(5))
		rows, err := b.store.ListJobLogs(b.Context(), id, 0, 0)
		require.NoError(t, err)
		require.Contains(t, rows[0].Text, "the disk is gone")
		require.Equal(t, "warn", rows[0].Level)
	})
}

func TestSettleWaitsForTheCommand(t *testing.T) {
	inAfterBench(t, FoldersScoped, func(b *afterBench) {
		b.book.hold = make(chan struct{})
		id := b.enqueue(models.JobScope{PlaylistIDs: []int64{3}})
		b.finish(5)
		_, err := b.runner.Wait(b.Context(), id)
		require.NoError(t, err)
		settled := make(chan error, 1)
		go func() { settled <- b.after.Settle(b.Context()) }()
		b.later()
		require.Empty(t, settled, "the command runs")
		impatient, cancel := context.WithTimeout(b.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, b.after.Settle(impatient), context.DeadlineExceeded)
		close(b.book.hold)
		require.NoError(t, <-settled)
	})
}
