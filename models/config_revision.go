package models

// ConfigRevision is one change of the settings.
type ConfigRevision struct {
	ID     int64 `gorm:"primaryKey"`
	Author string
	// RollbackOf is the revision that this one took back, 0 = none.
	RollbackOf  int64
	Changes     []ConfigChange `gorm:"column:changes_json;serializer:json"`
	CreatedAtMS int64          `gorm:"column:created_at_ms"`
}

// ConfigChange is one setting that was changed. Of a secret, no value is kept.
type ConfigChange struct {
	Key    string `json:"key"`
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
	OldSet bool   `json:"old_set"`
	NewSet bool   `json:"new_set"`
	Secret bool   `json:"secret,omitempty"`
}

// TableName is the table of settings' changes.
func (ConfigRevision) TableName() string { return "config_revisions" }
