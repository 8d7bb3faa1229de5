package api_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// A source that was disabled, or an instance that was taken out of the settings, leaves its
// playlists behind; they can still be listed by its name.
func TestPlaylistsOfASourceThatIsOffAreStillFound(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.insert(&models.Playlist{Platform: "subsonic-home", RemotePlaylistID: "p1", Kind: models.KindPlaylist, Name: "Evening", NameKey: "evening"})
	require.Len(t, s.get("/api/playlists?platform=subsonic-home").items(t), 1)
	require.Equal(t, 400, s.get("/api/playlists?platform=subsonic-away").StatusCode, "nothing bears that name")
}
