package forms

import (
	"slices"

	"catalogsync/app/upload"
	"catalogsync/models"
)

// maxSetting bounds a setting of a storage, in bytes.
const maxSetting = 1024

// Storage reads a registration; options are the settings of its kind.
func Storage(v Values, options []string) (r upload.Registration, err error) {
	if err = v.onlyKnown(append([]string{"name"}, options...)...); err != nil {
		return r, err
	}
	r = upload.Registration{Name: v.get("name"), Type: models.BackendObjectStorage, Settings: map[string]string{}}
	for _, key := range options {
		if r.Settings[key] = v.get(key); len(r.Settings[key]) > maxSetting {
			return r, badValue(key, r.Settings[key][:20]+"…", "a shorter text")
		}
	}
	return r, nil
}

// StorageSwitch reads whether a storage is switched on.
func StorageSwitch(v Values) (bool, error) {
	if err := v.onlyKnown("enabled"); err != nil {
		return false, err
	}
	return v.boolean("enabled")
}

// StorageUpload reads whether an upload compares with the storage's listing first.
func StorageUpload(v Values) (bool, error) {
	if err := v.onlyKnown("verify"); err != nil {
		return false, err
	}
	return v.boolean("verify")
}

// UploadTasks reads the list of uploads.
func UploadTasks(v Values, size int) (f models.UploadTaskFilter, err error) {
	if err = v.onlyKnown("backend", "state", "page"); err != nil {
		return f, err
	}
	backend, err := v.integer("backend", 0, 0, 1<<31-1)
	if err != nil {
		return f, err
	}
	state, err := oneOf(v, "state", models.UploadStates)
	if err != nil {
		return f, err
	}
	f.BackendID = int64(backend)
	if state != "" && slices.Contains(models.UploadStates, state) {
		f.States = []models.UploadState{state}
	}
	f.Page.Size = size
	f.Page.Number, err = v.integer("page", 1, 1, maxPage)
	return f, err
}
