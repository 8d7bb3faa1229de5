package views

import (
	"time"

	"catalogsync/models"
)

// URLDashboardThroughput is the picture of throughput.
const URLDashboardThroughput = "/dashboard/throughput"

// ThroughputHours is how many hours the picture of throughput goes back.
const ThroughputHours = 48

// Sizes of the picture of throughput, in units of its view box.
const (
	throughputBar    = 10 // an hour's width with its gap
	throughputHeight = 40 // of the highest bar of each of the two rows
)

// Throughput is what was downloaded by the hour.
type Throughput struct {
	Base
	Poll
	Hours []ThroughputHour // without gaps, oldest first
	// MaxSongs and MaxBytes are the highest bars.
	MaxSongs, MaxBytes int64
	Day                ThroughputSum // the last 24 hours
	All                ThroughputSum // all hours shown
	FullInMS           int64         // until the disk is full when it goes on like that, 0 = unknown
}

// ThroughputSum is what was done in some hours.
type ThroughputSum struct{ Songs, Failed, Bytes int64 }

// ThroughputHour is one hour with its two bars.
type ThroughputHour struct {
	AtMS                 int64
	Songs, Failed, Bytes int64
	X                    int
	SongsY, SongsHeight  int
	BytesY, BytesHeight  int
}

// NewThroughput lays the hours out that end with the one of now.
func NewThroughput(rows []models.ThroughputHour, now time.Time) Throughput {
	hour := int64(time.Hour / time.Millisecond)
	end := models.NowMS(now)
	first := end - end%hour - (ThroughputHours-1)*hour
	t := Throughput{Hours: make([]ThroughputHour, ThroughputHours)}
	for i := range t.Hours {
		t.Hours[i].AtMS, t.Hours[i].X = first+int64(i)*hour, i*throughputBar
	}
	for _, r := range rows {
		i := (r.HourMS - first) / hour
		if r.HourMS < first || i >= ThroughputHours {
			continue // the clock was set back, or the row is from before
		}
		h := &t.Hours[i]
		h.Songs, h.Failed, h.Bytes = r.Succeeded, r.Failed, r.Bytes
		t.MaxSongs, t.MaxBytes = max(t.MaxSongs, h.Songs), max(t.MaxBytes, h.Bytes)
	}
	for i := range t.Hours {
		h := &t.Hours[i]
		h.SongsY, h.SongsHeight = throughputColumn(h.Songs, t.MaxSongs)
		h.BytesY, h.BytesHeight = throughputColumn(h.Bytes, t.MaxBytes)
		t.All.add(*h)
		if i >= ThroughputHours-24 {
			t.Day.add(*h)
		}
	}
	return t
}

func (s *ThroughputSum) add(h ThroughputHour) {
	s.Songs += h.Songs
	s.Failed += h.Failed
	s.Bytes += h.Bytes
}

// throughputColumn is where a bar begins from above, and how high it is. What is not
// nothing can be seen.
func throughputColumn(n, highest int64) (y, height int) {
	if n <= 0 || highest <= 0 {
		return throughputHeight, 0
	}
	height = max(1, int(float64(n)/float64(highest)*throughputHeight))
	return throughputHeight - height, height
}

// Width is the picture's width in units of its view box.
func (Throughput) Width() int { return ThroughputHours * throughputBar }

// FullIn is how long free bytes last at the rate of the last 24 hours, 0 when nothing came
// in them, or when it is more than a year.
func (t Throughput) FullIn(free int64) time.Duration {
	if t.Day.Bytes <= 0 || free < 0 {
		return 0
	}
	days := float64(free) / float64(t.Day.Bytes)
	if days > 365 {
		return 0
	}
	return time.Duration(days * float64(24*time.Hour))
}

// Empty says that nothing was done in any of the hours.
func (t Throughput) Empty() bool { return t.All == ThroughputSum{} }

// BusyHours lists the hours in which something was done, latest first.
func (t Throughput) BusyHours() []ThroughputHour {
	var list []ThroughputHour
	for i := len(t.Hours) - 1; i >= 0; i-- {
		if h := t.Hours[i]; h.Songs+h.Failed+h.Bytes > 0 {
			list = append(list, h)
		}
	}
	return list
}
