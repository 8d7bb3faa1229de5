package jobs

import (
	"fmt"
	"strings"
)

// titleOf describes a job by its type and scope.
func titleOf(n NewJob) string {
	parts := []string{string(n.Type)}
	if len(n.Scope.Sources) > 0 {
		parts = append(parts, strings.Join(n.Scope.Sources, ", "))
	}
	for _, kind := range n.Scope.PoolKinds {
		parts = append(parts, string(kind))
	}
	switch ids := len(n.Scope.PlaylistIDs); {
	case ids == 1:
		parts = append(parts, fmt.Sprintf("playlist %d", n.Scope.PlaylistIDs[0]))
	case ids > 1:
		parts = append(parts, fmt.Sprintf("%d playlists", ids))
	case n.Scope.WantedOnly:
		parts = append(parts, "wanted")
	}
	switch ids := len(n.Scope.SongIDs); {
	case ids == 1:
		parts = append(parts, fmt.Sprintf("song %d", n.Scope.SongIDs[0]))
	case ids > 1:
		parts = append(parts, fmt.Sprintf("%d songs", ids))
	}
	if b := n.Scope.Bulk; b != nil {
		parts = append(parts, string(b.Kind), fmt.Sprintf("%d playlists", b.Selected))
	}
	if n.Scope.Limit > 0 {
		parts = append(parts, fmt.Sprintf("limit %d", n.Scope.Limit))
	}
	return clip(strings.Join(parts, " · "), maxTitle)
}
