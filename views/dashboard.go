package views

import "catalogsync/models"

// DashboardPage is the first page.
type DashboardPage struct {
	Shell
	Launch   Launch
	Space    Space
	Active   ActiveJobs
	Coverage Coverage
	Health   Health
	Tree     TaskTree
	Recent   RecentJobs
	// Figures says that there are pictures of throughput and queue.
	Figures    bool
	Throughput Throughput
	Queue      Queue
	// Maintenance says that there is a card for it.
	Maintenance bool
}

// Launch is the form that starts a job.
type Launch struct {
	Types   []models.JobType
	Sources []string // collectors, in display order
	Pools   []models.PoolKind
	Workers int // the configured number of download workers, 0 = unknown
}

// ActiveJobs is the unfinished jobs and what their workers have in hands.
type ActiveJobs struct {
	Base
	Poll
	Jobs           []JobCard
	Running        []RunningItem
	More           int // running items that are not shown
	BytesPerSecond float64
	// Nothing was ever collected: the first step is to say so.
	FirstStep bool
}

// JobCard is one job with its buttons.
type JobCard struct {
	models.JobDetail
	Actions        []Action
	BytesPerSecond float64
	EtaMS          int64
	Running        int
}

// stageWeights are the usual shares of the stages in a job's time. An earlier stage finds
// the items of a later one, so the share of the known items that ended goes up and down.
var stageWeights = map[models.StageName]float64{models.StageCollect: 1, models.StageSync: 3, models.StageDownload: 16}

// Percent is how far the job is, 0 to 100; 100 only when all known items have ended.
func (j JobCard) Percent() int {
	var sum, all float64
	for _, s := range j.Stages {
		weight := max(1, stageWeights[s.Name])
		all += weight
		switch {
		case s.State.Final():
			sum += weight
		case s.Total > 0:
			sum += weight * float64(s.Succeeded+s.Skipped+s.Failed+s.Canceled) / float64(s.Total)
		}
	}
	if all == 0 || !j.State.Live() {
		return percent(j.ItemsDone, j.ItemsTotal)
	}
	return min(99, int(sum/all*100))
}

// Succeeded counts the items that ended well.
func (j JobCard) Succeeded() int64 { return max(0, j.ItemsDone-j.ItemsFailed-j.ItemsSkipped) }

// Action is a button that sends a command to a job.
type Action struct {
	JobID   int64
	Kind    models.CommandKind
	Icon    string
	Style   string // of the button, after btn-
	Confirm bool
	Left    int64  // items that have not ended, told by the question
	Refusal string // key of the text that says why it does not apply now, "" = it does
}

// RunningItem is one item in a worker's hands.
type RunningItem struct {
	ItemID         int64
	JobID          int64
	Stage          models.StageName
	Title, Source  string
	Worker         string
	Unit, Text     string
	Done, Total    int64
	BytesPerSecond float64
	EtaMS          int64
	Attempt        int
}

// Coverage is the playlists by platform and state.
type Coverage struct {
	Base
	Poll
	Platforms                   []PlatformCoverage
	Playlists, Songs            int64
	Downloaded, Skipped, Synced int64
}

// Missing counts the songs that are neither here nor rightly left out.
func (c Coverage) Missing() int64 { return max(0, c.Songs-c.Downloaded-c.Skipped) }

// Percent is the share of songs that are here, of those that can be had.
func (c Coverage) Percent() int { return percent(c.Downloaded, c.Songs-c.Skipped) }

// PlatformCoverage is one platform's playlists, one segment a state.
type PlatformCoverage struct {
	Platform          string
	Playlists         int64
	Songs, Downloaded int64
	Skipped           int64
	Segments          []Segment
}

// Percent is the share of the platform's songs that are here, of those that can be had.
func (p PlatformCoverage) Percent() int { return percent(p.Downloaded, p.Songs-p.Skipped) }

// Segment is one part of a bar that is 1000 units wide.
type Segment struct {
	State    models.PlaylistState
	Count    int64
	X, Width int
}

// NewCoverage sums up the rows by platform, in the order in which platforms first come.
func NewCoverage(rows []models.CoverageRow) Coverage {
	var c Coverage
	index := map[string]int{}
	counts := map[string]map[models.PlaylistState]int64{}
	for _, r := range rows {
		i, ok := index[r.Platform]
		if !ok {
			i = len(c.Platforms)
			index[r.Platform] = i
			counts[r.Platform] = map[models.PlaylistState]int64{}
			c.Platforms = append(c.Platforms, PlatformCoverage{Platform: r.Platform})
		}
		p := &c.Platforms[i]
		p.Playlists += r.Playlists
		p.Songs += r.Songs
		p.Downloaded += r.Downloaded
		p.Skipped += r.Skipped
		counts[r.Platform][r.State] += r.Playlists
		c.Playlists += r.Playlists
		c.Songs += r.Songs
		c.Downloaded += r.Downloaded
		c.Skipped += r.Skipped
		if r.State != models.PlaylistUnsynced {
			c.Synced += r.Playlists
		}
	}
	for i := range c.Platforms {
		p := &c.Platforms[i]
		p.Segments = segments(counts[p.Platform], p.Playlists)
	}
	return c
}

// segments lays out the states of one bar, best first, without gaps or overlaps.
func segments(counts map[models.PlaylistState]int64, total int64) []Segment {
	var list []Segment
	var sum int64
	for i := len(models.PlaylistStates) - 1; i >= 0; i-- {
		s := models.PlaylistStates[i]
		n := counts[s]
		if n == 0 || total == 0 {
			continue
		}
		x := int(sum * 1000 / total)
		sum += n
		list = append(list, Segment{State: s, Count: n, X: x, Width: int(sum*1000/total) - x})
	}
	return list
}

// Health is how runner, sources and disk do.
type Health struct {
	Base
	Poll
	RunnerOK    bool
	RunnerError string
	Restarts    int
	StartedAtMS int64
	Sources     []SourceHealth
	DiskPath    string
	DiskFree    int64
	DiskTotal   int64
	DiskUnknown bool
}

// DiskPercent is how full the library's disk is.
func (h Health) DiskPercent() int { return percent(h.DiskTotal-h.DiskFree, h.DiskTotal) }

// DiskLow says that less than a twentieth of the disk is free.
func (h Health) DiskLow() bool { return h.DiskTotal > 0 && h.DiskFree < h.DiskTotal/20 }

// SourceHealth is one source's card.
type SourceHealth struct {
	Name      string
	Collects  bool
	Provides  bool
	Blocked   bool  // its circuit is open
	RetryAtMS int64 // when it is tried again, 0 = unknown
	Reason    string
	// Credential: the operator has set an account or cookie.
	Credential bool
	models.SourceTraffic
}

// RecentJobs is the latest finished jobs.
type RecentJobs struct {
	Base
	Poll
	Jobs []JobCard
}
