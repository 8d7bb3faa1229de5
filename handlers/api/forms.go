package api

import (
	"slices"

	"github.com/gofiber/fiber/v3"

	"catalogsync/jobs"
	"catalogsync/models"
)

// Bounds of what a request may ask for.
const (
	maxKeyword  = 200
	maxTitle    = 200
	maxLimit    = 1_000_000
	maxWorkers  = 64
	maxPriority = 1000
)

// origin is told to the audit trail of jobs and commands.
const origin = "api"

func (h *handlers) playlistFilter(c fiber.Ctx) (models.PlaylistFilter, error) {
	q := readQuery(c)
	f := models.PlaylistFilter{
		Platform:   q.oneOf("platform", h.platforms(c)),
		PoolKind:   models.PoolKind(q.oneOf("pool_kind", names(models.PoolKinds))),
		State:      models.PlaylistState(q.oneOf("status", names(models.PlaylistStates))),
		Keyword:    q.text("keyword", maxKeyword),
		WantedOnly: q.flag("wanted_only"),
		HeldOnly:   q.flag("held_only"),
		Sort:       models.PlaylistSort(q.oneOf("sort", names(models.PlaylistSorts))),
		Page:       q.page(),
	}
	return f, q.done()
}

func jobFilter(c fiber.Ctx) (models.JobFilter, error) {
	q := readQuery(c)
	f := models.JobFilter{States: typed[models.JobState](q.listOf("state", names(models.JobStates))), Page: q.page()}
	return f, q.done()
}

func itemFilter(c fiber.Ctx) (models.ItemFilter, error) {
	q := readQuery(c)
	f := models.ItemFilter{
		States: typed[models.ItemState](q.listOf("state", names(models.ItemStates))),
		Cause: models.FailureCause{
			Stage: models.StageName(q.text("stage", maxKeyword)), Source: q.text("source", maxKeyword), ErrorCode: models.Code(q.text("code", maxKeyword)),
		},
		Page: q.page(),
	}
	return f, q.done()
}

// pageForm is the request of a list that has no filter.
func pageForm(c fiber.Ctx) (models.Page, error) {
	q := readQuery(c)
	page := q.page()
	return page, q.done()
}

func (h *handlers) newJobForm(c fiber.Ctx) (jobs.NewJob, error) {
	b := readBody(c)
	job := jobs.NewJob{
		Type: h.jobType(b, "type"),
		Scope: models.JobScope{
			Sources:         b.listOf("sources", h.Collectors()),
			DownloadSources: b.listOf("download_sources", h.Providers()),
			PoolKinds:       typed[models.PoolKind](b.listOf("pool_kinds", names(models.PoolKinds))),
			PlaylistIDs:     b.ids("playlist_ids"),
			WantedOnly:      b.flag("wanted_only"),
			Limit:           b.number("limit", 0, maxLimit),
			Workers:         b.number("workers", 0, maxWorkers),
			DownloadOrder:   models.DownloadOrder(b.oneOf("download_order", names(models.DownloadOrders))),
		},
		Title:    b.text("title", maxTitle),
		Origin:   origin,
		Priority: b.number("priority", -maxPriority, maxPriority),
	}
	return job, b.done()
}

// jobType reads a job type. One that exists but not in this build is left to be refused
// by who would run it.
func (h *handlers) jobType(b *body, field string) models.JobType {
	var v models.JobType
	if b.require(field, "a text", &v); b.err == nil && !slices.Contains(jobs.Types(), v) {
		b.fail(notOneOf(field, string(v), names(h.Runner.Types())))
	}
	return v
}

func commandForm(c fiber.Ctx) (models.JobCommand, error) {
	jobID, err := pathID(c, "id")
	if err != nil {
		return models.JobCommand{}, err
	}
	b := readBody(c)
	command := models.JobCommand{JobRunID: jobID, Origin: origin, Kind: models.CommandKind(b.requireOneOf("kind", names(models.CommandKinds)))}
	switch command.Kind {
	case models.CommandRetryItem, models.CommandForceRetryItem:
		var item int64
		b.require("item_id", "the id of an item", &item)
		command.ItemID = &item
	case models.CommandRetryFailed:
		command.FailureCause = models.FailureCause{
			Stage: models.StageName(b.text("stage", maxTitle)), Source: b.text("source", maxTitle), ErrorCode: models.Code(b.text("error_code", maxTitle)),
		}
	case models.CommandReprioritize:
		var priority int
		b.require("priority", "a whole number", &priority)
		command.Priority = priority
	}
	return command, b.done()
}
