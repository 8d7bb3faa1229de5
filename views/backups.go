package views

import (
	"net/url"
	"time"

	"catalogsync/models"
)

// Addresses of the page of backups.
const (
	URLBackups       = "/backups"
	URLRestoreCancel = "/backups/restore/cancel"
	URLRestart       = "/restart"
)

// BackupURL is where a backup is fetched from (file) or acted on.
func BackupURL(name, action string) string {
	return URLBackups + "/" + url.PathEscape(name) + "/" + action
}

// BackupsPage is the page of backups.
type BackupsPage struct {
	Shell
	List BackupList
}

// BackupList is the backups that are there, and what becomes of a restore.
type BackupList struct {
	Base
	Poll
	Folder string
	Keep   int // 0 = all
	Rows   []BackupRow
	// Waiting is the restore of the next start, Last what became of the one before; nil = none.
	Waiting, Last *models.RestoreOrder
	CanRestart    bool
	// JobID is the job that writes one, 0 = none does.
	JobID int64
}

// BackupRow is a backup.
type BackupRow struct {
	models.Backup
	FileURL, RestoreURL, DeleteURL string
}

// NewBackupRow makes the row of a backup.
func NewBackupRow(b models.Backup) BackupRow {
	return BackupRow{b, BackupURL(b.Name, "file"), BackupURL(b.Name, "restore"), BackupURL(b.Name, "delete")}
}

// CreatedMS is when it was written, as times are shown.
func (r BackupRow) CreatedMS() int64 { return atMS(r.Backup.CreatedAt) }

// LastMS is when the last restore was tried.
func (l BackupList) LastMS() int64 { return atMS(l.Last.DoneAt) }

func atMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return models.NowMS(t)
}
