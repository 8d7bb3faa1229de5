package api

import (
	"context"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/maintenance"
	"catalogsync/models"
)

// Maintenance keeps the library in order.
type Maintenance interface {
	Overview(ctx context.Context) (maintenance.Overview, error)
	Duplicates(ctx context.Context) (maintenance.DuplicateReport, error)
	Dedupe(ctx context.Context, origin string) (maintenance.DuplicateReport, *models.JobRun, error)
	Findings(ctx context.Context, f models.FindingFilter) ([]models.FindingRow, int64, error)
	Rehearse(ctx context.Context, fixes []models.FindingFix) ([]maintenance.Rehearsal, error)
	Reconcile(ctx context.Context, scope models.ReconcileScope, origin string) (models.JobRun, error)
	ListBin(ctx context.Context, keyword string, page models.Page) ([]maintenance.BinEntry, int64, maintenance.Bin, error)
	RestoreFromBin(ctx context.Context, backendID int64, locator string) (string, error)
	EmptyBinNow(ctx context.Context) (maintenance.Bin, error)
	ImportFolder(ctx context.Context, scope models.ImportScope, origin string) (models.JobRun, error)
	Imported(ctx context.Context, jobID int64, state models.ImportState, page models.Page) ([]models.ImportRow, int64, error)
	SimilarSongs
}

func (h *handlers) registerMaintenance(api fiber.Router) {
	if h.Maintenance == nil {
		return
	}
	read(api, "/maintenance", h.showMaintenance)
	read(api, "/maintenance/local-duplicates", h.listDuplicates)
	api.Post("/maintenance/local-duplicates/dedupe", h.dedupe)
	read(api, "/maintenance/findings", h.listFindings)
	api.Post("/maintenance/reconcile", h.reconcile)
	api.Post("/maintenance/fix", h.fixFindings)
	read(api, "/maintenance/recycle-bin", h.listBin)
	api.Post("/maintenance/recycle-bin/restore", h.restoreFromBin)
	api.Post("/maintenance/recycle-bin/empty", h.emptyBin)
	api.Post("/maintenance/imports", h.importFolder)
	read(api, "/maintenance/imports/:id", h.listImported)
	h.registerSimilar(api)
}

func (h *handlers) showMaintenance(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	o, err := h.Maintenance.Overview(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(overviewOf(o))
}

func (h *handlers) listDuplicates(c fiber.Ctx) error {
	if err := noQuery(c); err != nil {
		return err
	}
	r, err := h.Maintenance.Duplicates(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(duplicateReportOf(r, true))
}

// dedupe also takes a request without a body, which is one without a wish.
func (h *handlers) dedupe(c fiber.Ctx) error {
	dry := false
	if len(c.Body()) > 0 || c.Get(fiber.HeaderContentType) != "" {
		b := readBody(c)
		dry = b.flag("dry_run")
		if err := b.done(); err != nil {
			return err
		}
	}
	if dry {
		r, err := h.Maintenance.Duplicates(c.Context())
		if err != nil {
			return err
		}
		return c.JSON(duplicateReportOf(r, true))
	}
	r, run, err := h.Maintenance.Dedupe(c.Context(), origin)
	if run != nil || err != nil {
		return acceptedJob(c, run, err)
	}
	return c.JSON(duplicateReportOf(r, false))
}

func (h *handlers) listFindings(c fiber.Ctx) error {
	q := readQuery(c)
	f := models.FindingFilter{Class: models.FindingClass(q.oneOf("class", names(models.FindingClasses))), Keyword: q.text("keyword", maxKeyword), Page: q.page()}
	if err := q.done(); err != nil {
		return err
	}
	if f.Class == "" {
		return models.Invalid("class", models.CodeBadValue, "class is missing; it must be one of %v", models.FindingClasses)
	}
	rows, total, err := h.Maintenance.Findings(c.Context(), f)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(f.Page, total, rows, findingOf))
}

// reconcile starts a look, and settles everything afterwards when that is asked for.
func (h *handlers) reconcile(c fiber.Ctx) error {
	b := readBody(c)
	scope := models.ReconcileScope{Deep: b.flag("deep"), Download: b.flag("download")}
	if b.flag("fix") {
		scope.Fix = models.FixEverything()
	}
	if err := b.done(); err != nil {
		return err
	}
	run, err := h.Maintenance.Reconcile(c.Context(), scope, origin)
	return acceptedJob(c, &run, err)
}

// allClasses stands for every class, each with its usual action.
const allClasses = "all"

// fixFindings settles what is listed, or tells what that would do.
func (h *handlers) fixFindings(c fiber.Ctx) error {
	b := readBody(c)
	class := b.requireOneOf("class", append(names(models.FindingClasses), allClasses))
	action, ids := b.text("action", maxKeyword), b.ids("ids")
	dry, download := b.flag("dry_run"), b.flag("download")
	if err := b.done(); err != nil {
		return err
	}
	fixes, err := maintenance.FixesOf(class, action, ids)
	if err != nil {
		return err
	}
	if dry {
		list, err := h.Maintenance.Rehearse(c.Context(), fixes)
		if err != nil {
			return err
		}
		return c.JSON(rehearsedJSON{DryRun: true, Items: each(list, rehearsalOf)})
	}
	run, err := h.Maintenance.Reconcile(c.Context(), models.ReconcileScope{SkipLook: true, Fix: fixes, Download: download}, origin)
	return acceptedJob(c, &run, err)
}

func acceptedJob(c fiber.Ctx, run *models.JobRun, err error) error {
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusAccepted).JSON(acceptedJSON{JobID: run.ID, Type: run.Type, State: run.State})
}

func (h *handlers) listBin(c fiber.Ctx) error {
	q := readQuery(c)
	keyword, page := q.text("keyword", maxKeyword), q.page()
	if err := q.done(); err != nil {
		return err
	}
	rows, total, bin, err := h.Maintenance.ListBin(c.Context(), keyword, page)
	if err != nil {
		return err
	}
	return c.JSON(binOf(bin, pageOf(page, total, rows, binFileOf)))
}

// maxLocator bounds the name of a file in a request, in characters.
const maxLocator = 4096

func (h *handlers) restoreFromBin(c fiber.Ctx) error {
	b := readBody(c)
	backend, locator := int64(b.number("backend_id", 1, 1<<31-1)), b.text("locator", maxLocator)
	if err := b.done(); err != nil {
		return err
	}
	was, err := h.Maintenance.RestoreFromBin(c.Context(), backend, locator)
	if err != nil {
		return err
	}
	return c.JSON(restoredJSON{was})
}

func (h *handlers) emptyBin(c fiber.Ctx) error {
	b := readBody(c)
	if err := b.done(); err != nil {
		return err
	}
	removed, err := h.Maintenance.EmptyBinNow(c.Context())
	if err != nil {
		return err
	}
	return c.JSON(removed)
}

func (h *handlers) importFolder(c fiber.Ctx) error {
	b := readBody(c)
	scope := models.ImportScope{Folder: b.text("folder", maxLocator), DryRun: b.flag("dry_run"), InPlace: b.flag("in_place")}
	if err := b.done(); err != nil {
		return err
	}
	run, err := h.Maintenance.ImportFolder(c.Context(), scope, origin)
	return acceptedJob(c, &run, err)
}

func (h *handlers) listImported(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	q := readQuery(c)
	state, page := models.ImportState(q.oneOf("state", names(models.ImportStates))), q.page()
	if err := q.done(); err != nil {
		return err
	}
	rows, total, err := h.Maintenance.Imported(c.Context(), id, state, page)
	if err != nil {
		return err
	}
	return c.JSON(pageOf(page, total, rows, importedOf))
}
