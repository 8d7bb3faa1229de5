package api

import (
	"strconv"

	"github.com/gofiber/fiber/v3"

	"catalogsync/models"
)

func (h *handlers) listJobs(c fiber.Ctx) error {
	filter, err := jobFilter(c)
	if err != nil {
		return err
	}
	list, total, err := h.Jobs.ListJobs(c.Context(), filter)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(filter.Page, total, list, jobOf))
}

func (h *handlers) createJob(c fiber.Ctx) error {
	form, err := h.newJobForm(c)
	if err != nil {
		return err
	}
	if err := h.Selection.CheckPlaylists(c.Context(), form.Scope.PlaylistIDs); err != nil {
		return err
	}
	run, err := h.Runner.Enqueue(c.Context(), form)
	if err != nil {
		return err
	}
	c.Location("/api/jobs/" + strconv.FormatInt(run.ID, 10))
	return c.Status(fiber.StatusCreated).JSON(runOf(run))
}

func (h *handlers) showJob(c fiber.Ctx) error {
	id, err := onlyID(c, "id")
	if err != nil {
		return err
	}
	job, err := h.Jobs.GetJob(c.Context(), id)
	if err != nil {
		return err
	}
	workers, err := h.Jobs.ListJobWorkers(c.Context(), id)
	if err != nil {
		return err
	}
	failures, err := h.Jobs.GroupFailedItems(c.Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(jobPageOf(job, workers, failures))
}

func (h *handlers) listJobItems(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	filter, err := itemFilter(c)
	if err != nil {
		return err
	}
	if _, err := h.Jobs.GetJob(c.Context(), id); err != nil {
		return err
	}
	items, total, err := h.Jobs.ListJobItems(c.Context(), id, filter)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(filter.Page, total, items, itemOf))
}

func (h *handlers) commandJob(c fiber.Ctx) error {
	form, err := commandForm(c)
	if err != nil {
		return err
	}
	command, err := h.Runner.Command(c.Context(), form)
	if err != nil {
		return err
	}
	if command.State == models.CommandRejected {
		e := models.NewError(models.ClassConflict, models.CodeNotAllowed, "%s was refused: %s", command.Kind, command.Reason)
		e.Params = map[string]any{"Command": command.Kind, "Reason": command.Reason}
		return e
	}
	return c.JSON(commandOf(command))
}

// jobAndPage is the id of a job that there is, and the page of one of its lists.
func (h *handlers) jobAndPage(c fiber.Ctx) (int64, models.Page, error) {
	id, page, err := idAndPage(c)
	if err == nil {
		_, err = h.Jobs.GetJob(c.Context(), id)
	}
	return id, page, err
}

func (h *handlers) listJobPlaylists(c fiber.Ctx) error {
	id, page, err := h.jobAndPage(c)
	if err != nil {
		return err
	}
	rows, total, err := h.Jobs.ListJobPlaylists(c.Context(), id, page)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(page, total, rows, jobPlaylistOf))
}

func (h *handlers) listJobPlaylistSongs(c fiber.Ctx) error {
	playlistID, err := pathID(c, "playlist_id")
	if err != nil {
		return err
	}
	id, page, err := h.jobAndPage(c)
	if err != nil {
		return err
	}
	if _, err := h.Playlists.GetPlaylist(c.Context(), playlistID); err != nil {
		return err
	}
	rows, total, err := h.Jobs.ListJobPlaylistSongs(c.Context(), id, playlistID, page)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(page, total, rows, jobSongOf))
}
