package views

import "catalogsync/models"

// URLLegend is what the symbols of states mean.
const URLLegend = "/legend"

// Legend is every state with its symbol and colour.
type Legend struct {
	Base
	Groups []LegendGroup
}

// LegendGroup is the states of one kind of thing.
type LegendGroup struct {
	Kind   string // as badges name it
	States []string
}

// NewLegend lists all states in the order in which things go through them.
func NewLegend(b Base) Legend {
	return Legend{Base: b, Groups: []LegendGroup{
		{"playlist", stateNames(models.PlaylistStates)},
		{"song", stateNames(models.SongStates)},
		{"item", stateNames(models.ItemStates)},
		{"job", stateNames(models.JobStates)},
	}}
}

func stateNames[S ~string](states []S) []string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = string(s)
	}
	return names
}
