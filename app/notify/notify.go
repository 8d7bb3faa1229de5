// Package notify tells people what they would want to know without looking: that a job
// failed, a disk is full, a source blocks, a schedule did not run. Where to is a list of
// addresses, each in the form of the notification library: telegram://…, bark://…,
// smtp://…, generic://… and many more.
//
// A cause is told of once, when it begins, and not again before it has ended.
package notify

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nicholas-fedor/shoutrrr"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"

	"catalogsync/models"
)

// Kind is what is told of; the operator chooses among kinds.
type Kind string

// Kinds of news.
const (
	JobFailed     Kind = "job_failed"     // a job failed, or ended with errors
	JobDone       Kind = "job_done"       // a job ended well
	DiskFull      Kind = "disk_full"      // downloads wait for room
	SourceBlocked Kind = "source_blocked" // a source does not serve
	ScheduleLate  Kind = "schedule_late"  // a schedule has not run in time
)

// Kinds lists all kinds.
var Kinds = []Kind{JobFailed, JobDone, DiskFull, SourceBlocked, ScheduleLate}

// sendTimeout bounds one target.
const sendTimeout = 15 * time.Second

// News is one thing to tell.
type News struct {
	Kind Kind
	// Cause tells it from others: the same cause is told of once while it lasts.
	Cause       string
	Title, Text string
}

// Settings are the operator's wishes; they may change.
type Settings struct {
	URLs  []string // secret
	Kinds []Kind
}

// Service sends news.
type Service struct {
	settings func() Settings
	log      *slog.Logger
	send     func(ctx context.Context, target, title, text string) error

	mu   sync.Mutex
	told map[string]bool // causes that last
}

// New makes a service.
func New(settings func() Settings, log *slog.Logger) *Service {
	return &Service{settings: settings, log: log, send: sendTo, told: map[string]bool{}}
}

// Tell sends news that happen once. What cannot be sent is written to the log.
func (s *Service) Tell(ctx context.Context, n News) {
	wish := s.settings()
	if !slices.Contains(wish.Kinds, n.Kind) {
		return
	}
	for _, r := range s.sendAll(ctx, wish.URLs, n.Title, n.Text) {
		if r.Err != nil {
			s.log.Warn("notification not sent", "target", r.Target, "kind", n.Kind, "error", r.Err)
		}
	}
}

// Lasting is what lasts now, of one kind: new causes are told of, those that ended are
// forgotten, so that they are told of when they come again.
func (s *Service) Lasting(ctx context.Context, kind Kind, now []News) {
	for _, n := range s.begun(kind, now) {
		s.Tell(ctx, n)
	}
}

// begun is the causes that were not there before.
func (s *Service) begun(kind Kind, now []News) (fresh []News) {
	s.mu.Lock()
	defer s.mu.Unlock()
	lasts := map[string]bool{}
	for _, n := range now {
		key := string(kind) + " " + n.Cause
		lasts[key] = true
		if !s.told[key] {
			s.told[key] = true
			fresh = append(fresh, n)
		}
	}
	for key := range s.told {
		if strings.HasPrefix(key, string(kind)+" ") && !lasts[key] {
			delete(s.told, key)
		}
	}
	return fresh
}

// Result is how one target took it. Target names it without its secrets.
type Result struct {
	Target string
	Err    error
}

// Test sends a message to every target, whatever kinds are wished for.
func (s *Service) Test(ctx context.Context, title, text string) ([]Result, error) {
	urls := s.settings().URLs
	if len(urls) == 0 {
		return nil, models.Invalid("NOTIFY_URLS", models.CodeNobodyToTell, "there is nobody to tell; set NOTIFY_URLS first, such as telegram://token@telegram?chats=@me")
	}
	return s.sendAll(ctx, urls, title, text), nil
}

// sendAll sends to all targets at once.
func (s *Service) sendAll(ctx context.Context, urls []string, title, text string) []Result {
	results := make([]Result, len(urls))
	var all sync.WaitGroup
	for i, target := range urls {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, sendTimeout)
			defer cancel()
			results[i] = Result{Target: nameOf(target), Err: masked(target, s.send(ctx, target, title, text))}
		})
	}
	all.Wait()
	return results
}

// sendTo hands a message to the library, whose calls do not end with a context.
func sendTo(ctx context.Context, target, title, text string) error {
	sender, err := shoutrrr.CreateSender(target)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		for _, err := range sender.Send(text, &types.Params{"title": title}) {
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("no answer in %s", sendTimeout)
	}
}

// CheckURL says what is wrong with an address; the error holds nothing of its secrets.
func CheckURL(target string) error {
	_, err := shoutrrr.CreateSender(target)
	return masked(target, err)
}

// nameOf names a target by its service alone: what follows may be a token.
func nameOf(target string) string {
	scheme, _, found := strings.Cut(target, "://")
	if !found {
		return "?"
	}
	return scheme
}

// maskedFrom is the length from which a part of an address is taken for a secret.
const maskedFrom = 4

// masked is an error without anything of the target's address but its service.
func masked(target string, err error) error {
	if err == nil {
		return nil
	}
	text := strings.ReplaceAll(err.Error(), target, nameOf(target)+"://***")
	for _, part := range partsOf(target) {
		text = strings.ReplaceAll(text, part, "***")
	}
	return fmt.Errorf("%s: %s", nameOf(target), text)
}

// partsOf are the parts of an address that may be secrets, as they stand there and as they
// are meant, longest first.
func partsOf(target string) (parts []string) {
	_, rest, _ := strings.Cut(target, "://")
	split := func(r rune) bool { return strings.ContainsRune("/?&=@:,#", r) }
	for _, p := range strings.FieldsFunc(rest, split) {
		parts = append(parts, p)
		if meant, err := url.QueryUnescape(p); err == nil {
			parts = append(parts, meant)
		}
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return len(p) < maskedFrom })
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(parts)
}
