package forms

import (
	"strconv"

	"catalogsync/models"
)

// maxCause bounds the parts of a cause, in bytes.
const maxCause = 100

// NewCommand reads a command; those about an item must name it, and a retry of failed
// items may name their cause.
func NewCommand(v Values) (cmd models.JobCommand, err error) {
	if err = v.onlyKnown("kind", "item_id", "priority", "stage", "source", "error_code"); err != nil {
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
	if cmd.FailureCause, err = failureCause(v); err != nil {
		return cmd, err
	}
	cmd.Priority, err = v.integer("priority", 0, -1000, 1000)
	return cmd, err
}

// failureCause reads which failed items are meant; all of them when nothing is said.
func failureCause(v Values) (models.FailureCause, error) {
	for _, field := range []string{"stage", "source", "error_code"} {
		if text := v.get(field); len(text) > maxCause {
			return models.FailureCause{}, badValue(field, text[:maxCause], "a name as on the job's page")
		}
	}
	return models.FailureCause{
		Stage: models.StageName(v.get("stage")), Source: v.get("source"), ErrorCode: models.Code(v.get("error_code")),
	}, nil
}
