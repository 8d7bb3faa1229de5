package views

import (
	"encoding/json"
	"strconv"
	"strings"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// Addresses of storages.
const (
	URLStorage      = "/storage"
	URLStorageNew   = "/storage/new"
	URLStorageTasks = "/storage/tasks"
	URLBulkUpload   = "/playlists/upload"
)

// StorageURL is a storage; part, when given, is one of its actions.
func StorageURL(id int64, part ...string) string {
	return strings.Join(append([]string{URLStorage, strconv.FormatInt(id, 10)}, part...), "/")
}

// StorageTasksURL is the list of uploads.
func StorageTasksURL(f models.UploadTaskFilter) string {
	pairs := []string{}
	if f.BackendID > 0 {
		pairs = append(pairs, "backend", strconv.FormatInt(f.BackendID, 10))
	}
	for _, s := range f.States {
		pairs = append(pairs, "state", string(s))
	}
	return URLStorageTasks + query(append(pairs, "page", pageText(f.Page.Number))...)
}

// StoragesPage is all storages.
type StoragesPage struct {
	Shell
	List  StorageList
	Tasks UploadTasks
}

// StorageList is all storages, each with how it does.
type StorageList struct {
	Base
	Poll
	Rows []StorageRow
}

// StorageRow is one storage.
type StorageRow struct {
	models.StorageBackend
	Counts    models.StorageCounts
	Where     string // folder, or bucket and server
	State     string // ok, failing, unknown, disabled
	SinceMS   int64
	CheckedMS int64
	Error     string // in the reader's language where that is known
	LatencyMS int64  // 0 = unknown
	FreeBytes int64
	SizeBytes int64 // of the disk, 0 = unknown
	Target    bool  // uploads can go there
	Verified  string
	Job       *JobCard // an upload that goes on
	EditURL   string
}

// UploadTasks is one page of uploads.
type UploadTasks struct {
	Base
	Poll
	Filter models.UploadTaskFilter
	State  models.UploadState // that the list is narrowed to, "" = none
	Tabs   []UploadTab
	Rows   []UploadRow
	Pager  Pager
}

// UploadTab narrows the list to a state.
type UploadTab struct {
	State models.UploadState // "" = all
	URL   string
}

// UploadRow is one upload.
type UploadRow struct {
	models.UploadTaskRow
	Storage string
	Reason  string
}

// StorageForm registers a storage, or changes one.
type StorageForm struct {
	Name    string
	New     bool
	Fields  []StorageField
	Targets []models.BackendType
}

// StorageField is a setting of a storage.
type StorageField struct {
	Key, Value  string
	Required    bool
	Choices     []string
	Placeholder string
}

// StorageFormPage is that form on its page.
type StorageFormPage struct {
	Shell
	Form StorageForm
}

// UploadsTo is the storage that a job uploads to, 0 = none.
func (j JobCard) UploadsTo() int64 {
	var s models.JobScope
	if err := json.Unmarshal([]byte(j.ScopeJSON), &s); err != nil || s.Upload == nil {
		return 0
	}
	return s.Upload.BackendID
}

// storageFuncs are what templates of storages may call.
func storageFuncs(p *i18n.Printer) map[string]any {
	return map[string]any{
		"storageURL":  func(id int64, part string) string { return StorageURL(id, part) },
		"storageType": func(t models.BackendType) string { return nameOr(p, "storage.type.", string(t)) },
	}
}
