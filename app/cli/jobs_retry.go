package cli

import "catalogsync/models"

type jobsRetryCmd struct {
	whichJob `embed:""`
	Failed   bool   `help:"All failed items (the default)."`
	Item     int64  `placeholder:"N" help:"Only this item, by number."`
	Cause    string `placeholder:"CODE" help:"Only items that failed with this error code, as in jobs show."`
	Stage    string `placeholder:"STAGE" help:"With --cause: only of this stage, such as download."`
	Source   string `placeholder:"NAME" help:"With --cause: only of this platform."`
	Force    bool   `help:"With --item: also when it did not fail."`
	jobFlags `embed:""`
}

// Help shows examples.
func (jobsRetryCmd) Help() string {
	return "Examples:\n" +
		"  catalogsync jobs retry 12 --data ./data\n" +
		"  catalogsync jobs retry 12 --cause no_source --source qq --data ./data\n" +
		"  catalogsync jobs retry 12 --item 3456 --force --data ./data"
}

// Run retries items of a job.
func (c *jobsRetryCmd) Run(e *env) error {
	command, err := c.command()
	if err != nil {
		return err
	}
	return c.give(e, command)
}

// command makes one command of the flags, of which not all go together.
func (c *jobsRetryCmd) command() (models.JobCommand, error) {
	chosen := 0
	for _, is := range []bool{c.Failed, c.Item != 0, c.Cause != ""} {
		if is {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return models.JobCommand{}, models.Invalid("--failed", models.CodeBadValue, "choose one of --failed, --item and --cause")
	case c.Item < 0:
		return models.JobCommand{}, models.Invalid("--item", models.CodeBadValue, "give the number of an item")
	case c.Force && c.Item == 0:
		return models.JobCommand{}, models.Invalid("--force", models.CodeBadValue, "goes with --item: what did not fail is run again one by one")
	case c.Cause == "" && (c.Stage != "" || c.Source != ""):
		return models.JobCommand{}, models.Invalid("--cause", models.CodeBadValue, "--stage and --source go with --cause, which says the error code")
	}
	command := models.JobCommand{JobRunID: c.ID, Kind: models.CommandRetryFailed, FailureCause: models.FailureCause{
		Stage: models.StageName(c.Stage), Source: c.Source, ErrorCode: models.Code(c.Cause)}}
	if c.Item > 0 {
		command.Kind, command.ItemID = models.CommandRetryItem, &c.Item
	}
	if c.Force {
		command.Kind = models.CommandForceRetryItem
	}
	return command, nil
}
