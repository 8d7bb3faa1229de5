package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/maintenance"
	"catalogsync/handlers/web/forms"
	"catalogsync/models"
	"catalogsync/views"
)

// duplicatesShown bounds the groups of duplicates in a card.
const duplicatesShown = 10

// MaintenanceDuplicates looks for duplicates and shows the result where it was asked for.
func (h *Handlers) MaintenanceDuplicates(c fiber.Ctx) error {
	r, err := h.Maintenance.Duplicates(c.Context())
	return h.duplicates(c, r, false, err)
}

// MaintenanceDedupe removes duplicates; what it came to is shown where it was asked for.
func (h *Handlers) MaintenanceDedupe(c fiber.Ctx) error {
	r, run, err := h.Maintenance.Dedupe(c.Context(), origin)
	if run == nil {
		return h.duplicates(c, r, true, err)
	}
	noStore(c)
	c.Set(headerTrigger, eventChanged)
	return c.Render("fragments/maintenance/duplicates", views.Duplicates{Base: base(c), Job: run})
}

func (h *Handlers) duplicates(c fiber.Ctx, r maintenance.DuplicateReport, done bool, err error) error {
	vm := views.Duplicates{
		Base: base(c), Done: done, Groups: r.Groups[:min(len(r.Groups), duplicatesShown)], Total: r.Total, Files: r.Files, Bytes: r.Bytes,
		Removed: r.Removed, Stopped: r.Stopped, Unreachable: r.Unreachable,
	}
	if models.ClassOf(err) == models.ClassConflict {
		vm.Error, err = h.problemOf(c, err).message, nil
	}
	if err != nil {
		return err
	}
	noStore(c)
	if done && vm.Error == "" {
		c.Set(headerTrigger, eventChanged)
	}
	return c.Render("fragments/maintenance/duplicates", vm)
}

// MaintenanceReconcile starts a look.
func (h *Handlers) MaintenanceReconcile(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	scope, err := forms.Reconcile(v)
	if err != nil {
		return err
	}
	run, err := h.Maintenance.Reconcile(c.Context(), scope, origin)
	return h.startedJob(c, run, err)
}

func (h *Handlers) startedJob(c fiber.Ctx, run models.JobRun, err error) error {
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.started", "Title", h.jobTitle(c, run)), Links: []views.Link{h.jobLink(c, run.ID)}}, views.URLMaintenance)
}

// MaintenanceRehearse tells what settling would do.
func (h *Handlers) MaintenanceRehearse(c fiber.Ctx) error {
	f, err := forms.NewFix(queryValues(c))
	if err != nil {
		return err
	}
	fixes, err := maintenance.FixesOf(f.Class, f.Action, f.IDs)
	if err != nil {
		return err
	}
	list, err := h.Maintenance.Rehearse(c.Context(), fixes)
	if err != nil {
		return err
	}
	vm := views.Rehearsal{Base: base(c), Class: f.Class, Action: f.Action, Fixable: h.Maintenance.CheckFix(c.Context()) == nil}
	for _, r := range list {
		vm.Lines = append(vm.Lines, views.RehearsalLine{Class: r.Class, Action: r.Action, Count: r.Count, Bytes: r.Bytes, Examples: r.Examples})
		vm.Again = vm.Again || r.Class == models.FindingMissing || r.Class == models.FindingDamaged || r.Class == models.FindingChanged && r.Action == models.FixRecycle
	}
	if wantsFragment(c) {
		noStore(c)
		return c.Render("fragments/maintenance/rehearsal", vm)
	}
	return h.page(c, "pages/maintenance/rehearsal", views.RehearsalPage{Shell: h.shell(c, "maintenance", h.text(c, "rehearsal.title")), Rehearsal: vm})
}

// MaintenanceFix settles what is listed.
func (h *Handlers) MaintenanceFix(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	f, err := forms.NewFix(v)
	if err != nil {
		return err
	}
	fixes, err := maintenance.FixesOf(f.Class, f.Action, f.IDs)
	if err != nil {
		return err
	}
	run, err := h.Maintenance.Reconcile(c.Context(), models.ReconcileScope{SkipLook: true, Fix: fixes, Download: f.Download}, origin)
	return h.startedJob(c, run, err)
}

// RecycleRestore puts a file back.
func (h *Handlers) RecycleRestore(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	backend, locator, err := forms.Restore(v)
	if err != nil {
		return err
	}
	was, err := h.Maintenance.RestoreFromBin(c.Context(), backend, locator)
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.restored"), Lines: []string{was}}, views.URLRecycleBin)
}

// RecycleEmpty removes what lies in the recycle bin.
func (h *Handlers) RecycleEmpty(c fiber.Ctx) error {
	removed, err := h.Maintenance.EmptyBinNow(c.Context())
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.count(c, "toast.emptied", int(removed.Files)), Lines: []string{views.Bytes(removed.Bytes)}}, views.URLRecycleBin)
}

// ImportCreate starts an import.
func (h *Handlers) ImportCreate(c fiber.Ctx) error {
	v, err := formValues(c)
	if err != nil {
		return err
	}
	scope, err := forms.Import(v)
	if err != nil {
		return err
	}
	run, err := h.Maintenance.ImportFolder(c.Context(), scope, origin)
	if err != nil {
		return err
	}
	t := views.Toast{Kind: "success", Title: h.text(c, "toast.started", "Title", h.jobTitle(c, run)), Links: []views.Link{
		h.jobLink(c, run.ID), {Text: h.text(c, "import.result"), URL: views.ImportURL(run.ID, "", 1)},
	}}
	return h.toast(c, t, views.ImportURL(run.ID, "", 1))
}
