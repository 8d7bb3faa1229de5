package app

import (
	"context"
	"log/slog"
	"time"

	"catalogsync/app/database"
	"catalogsync/app/revision"
	"catalogsync/app/schedule"
	"catalogsync/app/store"
	"catalogsync/config"
	"catalogsync/jobs"
)

// Visitor looks at the data of a program that may be running in another process, and
// leaves commands for that process's runner. It takes no lock and starts nothing.
type Visitor struct {
	Store *store.Store
	// Desk waits a little longer than a runner that is at work needs.
	Desk jobs.CommandDesk
	// Schedules can be looked at, edited and removed. Running one is for a program.
	Schedules *schedule.Service

	db *database.DB
}

// How a command that another process answers is waited for.
const (
	visitWait = 15 * time.Second
	visitPoll = 100 * time.Millisecond
)

// Visit opens the configured database beside whoever holds it.
func Visit(ctx context.Context, c *config.Config) (*Visitor, error) {
	db, err := database.Attach(ctx, c.DBPath)
	if err != nil {
		return nil, err
	}
	s := store.New(db, revision.New(), time.Now)
	return &Visitor{
		Store: s, Desk: jobs.CommandDesk{Store: s, Wait: visitWait, Poll: visitPoll},
		Schedules: schedule.New(schedule.Options{Store: s, CheckType: jobs.CheckKnown, Now: time.Now, Log: slog.New(slog.DiscardHandler)}),
		db:        db,
	}, nil
}

// Close gives the database back.
func (v *Visitor) Close() error { return v.db.Close() }
