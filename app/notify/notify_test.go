package notify

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// inbox is a webhook that keeps what it gets.
type inbox struct {
	mu   sync.Mutex
	got  []string
	fail bool
}

func (i *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fail {
		http.Error(w, "go away", http.StatusForbidden)
		return
	}
	i.got = append(i.got, string(body))
}

func (i *inbox) messages() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]string(nil), i.got...)
}

// target is a webhook's address with a token.
func target(t *testing.T, i *inbox) string {
	t.Helper()
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	return "generic://" + strings.TrimPrefix(server.URL, "http://") + "/hook/sealed-token-123?disabletls=yes&template=json"
}

// words are the texts' keys with what is filled in.
type words struct{}

func (words) T(key string, pairs ...any) string {
	b, _ := json.Marshal(pairs)
	return key + string(b)
}

func service(urls ...string) *Service {
	return New(func() Settings {
		return Settings{URLs: urls, Kinds: []Kind{JobFailed, SourceBlocked, DiskFull, ScheduleLate}}
	}, slog.New(slog.DiscardHandler))
}

// A source that blocks all night is told of once, and again when it blocks after it served.
func TestACauseIsToldOfOnceWhileItLasts(t *testing.T) {
	t.Parallel()
	hook := &inbox{}
	s := service(target(t, hook))
	var outages []models.SourceOutage
	full, late, ended := "", map[string]string{}, []models.JobRun{}
	w := Watch{
		Ended:   func(_ context.Context, after int64) (list []models.JobRun, err error) { return ended, nil },
		Title:   func(j models.JobRun) string { return j.Title },
		Outages: func() []models.SourceOutage { return outages }, Full: func() string { return full },
		Late:  func(context.Context) (map[string]string, error) { return late, nil },
		Texts: func() Texts { return words{} }, Now: time.Now,
	}
	look := func() int {
		t.Helper()
		before := len(hook.messages())
		_, err := s.Look(t.Context(), w, 0)
		require.NoError(t, err)
		return len(hook.messages()) - before
	}
	require.Zero(t, look())
	outages = []models.SourceOutage{{Source: "qq", Code: models.CodeRiskControl}}
	require.Equal(t, 1, look())
	require.Zero(t, look())
	outages = append(outages, models.SourceOutage{Source: "kuwo", Code: models.CodeRateLimited})
	full, late["Nightly"] = "/music", "it did not run"
	require.Equal(t, 3, look())
	require.Zero(t, look())
	outages, full = nil, ""
	require.Zero(t, look())
	outages = []models.SourceOutage{{Source: "qq", Code: models.CodeRiskControl}}
	require.Equal(t, 1, look(), "it blocks anew")

	ended = []models.JobRun{
		{Title: "good", State: models.JobCompleted, FinishedAtMS: 5}, {Title: "stopped", State: models.JobCanceled, FinishedAtMS: 6},
		{Title: "bad", State: models.JobCompletedWithErrors, FinishedAtMS: 7},
	}
	after, err := s.Look(t.Context(), w, 0)
	require.NoError(t, err)
	require.EqualValues(t, 7, after)
	all := hook.messages()
	require.Contains(t, all[len(all)-1], "bad")
	require.NotContains(t, strings.Join(all, ""), "good", "jobs that end well are told of only when that is wished")
}

// Addresses hold tokens: no answer and no log may show them.
func TestWhatIsSaidOfATargetHoldsNoSecret(t *testing.T) {
	t.Parallel()
	hook := &inbox{fail: true}
	good := &inbox{}
	s := service(target(t, hook), target(t, good))
	results, err := s.Test(t.Context(), "title", "text")
	require.NoError(t, err)
	require.Len(t, results, 2)
	require.Error(t, results[0].Err)
	require.NotContains(t, results[0].Err.Error(), "sealed")
	require.Equal(t, "generic", results[0].Target)
	require.NoError(t, results[1].Err)
	require.Len(t, good.messages(), 1)
	for _, bad := range []string{"nonsense-sealed", "nobody://sealed-token", "telegram://sealed-token@nowhere", "smtp://user:sealed@host:notaport/", "generic://%zz-sealed"} {
		err := CheckURL(bad)
		require.Error(t, err, bad)
		require.NotContains(t, err.Error(), "sealed", bad)
	}
	_, err = service().Test(t.Context(), "", "")
	require.Equal(t, models.CodeNobodyToTell, models.CodeOf(err))
}

// A target that never answers costs the others nothing, and is given up.
func TestATargetThatHangsIsGivenUp(t *testing.T) {
	t.Parallel()
	s := service("a://x", "b://y")
	s.send = func(ctx context.Context, target, _, _ string) error {
		if target == "b://y" {
			return nil
		}
		<-ctx.Done()
		return errors.New("no answer")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	results, err := s.Test(ctx, "t", "t")
	require.NoError(t, err)
	require.Error(t, results[0].Err)
	require.NoError(t, results[1].Err)
}
