package catalog

import (
	"context"
	"strconv"

	"catalogsync/models"
)

// KeeperStore is what a Keeper needs of the database.
type KeeperStore interface {
	FindPlaylistsByIDs(ctx context.Context, ids []int64) ([]models.Playlist, error)
	AcceptHeld(ctx context.Context, playlistID, setAtMS int64) (removed int, err error)
	DismissHeld(ctx context.Context, playlistID, setAtMS int64) error
	SetGonePolicy(ctx context.Context, playlistID int64, policy models.GonePolicy, days int) error
	SetPriority(ctx context.Context, playlistID int64, priority models.PlaylistPriority) error
}

// Keeper decides what becomes of songs that a platform dropped, and which playlists come
// first.
type Keeper struct{ store KeeperStore }

// NewKeeper makes the keeper.
func NewKeeper(store KeeperStore) *Keeper { return &Keeper{store} }

// AcceptHeld removes exactly the songs of a held change that is shown as set (its SetAtMS)
// and returns how many. A change that has become another one meanwhile is a ClassConflict
// error.
func (k *Keeper) AcceptHeld(ctx context.Context, playlistID, set int64) (int, error) {
	if err := k.check(ctx, playlistID); err != nil {
		return 0, err
	}
	return k.store.AcceptHeld(ctx, playlistID, set)
}

// DismissHeld keeps the songs of a held change and says nothing more of it until a fetch would
// remove others. Errors as of AcceptHeld.
func (k *Keeper) DismissHeld(ctx context.Context, playlistID, set int64) error {
	if err := k.check(ctx, playlistID); err != nil {
		return err
	}
	return k.store.DismissHeld(ctx, playlistID, set)
}

// SetGonePolicy says what becomes of songs that leave a playlist, after how many days.
func (k *Keeper) SetGonePolicy(ctx context.Context, playlistID int64, policy models.GonePolicy, days int) error {
	if days < 0 || days > models.MaxGoneDays {
		e := models.Invalid("days", models.CodeBadValue, "%d days cannot be; give 0 to %d", days, models.MaxGoneDays)
		e.Params = map[string]any{"Value": strconv.Itoa(days), "Want": "0–" + strconv.Itoa(models.MaxGoneDays)}
		return e
	}
	if err := k.check(ctx, playlistID); err != nil {
		return err
	}
	return k.store.SetGonePolicy(ctx, playlistID, policy, days)
}

// SetPriority says how early a playlist is synced and downloaded. Jobs that are planned
// already keep their order.
func (k *Keeper) SetPriority(ctx context.Context, playlistID int64, priority models.PlaylistPriority) error {
	if err := k.check(ctx, playlistID); err != nil {
		return err
	}
	return k.store.SetPriority(ctx, playlistID, priority)
}

func (k *Keeper) check(ctx context.Context, playlistID int64) error {
	found, err := k.store.FindPlaylistsByIDs(ctx, []int64{playlistID})
	if err == nil && len(found) == 0 {
		return models.NotFound("there is no playlist %d", playlistID)
	}
	return err
}
