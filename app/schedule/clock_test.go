package schedule

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

func TestANight(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(func(d *Draft) { d.Scope = models.JobScope{Sources: []string{"qq"}, Limit: 5} })

		h.until("2000-01-01 03:29")
		require.Empty(t, h.enqueued)
		h.until("2000-01-01 03:30")
		require.Len(t, h.enqueued, 1, "it fires at its minute")
		job := h.enqueued[0]
		require.Equal(t, OriginClock, job.Origin)
		require.Equal(t, models.JobCatalogSync, job.Type)
		require.JSONEq(t, `{"sources":["qq"],"limit":5}`, job.ScopeJSON)
		require.Equal(t, "Nightly · 2000-01-01 03:30 UTC", job.Title)
		require.Equal(t, models.ScheduleRunning, h.entry(sc.ID).LastResult)

		h.until("2000-01-01 04:30")
		h.endJob(job.ID, models.JobCompletedWithErrors, 40, 5, 2)
		h.until("2000-01-01 12:00")
		require.Len(t, h.enqueued, 1, "and once only")
		require.Equal(t, []string{"01-01 03:30 fired completed_with_errors"}, h.runs(sc.ID))
		e := h.entry(sc.ID)
		require.Nil(t, e.Alert)
		require.Equal(t, models.ScheduleErrors, e.LastResult)
		require.Equal(t, at(t, "UTC", "2000-01-02 03:30").UnixMilli(), e.NextRunMS)
	})
}

func TestReportTellsWhatChangedAndComparesWithTheRunBefore(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(nil)
		h.until("2000-01-01 04:30")
		h.endJob(h.enqueued[0].ID, models.JobCompleted, 40, 5, 0)

		h.until("2000-01-02 04:00")
		second, during := h.enqueued[1].ID, models.NowMS(time.Now())
		for i, created := range []int64{during, during, 1} { // two are new, one was known
			p := models.Playlist{Platform: "qq", RemotePlaylistID: string(rune('a' + i)), Kind: models.KindPlaylist, Name: "List", CreatedAtMS: created}
			h.insert(&p)
			h.insert(&models.JobPlaylist{JobRunID: second, PlaylistID: p.ID})
			song := models.Song{Platform: "qq", RemoteSongID: string(rune('a' + i)), Name: "Song"}
			h.insert(&song)
			for _, kind := range []models.ChangeKind{models.ChangeAdded, models.ChangeRemoved, models.ChangeMoved, models.ChangeAdded} {
				h.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: song.ID, Kind: kind, AtMS: during})
			}
			h.insert(&models.PlaylistChange{PlaylistID: p.ID, SongID: song.ID, Kind: models.ChangeAdded, AtMS: 1}) // of an earlier night
		}
		h.until("2000-01-02 05:00")
		h.endJob(second, models.JobCompletedWithErrors, 30, 4, 3)
		h.until("2000-01-02 06:00")

		rows, total, err := h.ListRuns(t.Context(), sc.ID, models.Page{Number: 1, Size: 10})
		require.NoError(t, err)
		require.EqualValues(t, 2, total)
		report := ReportOf(rows[0])
		require.Equal(t, models.ScheduleNumbers{NewPlaylists: 2, SongsIn: 6, SongsOut: 3, Downloaded: 30, Skipped: 4, Failed: 3, Bytes: 30_000, DurationMS: 90 * 60_000}, report.Numbers)
		require.Equal(t, []models.ScheduleFailure{{Stage: models.StageDownload, Source: "qq", Code: models.CodeStalled, Count: 3, Sample: "no byte for 30 s"}}, report.Failures)
		require.Equal(t, rows[1].ID, report.BeforeRunID)
		require.Equal(t, &models.ScheduleNumbers{NewPlaylists: 2, SongsIn: 6, SongsOut: 3, Downloaded: -10, Skipped: -1, Failed: 3, Bytes: -10_000, DurationMS: 30 * 60_000}, report.Change)
		require.Nil(t, ReportOf(rows[1]).Change, "the first has nothing to be compared with")
	})
}

func TestASkippedNightRaisesTheAlert(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(nil)
		h.until("2000-01-01 04:30")
		h.endJob(h.enqueued[0].ID, models.JobCompleted, 1, 0, 0)
		h.until("2000-01-02 03:00")
		require.Nil(t, h.entry(sc.ID).Alert)
		h.down()

		h.until("2000-01-02 08:00")
		h.up() // the night is missed
		require.Equal(t, models.ScheduleMissed, h.entry(sc.ID).LastResult)
		require.Nil(t, h.entry(sc.ID).Alert, "there is still time")
		h.until("2000-01-02 10:05")
		e := h.entry(sc.ID)
		require.NotNil(t, e.Alert)
		require.Equal(t, "No run has finished that was planned for 2000-01-02 03:30 and expected by 2000-01-02 09:30; the last one did on 2000-01-01 04:30.", e.Alert.String())
		require.Equal(t, at(t, "UTC", "2000-01-02 09:30").UnixMilli(), e.AlertedAtMS)
		require.Len(t, h.enqueued, 1)

		h.until("2000-01-03 03:45")
		require.NotNil(t, h.entry(sc.ID).Alert, "still nothing has finished")
		h.endJob(h.enqueued[1].ID, models.JobCompleted, 1, 0, 0)
		h.until("2000-01-03 04:00")
		require.Nil(t, h.entry(sc.ID).Alert)
		require.Zero(t, h.entry(sc.ID).AlertedAtMS)
	})
}

func TestARunThatFailsOrHangsRaisesTheAlertToo(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(func(d *Draft) { d.Overlap = models.OverlapQueue })
		h.until("2000-01-01 04:00")
		h.endJob(h.enqueued[0].ID, models.JobFailed, 0, 0, 0)
		h.until("2000-01-01 09:29")
		require.Nil(t, h.entry(sc.ID).Alert)
		h.until("2000-01-01 09:31")
		require.NotNil(t, h.entry(sc.ID).Alert)
		require.Contains(t, h.entry(sc.ID).Alert.String(), "none ever did")

		h.until("2000-01-02 04:30")
		require.True(t, h.entry(sc.ID).Alert.Running, "it stays until a run has finished")
		h.endJob(h.enqueued[1].ID, models.JobCompleted, 1, 0, 0)
		h.until("2000-01-02 05:00")
		require.Nil(t, h.entry(sc.ID).Alert)
		h.until("2000-01-03 09:29") // the third one hangs
		require.Nil(t, h.entry(sc.ID).Alert, "a run is under way within its time")
		h.until("2000-01-03 09:31")
		require.True(t, h.entry(sc.ID).Alert.Running)

		_, err := h.Edit(t.Context(), sc.ID, func(d *Draft) { d.Enabled = false })
		require.NoError(t, err)
		require.Nil(t, h.entry(sc.ID).Alert, "what is off is not expected")
	})
}

func TestMissedRunsAreCaughtUpOnceWhenAskedFor(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		plain := h.nightly(nil)
		eager := h.nightly(func(d *Draft) { d.Name, d.CatchUp = "Eager", true })
		h.down()
		h.until("2000-01-03 12:00") // three nights
		h.up()
		require.Equal(t, []string{"01-01 03:30 missed missed", "01-02 03:30 missed missed", "01-03 03:30 missed missed"}, h.runs(plain.ID))
		require.Equal(t, []string{"01-01 03:30 missed missed", "01-02 03:30 missed missed", "01-03 03:30 caught_up running"}, h.runs(eager.ID))
		require.Len(t, h.enqueued, 1)
		h.endJob(h.enqueued[0].ID, models.JobCompleted, 1, 0, 0)
		h.restart()
		h.until("2000-01-03 13:00")
		require.Len(t, h.enqueued, 1, "once")
		h.until("2000-01-04 03:30")
		require.Len(t, h.enqueued, 3)
	})
}

func TestALongAbsenceOfAFrequentScheduleStaysSmall(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(func(d *Draft) { d.Cron = "* * * * *" })
		h.down()
		time.Sleep(400 * 24 * time.Hour)
		h.up()
		require.Len(t, h.runs(sc.ID), missedKept+1)
		require.Len(t, h.enqueued, 1, "the minute that it is, is served")
	})
}

func TestRestartWithinTheMinuteFiresOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(nil)
		h.until("2000-01-01 03:30")
		for range 3 {
			time.Sleep(10 * time.Second)
			h.restart()
		}
		require.Len(t, h.enqueued, 1)

		// Not even when the clock was set back and the plan written anew.
		require.NoError(t, h.db.Write.Model(&models.Schedule{}).Where("id = ?", sc.ID).Update("next_run_ms", at(t, "UTC", "2000-01-01 03:30").UnixMilli()).Error)
		h.restart()
		require.Len(t, h.enqueued, 1)
		require.Len(t, h.runs(sc.ID), 1)
		require.Equal(t, at(t, "UTC", "2000-01-02 03:30").UnixMilli(), h.entry(sc.ID).NextRunMS)
	})
}

// A crash between the claim and the job, and one between the job and its link.
func TestACrashInTheMiddleLosesNoRunAndDoublesNone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(nil)
		h.refuse(errors.New("killed here"))
		h.until("2000-01-01 03:30")
		h.down()
		h.refuse(nil)
		require.Empty(t, h.enqueued)
		h.restart()
		require.Len(t, h.enqueued, 1, "the claimed run gets its job")

		require.NoError(t, h.db.Write.Exec("UPDATE schedule_runs SET job_run_id = NULL").Error)
		h.restart()
		require.Len(t, h.enqueued, 1, "the job is found again")
		h.endJob(h.enqueued[0].ID, models.JobCompleted, 1, 0, 0)
		h.until("2000-01-01 04:00")
		require.Equal(t, []string{"01-01 03:30 fired completed"}, h.runs(sc.ID))
	})
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		skip := h.nightly(nil)
		queue := h.nightly(func(d *Draft) { d.Name, d.Overlap = "Queue", models.OverlapQueue })
		h.until("2000-01-02 03:31")
		require.Equal(t, []string{"01-01 03:30 fired running", "01-02 03:30 skipped skipped"}, h.runs(skip.ID))
		require.Equal(t, []string{"01-01 03:30 fired running", "01-02 03:30 fired running"}, h.runs(queue.ID))
		require.Equal(t, models.ScheduleSkipped, h.entry(skip.ID).LastResult)

		_, err := h.RunNow(t.Context(), skip.ID, "web")
		require.Equal(t, models.CodeScheduleRunning, models.CodeOf(err))
		require.Equal(t, models.ClassConflict, models.ClassOf(err))
		_, err = h.RunNow(t.Context(), queue.ID, "web")
		require.NoError(t, err)

		for _, j := range h.enqueued {
			h.endJob(j.ID, models.JobCompleted, 1, 0, 0)
		}
		h.until("2000-01-03 03:30")
		require.Len(t, h.runs(skip.ID), 3)
		require.Equal(t, models.ScheduleRunning, h.entry(skip.ID).LastResult)
	})
}

func TestRunNowLeavesThePlanAlone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(func(d *Draft) { d.Enabled = false })
		h.until("2000-01-01 03:30") // a whole minute, even one that a plan might name
		run, err := h.RunNow(t.Context(), sc.ID, "cli")
		require.NoError(t, err)
		require.Equal(t, h.enqueued[0].ID, *run.JobRunID)
		require.Equal(t, "cli", h.enqueued[0].Origin)
		require.Zero(t, h.entry(sc.ID).NextRunMS)
		require.NotEqual(t, at(t, "UTC", "2000-01-01 03:30").UnixMilli(), run.PlannedMS)

		h.endJob(*run.JobRunID, models.JobCanceled, 0, 0, 0)
		require.NoError(t, h.Settle(t.Context()))
		require.Equal(t, []string{"01-01 03:30 fired canceled"}, h.runs(sc.ID))
		require.Zero(t, h.entry(sc.ID).LastFinishedMS)

		_, err = h.RunNow(t.Context(), 99, "cli")
		require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	})
}

func TestAJobThatCannotBeMadeIsReported(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		sc := h.nightly(nil)
		h.refuse(models.Invalid("type", models.CodeBadValue, "this program cannot run catalog_sync"))
		h.until("2000-01-01 12:00")
		require.Equal(t, []string{"01-01 03:30 fired failed"}, h.runs(sc.ID))
		require.Contains(t, h.entry(sc.ID).Latest.ReportJSON, "cannot run catalog_sync")
	})
}

// The clocks change; the night's run takes place once all the same.
func TestSummerTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from string
		want []string
	}{
		"spring": {"2000-04-01 00:00", []string{"04-01 07:30 fired running", "04-02 07:00 fired running", "04-03 06:30 fired running"}},
		"autumn": {"2000-10-28 00:00", []string{"10-28 06:30 fired running", "10-29 07:30 fired running", "10-30 07:30 fired running"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, h *house) {
				h.until(c.from)
				h.up()
				sc := h.nightly(func(d *Draft) {
					d.Cron, d.TimeZone, d.Overlap = "30 2 * * *", "America/New_York", models.OverlapQueue
				})
				time.Sleep(3 * 24 * time.Hour)
				synctest.Wait()
				require.Equal(t, c.want, h.runs(sc.ID))
			})
		})
	}
}

// A zone that this machine no longer knows is told; it neither stops the others nor keeps
// the loop busy.
func TestAScheduleThatCannotBeReadHoldsNothingUp(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, h *house) {
		h.up()
		lost := h.nightly(nil)
		good := h.nightly(func(d *Draft) { d.Name = "Good" })
		require.NoError(t, h.db.Write.Model(&models.Schedule{}).Where("id = ?", lost.ID).Update("time_zone", "Mars/Olympus").Error)
		h.until("2000-01-01 03:31")
		require.Len(t, h.runs(good.ID), 1)
		require.Empty(t, h.runs(lost.ID))
		require.ErrorContains(t, h.entry(lost.ID).Fault, "there is no time zone")
		h.serving.Lock()
		wait, err := h.rest(t.Context())
		h.serving.Unlock()
		require.NoError(t, err)
		require.Greater(t, wait, time.Minute)
	})
}
