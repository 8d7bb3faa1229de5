package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// Rows of one page of the tree's levels.
const (
	treePlaylists = 25
	treeSongs     = 50
)

// Topics of the tree's levels. Only songs show live progress.
var (
	topicsTreePlaylists = []revision.Topic{revision.Jobs, revision.Playlists}
	topicsTreeSongs     = []revision.Topic{revision.Jobs, revision.Songs, revision.Progress}
)

// Tasks is the first level of the Task Center.
func (h *Handlers) Tasks(c fiber.Ctx) error {
	return h.live(c, "fragments/tree/tasks", func() (views.Localized, error) { return h.buildTasks(c) }, topicsJobs...)
}

func (h *Handlers) buildTasks(c fiber.Ctx) (views.TaskTree, error) {
	vm := views.TaskTree{Base: base(c), Poll: h.poll(c, views.URLTasks, topicsJobs...)}
	list, _, err := h.Jobs.ListJobs(c.Context(), models.JobFilter{Page: models.Page{Number: 1, Size: treeJobsShown}})
	live := h.Runner.Live()
	vm.Jobs = h.cards(list, live)
	vm.Poll = vm.Busy(len(live.Running) > 0)
	return vm, err
}

// TreePlaylists is the second level: the playlists of a job.
func (h *Handlers) TreePlaylists(c fiber.Ctx) error {
	id, page, err := treePage(c)
	if err != nil {
		return err
	}
	return h.live(c, "fragments/tree/playlists", func() (views.Localized, error) {
		job, err := h.Jobs.GetJob(c.Context(), id)
		if err != nil {
			return nil, err
		}
		return h.buildTreePlaylists(c, job, page)
	}, topicsTreePlaylists...)
}

// buildTreePlaylists lists a job's playlists, or its items when it works on none.
func (h *Handlers) buildTreePlaylists(c fiber.Ctx, job models.JobDetail, page int) (views.TreePlaylists, error) {
	vm := views.TreePlaylists{Base: base(c), JobID: job.ID, Live: job.State.Live()}
	p := models.Page{Number: page, Size: treePlaylists}
	rows, total, err := h.Jobs.ListJobPlaylists(c.Context(), job.ID, p)
	if err != nil {
		return vm, err
	}
	if vm.Rows = rows; total == 0 {
		if vm.Items, total, err = h.Jobs.ListJobItems(c.Context(), job.ID, models.ItemFilter{Page: p}); err != nil {
			return vm, err
		}
	}
	vm.Pager = views.NewPager(p, total, func(n int) string { return views.PageOf(views.TreeURL(job.ID), n) })
	return vm, nil
}

// TreeSongs is the third level: the songs of a playlist in a job.
func (h *Handlers) TreeSongs(c fiber.Ctx) error {
	jobID, page, err := treePage(c)
	if err != nil {
		return err
	}
	playlistID, err := forms.ID(c.Params("playlist"))
	if err != nil {
		return err
	}
	return h.live(c, "fragments/tree/songs", func() (views.Localized, error) {
		return h.buildTreeSongs(c, jobID, playlistID, page)
	}, topicsTreeSongs...)
}

func (h *Handlers) buildTreeSongs(c fiber.Ctx, jobID, playlistID int64, page int) (views.TreeSongs, error) {
	vm := views.TreeSongs{Base: base(c), JobID: jobID, PlaylistID: playlistID}
	p := models.Page{Number: page, Size: treeSongs}
	rows, total, err := h.Jobs.ListJobPlaylistSongs(c.Context(), jobID, playlistID, p)
	if err != nil {
		return vm, err
	}
	vm.Rows = h.withProgress(jobID, rows)
	vm.Pager = views.NewPager(p, total, func(n int) string { return views.PageOf(views.TreeSongsURL(jobID, playlistID), n) })
	return vm, nil
}

// withProgress adds what the workers report now, which is newer than the rows.
func (h *Handlers) withProgress(jobID int64, rows []models.JobSongRow) []views.TreeSong {
	songs := make([]views.TreeSong, len(rows))
	index := map[int64]int{}
	for i, r := range rows {
		songs[i].JobSongRow = r
		if r.ItemID != 0 {
			index[r.ItemID] = i
		}
	}
	for _, r := range h.Runner.Live().Running {
		i, ok := index[r.ItemID]
		if r.JobID != jobID || !ok {
			continue
		}
		s := &songs[i]
		s.ProgressDone, s.ProgressTotal, s.ProgressText = r.Done, r.Total, r.Text
		s.BytesPerSecond, s.EtaMS = r.BytesPerSecond, r.EtaMS
	}
	return songs
}

func treePage(c fiber.Ctx) (id int64, page int, err error) {
	if id, err = forms.ID(c.Params("id")); err != nil {
		return 0, 0, err
	}
	page, err = forms.PageNumber(queryValues(c))
	return id, page, err
}
