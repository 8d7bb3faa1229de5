//go:build unix

package hook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/app/hook"
	"catalogsync/app/revision"
	"catalogsync/app/store"
	"catalogsync/models"
)

// house is a database with a job whose download stage can end.
type house struct {
	*testing.T
	db    *gorm.DB
	store *store.Store
	job   models.JobDetail
	dir   string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	db, err := database.Open(t.Context(), filepath.Join(t.TempDir(), "c.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	h := &house{T: t, db: db.Write, store: store.New(db, revision.New(), time.Now), dir: t.TempDir()}
	h.job, err = h.store.CreateJob(t.Context(), models.JobRun{Type: models.JobSyncDownload, State: models.JobRunning}, []models.JobStage{
		{Ordinal: 0, Name: models.StageSync, State: models.StageCompleted},
		{Ordinal: 1, Name: models.StageDownload, State: models.StageRunning, StartedAtMS: 1}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	return h
}

func (h *house) service(change func(*hook.Config), args ...string) *hook.Service {
	cfg := hook.Config{Args: args, Workdir: h.dir, Timeout: time.Minute, Env: append(os.Environ(), "LIBRARY_DIR=/music", "DB_PATH=/db"),
		Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	return hook.New(h.store, cfg)
}

// end ends the download stage as the runner does.
func (h *house) end(to models.StageState) models.DownloadEnd {
	h.Helper()
	stage := h.job.Stages[1].ID
	_, err := h.store.ChangeJob(h.Context(), models.JobChange{JobID: h.job.ID, Stages: []models.StageChange{{StageID: stage, To: to}},
		Events: []models.JobEventRow{{JobStageID: &stage, Kind: "stage_finished"}}})
	require.NoError(h, err)
	ends := h.ends()
	require.Len(h, ends, 1)
	return ends[0]
}

func (h *house) ends() []models.DownloadEnd {
	h.Helper()
	ends, err := h.store.ListDownloadEnds(h.Context(), 0)
	require.NoError(h, err)
	return ends
}

// events are the command's entries in the audit trail, without the prefix of their kind.
func (h *house) events() (kinds []string, last models.JobEventRow) {
	h.Helper()
	rows, err := h.store.ListJobEvents(h.Context(), h.job.ID, 0, 0)
	require.NoError(h, err)
	for _, row := range rows {
		if kind, ok := strings.CutPrefix(row.Kind, "catalog_export_"); ok {
			kinds, last = append(kinds, kind), row
			require.Equal(h, h.job.Stages[1].ID, *row.JobStageID)
		}
	}
	return kinds, last
}

func (h *house) log() []models.JobLog {
	h.Helper()
	var rows []models.JobLog
	require.NoError(h, h.db.Where("job_run_id = ?", h.job.ID).Order("id").Find(&rows).Error)
	return rows
}

// facts is the JSON of an event.
func facts(t *testing.T, row models.JobEventRow) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(row.DataJSON), &v))
	return v
}

func TestCommandRunsOnceAStage(t *testing.T) {
	h := newHouse(t)
	s := h.service(nil, "sh", "-c", `echo "$CATALOGSYNC_JOB_ID $CATALOGSYNC_STAGE $CATALOGSYNC_STATE $LIBRARY_DIR $DB_PATH" >> ran
		echo one; echo two >&2; cat; pwd; printf 'no newline'`)
	end := h.end(models.StageCompletedWithErrors)
	require.NoError(t, s.Run(t.Context(), end))

	kinds, last := h.events()
	require.Equal(t, []string{"started", "succeeded"}, kinds)
	require.Regexp(t, `^the command sh ended well after `, last.Text)
	require.EqualValues(t, 0, facts(t, last)["exit_code"])
	require.Contains(t, facts(t, last), "duration_ms")
	lines := map[string]string{}
	for _, row := range h.log() {
		lines[row.Text] = row.Level
	}
	require.Equal(t, map[string]string{"one": "info", "two": "warn", h.dir: "info", "no newline": "info"}, lines)
	ran, err := os.ReadFile(filepath.Join(h.dir, "ran"))
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("%d download completed_with_errors /music /db\n", h.job.ID), string(ran))

	require.Empty(t, h.ends(), "the end is dealt with")
	require.NoError(t, s.Run(t.Context(), end), "also when somebody asks again")
	_, err = h.store.ChangeJob(t.Context(), models.JobChange{JobID: h.job.ID, Stages: []models.StageChange{{StageID: end.StageID, To: models.StageRunning}}})
	require.NoError(t, err)
	require.Empty(t, h.ends(), "a stage that runs again has not ended")
	require.NoError(t, s.Run(t.Context(), h.end(models.StageCompleted)), "retried items end the stage again")
	kinds, last = h.events()
	require.Equal(t, []string{"started", "succeeded", "skipped"}, kinds)
	require.Contains(t, last.Text, "ran for this stage before")
	again, err := os.ReadFile(filepath.Join(h.dir, "ran"))
	require.NoError(t, err)
	require.Equal(t, ran, again)
	require.Empty(t, h.ends())
}

func TestCommandThatFailsIsToldOf(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*hook.Config)
		args   []string
		text   string
		exit   float64
	}{
		"exit code":   {nil, []string{"sh", "-c", "echo broken >&2; exit 3"}, "ended with exit code 3 after", 3},
		"no program":  {nil, []string{"no-such-program-here"}, `cannot be started: exec: "no-such-program-here": executable file not found`, -1},
		"no folder":   {func(c *hook.Config) { c.Workdir = "/nonexistent/here" }, []string{"true"}, "cannot be started: the folder /nonexistent/here (CATALOG_EXPORT_WORKDIR) is not there", -1},
		"a signal":    {nil, []string{"sh", "-c", "kill -TERM $$"}, "was ended from outside after", -1},
		"no end":      {short, []string{"tail", "-f", "/dev/null"}, "did not end within 300ms and was ended with all that it started", -1},
		"deaf to end": {short, []string{"sh", "-c", "trap '' TERM INT HUP; tail -f /dev/null"}, "did not end within 300ms", -1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			require.NoError(t, h.service(c.change, c.args...).Run(t.Context(), h.end(models.StageFailed)))
			kinds, last := h.events()
			require.Equal(t, []string{"started", "failed"}, kinds)
			require.Contains(t, last.Text, c.text)
			require.EqualValues(t, c.exit, facts(t, last)["exit_code"])
			job, err := h.store.GetJob(t.Context(), h.job.ID)
			require.NoError(t, err)
			require.Equal(t, models.JobRunning, job.State, "the job is as it was")
		})
	}
}

func short(c *hook.Config) { c.Timeout = 300 * time.Millisecond }

// The command and its child wait for what never comes; the limit ends both.
func TestTimeLimitEndsTheWholeGroup(t *testing.T) {
	h := newHouse(t)
	fifo := filepath.Join(h.dir, "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	s := h.service(func(c *hook.Config) { c.Timeout = 500 * time.Millisecond }, "sh", "-c", `sh -c 'echo child $$; exec cat fifo' & cat fifo`)
	require.NoError(t, s.Run(t.Context(), h.end(models.StageCanceled)))
	_, last := h.events()
	require.Equal(t, true, facts(t, last)["timed_out"])
	var pid int
	for _, row := range h.log() {
		if _, err := fmt.Sscanf(row.Text, "child %d", &pid); err == nil {
			break
		}
	}
	require.Positive(t, pid, "%v", h.log())
	require.Eventually(t, func() bool { return gone(pid) }, 5*time.Second, 10*time.Millisecond)
}

// gone says that a process has ended, be it that nobody has asked for its end yet.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && strings.Contains(string(stat), ") Z ")
}

func TestFloodIsBounded(t *testing.T) {
	h := newHouse(t)
	s := h.service(nil, "sh", "-c", `i=0; while [ $i -lt 20000 ]; do echo "line $i of a long, long list of things that nobody reads"; i=$((i+1)); done
		head -c 100000 /dev/zero | tr '\0' x; echo; echo "the reason" >&2; exit 1`)
	require.NoError(t, s.Run(t.Context(), h.end(models.StageCompleted)))
	rows := h.log()
	total := 0
	for _, row := range rows {
		total += len(row.Text)
		require.LessOrEqual(t, len(row.Text), 2100)
	}
	require.LessOrEqual(t, total, 320<<10)
	require.Equal(t, "line 0 of a long, long list of things that nobody reads", rows[0].Text)
	var texts []string
	for _, row := range rows {
		texts = append(texts, row.Text)
	}
	require.Contains(t, texts, "the reason", "the end of the output says why it failed")
	require.Regexp(t, `\d+ lines of output are left out here`, strings.Join(texts, "\n"))
	_, last := h.events()
	f := facts(t, last)
	require.Greater(t, f["output_bytes"], float64(1<<20))
	require.Greater(t, f["left_out_bytes"], float64(800<<10))
}

func TestOutputIsPlainText(t *testing.T) {
	h := newHouse(t)
	require.NoError(t, h.service(nil, "printf", `\033[31mred\033[0m\r\n\377\376 <b>x</b>\n\n\n`).Run(t.Context(), h.end(models.StageCompleted)))
	var texts []string
	for _, row := range h.log() {
		texts = append(texts, row.Text)
	}
	require.Equal(t, []string{"[31mred[0m", "� <b>x</b>"}, texts)
}

// A child that leaves the group on purpose and keeps the output open does not hold anybody up.
func TestLeftoverChildDoesNotHoldTheOutput(t *testing.T) {
	h := newHouse(t)
	pidFile := filepath.Join(h.dir, "pid")
	s := h.service(nil, "sh", "-c", `tail -f /dev/null & echo $! > pid; echo done`)
	t.Cleanup(func() {
		var pid int
		if b, err := os.ReadFile(pidFile); err == nil {
			if _, err := fmt.Sscan(string(b), &pid); err == nil {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		}
	})
	require.NoError(t, s.Run(t.Context(), h.end(models.StageCompleted)))
	kinds, _ := h.events()
	require.Equal(t, []string{"started", "succeeded"}, kinds)
}

func TestNothingToRunIsSkipped(t *testing.T) {
	h := newHouse(t)
	require.NoError(t, h.service(nil).Run(t.Context(), h.end(models.StageCompleted)))
	kinds, last := h.events()
	require.Equal(t, []string{"skipped"}, kinds)
	require.Contains(t, last.Text, "CATALOG_EXPORT_COMMAND")
	require.Empty(t, h.ends(), "a command that is configured later does not run for old stages")

	h2 := &house{T: t, db: h.db, store: h.store, dir: h.dir}
	var err error
	h2.job, err = h.store.CreateJob(t.Context(), models.JobRun{Type: models.JobDownloadOnly, State: models.JobQueued}, []models.JobStage{
		{Name: models.StageSync, State: models.StagePending}, {Ordinal: 1, Name: models.StageDownload, State: models.StagePending}}, models.JobEventRow{Kind: "job_created"})
	require.NoError(t, err)
	_, err = h.store.ChangeJob(t.Context(), models.JobChange{JobID: h2.job.ID, Event: models.JobCancel,
		Stages: []models.StageChange{{StageID: h2.job.Stages[0].ID, To: models.StageCanceled}, {StageID: h2.job.Stages[1].ID, To: models.StageCanceled}},
		Events: []models.JobEventRow{{Kind: "job_canceled"}}})
	require.NoError(t, err)
	ends := h2.ends()
	require.Len(t, ends, 1)
	require.NoError(t, h2.service(nil, "touch", "ran").Run(t.Context(), ends[0]))
	kinds, last = h2.events()
	require.Equal(t, []string{"skipped"}, kinds)
	require.Contains(t, last.Text, "before its download began")
	require.NoFileExists(t, filepath.Join(h.dir, "ran"))
}

// A process that dies leaves one of three states; in none does the command run twice or
// not at all.
func TestDeathOfTheProgram(t *testing.T) {
	t.Run("before the start", func(t *testing.T) {
		h := newHouse(t)
		h.end(models.StageCompleted) // and dies
		next := h.service(nil, "sh", "-c", "echo x >> ran")
		require.NoError(t, next.Recover(t.Context()))
		require.NoError(t, next.Run(t.Context(), h.ends()[0]))
		kinds, _ := h.events()
		require.Equal(t, []string{"started", "succeeded"}, kinds)
	})
	t.Run("between start and end", func(t *testing.T) {
		h := newHouse(t)
		end := h.end(models.StageCompleted)
		claim, err := h.store.ClaimExport(t.Context(), end, models.JobEventRow{Kind: models.EventExportStarted}) // and dies
		require.NoError(t, err)
		require.Equal(t, models.ExportOpen, claim)
		next := h.service(nil, "touch", "ran")
		for range 2 {
			require.NoError(t, next.Recover(t.Context()))
			require.Empty(t, h.ends())
			require.NoError(t, next.Run(t.Context(), end))
		}
		kinds, last := h.events()
		require.Equal(t, []string{"started", "failed"}, kinds)
		require.Equal(t, "recovery", last.Actor)
		require.Contains(t, last.Text, "not run again")
		require.NoFileExists(t, filepath.Join(h.dir, "ran"))
	})
	t.Run("stopped in order", func(t *testing.T) {
		h := newHouse(t)
		end := h.end(models.StageCompleted)
		ctx, stop := context.WithCancel(t.Context())
		fifo := filepath.Join(h.dir, "fifo")
		require.NoError(t, syscall.Mkfifo(fifo, 0o600))
		ended := make(chan error, 1)
		go func() { ended <- h.service(nil, "sh", "-c", "echo up > fifo; tail -f /dev/null").Run(ctx, end) }()
		_, err := os.ReadFile(fifo) // it runs
		require.NoError(t, err)
		stop()
		require.NoError(t, <-ended)
		kinds, last := h.events()
		require.Equal(t, []string{"started", "failed"}, kinds)
		require.Contains(t, last.Text, "because the program stops")
	})
}

func TestPrunedJobsAreOver(t *testing.T) {
	h := newHouse(t)
	h.end(models.StageCompleted)
	require.NoError(t, h.db.Create(&models.JobEventRow{JobRunID: h.job.ID, Kind: models.EventHistoryPruned}).Error)
	require.Empty(t, h.ends())
}
