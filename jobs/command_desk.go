package jobs

import (
	"context"
	"time"

	"catalogsync/models"
)

// CommandStore is where commands are left and their answers found.
type CommandStore interface {
	AddCommand(ctx context.Context, command models.JobCommand) (models.JobCommand, error)
	GetCommand(ctx context.Context, id int64) (models.JobCommand, error)
}

// CommandDesk gives commands to a runner that may live in another process: a command is a
// row, and so is its answer.
type CommandDesk struct {
	Store CommandStore
	// Wait is how long Give waits for the answer, Poll how often it looks for it.
	Wait, Poll time.Duration

	wake func()     // tells the runner of this process, if it is one of this process
	news *broadcast // of that runner
}

// Give writes a command and waits for its answer: the returned row is applied or
// rejected, with the reason. An unknown job is a ClassNotFound error, a command that makes
// no sense a ClassInvalid one. When no answer comes in time the command stays queued, and
// the error (CodeTimeout) says so.
func (d CommandDesk) Give(ctx context.Context, c models.JobCommand) (models.JobCommand, error) {
	if err := checkCommand(c); err != nil {
		return c, err
	}
	command, err := d.Store.AddCommand(ctx, c)
	if err != nil {
		return models.JobCommand{}, err
	}
	if d.wake != nil {
		d.wake()
	}
	limited, cancel := context.WithTimeout(ctx, d.Wait)
	defer cancel()
	err = await(limited, d.news, d.Poll, func() (bool, error) {
		row, err := d.Store.GetCommand(limited, command.ID)
		if err == nil {
			command = row
		}
		return command.State != models.CommandPending, err
	})
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		return command, models.NewError(models.ClassConflict, models.CodeTimeout,
			"the job runner did not answer in time; the command is kept and applied when it runs")
	}
	return command, err
}

// await asks again at every piece of news, and now and then without any, until there is
// nothing to wait for. A nil news tells nothing.
func await(ctx context.Context, news *broadcast, every time.Duration, done func() (bool, error)) error {
	poll := time.NewTicker(every)
	defer poll.Stop()
	for {
		var told <-chan struct{}
		if news != nil {
			told = news.next()
		}
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-told:
		case <-poll.C:
		}
	}
}
