package notify

import (
	"context"
	"time"

	"catalogsync/models"
)

// lookEvery is how often somebody looks whether there are news.
const lookEvery = 5 * time.Second

// Texts puts news into the operator's language.
type Texts interface {
	T(key string, pairs ...any) string
}

// Watch is what news are made of.
type Watch struct {
	// Ended lists the jobs that ended after an instant, oldest first.
	Ended func(ctx context.Context, afterMS int64) ([]models.JobRun, error)
	// Title is a job's name in the operator's language.
	Title   func(models.JobRun) string
	Outages func() []models.SourceOutage
	// Full is the folder that has no room left, "" = there is room.
	Full func() string
	// Late names the schedules that have not run in time, each with what is to be said of it.
	Late  func(ctx context.Context) (map[string]string, error)
	Texts func() Texts
	Now   func() time.Time
}

// Run looks for news until ctx ends. Jobs that ended before it began are no news.
func (s *Service) Run(ctx context.Context, w Watch) {
	after := models.NowMS(w.Now())
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if len(s.settings().URLs) == 0 {
				after = models.NowMS(w.Now()) // nobody wants to know
				continue
			}
			var err error
			if after, err = s.Look(ctx, w, after); err != nil && ctx.Err() == nil {
				s.log.Warn("look for news", "error", err)
			}
		}
	}
}

// Look tells what is new, jobs that ended after an instant among it, and returns the
// instant to look from the next time.
func (s *Service) Look(ctx context.Context, w Watch, afterMS int64) (int64, error) {
	t := w.Texts()
	s.Lasting(ctx, SourceBlocked, outageNews(t, w.Outages()))
	var full []News
	if folder := w.Full(); folder != "" {
		full = []News{{DiskFull, folder, t.T("notify.disk_full"), t.T("notify.disk_full_text", "Folder", folder)}}
	}
	s.Lasting(ctx, DiskFull, full)
	late, err := w.Late(ctx)
	if err != nil {
		return afterMS, err
	}
	var overdue []News
	for name, text := range late {
		overdue = append(overdue, News{ScheduleLate, name, t.T("notify.schedule_late", "Name", name), text})
	}
	s.Lasting(ctx, ScheduleLate, overdue)
	ended, err := w.Ended(ctx, afterMS)
	for _, job := range ended {
		afterMS = max(afterMS, job.FinishedAtMS)
		if n, ok := jobNews(t, w.Title(job), job); ok {
			s.Tell(ctx, n)
		}
	}
	return afterMS, err
}

func outageNews(t Texts, list []models.SourceOutage) (news []News) {
	for _, o := range list {
		news = append(news, News{SourceBlocked, o.Source, t.T("notify.source_blocked", "Source", o.Source), t.T("error." + string(o.Code))})
	}
	return news
}

// jobNews is what there is to tell of a job that ended; one that was canceled ended as
// somebody wished.
func jobNews(t Texts, title string, job models.JobRun) (News, bool) {
	text := t.T("notify.job_text", "Done", job.ItemsDone, "Failed", job.ItemsFailed, "Skipped", job.ItemsSkipped)
	if job.ErrorText != "" {
		text += "\n" + job.ErrorText
	}
	switch job.State {
	case models.JobFailed, models.JobCompletedWithErrors:
		return News{JobFailed, title, t.T("notify.job_failed", "Title", title), text}, true
	case models.JobCompleted:
		return News{JobDone, title, t.T("notify.job_done", "Title", title), text}, true
	}
	return News{}, false
}
