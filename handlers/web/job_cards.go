package web

import (
	"cmp"
	"slices"
	"strings"

	"catalogsync/jobs"
	"catalogsync/models"
	"catalogsync/views"
)

// steers are the commands that a job page and card offer, with the event of the state
// machine that decides whether they apply.
var steers = []struct {
	event  models.JobEvent
	action views.Action
}{
	{models.JobPause, views.Action{Kind: models.CommandPause, Icon: "player-pause", Style: "outline-secondary"}},
	{models.JobResume, views.Action{Kind: models.CommandResume, Icon: "player-play", Style: "primary"}},
	{models.JobCancel, views.Action{Kind: models.CommandCancel, Icon: "player-stop", Style: "outline-danger", Confirm: true}},
}

// actions lists a job's buttons. All are there in every state, so that none moves under
// the mouse or takes the focus away; one that does not apply now says why.
func actions(j models.JobDetail) []views.Action {
	list := make([]views.Action, len(steers))
	for i, s := range steers {
		list[i] = s.action
		list[i].JobID, list[i].Left = j.ID, max(0, j.ItemsTotal-j.ItemsDone)
		if !j.State.Allows(s.event) {
			list[i].Refusal = refusal(j.State, s.event)
		}
	}
	if waitsForHours(j) {
		list = append(list, views.Action{JobID: j.ID, Kind: models.CommandDownloadNow, Icon: "player-play", Style: "outline-secondary"})
	}
	return list
}

// waitsForHours says that a job could download if it were another time of the day.
func waitsForHours(j models.JobDetail) bool {
	return j.State.Live() && slices.ContainsFunc(j.Stages, func(s models.JobStage) bool {
		return strings.HasPrefix(s.Message, jobs.WaitsForHours)
	})
}

// refusal is the key of the text that says why an event does not apply in a state.
func refusal(s models.JobState, e models.JobEvent) string {
	switch {
	case !s.Live():
		return "job.refused.ended"
	case e == models.JobPause && s == models.JobQueued:
		return "job.refused.queued"
	case e == models.JobResume:
		return "job.refused.goes_on"
	default:
		return "job.refused.pausing"
	}
}

// canRetry says that the failed items of a job may run again.
func canRetry(j models.JobDetail) bool {
	return j.ItemsFailed > 0 && (j.State.Live() || j.State.Allows(models.JobReopen))
}

// cards adds to each job its buttons and what its workers report.
func (h *Handlers) cards(list []models.JobDetail, live jobs.Live) []views.JobCard {
	cards := make([]views.JobCard, len(list))
	for i, j := range list {
		cards[i] = views.JobCard{JobDetail: j, Actions: actions(j)}
		for _, r := range live.Running {
			if r.JobID == j.ID {
				cards[i].Running++
				cards[i].BytesPerSecond += r.BytesPerSecond
			}
		}
		cards[i].EtaMS = h.eta(j)
	}
	return cards
}

// etaSettleMS is how long a stage runs before its rate says anything.
const etaSettleMS = 5000

// eta guesses how long the running stage still takes from its own rate so far; 0 = unknown.
func (h *Handlers) eta(j models.JobDetail) int64 {
	if j.State != models.JobRunning {
		return 0
	}
	for _, s := range j.Stages {
		done := ended(s)
		if s.State != models.StageRunning || s.PlannedAtMS == 0 || done == 0 || done >= s.Total {
			continue
		}
		elapsed := models.NowMS(h.Now()) - s.StartedAtMS
		if elapsed < etaSettleMS {
			return 0
		}
		return (s.Total - done) * elapsed / done
	}
	return 0
}

func ended(s models.JobStage) int64 { return s.Succeeded + s.Skipped + s.Failed + s.Canceled }

// runningItems lists what workers have in hands, of one job or (0) of all, and counts
// those beyond limit.
func runningItems(live jobs.Live, jobID int64, limit int) (items []views.RunningItem, more int) {
	// By worker, so that each has its place and an item that ends moves none of the others.
	running := slices.SortedStableFunc(slices.Values(live.Running), func(a, b jobs.RunningItem) int {
		return cmp.Or(cmp.Compare(a.JobID, b.JobID), cmp.Compare(len(a.Worker), len(b.Worker)), cmp.Compare(a.Worker, b.Worker))
	})
	for _, r := range running {
		if jobID != 0 && r.JobID != jobID {
			continue
		}
		if len(items) == limit {
			more++
			continue
		}
		items = append(items, views.RunningItem{
			ItemID: r.ItemID, JobID: r.JobID, Stage: r.Stage, Title: r.Title, Source: r.Source, Worker: r.Worker,
			Unit: r.Unit, Text: r.Text, Done: r.Done, Total: r.Total, BytesPerSecond: r.BytesPerSecond, EtaMS: r.EtaMS, Attempt: r.Attempt,
		})
	}
	return items, more
}
