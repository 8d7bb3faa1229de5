// Package cli is the command line: one file a command, each with flags, an example and
// an exit code. Commands that do work make jobs like the console does, in the same
// tables, and follow them to their end.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"catalogsync/config"
	"catalogsync/models"
)

// Exit codes of every command.
const (
	exitDone       = 0
	exitWithErrors = 1 // done, but some items failed or some input lines were bad; or interrupted
	exitUsage      = 2 // the command line or a setting is wrong
	exitCouldNot   = 3 // it could not run: lock, port, folder, database
)

// version is set by the linker.
var version = "dev"

// commands is the command table.
type commands struct {
	InitDB                initDBCmd                `cmd:"" name:"init-db" help:"Make the database and the library folder."`
	Collect               collectCmd               `cmd:"" help:"Collect playlists and charts from the platforms."`
	Sync                  syncCmd                  `cmd:"" help:"Fetch the songs of collected playlists."`
	Download              downloadCmd              `cmd:"" help:"Download the songs of synced playlists."`
	Run                   runCmd                   `cmd:"" help:"Collect, sync and download in one go, or the playlists of a file."`
	Jobs                  jobsCmd                  `cmd:"" help:"Look at jobs; pause, resume, cancel, retry and reorder them."`
	Schedule              scheduleCmd              `cmd:"" help:"Let jobs start by the clock: list, add, edit, switch on and off, run."`
	Serve                 serveCmd                 `cmd:"" help:"Start the console and the job runner."`
	Demo                  demoCmd                  `cmd:"" help:"Try everything against an embedded demo upstream, no internet needed."`
	DemoUpstream          demoUpstreamCmd          `cmd:"" name:"demo-upstream" help:"Serve only the demo upstream, for other programs to talk to."`
	Import                importCmd                `cmd:"" help:"Take the songs of an existing folder into the library."`
	Maintenance           maintenanceCmd           `cmd:"" help:"Keep the library in order: duplicates, reconcile, recycle bin."`
	Upload                uploadCmd                `cmd:"" help:"Copy downloaded songs to a storage, such as a bucket."`
	RegisterObjectBackend registerObjectBackendCmd `cmd:"" name:"register-object-backend" help:"Make a bucket known, after trying it out."`
	Backup                backupCmd                `cmd:"" help:"Write database and settings into one file, beside a running console too."`
	Restore               restoreCmd               `cmd:"" help:"Bring a backup back."`
	Doctor                doctorCmd                `cmd:"" help:"Check database and library, say what is wrong, and mend what can be."`
	Healthcheck           healthcheckCmd           `cmd:"" hidden:"" help:"Ask a running console whether it is well."`
	Version               versionCmd               `cmd:"" help:"Print version and build."`
}

// env is what a command runs in.
type env struct {
	ctx     context.Context
	environ []string
	in      io.Reader
	out     io.Writer
	errOut  io.Writer
	// stop is closed at the first Ctrl-C: drain and leave a resumable state. ctx ends at
	// the second: stop at once.
	stop <-chan struct{}
	// restart is closed when the console is asked to start anew, nil = it cannot.
	restart <-chan struct{}
	// onDiskFull is ask or pause, "" = ask on a terminal.
	onDiskFull string
	// logFiles are closed when the command is over.
	logFiles []io.Closer
}

// Main runs the command line args and returns the exit code.
func Main(args, environ []string, out, errOut io.Writer) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e := &env{ctx: ctx, environ: environ, in: os.Stdin, out: out, errOut: errOut, stop: watchSignals(errOut, cancel)}

	defer e.closeLogs()
	code := -1
	parser, err := kong.New(&commands{Jobs: newJobsCmd()},
		kong.Name("catalogsync"),
		kong.Description("Keeps a music library in step with the playlists you follow."),
		kong.Writers(out, errOut),
		kong.Exit(func(c int) { code = c }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.UsageOnError(),
	)
	if err != nil {
		fmt.Fprintln(errOut, "catalogsync:", err)
		return exitCouldNot
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if code >= 0 { // --help was asked for and printed
		return code
	}
	if err != nil {
		fmt.Fprintf(errOut, "catalogsync: %v\nTry: catalogsync --help\n", err)
		return exitUsage
	}
	return e.exitCode(parsed.Run(e))
}

// errWithErrors ends a command with exit code 1 after it printed what there is to say.
var errWithErrors = errors.New("done with errors")

func (e *env) exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, errWithErrors) {
		return exitWithErrors
	}
	fmt.Fprintln(e.errOut, "catalogsync:", message(err))
	if _, ok := errors.AsType[*config.Error](err); ok {
		return exitUsage
	}
	switch models.ClassOf(err) {
	case models.ClassInvalid, models.ClassNotFound:
		return exitUsage
	}
	return exitCouldNot
}

// message is err as one line for a person: the field first, where one is at fault.
func message(err error) string {
	if e, ok := errors.AsType[*models.Error](err); ok && e.Field != "" {
		return e.Field + ": " + err.Error()
	}
	return err.Error()
}

// watchSignals closes the returned channel at the first interrupt and calls cancel at
// the second.
func watchSignals(errOut io.Writer, cancel context.CancelFunc) <-chan struct{} {
	stop := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		fmt.Fprintln(errOut, "\nStopping: running items may end; press Ctrl-C again to stop at once.")
		close(stop)
		<-signals
		cancel()
	}()
	return stop
}
