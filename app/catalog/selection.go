package catalog

import (
	"context"
	"slices"

	"catalogsync/models"
)

// MaxSelected bounds the playlists that one bulk action names.
const MaxSelected = 10_000

// SelectionStore is what bulk actions read and write.
type SelectionStore interface {
	// FindPlaylistsByIDs lists those that exist, by id.
	FindPlaylistsByIDs(ctx context.Context, ids []int64) ([]models.Playlist, error)
	// ListKnownPlaylists lists those of the ids that exist, in order.
	ListKnownPlaylists(ctx context.Context, ids []int64) ([]int64, error)
	// FindLiveJobs tells which unfinished job is still to do the stage for which playlist.
	FindLiveJobs(ctx context.Context, ids []int64, stage models.StageName) (map[int64]int64, error)
}

// Enqueuer creates jobs; an empty title is made from type and scope.
type Enqueuer interface {
	Enqueue(ctx context.Context, jobType models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error)
}

// Bundler prepares a ZIP of playlists; errors say why it cannot be offered.
type Bundler interface {
	CreateBundle(ctx context.Context, playlistIDs []int64, form models.ExportForm) (models.ExportBundle, error)
}

// Selection routes playlists to jobs and archives by their state. It looks at every playlist
// and does what is still to be done, so that pressing a button twice queues nothing twice.
type Selection struct {
	store   SelectionStore
	queue   Enqueuer
	bundles Bundler
}

// NewSelection makes what Bulk acts by.
func NewSelection(store SelectionStore, queue Enqueuer, bundles Bundler) *Selection {
	return &Selection{store: store, queue: queue, bundles: bundles}
}

// JobOptions are passed on to the jobs that an action creates.
type JobOptions struct {
	Origin          string   // web | api | cli
	DownloadSources []string // providers in order of preference; empty = configured
	Workers         int      // of download; 0 = configured
	Priority        int
}

// Busy is a playlist that an unfinished job works on already.
type Busy struct {
	PlaylistID int64
	JobID      int64
}

// DownloadResult says what went where. The four groups add up to Selected.
type DownloadResult struct {
	Selected int
	// SyncDownloadJob syncs and downloads the playlists that were never synced;
	// DownloadJob fetches what the synced ones lack. nil = there were none.
	SyncDownloadJob, DownloadJob *models.JobRun
	// SyncDownload and Download count the playlists of the two jobs.
	SyncDownload, Download int
	// Downloaded counts the playlists that are complete and were left alone.
	Downloaded int
	// Busy are in a live job and were not queued again.
	Busy []Busy
}

// routeDownload downloads playlists by their state: never synced ones get one
// sync_download job, incomplete ones one download_only job, complete ones are left alone.
func (s *Selection) routeDownload(ctx context.Context, ids []int64, o JobOptions) (DownloadResult, error) {
	playlists, err := s.store.FindPlaylistsByIDs(ctx, ids)
	if err != nil {
		return DownloadResult{}, err
	}
	return s.download(ctx, playlists, o)
}

func (s *Selection) download(ctx context.Context, playlists []models.Playlist, o JobOptions) (DownloadResult, error) {
	to, err := s.route(ctx, playlists)
	r := DownloadResult{Selected: len(playlists), Downloaded: len(to.complete), Busy: to.busy}
	if err != nil {
		return r, err
	}
	if r.SyncDownloadJob, err = s.enqueue(ctx, models.JobSyncDownload, idsOf(to.unsynced), o); err != nil {
		return r, err
	}
	r.SyncDownload = len(to.unsynced)
	if r.DownloadJob, err = s.enqueue(ctx, models.JobDownloadOnly, idsOf(to.incomplete), o); err != nil {
		return r, err
	}
	r.Download = len(to.incomplete)
	return r, nil
}

// routes are playlists by what a download does with them.
type routes struct {
	unsynced, incomplete, complete []models.Playlist
	busy                           []Busy
}

func (s *Selection) route(ctx context.Context, playlists []models.Playlist) (to routes, err error) {
	live, err := s.store.FindLiveJobs(ctx, idsOf(playlists), models.StageDownload)
	if err != nil {
		return to, err
	}
	for i := range playlists {
		p := &playlists[i]
		jobID, busy := live[p.ID]
		switch {
		case complete(p):
			to.complete = append(to.complete, *p)
		case busy:
			to.busy = append(to.busy, Busy{PlaylistID: p.ID, JobID: jobID})
		case unread(p):
			to.unsynced = append(to.unsynced, *p)
		default:
			to.incomplete = append(to.incomplete, *p)
		}
	}
	return to, nil
}

// SyncResult says what a sync of a selection did. Queued and Busy add up to Selected.
type SyncResult struct {
	Selected, Queued int
	Job              *models.JobRun // nil = all were busy
	Busy             []Busy
}

// routeSync reads the playlists again in one sync_only job.
func (s *Selection) routeSync(ctx context.Context, ids []int64, o JobOptions) (SyncResult, error) {
	playlists, err := s.store.FindPlaylistsByIDs(ctx, ids)
	if err != nil {
		return SyncResult{}, err
	}
	r := SyncResult{Selected: len(playlists)}
	live, err := s.store.FindLiveJobs(ctx, idsOf(playlists), models.StageSync)
	if err != nil {
		return r, err
	}
	var queued []int64
	for _, p := range playlists {
		if jobID, busy := live[p.ID]; busy {
			r.Busy = append(r.Busy, Busy{PlaylistID: p.ID, JobID: jobID})
		} else {
			queued = append(queued, p.ID)
		}
	}
	if r.Job, err = s.enqueue(ctx, models.JobSyncOnly, queued, o); err != nil {
		return r, err
	}
	r.Queued = len(queued)
	return r, nil
}

// WantedResult counts a change of marks; those that were so before are Selected - Changed.
type WantedResult struct {
	Selected, Changed int
}

// CheckPlaylists says whether all of the playlists exist; no id at all is fine.
func (s *Selection) CheckPlaylists(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := s.check(ctx, ids)
	return err
}

// check sorts the selected playlists, each once; all of them must exist.
func (s *Selection) check(ctx context.Context, ids []int64) ([]int64, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if err := checkCount(len(ids), MaxSelected); err != nil {
		return nil, err
	}
	known, err := s.store.ListKnownPlaylists(ctx, ids)
	if err != nil {
		return nil, err
	}
	if len(known) < len(ids) {
		return nil, unknownPlaylists(ids, known)
	}
	return ids, nil
}

// maxNamedIDs bounds the ids that an error names.
const maxNamedIDs = 10

func unknownPlaylists(ids, known []int64) error {
	unknown := slices.DeleteFunc(ids, func(id int64) bool { _, ok := slices.BinarySearch(known, id); return ok })
	named := unknown[:min(len(unknown), maxNamedIDs)]
	e := models.NotFound("there is no playlist %v; reload the list and select again", named)
	e.Field = "playlist_ids"
	e.Params = map[string]any{"IDs": named, "Count": len(unknown)}
	return e
}

// enqueue creates a job for the playlists, nil when there are none.
func (s *Selection) enqueue(ctx context.Context, t models.JobType, ids []int64, o JobOptions) (*models.JobRun, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	scope := models.JobScope{PlaylistIDs: ids, DownloadSources: o.DownloadSources, Workers: o.Workers}
	run, err := s.queue.Enqueue(ctx, t, scope, "", o.Origin, o.Priority)
	if err != nil {
		return nil, err
	}
	return &run, nil
}

// unread says that a playlist's songs are not known: it was never synced, or its last
// answer could not be read.
func unread(p *models.Playlist) bool {
	return p.SyncedAtMS == 0 || p.EmptyReason == models.EmptyParseFailed
}

// complete says that every song is downloaded, or rightly never will be.
func complete(p *models.Playlist) bool {
	return !unread(p) && p.DownloadedCount+p.SkippedCount >= p.CollectedSongCount
}

func idsOf(playlists []models.Playlist) []int64 {
	ids := make([]int64, len(playlists))
	for i := range playlists {
		ids[i] = playlists[i].ID
	}
	return ids
}
