package web

import (
	"github.com/gofiber/fiber/v3"

	"catalogsync/app/revision"
	"catalogsync/handlers/web/forms"
	"catalogsync/jobs"
	"catalogsync/models"
	"catalogsync/views"
)

// Backups keeps copies of the database and the settings.
type Backups interface {
	List() ([]models.Backup, error)
	Path(name string) (string, error)
	Delete(name string) error
	OrderRestore(name string, withSettings bool) (models.RestoreOrder, error)
	CancelRestore() error
	Ordered() (*models.RestoreOrder, error)
	LastRestore() (*models.RestoreOrder, error)
	Folder() (path string, keep int)
}

// BackupsList is the backups that are there, as a page or as its cards.
func (h *Handlers) BackupsList(c fiber.Ctx) error {
	// Files come and go without a row in the database: the content itself is compared.
	if wantsFragment(c) {
		return h.live(c, "fragments/backups/list", func() (views.Localized, error) { return h.buildBackups(c) })
	}
	list, err := h.buildBackups(c)
	if err != nil {
		return err
	}
	return h.page(c, "pages/backups/list", views.BackupsPage{Shell: h.shell(c, "maintenance", h.text(c, "backups.title")), List: list})
}

func (h *Handlers) buildBackups(c fiber.Ctx) (vm views.BackupList, err error) {
	vm = views.BackupList{Base: base(c), Poll: h.poll(c, views.URLBackups, revision.Jobs), CanRestart: h.Restart != nil}
	vm.Folder, vm.Keep = h.Backups.Folder()
	list, err := h.Backups.List()
	if err != nil {
		return vm, err
	}
	for _, b := range list {
		vm.Rows = append(vm.Rows, views.NewBackupRow(b))
	}
	if vm.Waiting, err = h.Backups.Ordered(); err != nil {
		return vm, err
	}
	if vm.Last, err = h.Backups.LastRestore(); err != nil {
		return vm, err
	}
	live, _, err := h.Jobs.ListJobs(c.Context(), models.JobFilter{States: models.LiveJobStates, Page: models.Page{Number: 1, Size: liveJobsShown}})
	if err != nil {
		return vm, err
	}
	for _, job := range live {
		if job.Type == models.JobBackup {
			vm.JobID = job.ID
		}
	}
	vm.Poll = vm.Busy(vm.JobID != 0)
	return vm, nil
}

// BackupsCreate writes a backup, as a job.
func (h *Handlers) BackupsCreate(c fiber.Ctx) error {
	run, err := h.Runner.Enqueue(c.Context(), jobs.NewJob{Type: models.JobBackup, Origin: "web"})
	if err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.backup.started"), Links: []views.Link{h.jobLink(c, run.ID)}}, views.URLBackups)
}

// BackupFile sends a backup to the operator's own machine.
func (h *Handlers) BackupFile(c fiber.Ctx) error {
	path, err := h.Backups.Path(c.Params("name"))
	if err != nil {
		return err
	}
	noStore(c)
	return c.Download(path, c.Params("name"))
}

// BackupRestore lets the next start bring a backup back.
func (h *Handlers) BackupRestore(c fiber.Ctx) error {
	values, err := formValues(c)
	if err != nil {
		return err
	}
	withSettings, err := forms.RestoreBackup(values)
	if err != nil {
		return err
	}
	if _, err := h.Backups.OrderRestore(c.Params("name"), withSettings); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "info", Title: h.text(c, "toast.backup.ordered"), Lines: []string{h.text(c, "backups.waiting_hint")}}, views.URLBackups)
}

// BackupRestoreCancel forgets a restore that waits.
func (h *Handlers) BackupRestoreCancel(c fiber.Ctx) error {
	if err := h.Backups.CancelRestore(); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.backup.canceled")}, views.URLBackups)
}

// BackupDelete removes a backup.
func (h *Handlers) BackupDelete(c fiber.Ctx) error {
	if err := h.Backups.Delete(c.Params("name")); err != nil {
		return err
	}
	return h.toast(c, views.Toast{Kind: "success", Title: h.text(c, "toast.backup.deleted")}, views.URLBackups)
}

// RestartNow starts the program anew once this answer is on its way.
func (h *Handlers) RestartNow(c fiber.Ctx) error {
	defer h.Restart()
	return h.toast(c, views.Toast{Kind: "info", Title: h.text(c, "toast.restart")}, views.URLBackups)
}
