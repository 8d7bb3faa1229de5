package settings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/config"
	"catalogsync/models"
)

type memoryStore struct {
	list []models.ConfigRevision
	fail error
}

func (m *memoryStore) AddConfigRevision(_ context.Context, r *models.ConfigRevision) error {
	if m.fail != nil {
		return m.fail
	}
	r.ID = int64(len(m.list) + 1)
	m.list = append([]models.ConfigRevision{*r}, m.list...)
	return nil
}

func (m *memoryStore) GetConfigRevision(_ context.Context, id int64) (models.ConfigRevision, error) {
	for _, r := range m.list {
		if r.ID == id {
			return r, nil
		}
	}
	return models.ConfigRevision{}, models.NotFound("none")
}

func (m *memoryStore) ListConfigRevisions(_ context.Context, limit int) ([]models.ConfigRevision, error) {
	return m.list[:min(limit, len(m.list))], nil
}

// program notes what was put into effect.
type program struct {
	applied []*config.Config
	fail    error
}

func (p *program) Prepare(next *config.Config) (func(), error) {
	return func() { p.applied = append(p.applied, next) }, p.fail
}

type fixture struct {
	*Service
	store   *memoryStore
	program *program
	file    string
	secrets string
}

const before = "# ours\nSOURCE_QQ_RATE=2 # calm\nSYNC_WORKERS=3\n"

func newFixture(t *testing.T, environ ...string) fixture {
	t.Helper()
	dir := t.TempDir()
	f := fixture{store: &memoryStore{}, program: &program{}, file: filepath.Join(dir, "c.env"), secrets: filepath.Join(dir, "secrets.env")}
	require.NoError(t, os.WriteFile(f.file, []byte(before), 0o640))
	c, err := config.Load(config.Inputs{
		Flags: map[string]string{"ENV_FILE": f.file}, Environ: environ,
		Sources: []config.SourceKind{{Name: "qq", Network: true}},
	})
	require.NoError(t, err)
	f.Service = New(Options{Config: c, Store: f.store, Apply: f.program, Log: slog.New(slog.DiscardHandler), Now: time.Now})
	return f
}

func (f fixture) content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

func (f fixture) field(t *testing.T, key string) Field {
	t.Helper()
	list := f.Fields(func(o config.Option) bool { return o.Key == key })
	require.Len(t, list, 1)
	return list[0]
}

func TestAChangeIsWrittenNotedAndPutIntoEffect(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	out, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_RATE": "0.5", "SYNC_WORKERS": "4"}, Author: "web"})
	require.NoError(t, err)
	require.Equal(t, Outcome{Revision: 1, Live: []string{"SOURCE_QQ_RATE"}, Restart: []string{"SYNC_WORKERS"}}, out)
	require.Equal(t, "# ours\nSOURCE_QQ_RATE=0.5 # calm\nSYNC_WORKERS=4\n", f.content(t, f.file))
	info, err := os.Stat(f.file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	require.InDelta(t, 0.5, f.program.applied[0].Source["qq"].RatePerSecond, 0)
	require.Equal(t, []string{"SYNC_WORKERS"}, f.Pending())
	require.Equal(t, models.ConfigChange{Key: "SOURCE_QQ_RATE", Old: "2", New: "0.5", OldSet: true, NewSet: true}, f.store.list[0].Changes[0])

	out, err = f.Rollback(t.Context(), 1, "web", "")
	require.NoError(t, err)
	require.Equal(t, int64(2), out.Revision)
	require.Equal(t, before, f.content(t, f.file))
	require.Equal(t, int64(1), f.store.list[0].RollbackOf)
	require.Empty(t, f.Pending())
}

func TestOneBadValueRefusesTheWhole(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, err := f.Save(t.Context(), Change{Values: map[string]string{
		"SOURCE_QQ_RATE": "fast", "SYNC_WORKERS": "4", "SOURCE_QQ_BASE_URL": "ftp://x", "NO_SUCH": "1",
		"SOURCE_QQ_PROXY": "http://u:hunter22@p.example:1", "SOURCES": "a\nb",
	}})
	bad, ok := errors.AsType[*Invalid](err)
	require.True(t, ok, "%v", err)
	rules := map[string]string{}
	for _, e := range bad.Fields {
		rules[e.Key] = e.Rule
	}
	require.Equal(t, map[string]string{"SOURCE_QQ_RATE": "rate", "SOURCE_QQ_BASE_URL": "url", "NO_SUCH": "unknown", "SOURCE_QQ_PROXY": "password", "SOURCES": "one_line"}, rules)
	require.Equal(t, models.ClassInvalid, models.ClassOf(err))
	require.Equal(t, before, f.content(t, f.file))
	require.Empty(t, f.store.list)
	require.Empty(t, f.program.applied)
	require.NotContains(t, fmt.Sprintf("%v %+v", err, bad), "hunter22")
}

func TestWhatComesFromElsewhereIsFixed(t *testing.T) {
	t.Parallel()
	f := newFixture(t, "SOURCE_QQ_RATE=9", "SOURCE_QQ_PROXY=http://u:hunter22@p.example:1")
	require.True(t, f.field(t, "SOURCE_QQ_RATE").Fixed)
	require.Equal(t, config.FromEnv, f.field(t, "SOURCE_QQ_RATE").Origin)
	require.Equal(t, "http://u:***@p.example:1", f.field(t, "SOURCE_QQ_PROXY").Value)
	_, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_RATE": "1"}})
	require.Equal(t, models.CodeBadSetting, models.CodeOf(err))
	out, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_RATE": "9", "SOURCE_QQ_PROXY": "http://u:***@p.example:1"}})
	require.NoError(t, err, "a form that sends back what it showed changes nothing")
	require.Zero(t, out.Revision)
}

func TestSecretsGoToTheirFileAndNowhereElse(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_COOKIE": "uin=1; qm_keyst=hunter22"}})
	require.NoError(t, err)
	require.Equal(t, before, f.content(t, f.file))
	require.Equal(t, "SOURCE_QQ_COOKIE='uin=1; qm_keyst=hunter22'\n", f.content(t, f.secrets))
	info, err := os.Stat(f.secrets)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.Equal(t, []models.ConfigChange{{Key: "SOURCE_QQ_COOKIE", Secret: true, NewSet: true}}, f.store.list[0].Changes)
	field := f.field(t, "SOURCE_QQ_COOKIE")
	require.True(t, field.Set)
	require.Empty(t, field.Value)
	_, err = f.Rollback(t.Context(), 1, "web", "")
	require.Equal(t, models.CodeNothingToRollBack, models.CodeOf(err))
	_, err = f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_COOKIE": ""}})
	require.NoError(t, err)
	require.Empty(t, f.content(t, f.secrets))
	require.False(t, f.field(t, "SOURCE_QQ_COOKIE").Set)
}

func TestAStaleFormDoesNotUndoWhatOthersChanged(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	shown := map[string]string{"SOURCE_QQ_RATE": "2", "SYNC_WORKERS": "3"}
	_, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_RATE": "7"}})
	require.NoError(t, err)
	_, err = f.Save(t.Context(), Change{Shown: shown, Values: map[string]string{"SOURCE_QQ_RATE": "4", "SYNC_WORKERS": "3"}})
	require.Equal(t, models.CodeSettingsChanged, models.CodeOf(err))
	out, err := f.Save(t.Context(), Change{Shown: shown, Values: map[string]string{"SOURCE_QQ_RATE": "2", "SYNC_WORKERS": "5"}})
	require.NoError(t, err, "the rate was not touched in this form")
	require.Equal(t, []string{"SYNC_WORKERS"}, out.Restart)
	require.Equal(t, "7", f.field(t, "SOURCE_QQ_RATE").Value)
}

func TestNothingHalfIsLeftWhenAStepFails(t *testing.T) {
	t.Parallel()
	change := Change{Values: map[string]string{"SOURCE_QQ_RATE": "0.5", "SOURCE_QQ_COOKIE": "a=b"}}
	f := newFixture(t)
	f.store.fail = errors.New("the disk is full")
	_, err := f.Save(t.Context(), change)
	require.ErrorContains(t, err, "the disk is full")
	require.Equal(t, before, f.content(t, f.file))
	require.NoFileExists(t, f.secrets)
	require.Empty(t, f.program.applied)
	f = newFixture(t)
	f.program.fail = errors.New("it cannot be made")
	_, err = f.Save(t.Context(), change)
	require.Error(t, err)
	require.Equal(t, before, f.content(t, f.file))
	f = newFixture(t)
	require.NoError(t, os.Mkdir(f.secrets, 0o700)) // in the way
	_, err = f.Save(t.Context(), change)
	require.Error(t, err)
	require.Equal(t, before, f.content(t, f.file))
	require.Empty(t, f.store.list)
}

func TestAFileIsMadeWhenThereIsNone(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, os.Remove(f.file))
	_, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_RATE": "1"}})
	require.NoError(t, err)
	require.Equal(t, "SOURCE_QQ_RATE=1\n", f.content(t, f.file))
	info, err := os.Stat(f.file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestALinkedFileStaysALink(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	target := filepath.Join(t.TempDir(), "real.env")
	require.NoError(t, os.Rename(f.file, target))
	require.NoError(t, os.Symlink(target, f.file))
	_, err := f.Save(t.Context(), Change{Values: map[string]string{"SOURCE_QQ_RATE": "1"}})
	require.NoError(t, err)
	info, err := os.Lstat(f.file)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeSymlink)
	require.Contains(t, f.content(t, target), "SOURCE_QQ_RATE=1")
}

// judge says that a change to this ceiling would turn some decisions.
type judge struct{ ceiling string }

func (j judge) Rehearse(_ context.Context, now, next *config.Config) (Rehearsal, error) {
	switch {
	case now.QualityCeiling == next.QualityCeiling:
		return Rehearsal{}, nil
	case j.ceiling == "":
		return Rehearsal{}, errors.New("the database is away")
	case next.QualityCeiling != j.ceiling:
		return Rehearsal{Decisions: 9}, nil
	}
	return Rehearsal{Decisions: 9, Differ: 4, Gained: 1, Lost: 2, Token: "seen"}, nil
}

// What turns decisions is written only by who has seen that, whatever way it goes.
func TestDecisionsAreTurnedOnlyByWhoHasSeenThat(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.Rehearse = judge{"128k"}
	to := func(ceiling, token string) error {
		_, err := f.Save(t.Context(), Change{Values: map[string]string{"QUALITY_CEILING": ceiling}, Confirmed: token})
		return err
	}
	refused := func(err error) {
		t.Helper()
		var unseen *Unconfirmed
		require.ErrorAs(t, err, &unseen)
		require.Equal(t, Rehearsal{Decisions: 9, Differ: 4, Gained: 1, Lost: 2, Token: "seen"}, unseen.Rehearsal)
		require.Equal(t, models.ClassConflict, models.ClassOf(err))
		require.Equal(t, models.CodeReplayUnconfirmed, models.CodeOf(err))
		require.Contains(t, err.Error(), "of 9 decisions, 4 would differ")
	}
	refused(to("128k", ""))
	refused(to("128k", "of another change"))
	require.Equal(t, before, f.content(t, f.file))
	require.Empty(t, f.store.list)
	require.Empty(t, f.program.applied)

	require.NoError(t, to("128k", "seen"))
	require.Equal(t, "128k", f.Current().QualityCeiling)
	require.NoError(t, to("320k", ""), "this turns nothing")

	_, err := f.Rollback(t.Context(), 2, "web", "")
	refused(err)
	require.Equal(t, "320k", f.Current().QualityCeiling)
	_, err = f.Rollback(t.Context(), 2, "web", "seen")
	require.NoError(t, err)
	require.Equal(t, "128k", f.Current().QualityCeiling)
	require.Equal(t, int64(2), f.store.list[0].RollbackOf)

	f.Rehearse = judge{}
	require.ErrorContains(t, to("192k", "seen"), "the database is away", "what cannot be told is not saved")
	_, err = f.Save(t.Context(), Change{Values: map[string]string{"QUALITY_CEILING": "loud"}})
	var invalid *Invalid
	require.ErrorAs(t, err, &invalid, "bad values are told first")
	_, err = f.Save(t.Context(), Change{Values: map[string]string{"SYNC_WORKERS": "4"}})
	require.NoError(t, err)
}
