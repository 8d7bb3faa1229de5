package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"

	"catalogsync/app"
	"catalogsync/app/download"
	"catalogsync/app/i18n"
	"catalogsync/models"
)

// Values of --on-disk-full.
const (
	diskAsk   = "ask"
	diskPause = "pause"
)

// errDiskFull ends a command that nobody can be asked for another folder.
var errDiskFull = errors.New("the disk is full")

// diskPrompt asks for another folder when the disk is full: once, whatever the number of
// downloads that wait.
type diskPrompt struct {
	in        io.Reader
	out       io.Writer
	downloads *download.Service
	texts     *i18n.Printer
	asks      bool // somebody can be asked

	lines chan string // what was typed; closed at the end of the input
	open  bool        // the question stands
	ended bool        // it was answered since answered was asked
}

func (e *env) newDiskPrompt(a *app.App, quiet bool) *diskPrompt {
	p := &diskPrompt{in: e.in, out: e.errOut, downloads: a.Downloads(), asks: e.onDiskFull == diskAsk}
	if e.onDiskFull == "" {
		p.asks = !quiet && isTerminal(e.in) && isTerminal(e.errOut)
	}
	if texts, err := i18n.Load(); err == nil {
		p.texts = texts.Printer(texts.Match("", e.language()))
	}
	return p
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

// language is the reader's, by the usual variables, as a header would name it.
func (e *env) language() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		for _, kv := range e.environ {
			if value, ok := strings.CutPrefix(kv, name+"="); ok && value != "" {
				value, _, _ = strings.Cut(value, ".")
				return strings.ReplaceAll(value, "_", "-")
			}
		}
	}
	return ""
}

// look asks when downloads wait for room, and takes the answer. It says whether the
// question stands; errDiskFull when there is nobody to answer.
func (p *diskPrompt) look(ctx context.Context) (asks bool, err error) {
	shortage, short := p.downloads.Shortage()
	switch {
	case !short && p.open:
		p.settle(p.texts.T("cli.space.room"))
		return false, nil
	case !short:
		return false, nil
	case !p.asks:
		return false, errDiskFull
	case !p.open:
		p.open = true
		fmt.Fprintln(p.out, p.texts.T("space.full", "Folder", shortage.Folder))
		p.question()
		p.listen()
		return true, nil
	}
	select {
	case line, more := <-p.lines:
		if !more {
			return false, errDiskFull
		}
		p.take(ctx, line)
	default:
	}
	return p.open, nil
}

// take lets downloads go to the folder that was typed, or says why not and asks again.
func (p *diskPrompt) take(ctx context.Context, line string) {
	folder, err := p.downloads.UseFolder(ctx, line)
	if err != nil {
		fmt.Fprintln(p.out, message(err))
		p.question()
		return
	}
	p.settle(p.texts.T("cli.space.used", "Folder", folder.Root))
}

func (p *diskPrompt) question() { fmt.Fprint(p.out, p.texts.T("cli.space.ask")+" ") }

func (p *diskPrompt) settle(text string) {
	p.open, p.ended = false, true
	fmt.Fprintln(p.out, "\n"+text)
}

// answered says, once, that a question was settled.
func (p *diskPrompt) answered() bool {
	was := p.ended
	p.ended = false
	return was
}

// listen begins to read lines. The reader ends with the process: a terminal cannot be
// told to stop waiting.
func (p *diskPrompt) listen() {
	if p.lines != nil {
		return
	}
	p.lines = make(chan string)
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(p.in); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
}

// leave drains the runner and says how to go on.
func (e *env) leave(a *app.App, jobID int64, cause error) error {
	if !errors.Is(cause, errDiskFull) {
		return cause
	}
	shortage, _ := a.Downloads().Shortage()
	drain, done := context.WithTimeout(e.ctx, drainTime)
	defer done()
	if err := a.Runner.Stop(drain); err != nil && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return err
	}
	return models.NewError(models.ClassLocal, models.CodeNotAllowed,
		"job %d waits: the disk that holds %s is full; free some space, or name another folder with --library-root; then the same command goes on where it stopped", jobID, shortage.Folder)
}
