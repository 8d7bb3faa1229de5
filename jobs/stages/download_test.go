package stages

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/app/download"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/models"
)

// fakeDownloader notes what it was asked for and answers as it is told.
type fakeDownloader struct {
	checkErr error
	song     int64
	order    []string
	result   download.Result
	err      error
}

func (f *fakeDownloader) Check(context.Context) error { return f.checkErr }

func (f *fakeDownloader) Download(_ context.Context, songID int64, order []string, report download.Report) (download.Result, error) {
	f.song, f.order = songID, order
	report(5, 10, "qq")
	return f.result, f.err
}

// planBench is a database with three playlists; song "b1" stands on two of them.
type planBench struct {
	t         *testing.T
	store     *store.Store
	playlists []int64
}

func newPlanBench(t *testing.T) *planBench {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "catalogsync.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return fillPlanBench(t, store.New(db, revision.New(), time.Now))
}

func fillPlanBench(t *testing.T, s *store.Store) *planBench {
	t.Helper()
	b := &planBench{t: t, store: s}
	for i, songs := range [][]string{{"a1", "b1"}, {"b1", "c1", "c2"}, {"d1"}} {
		platform := []string{"qq", "qq", "kuwo"}[i]
		ids, err := b.store.AddPlaylists(t.Context(), models.PoolManualFile, []models.PlaylistRef{{Platform: platform, RemoteID: fmt.Sprint(i), Kind: models.KindPlaylist}})
		require.NoError(t, err)
		b.playlists = append(b.playlists, ids[0])
		list := make([]models.SongSnapshot, len(songs))
		for j, id := range songs {
			list[j] = models.SongSnapshot{Platform: platform, RemoteID: id, Name: id, Artists: []models.ArtistRef{{Name: "阿木"}}}
		}
		_, err = b.store.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: ids[0], Songs: list})
		require.NoError(t, err)
	}
	return b
}

// plan runs the planning of a new job and gives the titles of its items in order, and the
// playlists that the job works on.
func (b *planBench) plan(kind models.JobType, scope models.JobScope, synced ...int64) (titles []string, playlists []int64) {
	b.t.Helper()
	ctx := b.t.Context()
	detail, err := b.store.CreateJob(ctx, models.JobRun{Type: kind, State: models.JobRunning},
		[]models.JobStage{{Name: models.StageDownload, Lane: models.LaneDownload, State: models.StagePlanning}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.LinkJobPlaylists(ctx, detail.ID, synced))
	stage := jobs.Stage{Job: detail.JobRun, Scope: scope, Row: detail.Stages[0]}
	d := NewDownload(&fakeDownloader{}, b.store, nil)
	for range 2 { // a second time adds nothing
		titles = nil
		require.NoError(b.t, d.Plan(ctx, stage, func(items []models.JobItem) error {
			for _, item := range items {
				require.Equal(b.t, fmt.Sprintf("song:%d", *item.SongID), item.ItemKey)
				titles = append(titles, item.Source+" "+item.Title)
			}
			_, err := b.store.AddItems(ctx, detail.ID, detail.Stages[0].ID, items)
			return err
		}))
	}
	linked, err := b.store.ListPlannedPlaylists(ctx, detail.ID)
	require.NoError(b.t, err)
	for _, p := range linked {
		playlists = append(playlists, p.ID)
	}
	return titles, playlists
}

func TestDownloadPlansTheSongsInScope(t *testing.T) {
	t.Parallel()
	b := newPlanBench(t)
	a1, b1, c1, c2, d1 := "qq 阿木 - a1", "qq 阿木 - b1", "qq 阿木 - c1", "qq 阿木 - c2", "kuwo 阿木 - d1"
	one, two, three := b.playlists[0], b.playlists[1], b.playlists[2]
	for name, c := range map[string]struct {
		kind      models.JobType
		scope     models.JobScope
		synced    []int64
		titles    []string
		playlists []int64
	}{
		"everything":                {models.JobDownloadOnly, models.JobScope{}, nil, []string{d1, a1, b1, c1, c2}, []int64{one, two, three}},
		"everything, first come":    {models.JobDownloadOnly, models.JobScope{DownloadOrder: models.OrderFirstCome}, nil, []string{a1, b1, c1, c2, d1}, []int64{one, two, three}},
		"one platform":              {models.JobDownloadOnly, models.JobScope{Sources: []string{"kuwo"}}, nil, []string{d1}, []int64{three}},
		"named playlists":           {models.JobDownloadOnly, models.JobScope{PlaylistIDs: []int64{one, three}}, nil, []string{d1, a1, b1}, []int64{one, three}},
		"named, first come":         {models.JobDownloadOnly, models.JobScope{PlaylistIDs: []int64{one, three}, DownloadOrder: models.OrderFirstCome}, nil, []string{a1, b1, d1}, []int64{one, three}},
		"a limit counts songs once": {models.JobDownloadOnly, models.JobScope{PlaylistIDs: []int64{one, two}, Limit: 3}, nil, []string{a1, b1, c1}, []int64{one, two}},
		"a limit on everything":     {models.JobDownloadOnly, models.JobScope{Limit: 2}, nil, []string{d1, a1}, []int64{one, three}},
		"nothing wanted":            {models.JobDownloadOnly, models.JobScope{WantedOnly: true}, nil, nil, nil},
		"what was synced":           {models.JobSyncDownload, models.JobScope{Limit: 1}, []int64{two}, []string{b1, c1, c2}, []int64{two}},
		"nothing was synced":        {models.JobCatalogSync, models.JobScope{}, nil, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			titles, playlists := b.plan(c.kind, c.scope, c.synced...)
			require.Equal(t, c.titles, titles)
			require.Equal(t, c.playlists, playlists)
		})
	}
}

func TestDownloadPlanStopsWhenTheLibraryIsGone(t *testing.T) {
	t.Parallel()
	gone := models.NewError(models.ClassLocal, models.CodeLibraryUnwritable, "gone")
	d := NewDownload(&fakeDownloader{checkErr: gone}, nil, nil)
	require.ErrorIs(t, d.Plan(t.Context(), jobs.Stage{}, nil), gone)
}

func TestDownloadRunTellsWhatBecameOfTheSong(t *testing.T) {
	t.Parallel()
	id := int64(7)
	item := models.JobItem{SongID: &id}
	f := &fakeDownloader{result: download.Result{Source: "qq", Bytes: 10, Quality: models.Quality320, Ext: "mp3"}}
	d := NewDownload(f, nil, []string{"kuwo", "qq"})
	var r notes
	out, err := d.Run(t.Context(), jobs.Stage{}, item, &r)
	require.NoError(t, err)
	require.Equal(t, jobs.Outcome{ResultSource: "qq", Bytes: 10, Text: "qq · 320k · mp3"}, out)
	require.EqualValues(t, 7, f.song)
	require.Equal(t, []string{"kuwo", "qq"}, f.order, "the configured order, when the job names none")

	f.result = download.Result{Skipped: true, Code: models.CodePaid, Reason: "qq: paid"}
	out, err = d.Run(t.Context(), jobs.Stage{Scope: models.JobScope{DownloadSources: []string{"qq"}}}, item, &r)
	require.NoError(t, err)
	require.Equal(t, jobs.Outcome{Skipped: true, Code: models.CodePaid, Reason: "qq: paid", Text: "qq: paid"}, out)
	require.Equal(t, []string{"qq"}, f.order)

	f.result = download.Result{Skipped: true, Reason: "already in the library", Source: "qq", Bytes: 10}
	out, err = d.Run(t.Context(), jobs.Stage{}, item, &r)
	require.NoError(t, err)
	require.Zero(t, out.Bytes, "nothing was fetched")

	f.err = models.NewError(models.ClassTransient, models.CodeTimeout, "late")
	_, err = d.Run(t.Context(), jobs.Stage{}, item, &r)
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	_, err = d.Run(t.Context(), jobs.Stage{}, models.JobItem{}, &r)
	require.Equal(t, models.ClassPermanent, models.ClassOf(err))
}

// A plan that was cut off is made again after some of its songs were downloaded.
func TestLimitHoldsWhenPlannedAgain(t *testing.T) {
	t.Parallel()
	for name, scope := range map[string]models.JobScope{
		"everything": {Limit: 2},
		"a playlist": {Limit: 2, PlaylistIDs: []int64{2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newPlanBench(t)
			detail, err := b.store.CreateJob(t.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobRunning},
				[]models.JobStage{{Name: models.StageDownload, Lane: models.LaneDownload, State: models.StagePlanning}}, models.JobEventRow{Kind: "job_created"})
			require.NoError(t, err)
			d := NewDownload(&fakeDownloader{}, b.store, nil)
			for _, want := range []int64{2, 2} {
				detail, err = b.store.GetJob(t.Context(), detail.ID)
				require.NoError(t, err)
				stage := jobs.Stage{Job: detail.JobRun, Scope: scope, Row: detail.Stages[0]}
				require.NoError(t, d.Plan(t.Context(), stage, func(items []models.JobItem) error {
					_, err := b.store.AddItems(t.Context(), detail.ID, stage.Row.ID, items)
					return err
				}))
				detail, err = b.store.GetJob(t.Context(), detail.ID)
				require.NoError(t, err)
				require.Equal(t, want, detail.Stages[0].Total)
				b.place(t)
			}
		})
	}
}

// place makes song "b1" downloaded.
func (b *planBench) place(t *testing.T) {
	t.Helper()
	var id int64
	songs, err := b.store.ListAllMissingSongs(t.Context(), nil, 0, 10)
	require.NoError(t, err)
	for _, s := range songs {
		if s.Name == "b1" {
			id = s.ID
		}
	}
	if id == 0 {
		return // it is
	}
	backend, err := b.store.EnsureDefaultBackend(t.Context(), "/library")
	require.NoError(t, err)
	location, err := b.store.BeginPlacing(t.Context(), models.DownloadRecord{
		Asset:    models.FileAsset{SongID: id, Source: "qq", Ext: "mp3", SHA256: "x"},
		Location: models.FileLocation{BackendID: backend.ID, Locator: "qq/b1.mp3"},
	})
	require.NoError(t, err)
	require.NoError(t, b.store.FinishPlacing(t.Context(), location, 1))
}
