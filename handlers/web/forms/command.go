package forms

import (
	"strconv"

	"catalogsync/models"
)

// Command is a command to a job.
type Command struct {
	Kind     models.CommandKind
	ItemID   *int64 // of the commands that mean one item
	Priority int
}

// NewCommand reads a command; those about an item must name it.
func NewCommand(v Values) (cmd Command, err error) {
	if err = v.onlyKnown("kind", "item_id", "priority"); err != nil {
		return cmd, err
	}
	if cmd.Kind, err = oneOf(v, "kind", models.CommandKinds); err != nil {
		return cmd, err
	}
	if cmd.Kind == "" {
		return cmd, badValue("kind", "", "a command")
	}
	if text := v.get("item_id"); text != "" {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || id < 1 {
			return cmd, badValue("item_id", text, "the number of an item")
		}
		cmd.ItemID = &id
	}
	if aboutItem := cmd.Kind == models.CommandRetryItem || cmd.Kind == models.CommandForceRetryItem; aboutItem && cmd.ItemID == nil {
		return cmd, badValue("item_id", "", "the number of an item")
	}
	cmd.Priority, err = v.integer("priority", 0, -1000, 1000)
	return cmd, err
}
