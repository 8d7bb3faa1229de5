package models

// PlaylistPriority says which playlists are synced and downloaded before the others.
type PlaylistPriority int

// The priorities that the operator may give.
const (
	PriorityLow    PlaylistPriority = -1
	PriorityNormal PlaylistPriority = 0
	PriorityHigh   PlaylistPriority = 1
)

// priorityNames are the names of the priorities, in the order in which they are offered.
var priorityNames = []struct {
	name     string
	priority PlaylistPriority
}{{"high", PriorityHigh}, {"normal", PriorityNormal}, {"low", PriorityLow}}

// PlaylistPriorityNames lists the names that PlaylistPriorityOf knows.
func PlaylistPriorityNames() []string {
	names := make([]string, len(priorityNames))
	for i, p := range priorityNames {
		names[i] = p.name
	}
	return names
}

// PlaylistPriorityOf is the priority of a name, PriorityNormal for one that is unknown.
func PlaylistPriorityOf(name string) PlaylistPriority {
	for _, p := range priorityNames {
		if p.name == name {
			return p.priority
		}
	}
	return PriorityNormal
}

// String is the priority's name: any value above 0 is high, any below low.
func (p PlaylistPriority) String() string {
	switch {
	case p > PriorityNormal:
		return "high"
	case p < PriorityNormal:
		return "low"
	default:
		return "normal"
	}
}
