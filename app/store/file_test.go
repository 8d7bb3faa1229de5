package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// placed files one file of a song, up to FinishPlacing.
func placed(t *testing.T, s *Store, backendID, songID int64, sha, locator string) int64 {
	t.Helper()
	id, err := s.BeginPlacing(t.Context(), record(backendID, songID, sha, locator))
	require.NoError(t, err)
	require.NoError(t, s.FinishPlacing(t.Context(), id, 1234))
	return id
}

func record(backendID, songID int64, sha, locator string) models.DownloadRecord {
	return models.DownloadRecord{
		Asset:    models.FileAsset{SongID: songID, Source: "qq", Ext: "mp3", FileSizeBytes: 10, SHA256: sha},
		Location: models.FileLocation{BackendID: backendID, Locator: locator, LocatorKey: "key of " + locator},
		Task:     models.DownloadTask{ChosenSource: "qq", DecisionJSON: "{}", Attempts: 1},
	}
}

func TestPlacingCountsOnlyWhenFinished(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	playlist := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, playlist, "a1", "a2")
	song := songID(t, s, "qq", "a1")
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)

	id, err := s.BeginPlacing(t.Context(), record(b.ID, song, "s1", "qq/a.mp3"))
	require.NoError(t, err)
	f, err := s.GetSongFiles(t.Context(), song)
	require.NoError(t, err)
	require.False(t, f.Song.Downloaded)
	require.Equal(t, []models.LocalFile{{LocationID: id, SongID: song, BackendID: b.ID, Root: "/music", Locator: "qq/a.mp3",
		Status: models.LocationPlacing, SizeBytes: 10, SHA256: "s1", Source: "qq"}}, f.Files)
	placing, err := s.ListPlacing(t.Context())
	require.NoError(t, err)
	require.Equal(t, f.Files, placing)
	owner, found, err := s.FindNameOwner(t.Context(), b.ID, "key of qq/a.mp3")
	require.NoError(t, err)
	require.True(t, found, "a file that is being placed has its name already")
	require.Equal(t, song, owner)

	again, err := s.BeginPlacing(t.Context(), record(b.ID, song, "s1", "qq/a.mp3"))
	require.NoError(t, err)
	require.Equal(t, id, again, "the same file is written down once")
	require.NoError(t, s.FinishPlacing(t.Context(), id, 1234))
	f, err = s.GetSongFiles(t.Context(), song)
	require.NoError(t, err)
	require.True(t, f.Song.Downloaded)
	require.Equal(t, models.LocationActive, f.Files[0].Status)
	has, err := s.HasActiveFiles(t.Context(), b.ID)
	require.NoError(t, err)
	require.True(t, has)
	requireCounters(t, s, playlist, 1, 0)
}

// requireCounters checks a playlist's counters, and that they agree with the facts.
func requireCounters(t *testing.T, s *Store, playlistID, downloaded, skipped int64) {
	t.Helper()
	var p models.Playlist
	require.NoError(t, s.read(t.Context()).Take(&p, playlistID).Error)
	require.Equal(t, []int64{downloaded, skipped}, []int64{p.DownloadedCount, p.SkippedCount})
	corrected, err := s.RebuildCounters(t.Context())
	require.NoError(t, err)
	require.Zero(t, corrected)
}

func TestDropPlacingForgetsTheFile(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	syncSongs(t, s, addPlaylists(t, s, "qq", 1)[0], "a1")
	song := songID(t, s, "qq", "a1")
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	id, err := s.BeginPlacing(t.Context(), record(b.ID, song, "s1", "qq/a.mp3"))
	require.NoError(t, err)
	require.NoError(t, s.DropPlacing(t.Context(), id))
	for _, row := range []any{&models.FileLocation{}, &models.FileAsset{}} {
		var n int64
		require.NoError(t, s.read(t.Context()).Model(row).Count(&n).Error)
		require.Zero(t, n)
	}
	require.Error(t, s.DropPlacing(t.Context(), placed(t, s, b.ID, song, "s2", "qq/b.mp3")), "a file that counts is not forgotten")
}

func TestNewerFileReplacesTheOlder(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	playlist := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, playlist, "a1")
	song := songID(t, s, "qq", "a1")
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	old := placed(t, s, b.ID, song, "s1", "qq/a.mp3")
	missing := placed(t, s, b.ID, song, "s2", "kuwo/a.mp3")
	require.NoError(t, s.MarkMissing(t.Context(), song, []int64{missing}))
	f, err := s.GetSongFiles(t.Context(), song)
	require.NoError(t, err)
	require.True(t, f.Song.Downloaded, "another file is there")
	newest := placed(t, s, b.ID, song, "s3", "qq/a.mp3")

	var rows []models.FileLocation
	require.NoError(t, s.read(t.Context()).Order("id").Find(&rows).Error)
	status := map[int64]models.LocationStatus{}
	for _, l := range rows {
		status[l.ID] = l.Status
		require.Equal(t, l.ID == newest, l.IsPrimary)
	}
	require.Equal(t, map[int64]models.LocationStatus{old: models.LocationInactive, missing: models.LocationInactive, newest: models.LocationActive}, status)
	var p models.Presence
	require.NoError(t, s.read(t.Context()).Take(&p, "song_id = ?", song).Error)
	require.EqualValues(t, 1, p.ActiveFiles)
}

func TestMissingSongIsNoLongerDownloaded(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	playlist := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, playlist, "a1")
	song := songID(t, s, "qq", "a1")
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	require.NoError(t, s.MarkMissing(t.Context(), song, []int64{placed(t, s, b.ID, song, "s1", "qq/a.mp3")}))
	requireCounters(t, s, playlist, 0, 0)
	var n int64
	require.NoError(t, s.read(t.Context()).Model(&models.Presence{}).Count(&n).Error)
	require.Zero(t, n)
	_, found, err := s.FindNameOwner(t.Context(), b.ID, "key of qq/a.mp3")
	require.NoError(t, err)
	require.True(t, found, "the name waits for the song to come back")
}

func TestSkipAndLaterSuccess(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	playlist := addPlaylists(t, s, "qq", 1)[0]
	syncSongs(t, s, playlist, "a1")
	song := songID(t, s, "qq", "a1")
	task := models.DownloadTask{SongID: song, DecisionJSON: "{}", LastErrorCode: models.CodePaid, LastError: "qq: paid"}
	require.NoError(t, s.RecordSkip(t.Context(), task, models.AvailabilityUnavailable))
	requireCounters(t, s, playlist, 0, 1)
	require.NoError(t, s.RecordFailure(t.Context(), task))
	requireCounters(t, s, playlist, 0, 1)
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	placed(t, s, b.ID, song, "s1", "qq/a.mp3")
	requireCounters(t, s, playlist, 1, 0)
	var row models.DownloadTask
	require.NoError(t, s.read(t.Context()).Take(&row, "song_id = ?", song).Error)
	require.Equal(t, models.TaskSucceeded, row.State)
	require.Empty(t, row.LastErrorCode)
	f, err := s.GetSongFiles(t.Context(), song)
	require.NoError(t, err)
	require.Empty(t, f.Song.AvailabilityReason)
}

func TestDefaultBackendIsReusedByItsFolder(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	first, err := s.EnsureDefaultBackend(t.Context(), "/disk1/music")
	require.NoError(t, err)
	again, err := s.EnsureDefaultBackend(t.Context(), "/disk1/music")
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	second, err := s.EnsureDefaultBackend(t.Context(), "/disk2/music")
	require.NoError(t, err)
	require.NotEqual(t, first.Name, second.Name)
	back, err := s.EnsureDefaultBackend(t.Context(), "/disk1/music")
	require.NoError(t, err)
	require.Equal(t, first.ID, back.ID)
	var defaults []int64
	require.NoError(t, s.read(t.Context()).Model(&models.StorageBackend{}).Where("is_default = ?", true).Pluck("id", &defaults).Error)
	require.Equal(t, []int64{first.ID}, defaults)
}

func TestMissingSongsComeInPages(t *testing.T) {
	t.Parallel()
	s := newCatalog(t)
	playlists := addPlaylists(t, s, "qq", 2)
	syncSongs(t, s, playlists[0], "c3", "a1", "b2", "a1")
	syncSongs(t, s, playlists[1], "d4")
	b, err := s.EnsureDefaultBackend(t.Context(), "/music")
	require.NoError(t, err)
	placed(t, s, b.ID, songID(t, s, "qq", "b2"), "s1", "qq/a.mp3")

	var names []string
	for last := (*models.PlannedSong)(nil); ; {
		page, err := s.ListMissingSongs(t.Context(), playlists[0], last, 2)
		require.NoError(t, err)
		for i := range page {
			names = append(names, page[i].Name)
			last = &page[i]
		}
		if len(page) < 2 {
			break
		}
	}
	require.Equal(t, []string{"Song c3", "Song a1", "Song a1"}, names)

	all, err := s.ListAllMissingSongs(t.Context(), []string{"qq"}, 0, 10)
	require.NoError(t, err)
	require.Len(t, all, 3)
	rest, err := s.ListAllMissingSongs(t.Context(), nil, all[1].ID, 10)
	require.NoError(t, err)
	require.Equal(t, all[2:], rest)
	none, err := s.ListAllMissingSongs(t.Context(), []string{"kuwo"}, 0, 10)
	require.NoError(t, err)
	require.Empty(t, none)
}
