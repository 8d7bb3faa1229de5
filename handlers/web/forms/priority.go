package forms

import (
	"slices"

	"catalogsync/models"
)

// NewPriority reads the priority of a playlist.
func NewPriority(v Values) (models.PlaylistPriority, error) {
	if err := v.onlyKnown("priority"); err != nil {
		return models.PriorityNormal, err
	}
	names := models.PlaylistPriorityNames()
	name := v.get("priority")
	if !slices.Contains(names, name) {
		return models.PriorityNormal, notOneOf("priority", name, names)
	}
	return models.PlaylistPriorityOf(name), nil
}
