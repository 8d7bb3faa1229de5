package handlers_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/stretchr/testify/require"

	"catalogsync/app/catalog"
	"catalogsync/app/catalog/playlistfile"
	"catalogsync/app/i18n"
	"catalogsync/app/revision"
	"catalogsync/handlers"
	"catalogsync/handlers/web"
	"catalogsync/jobs"
	"catalogsync/models"
	"catalogsync/static"
)

// hostile is a title that an upstream may send.
const hostile = `<script>alert(1)</script>"><img src=x onerror=alert(2)>`

// now is the fakes' clock.
var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// fakeConsole is a small world: one running job, one that failed in parts, five playlists.
type fakeConsole struct {
	playlists  []models.PlaylistRow
	jobs       []models.JobDetail
	empty      bool
	queries    atomic.Int64 // reads so far
	enqueued   []jobs.NewJob
	commands   []models.JobCommand
	selected   []int64
	acted      []catalog.BulkRequest
	kept       models.PlaylistFilter
	renewed    int
	stale      bool // the first token holds another number by now
	failExport error
	failList   error

	mu sync.Mutex // of playlists and jobs, which tests change while the console is served
}

// change alters the world while it is being served.
func (f *fakeConsole) change(alter func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	alter()
}

func (f *fakeConsole) world() ([]models.PlaylistRow, []models.JobDetail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.playlists), slices.Clone(f.jobs)
}

func newFake() *fakeConsole {
	f := &fakeConsole{}
	ms := models.NowMS(now)
	names := []string{"深夜的城市电台 Midnight City Radio", "晨跑 Morning Run", hostile, "飙升榜", "雨天 Rainy Window Sessions, the very long title that does not fit on one line of a small screen"}
	platforms := []string{"netease", "qq", "kuwo", "qq", "netease"}
	for i, name := range names {
		p := models.Playlist{
			ID: int64(i + 1), Platform: platforms[i], RemotePlaylistID: fmt.Sprint(9000 + i), Name: name, Creator: "演示 demo", PlayCount: int64(123_456_789 >> (3 * i)),
			CollectedSongCount: int64(40 + 7*i), DownloadedCount: int64([]int{40, 21, 0, 3, 0}[i]), SkippedCount: int64([]int{0, 2, 0, 1, 0}[i]),
			SyncedAtMS: []int64{ms - 60_000, ms - 3_600_000, ms - 86_400_000, ms - 5_000, 0}[i], Wanted: i == 1,
			CoverURL: []string{"http://img.invalid/a.jpg", "", "", "", "javascript:alert(1)"}[i],
		}
		f.playlists = append(f.playlists, models.PlaylistRow{Playlist: p, Pools: []models.PoolKind{models.PoolPlaylistSquare}, Live: i == 3, RunningSongs: []int{0, 0, 0, 4, 0}[i]})
	}
	stage := func(name models.StageName, state models.StageState, done, total int64) models.JobStage {
		return models.JobStage{Name: name, State: state, Succeeded: done, Total: total, PlannedAtMS: ms - 60_000, StartedAtMS: ms - 60_000}
	}
	f.jobs = []models.JobDetail{
		{JobRun: models.JobRun{ID: 12, Type: models.JobSyncDownload, State: models.JobRunning, ItemsTotal: 180, ItemsDone: 76, ItemsFailed: 2, ItemsSkipped: 5, BytesDone: 612 << 20, CreatedAtMS: ms - 120_000, StartedAtMS: ms - 110_000, ScopeJSON: `{"playlist_ids":[1,2,4]}`},
			Stages: []models.JobStage{stage(models.StageSync, models.StageCompleted, 3, 3), stage(models.StageDownload, models.StageRunning, 73, 177)}},
		{JobRun: models.JobRun{ID: 11, Type: models.JobCollectOnly, State: models.JobCompletedWithErrors, ItemsTotal: 6, ItemsDone: 6, ItemsFailed: 1, CreatedAtMS: ms - 7_200_000, FinishedAtMS: ms - 7_100_000, ScopeJSON: `{}`},
			Stages: []models.JobStage{stage(models.StageCollect, models.StageCompletedWithErrors, 5, 6)}},
		{JobRun: models.JobRun{ID: 10, Type: models.JobCatalogSync, State: models.JobCompleted, Title: hostile, ItemsTotal: 412, ItemsDone: 412, ItemsSkipped: 9, BytesDone: 3 << 30, CreatedAtMS: ms - 90_000_000, FinishedAtMS: ms - 86_000_000, ScopeJSON: `{}`}},
	}
	return f
}

func (f *fakeConsole) ListJobs(_ context.Context, filter models.JobFilter) ([]models.JobDetail, int64, error) {
	f.queries.Add(1)
	var list []models.JobDetail
	_, all := f.world()
	for _, j := range all {
		if !f.empty && (len(filter.States) == 0 || slices.Contains(filter.States, j.State)) {
			list = append(list, j)
		}
	}
	return list, int64(len(list)), nil
}

func (f *fakeConsole) GetJob(_ context.Context, id int64) (models.JobDetail, error) {
	f.queries.Add(1)
	_, all := f.world()
	for _, j := range all {
		if j.ID == id {
			return j, nil
		}
	}
	return models.JobDetail{}, models.NotFound("there is no job %d", id)
}

func (f *fakeConsole) ListJobPlaylists(_ context.Context, jobID int64, _ models.Page) ([]models.JobPlaylistRow, int64, error) {
	f.queries.Add(1)
	if jobID == 11 {
		return nil, 0, nil
	}
	var rows []models.JobPlaylistRow
	all, _ := f.world()
	for i, p := range all {
		rows = append(rows, models.JobPlaylistRow{Playlist: p.Playlist, Position: i, RunningSongs: int64(p.RunningSongs), FailedSongs: int64(i % 2), SyncState: models.ItemSucceeded})
	}
	return rows, int64(len(rows)), nil
}

func (f *fakeConsole) ListJobPlaylistSongs(_ context.Context, _, _ int64, p models.Page) ([]models.JobSongRow, int64, error) {
	f.queries.Add(1)
	ms := models.NowMS(now)
	rows := []models.JobSongRow{
		{SongID: 1, Name: "霓虹尽头", Singers: "演示乐队", ItemID: 101, ItemState: models.ItemRunning, ProgressDone: 3 << 20, ProgressTotal: 8 << 20},
		{SongID: 2, Position: 1, Name: hostile, Singers: hostile, ItemID: 102, ItemState: models.ItemFailed, ErrorCode: models.CodeStalled, ErrorText: hostile},
		{SongID: 3, Position: 2, Name: "评书:夜航", Singers: "说书人", ItemID: 103, ItemState: models.ItemSkipped, ErrorCode: models.CodeNotMusic, Availability: models.AvailabilityNotMusic},
		{SongID: 4, Position: 3, Name: "Paper Boats", Singers: "The Sample Rates", Downloaded: true, ItemID: 104, ItemState: models.ItemSucceeded, ResultSource: "kuwo"},
		{SongID: 5, Position: 4, Name: "Slow Lane", Singers: "Placeholder Trio", ItemID: 105, ItemState: models.ItemPending, WaitReason: "rate limit of qq", NotBeforeMS: ms + 40_000},
		{SongID: 6, Position: 5, Name: "试听", Singers: "甲 / 乙", ItemID: 106, ItemState: models.ItemSkipped, ErrorCode: models.CodePreviewOnly, ErrorText: "30 s of 215 s"},
	}
	return rows, int64(len(rows)) + int64(p.Size), nil
}

func (f *fakeConsole) ListJobItems(_ context.Context, _ int64, filter models.ItemFilter) ([]models.JobItem, int64, error) {
	f.queries.Add(1)
	items := []models.JobItem{
		{ID: 201, Title: "NetEase square", Source: "netease", State: models.ItemSucceeded, ProgressText: "page 12: +35, total 420"},
		{ID: 202, Title: "QQ charts", Source: "qq", State: models.ItemFailed, ErrorCode: models.CodeTimeout, ErrorText: "GET toplist: deadline exceeded", Attempts: 3},
	}
	if len(filter.States) > 0 {
		items = items[1:]
	}
	return items, int64(len(items)), nil
}

func (f *fakeConsole) GroupFailedItems(context.Context, int64) ([]models.FailureGroup, error) {
	f.queries.Add(1)
	return []models.FailureGroup{{Stage: models.StageDownload, Source: "qq", ErrorCode: models.CodeStalled, Count: 2, Sample: hostile}}, nil
}

func (f *fakeConsole) ListJobWorkers(context.Context, int64) ([]models.JobWorker, error) {
	return []models.JobWorker{{ID: 1, Name: "download-1", State: "running", ItemTitle: hostile, HeartbeatMS: models.NowMS(now)}, {ID: 2, Name: "download-2", State: "idle", ItemsDone: 12}}, nil
}

func (f *fakeConsole) ListJobEvents(context.Context, int64, int64, int) ([]models.JobEventRow, error) {
	return []models.JobEventRow{{ID: 1, Kind: "job_started", Actor: "runner", AtMS: models.NowMS(now)}, {ID: 2, Kind: "an_event_of_tomorrow", Actor: "web", Text: hostile, AtMS: models.NowMS(now)}}, nil
}

func (f *fakeConsole) ListJobLogs(context.Context, int64, int64, int) ([]models.JobLog, error) {
	return []models.JobLog{{ID: 1, Level: "info", Source: "qq", Text: "page 3: +35, total 105", AtMS: models.NowMS(now)}, {ID: 2, Level: "error", Text: hostile, AtMS: models.NowMS(now)}}, nil
}

func (f *fakeConsole) ListLogs(_ context.Context, filter models.LogFilter) (models.LogPage, error) {
	f.queries.Add(1)
	if f.empty || filter.Text == "nowhere" {
		return models.LogPage{}, nil
	}
	if filter.Text == "far back" {
		return models.LogPage{Next: 40}, nil
	}
	return models.LogPage{Next: 41, Lines: []models.JobLog{
		{ID: 43, JobRunID: 12, Level: "error", Text: hostile, AtMS: models.NowMS(now)},
		{ID: 42, JobRunID: 11, Level: "warn", Source: "qq", Text: "try 1 of 3 failed", AtMS: models.NowMS(now)},
		{ID: 41, JobRunID: 11, Level: "info", Source: "qq", Text: "page 3: +35, total 105", AtMS: models.NowMS(now)},
	}}, f.failList
}

func (f *fakeConsole) ListPlaylists(_ context.Context, filter models.PlaylistFilter) (models.PlaylistList, error) {
	f.queries.Add(1)
	var l models.PlaylistList
	all, _ := f.world()
	for _, p := range all {
		if !f.empty && (filter.Platform == "" || p.Platform == filter.Platform) && strings.Contains(p.Name, filter.Keyword) {
			l.Rows = append(l.Rows, p)
		}
	}
	if l.Total = int64(len(l.Rows)); l.Total == 5 {
		l.Total = 12_345
	}
	return l, f.failList
}

func (f *fakeConsole) GetPlaylist(_ context.Context, id int64) (models.PlaylistRow, error) {
	f.queries.Add(1)
	all, _ := f.world()
	if id < 1 || id > int64(len(all)) {
		return models.PlaylistRow{}, models.NotFound("there is no playlist %d", id)
	}
	return all[id-1], nil
}

func (f *fakeConsole) ListPlaylistSongs(context.Context, int64, models.Page) ([]models.PlaylistSongRow, int64, error) {
	f.queries.Add(1)
	rows := []models.PlaylistSongRow{
		{SongRow: models.SongRow{Song: models.Song{ID: 1, Name: "霓虹尽头", Singers: "演示乐队", Album: "夜车", DurationMS: 215_000, Downloaded: true}, AssetSource: "kuwo", AssetQuality: models.QualityLossless, AssetExt: "flac", AssetBytes: 24 << 20, Locator: "netease/演示乐队/霓虹尽头 - 演示乐队.flac"},
			DecisionJSON: `{"tries":[{"source":"qq","quality":"lossless","code":"stalled"},{"source":"kuwo","quality":"lossless"}],"lost":[{"candidate":{"source":"kuwo","title":"霓虹尽头 (Live)","artists":["<script>alert(1)</script>"]},"reason":{"code":"longer","seconds":47,"text":"47 s longer"}}]}`},
		{SongRow: models.SongRow{Song: models.Song{ID: 2, Name: hostile, Singers: hostile, Failed: true}, TaskState: "failed", TaskErrorCode: models.CodeNoMatch, TaskError: hostile}, Position: 1},
		{SongRow: models.SongRow{Song: models.Song{ID: 3, Name: "评书:夜航", Singers: "说书人", Availability: models.AvailabilityNotMusic, AvailabilityCode: models.CodeNotMusic}}, Position: 2},
		{SongRow: models.SongRow{Song: models.Song{ID: 4, Name: "Paper Boats", Singers: "The Sample Rates", Availability: models.AvailabilityUnavailable, AvailabilityCode: models.CodePaid, AvailabilityReason: "netease: fee 1; qq: 104003"}}, Position: 3},
		{SongRow: models.SongRow{Song: models.Song{ID: 5, Name: "Gone Song", Singers: "X"}}, Position: 4, GoneAtMS: models.NowMS(now)},
	}
	return rows, 5, nil
}

func (f *fakeConsole) Coverage(context.Context) ([]models.CoverageRow, error) {
	f.queries.Add(1)
	if f.empty {
		return nil, nil
	}
	return []models.CoverageRow{
		{Platform: "netease", State: models.PlaylistUnsynced, Playlists: 420, Songs: 12_600},
		{Platform: "netease", State: models.PlaylistDownloaded, Playlists: 64, Songs: 2_560, Downloaded: 2_500, Skipped: 60},
		{Platform: "netease", State: models.PlaylistPartial, Playlists: 31, Songs: 1_240, Downloaded: 600, Skipped: 10},
		{Platform: "qq", State: models.PlaylistNotDownloaded, Playlists: 120, Songs: 4_800},
		{Platform: "qq", State: models.PlaylistDownloading, Playlists: 3, Songs: 120, Downloaded: 40},
		{Platform: "kuwo", State: models.PlaylistUnsynced, Playlists: 90, Songs: 2_700},
	}, nil
}

func (f *fakeConsole) ListBundles(context.Context, int64, int) ([]models.ExportBundle, error) {
	if f.empty {
		return nil, nil
	}
	return []models.ExportBundle{{Name: "k3v9z0q1w2e3r4t5", Title: hostile, SizeBytes: 734 << 20, ExpiresAtMS: models.NowMS(now.Add(20 * time.Hour))}}, nil
}

func (f *fakeConsole) Enqueue(_ context.Context, j jobs.NewJob) (models.JobRun, error) {
	f.enqueued = append(f.enqueued, j)
	return models.JobRun{ID: 13, Type: j.Type, State: models.JobQueued}, nil
}

func (f *fakeConsole) Types() []models.JobType {
	return []models.JobType{models.JobCatalogSync, models.JobCollectOnly, models.JobSyncOnly, models.JobSyncDownload, models.JobDownloadOnly}
}

func (f *fakeConsole) Command(_ context.Context, cmd models.JobCommand) (models.JobCommand, error) {
	cmd.State = models.CommandPending
	f.commands = append(f.commands, cmd)
	return cmd, nil
}

func (f *fakeConsole) Live() jobs.Live {
	live := jobs.Live{Health: jobs.Health{OK: true}}
	if f.empty {
		return live
	}
	live.BytesPerSecond = 6.4 * (1 << 20)
	for i, title := range []string{"霓虹尽头 – 演示乐队", hostile, "Paper Boats – The Sample Rates", "Slow Lane – Placeholder Trio"} {
		live.Running = append(live.Running, jobs.RunningItem{
			ItemID: int64(101 + i), JobID: 12, Stage: models.StageDownload, Title: title, Source: []string{"kuwo", "qq", "netease", "qq"}[i],
			Done: int64(i+1) << 20, Total: 9 << 20, Unit: "bytes", BytesPerSecond: float64(i) * 1.1 * (1 << 20), EtaMS: int64(i) * 4000, Attempt: 1 + i%2,
		})
	}
	return live
}

func (f *fakeConsole) ImportPlaylists(_ context.Context, text io.Reader) ([]int64, playlistfile.Result, error) {
	b, err := io.ReadAll(text)
	if err != nil {
		return nil, playlistfile.Result{}, err
	}
	var ids []int64
	var lines playlistfile.Result
	for i, line := range strings.Split(string(b), "\n") {
		if strings.Contains(line, "bad") {
			lines.Bad = append(lines.Bad, playlistfile.Bad{Line: i + 1, Text: line, Reason: "not a playlist"})
		} else {
			ids = append(ids, int64(i+1))
			lines.Entries = append(lines.Entries, playlistfile.Entry{Line: i + 1, Text: line, Ref: models.PlaylistRef{Platform: "qq", RemoteID: line}})
		}
	}
	return ids, lines, nil
}

func (f *fakeConsole) PreviewPlaylists(ctx context.Context, text io.Reader) (catalog.ListPreview, error) {
	_, lines, err := f.ImportPlaylists(ctx, text)
	p := catalog.ListPreview{Bad: lines.Bad}
	for _, e := range lines.Entries {
		p.Playlists = append(p.Playlists, catalog.Named{Entry: e})
	}
	return p, err
}

func sources() []web.SourceStatus {
	return []web.SourceStatus{
		{Name: "netease", Collects: true, Provides: true},
		{Name: "qq", Collects: true, Provides: true, Blocked: true, RetryAt: now.Add(time.Minute), Reason: "5 timeouts in a row"},
		{Name: "kuwo", Collects: true, Provides: true},
	}
}

// deps makes the console's dependencies of the fake; change may alter them.
func deps(t testing.TB, f *fakeConsole, change func(*web.Deps)) web.Deps {
	t.Helper()
	texts, err := i18n.Load()
	require.NoError(t, err)
	assets, err := static.Load()
	require.NoError(t, err)
	d := web.Deps{
		Jobs: f, Playlists: f, History: f, Keeper: f, Bundles: f, Logs: f, Runner: f, Bulk: f, Lists: f, Sources: sources,
		Disk:     func() (web.Disk, error) { return web.Disk{Path: "/library", Free: 41 << 30, Total: 200 << 30}, nil },
		Revision: revision.New(), Texts: texts, Assets: assets, Now: func() time.Time { return now },
		Logger: slog.New(slog.DiscardHandler), Version: "test", DownloadWorkers: 10,
	}
	if change != nil {
		change(&d)
	}
	return d
}

// newApp makes the whole HTTP application on the fake.
func newApp(t testing.TB, f *fakeConsole, change func(*web.Deps)) (*fiber.App, web.Deps) {
	t.Helper()
	d := deps(t, f, change)
	app, err := handlers.New(d, func(r fiber.Router) {
		r.Get("/api/ping", func(c fiber.Ctx) error { return c.SendString("pong") })
		r.Post("/api/ping", func(c fiber.Ctx) error { return c.SendString("pong") })
	})
	require.NoError(t, err)
	return app, d
}
