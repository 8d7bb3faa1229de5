package handlers_test

import (
	"context"

	"catalogsync/models"
)

func (f *fakeConsole) ListPlaylistSongsAt(ctx context.Context, id, _ int64, p models.Page) ([]models.PlaylistSongRow, int64, error) {
	return f.ListPlaylistSongs(ctx, id, p)
}

func (f *fakeConsole) ListPlaylistSongsEver(ctx context.Context, id int64, p models.Page) ([]models.PlaylistSongRow, int64, error) {
	return f.ListPlaylistSongs(ctx, id, p)
}

func (f *fakeConsole) ListPlaylistSyncs(context.Context, int64, int) ([]models.PlaylistSyncRow, error) {
	return []models.PlaylistSyncRow{{AtMS: models.NowMS(now), Added: 3, Removed: 1}, {AtMS: models.NowMS(now) - 86_400_000, Added: 40}}, nil
}

func (f *fakeConsole) DiffPlaylist(_ context.Context, _, fromMS, toMS int64, _ int) (models.PlaylistDiff, error) {
	change := func(kind models.ChangeKind, from, to int) models.PlaylistChangeRow {
		return models.PlaylistChangeRow{PlaylistChange: models.PlaylistChange{SongID: 1, Kind: kind, FromPosition: from, ToPosition: to}, SongName: hostile, Singers: hostile}
	}
	return models.PlaylistDiff{FromMS: fromMS, ToMS: toMS, SongsFrom: 5, SongsTo: 5, Added: 1, Removed: 1, Moved: 1, Changes: []models.PlaylistChangeRow{
		change(models.ChangeRemoved, 4, -1), change(models.ChangeMoved, 0, 2), change(models.ChangeAdded, -1, 4)}}, nil
}

func (f *fakeConsole) FindHeld(_ context.Context, id int64, _ int) (*models.HeldView, error) {
	if id != 2 {
		return nil, nil
	}
	return &models.HeldView{
		HeldChange: models.HeldChange{PlaylistID: id, State: models.HeldWaiting, Code: models.CodeHeldLoss, Note: "9 of 20 songs are suddenly gone", Songs: 9, Fetches: 2, SinceMS: models.NowMS(now), SetAtMS: 7},
		Rows:       []models.HeldSongRow{{SongID: 1, Name: hostile, Singers: hostile, Downloaded: true}},
	}, nil
}

func (f *fakeConsole) AcceptHeld(_ context.Context, _, set int64) (int, error) {
	if set != 7 {
		return 0, models.NewError(models.ClassConflict, models.CodeHeldChanged, "it has changed")
	}
	return 9, nil
}

func (f *fakeConsole) DismissHeld(context.Context, int64, int64) error { return nil }

func (f *fakeConsole) SetPriority(_ context.Context, id int64, p models.PlaylistPriority) error {
	f.change(func() { f.playlists[id-1].Priority = int(p) })
	return nil
}

func (f *fakeConsole) SetGonePolicy(context.Context, int64, models.GonePolicy, int) error { return nil }
