package models

import "time"

// Backup is a file that holds the database, and the settings without secrets.
type Backup struct {
	Name  string // of the file
	Bytes int64  // of the file
	// CreatedAt, Program (a version) and Schema (of the database) tell of when and by what it
	// was written; Unpacked is the bytes of what it holds. They are zero when Fault is set.
	CreatedAt time.Time
	Program   string
	Schema    int
	Unpacked  int64
	// Fault tells why it cannot be used, "" = nothing is wrong as far as was looked.
	Fault string
}

// RestoreOrder is a restore at the next start: the database cannot be exchanged under a
// program that works on it.
type RestoreOrder struct {
	Name string `json:"name"` // of the backup
	// Settings are restored, too.
	Settings  bool      `json:"settings"`
	OrderedAt time.Time `json:"ordered_at"`

	// DoneAt is zero until the program started again. Error then tells why it was not done,
	// "" = it was.
	DoneAt time.Time `json:"done_at,omitzero"`
	Error  string    `json:"error,omitempty"`
	// SafetyCopy and SettingsCopy are database and settings file as they were, "" = there was
	// none, or it was left alone.
	SafetyCopy   string `json:"safety_copy,omitempty"`
	SettingsCopy string `json:"settings_copy,omitempty"`
}
