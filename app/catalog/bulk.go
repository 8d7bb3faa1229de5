package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"catalogsync/models"
)

// BulkStore is what bulk actions keep, and what they look at before.
type BulkStore interface {
	selectionKeeper
	SelectPlaylistIDs(ctx context.Context, f models.PlaylistFilter, max int) ([]int64, error)
	KeepPlaylistIDs(ctx context.Context, f models.PlaylistFilter, ids []int64) ([]int64, error)
	FindSelection(ctx context.Context, subject models.Subject, token string) (*models.SavedSelection, error)

	CreateBulkAction(ctx context.Context, a *models.BulkAction, keepFromMS int64) error
	DeleteBulkAction(ctx context.Context, id int64) error
	GetBulkAction(ctx context.Context, id int64) (models.BulkAction, error)
	FindJobsBulkAction(ctx context.Context, jobID int64) (models.BulkAction, error)
	SetBulkJob(ctx context.Context, actionID, jobID int64) error
	SaveBulkResult(ctx context.Context, actionID int64, resultJSON string, applied bool) error
	MarkBulkUndone(ctx context.Context, actionID int64) (bool, error)
	MarkForBulk(ctx context.Context, actionID int64, ids []int64, wanted bool) (int64, error)
	RestoreBulkMarks(ctx context.Context, actionID int64, wanted bool) (int64, error)
	CountBulkMarks(ctx context.Context, actionID int64) (int64, error)
	GetJob(ctx context.Context, id int64) (models.JobDetail, error)

	TallyPlaylists(ctx context.Context, ids []int64) (models.PlaylistTally, error)
	SumPlaylistBytes(ctx context.Context, playlistIDs []int64) (int64, error)
	EachTalliedSong(ctx context.Context, playlistIDs []int64, take func([]models.TalliedSong)) error
	LastDownloadPace(ctx context.Context) (models.DownloadPace, error)
}

// Commander gives commands to jobs.
type Commander interface {
	Command(ctx context.Context, c models.JobCommand) (models.JobCommand, error)
}

// ExportQueue keeps exports that wait for downloads.
type ExportQueue interface {
	Wait(ctx context.Context, playlistIDs []int64, form models.ExportForm, jobs []int64) (models.WaitingExport, error)
	Forget(ctx context.Context, id int64) error
}

// BulkOptions are what bulk actions need besides their store.
type BulkOptions struct {
	Queue    Enqueuer
	Commands Commander
	Exports  ExportQueue
	Now      func() time.Time
	Random   io.Reader // names of selections
	// Free is the room on the disk that downloads go to; nil = not known.
	Free func() (int64, error)
	// BestQuality is the best that downloads ask for.
	BestQuality models.Quality
	// AtOnce is the number of playlists up to which an action is done before it is
	// answered; one on more is done by its job. 0 = 1,000.
	AtOnce int
}

const defaultAtOnce = 1000

// actionsKept is how long what an action did is remembered.
const actionsKept = 90 * 24 * time.Hour

// Bulk acts on what the operator picked. Every action on more than one playlist is a job
// with a page, which tells what was asked for and what came of it, and can be undone as long as
// what it began has not ended.
type Bulk struct {
	selection *Selection
	store     BulkStore
	o         BulkOptions
}

// NewBulk makes the bulk actions of a selection.
func NewBulk(selection *Selection, store BulkStore, o BulkOptions) *Bulk {
	if o.AtOnce == 0 {
		o.AtOnce = defaultAtOnce
	}
	return &Bulk{selection: selection, store: store, o: o}
}

// BulkRequest is an action that is asked for.
type BulkRequest struct {
	Kind models.BulkKind
	Pick
	Jobs JobOptions
	// Form is how an export is packed. Routed gives the complete playlists of an export at
	// once, and queues the others.
	Form   models.ExportForm
	Routed bool
}

// BulkOutcome is what an action did, or that its job does it.
type BulkOutcome struct {
	Action models.BulkAction
	// Job is the action's own, nil when it was about a single playlist.
	Job *models.JobRun
	// Done says that the results below are there.
	Done     bool
	Download DownloadResult
	Sync     SyncResult
	Wanted   WantedResult
	Export   ExportResult
	// Waiting is the export that becomes a ZIP when its downloads are done, nil = none.
	Waiting *models.WaitingExport
}

// bulkOptions are kept with an action for its job.
type bulkOptions struct {
	Jobs   JobOptions
	Form   models.ExportForm
	Routed bool
}

// Act does an action. Errors as of resolve, and those of an export.
func (b *Bulk) Act(ctx context.Context, r BulkRequest) (BulkOutcome, error) {
	picked, err := b.resolve(ctx, r.Pick)
	if err != nil {
		return BulkOutcome{}, err
	}
	action, err := b.create(ctx, r, picked)
	if err != nil {
		return BulkOutcome{}, err
	}
	out := BulkOutcome{Action: action}
	if len(picked.ids) <= b.o.AtOnce {
		if out, err = b.atOnce(ctx, action, picked.ids, r); err != nil {
			_ = b.store.DeleteBulkAction(context.WithoutCancel(ctx), action.ID) // of what was not done nothing is told; it is forgotten later anyway
			return out, err
		}
	}
	if r.One() {
		return out, nil
	}
	scope := models.JobScope{Bulk: &models.BulkScope{ActionID: action.ID, Kind: r.Kind, Selected: len(picked.ids)}}
	run, err := b.o.Queue.Enqueue(ctx, models.JobBulk, scope, "", r.Jobs.Origin, bulkPriority)
	if err != nil {
		return out, err
	}
	out.Job, out.Action.JobRunID = &run, run.ID
	return out, b.store.SetBulkJob(ctx, action.ID, run.ID)
}

// bulkPriority lets the short work of an action begin before long jobs that wait.
const bulkPriority = 900

func (b *Bulk) create(ctx context.Context, r BulkRequest, p picked) (models.BulkAction, error) {
	options, err := json.Marshal(bulkOptions{Jobs: r.Jobs, Form: r.Form, Routed: r.Routed})
	if err != nil {
		return models.BulkAction{}, fmt.Errorf("write options of bulk action: %w", err)
	}
	ids, err := json.Marshal(p.ids)
	if err != nil {
		return models.BulkAction{}, fmt.Errorf("write playlists of bulk action: %w", err)
	}
	now := b.o.Now()
	a := models.BulkAction{
		Kind: r.Kind, Origin: r.Jobs.Origin, FilterJSON: p.filterJSON, OptionsJSON: string(options), PlaylistsJSON: string(ids),
		Selected: int64(len(p.ids)), CreatedAtMS: models.NowMS(now),
	}
	return a, b.store.CreateBulkAction(ctx, &a, models.NowMS(now.Add(-actionsKept)))
}

// atOnce does a whole action now.
func (b *Bulk) atOnce(ctx context.Context, a models.BulkAction, ids []int64, r BulkRequest) (BulkOutcome, error) {
	out, err := b.apply(ctx, a, ids, bulkOptions{Jobs: r.Jobs, Form: r.Form, Routed: r.Routed})
	if err != nil {
		return out, err
	}
	out.Done = true
	return out, b.record(ctx, &out)
}

// apply does the action on these of its playlists.
func (b *Bulk) apply(ctx context.Context, a models.BulkAction, ids []int64, o bulkOptions) (out BulkOutcome, err error) {
	out.Action = a
	switch a.Kind {
	case models.BulkDownload:
		out.Download, err = b.selection.routeDownload(ctx, ids, o.Jobs)
	case models.BulkSync:
		out.Sync, err = b.selection.routeSync(ctx, ids, o.Jobs)
	case models.BulkWant, models.BulkUnwant:
		var changed int64
		changed, err = b.store.MarkForBulk(ctx, a.ID, ids, a.Kind == models.BulkWant)
		out.Wanted = WantedResult{Selected: len(ids), Changed: int(changed)}
	case models.BulkExport:
		out.Export, err = b.selection.routeExport(ctx, ids, o)
		if err == nil && out.Export.Download.Selected > 0 {
			out.Waiting, err = b.wait(ctx, ids, o, out.Export)
		}
	default:
		err = models.Invalid("action", models.CodeBadValue, "there is no bulk action %q", a.Kind)
	}
	return out, err
}

// wait has the export become a ZIP when the jobs that it needs have ended. Of a routed one
// those playlists wait that are not handed over now.
func (b *Bulk) wait(ctx context.Context, ids []int64, o bulkOptions, r ExportResult) (*models.WaitingExport, error) {
	if b.o.Exports == nil {
		return nil, nil
	}
	if o.Routed {
		ids = r.Queued
	}
	w, err := b.o.Exports.Wait(ctx, ids, o.Form, r.Download.JobIDs())
	if err != nil {
		return nil, err
	}
	return &w, nil
}

// BulkResult is what came of an action, as its page tells it.
type BulkResult struct {
	// Of downloads.
	SyncDownload, Download, Downloaded int `json:",omitempty"`
	Synced, Busy                       int `json:",omitempty"`
	// Of marks.
	Changed, Same int `json:",omitempty"`
	// Of exports.
	Exported  int    `json:",omitempty"`
	Bundle    string `json:",omitempty"`
	WaitingID int64  `json:",omitempty"`
	// Jobs are those that it created.
	Jobs []int64 `json:",omitempty"`
}

func resultOf(o *BulkOutcome) BulkResult {
	d := o.Download
	if o.Action.Kind == models.BulkExport {
		d = o.Export.Download
	}
	r := BulkResult{
		SyncDownload: d.SyncDownload, Download: d.Download, Downloaded: d.Downloaded, Synced: o.Sync.Queued, Busy: len(d.Busy) + len(o.Sync.Busy),
		Changed: o.Wanted.Changed, Same: o.Wanted.Selected - o.Wanted.Changed, Exported: o.Export.Exported,
	}
	for _, run := range []*models.JobRun{d.SyncDownloadJob, d.DownloadJob, o.Sync.Job} {
		if run != nil {
			r.Jobs = append(r.Jobs, run.ID)
		}
	}
	if o.Export.Bundle != nil {
		r.Bundle = o.Export.Bundle.Name
	}
	if o.Waiting != nil {
		r.WaitingID = o.Waiting.ID
	}
	return r
}

// record keeps what an action did, which is what an undo takes back.
func (b *Bulk) record(ctx context.Context, o *BulkOutcome) error {
	text, err := json.Marshal(resultOf(o))
	if err != nil {
		return fmt.Errorf("write result of bulk action: %w", err)
	}
	o.Action.ResultJSON, o.Action.AppliedAtMS = string(text), models.NowMS(b.o.Now())
	return b.store.SaveBulkResult(ctx, o.Action.ID, o.Action.ResultJSON, true)
}

// JobIDs lists the jobs that a download waits for, new ones first, each once.
func (r DownloadResult) JobIDs() []int64 {
	var ids []int64
	for _, run := range []*models.JobRun{r.SyncDownloadJob, r.DownloadJob} {
		if run != nil {
			ids = append(ids, run.ID)
		}
	}
	for _, busy := range r.Busy {
		if !slices.Contains(ids, busy.JobID) {
			ids = append(ids, busy.JobID)
		}
	}
	return ids
}

// CheckPlaylists says whether all of the playlists exist; no id at all is fine.
func (b *Bulk) CheckPlaylists(ctx context.Context, ids []int64) error {
	return b.selection.CheckPlaylists(ctx, ids)
}
