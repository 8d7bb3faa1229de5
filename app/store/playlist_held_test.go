package store

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// numbered makes n song ids "a1" … "an".
func numbered(from, to int) []string {
	var ids []string
	for n := from; n <= to; n++ {
		ids = append(ids, "a"+strconv.Itoa(n))
	}
	return ids
}

// guarded saves a fetch under the rule of playlists.
func guarded(t *testing.T, s *Store, id int64, songs []string) models.SyncOutcome {
	t.Helper()
	out, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, Songs: snapshots(songs...), VersionTag: "v", EmptyReason: models.EmptySource,
		Loss: models.LossRule{Share: 0.3, Few: 5}})
	require.NoError(t, err)
	return out
}

func heldOf(t *testing.T, s *Store, id int64) *models.HeldView {
	t.Helper()
	held, err := s.FindHeld(t.Context(), id, 3)
	require.NoError(t, err)
	return held
}

func waiting(t *testing.T, s *Store) int64 {
	t.Helper()
	list, err := s.ListPlaylists(t.Context(), models.PlaylistFilter{HeldOnly: true})
	require.NoError(t, err)
	return list.Total
}

func TestSuddenLossWaitsForTheOperator(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	guarded(t, s, id, numbered(1, 20))
	require.Nil(t, heldOf(t, s, id))

	out := guarded(t, s, id, numbered(9, 20))
	require.Equal(t, models.CodeHeldLoss, out.NoteCode)
	require.Equal(t, "8 of 20 songs are suddenly gone; they are kept until you decide", out.Note)
	require.Equal(t, numbered(1, 20), order(t, s, id))
	require.Empty(t, playlist(t, s, id).VersionTag, "the next sync fetches again")
	held := heldOf(t, s, id)
	require.Equal(t, 8, held.Songs)
	require.Equal(t, models.Doubt{Rule: models.DoubtLoss, Count: 8, Songs: 20}, held.Doubt)
	require.Equal(t, []string{"Song a1", "Song a2", "Song a3"}, []string{held.Rows[0].Name, held.Rows[1].Name, held.Rows[2].Name})
	require.EqualValues(t, 1, waiting(t, s))

	// The same again changes what is known of it, and nothing of the list.
	guarded(t, s, id, numbered(9, 20))
	again := heldOf(t, s, id)
	require.Equal(t, 2, again.Fetches)
	require.Equal(t, [2]int64{held.SinceMS, held.SetAtMS}, [2]int64{again.SinceMS, again.SetAtMS})

	// A set that is not the one that was shown is not removed.
	guarded(t, s, id, numbered(10, 20))
	_, err := s.AcceptHeld(t.Context(), id, held.SetAtMS)
	require.Equal(t, models.CodeHeldChanged, models.CodeOf(err))
	require.Equal(t, numbered(1, 20), order(t, s, id))

	removed, err := s.AcceptHeld(t.Context(), id, heldOf(t, s, id).SetAtMS)
	require.NoError(t, err)
	require.Equal(t, 9, removed)
	require.Equal(t, numbered(10, 20), order(t, s, id))
	require.Nil(t, heldOf(t, s, id))
	row := playlist(t, s, id)
	require.EqualValues(t, 11, row.CollectedSongCount)
	require.Empty(t, row.SyncError)
	require.Equal(t, models.SyncOutcome{Songs: 11}, guarded(t, s, id, numbered(10, 20)), "what was accepted is no loss any more")
}

func TestDismissedLossIsToldOnlyWhenItChanges(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	guarded(t, s, id, numbered(1, 20))
	guarded(t, s, id, numbered(9, 20))
	require.NoError(t, s.DismissHeld(t.Context(), id, heldOf(t, s, id).SetAtMS))
	require.Zero(t, waiting(t, s))
	require.Empty(t, playlist(t, s, id).SyncError)

	require.Empty(t, guarded(t, s, id, numbered(9, 20)).Note)
	require.Zero(t, waiting(t, s))
	require.Equal(t, numbered(1, 20), order(t, s, id))
	guarded(t, s, id, numbered(10, 20))
	require.EqualValues(t, 1, waiting(t, s))
}

func TestSoundFetchEndsWhatIsHeld(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	guarded(t, s, id, numbered(1, 20))
	guarded(t, s, id, nil)
	require.Equal(t, 20, heldOf(t, s, id).Songs)
	// An answer that cannot be read says nothing of the list.
	_, err := s.SaveSync(t.Context(), models.FetchedPlaylist{PlaylistID: id, KeepMissing: true, EmptyReason: models.EmptyParseFailed})
	require.NoError(t, err)
	require.Equal(t, 1, heldOf(t, s, id).Fetches)
	guarded(t, s, id, numbered(2, 20))
	require.Nil(t, heldOf(t, s, id))
	require.Equal(t, numbered(2, 20), order(t, s, id))
}

func TestAcceptedEmptyListSaysThatThePlatformEmptiedIt(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	id := addPlaylists(t, s, "qq", 1)[0]
	guarded(t, s, id, numbered(1, 8))
	guarded(t, s, id, nil)
	_, err := s.AcceptHeld(t.Context(), id, heldOf(t, s, id).SetAtMS)
	require.NoError(t, err)
	require.Equal(t, models.EmptySource, playlist(t, s, id).EmptyReason)
}

// Songs that left go off a list only when its policy says so, after its days, and the
// history still knows them.
func TestUnlinkGoneFollowsThePolicy(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 3)
	for _, id := range ids {
		syncSongs(t, s, id, "a1", "b1")
		syncSongs(t, s, id, "b1")
	}
	require.NoError(t, s.SetGonePolicy(t.Context(), ids[1], models.GoneUnlink, 0))
	require.NoError(t, s.SetGonePolicy(t.Context(), ids[2], models.GoneUnlink, 3))
	rows, _, err := s.UnlinkGone(t.Context(), 10)
	require.NoError(t, err)
	require.EqualValues(t, 1, rows)
	for i, want := range []int64{2, 1, 2} {
		_, total, err := s.ListPlaylistSongs(t.Context(), ids[i], models.Page{})
		require.NoError(t, err)
		require.Equal(t, want, total)
		_, ever, err := s.ListPlaylistSongsEver(t.Context(), ids[i], models.Page{})
		require.NoError(t, err)
		require.EqualValues(t, 2, ever)
	}
	require.Equal(t, models.SyncOutcome{Songs: 2, Added: 1}, syncSongs(t, s, ids[1], "b1", "a1"), "it may come back")
}

// Fetches that come at the same time share transactions, and one that cannot be stored or
// whose job was stopped keeps no other from being stored.
func TestFetchesAtTheSameTime(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	ids := addPlaylists(t, s, "qq", 30)
	stopped, stop := context.WithCancel(t.Context())
	stop()
	errs := make([]error, len(ids)+2)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			ctx, f := t.Context(), models.FetchedPlaylist{Songs: snapshots("a1", "b"+strconv.Itoa(i)), EmptyReason: models.EmptySource}
			switch {
			case i == len(ids): // no such playlist
				f.PlaylistID = 999
			case i == len(ids)+1:
				ctx, f.PlaylistID = stopped, ids[0]
			default:
				f.PlaylistID = ids[i]
			}
			_, errs[i] = s.SaveSync(ctx, f)
		})
	}
	all.Wait()
	require.Equal(t, models.ClassNotFound, models.ClassOf(errs[len(ids)]))
	require.ErrorIs(t, errs[len(ids)+1], context.Canceled)
	require.NoError(t, errors.Join(errs[:len(ids)]...))
	for i, id := range ids {
		require.Equal(t, []string{"a1", "b" + strconv.Itoa(i)}, order(t, s, id))
	}
	corrected, err := s.RebuildCounters(t.Context())
	require.NoError(t, err)
	require.Zero(t, corrected)
}
