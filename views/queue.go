package views

import "catalogsync/models"

// URLDashboardQueue is the picture of the queue.
const URLDashboardQueue = "/dashboard/queue"

// Queue is why the items of unfinished jobs do not run now.
type Queue struct {
	Base
	Poll
	Total  int64
	Shares []QueueShare
}

// QueueShare is one reason with its part of a bar that is 1000 units wide.
type QueueShare struct {
	models.QueueShare
	X, Width int
}

// NewQueue lays the shares out in their order.
func NewQueue(shares []models.QueueShare) Queue {
	var q Queue
	for _, s := range shares {
		q.Total += s.Items
	}
	var sum int64
	for _, s := range shares {
		x := int(float64(sum) / float64(q.Total) * 1000)
		sum += s.Items
		q.Shares = append(q.Shares, QueueShare{QueueShare: s, X: x, Width: int(float64(sum)/float64(q.Total)*1000) - x})
	}
	return q
}

// Icon is the reason's symbol.
func (s QueueShare) Icon() string {
	switch s.Wait {
	case models.QueueRunning:
		return "progress"
	case models.QueueLater:
		return "clock"
	case models.QueueSource:
		return "plug-connected-x"
	case models.QueueStage:
		return "hourglass"
	case models.QueueBehind:
		return "list-details"
	case models.QueuePaused:
		return "player-pause"
	default:
		return "circle-dotted"
	}
}
