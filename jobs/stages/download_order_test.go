package stages

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/download"
	"catalogsync/app/revision"
	"catalogsync/app/schedule"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/jobstest"
	"catalogsync/models"
)

// libraryFake is a library that takes any song, one at a time, and notes the order.
type libraryFake struct {
	fakeDownloader
	asked []int64
}

func (l *libraryFake) Download(_ context.Context, songID int64, _ []string, _ download.Report) (download.Result, error) {
	l.asked = append(l.asked, songID)
	return download.Result{Source: "qq", Bytes: 1}, nil
}

// orderBench is a database with playlists of qq whose songs are named by numbers, so that
// they may overlap.
type orderBench struct {
	t         *testing.T
	store     *store.Store
	db        *database.DB
	now       time.Time
	library   *libraryFake
	playlists []int64
}

func newOrderBench(t *testing.T) *orderBench {
	t.Helper()
	b := &orderBench{t: t, now: time.Date(2026, 3, 1, 3, 30, 0, 0, time.UTC), library: &libraryFake{}}
	_, b.db = jobstest.Open(t)
	b.store = store.New(b.db, revision.New(), func() time.Time { return b.now })
	return b
}

// playlist adds one with the songs from..to, of one size each.
func (b *orderBench) playlist(from, to int) int64 {
	b.t.Helper()
	ids, err := b.store.AddPlaylists(b.t.Context(), models.PoolManualFile,
		[]models.PlaylistRef{{Platform: "qq", RemoteID: fmt.Sprint(len(b.playlists)), Kind: models.KindPlaylist}})
	require.NoError(b.t, err)
	var songs []models.SongSnapshot
	for n := from; n <= to; n++ {
		songs = append(songs, models.SongSnapshot{Platform: "qq", RemoteID: fmt.Sprint(n), Name: fmt.Sprint(n), FileSizeBytes: 4e6, Quality: models.Quality320})
	}
	_, err = b.store.SaveSync(b.t.Context(), models.FetchedPlaylist{PlaylistID: ids[0], Songs: songs})
	require.NoError(b.t, err)
	b.playlists = append(b.playlists, ids[0])
	return ids[0]
}

// run runs a whole job by one worker and gives the names of the songs in the order in which
// the sources were asked for them.
func (b *orderBench) run(n jobs.NewJob) []string {
	b.t.Helper()
	b.library.asked = nil
	d := NewDownload(b.library, b.store, nil)
	d.Now = func() time.Time { return b.now }
	runner, err := jobs.NewRunner(jobs.Options{Store: b.store, Executors: map[models.StageName]jobs.Executor{models.StageDownload: plannedFirst{d, make(chan struct{})}},
		Workers: map[models.StageName]int{models.StageDownload: 1}})
	require.NoError(b.t, err)
	require.NoError(b.t, runner.Start(b.t.Context()))
	defer func() { require.NoError(b.t, runner.Stop(context.Background())) }()
	n.Type = models.JobDownloadOnly
	job, err := runner.Enqueue(b.t.Context(), n)
	require.NoError(b.t, err)
	job, err = runner.Wait(b.t.Context(), job.ID)
	require.NoError(b.t, err)
	require.Equal(b.t, models.JobCompleted, job.State)
	names := make([]string, len(b.library.asked))
	songs, err := b.store.GetPlannedSongs(b.t.Context(), b.library.asked)
	require.NoError(b.t, err)
	for i, song := range songs {
		names[i] = song.Name
	}
	return names
}

// plannedFirst runs no item before all are written.
type plannedFirst struct {
	*Download
	planned chan struct{}
}

func (p plannedFirst) Plan(ctx context.Context, stage jobs.Stage, add func([]models.JobItem) error) error {
	defer close(p.planned)
	return p.Download.Plan(ctx, stage, add)
}

func (p plannedFirst) Run(ctx context.Context, stage jobs.Stage, item models.JobItem, r jobs.Reporter) (jobs.Outcome, error) {
	<-p.planned
	return p.Download.Run(ctx, stage, item, r)
}

// ends gives the number of songs after which each playlist was complete.
func ends(names []string, playlists [][2]int) []int {
	at := map[string]int{}
	for i, name := range names {
		at[name] = i + 1
	}
	out := make([]int, len(playlists))
	for i, p := range playlists {
		for n := p[0]; n <= p[1]; n++ {
			out[i] = max(out[i], at[fmt.Sprint(n)])
		}
	}
	return out
}

func TestSmallPlaylistsAreDownloadedFirst(t *testing.T) {
	t.Parallel()
	b := newOrderBench(t)
	lists := [][2]int{{1, 50}, {45, 54}, {54, 55}}
	for _, l := range lists {
		b.playlist(l[0], l[1])
	}
	require.Equal(t, []int{55, 11, 2}, ends(b.run(jobs.NewJob{}), lists), "fifty, ten and two songs that overlap")
	require.Equal(t, []int{55, 11, 2}, ends(b.run(jobs.NewJob{Scope: models.JobScope{PlaylistIDs: b.playlists}}), lists))
	require.Equal(t, []int{50, 54, 55}, ends(b.run(jobs.NewJob{Scope: models.JobScope{DownloadOrder: models.OrderFirstCome}}), lists))

	require.NoError(t, b.db.Write.Exec("UPDATE playlists SET priority = 3 WHERE id = ?", b.playlists[0]).Error)
	require.Equal(t, []int{50, 55, 52}, ends(b.run(jobs.NewJob{}), lists), "priority comes first")
}

func TestSongThatNoSourceHasIsSearchedLaterEachTime(t *testing.T) {
	t.Parallel()
	b := newOrderBench(t)
	list := b.playlist(1, 2)
	gone := b.run(jobs.NewJob{})
	require.Equal(t, []string{"1", "2"}, gone)
	songs, err := b.store.ListAllMissingSongs(t.Context(), nil, 0, 1)
	require.NoError(t, err)
	miss := func() {
		require.NoError(t, b.store.RecordSkip(t.Context(), models.DownloadTask{SongID: songs[0].ID, LastErrorCode: models.CodeNoMatch, LastError: "nobody has it"},
			models.AvailabilityUnavailable))
	}
	miss()
	var nights []int
	for night := 1; night <= 60; night++ {
		b.now = b.now.Add(24 * time.Hour)
		if asked := b.run(jobs.NewJob{Origin: schedule.OriginClock, Scope: models.JobScope{PlaylistIDs: []int64{list}}}); len(asked) == 2 {
			nights = append(nights, night)
			b.now = b.now.Add(2 * time.Hour) // it took a while
			miss()
			b.now = b.now.Add(-2 * time.Hour)
		} else {
			require.Equal(t, []string{"2"}, asked)
		}
	}
	require.Equal(t, []int{1, 4, 11, 25, 55}, nights, "after 1, 3, 7, 14 and 30 days")
	require.Equal(t, []string{"1", "2"}, b.run(jobs.NewJob{Origin: "web", Scope: models.JobScope{PlaylistIDs: []int64{list}}}), "a person asks for it by name")
}

func TestRestingSongSaysWhenItIsTriedNext(t *testing.T) {
	t.Parallel()
	b := newOrderBench(t)
	b.playlist(1, 1)
	songs, err := b.store.ListAllMissingSongs(t.Context(), nil, 0, 1)
	require.NoError(t, err)
	require.NoError(t, b.store.RecordSkip(t.Context(), models.DownloadTask{SongID: songs[0].ID, LastErrorCode: models.CodePaid, LastError: "qq: paid"}, models.AvailabilityUnavailable))
	d := NewDownload(b.library, b.store, nil)
	d.Now = func() time.Time { return b.now }
	item := models.JobItem{SongID: &songs[0].ID, RestUntilMS: b.now.Add(time.Hour).UnixMilli()}
	out, err := d.Run(t.Context(), jobs.Stage{}, item, nil)
	require.NoError(t, err)
	require.True(t, out.Skipped)
	require.Equal(t, models.CodePaid, out.Code)
	require.Equal(t, "next try on "+b.now.Add(time.Hour).Local().Format("2006-01-02 15:04")+"; qq: paid", out.Reason)
	require.Empty(t, b.library.asked)
}
