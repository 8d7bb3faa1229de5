package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/models"
)

// seed makes a library of random files, and the database of a playlist that holds them all.
func (s *setup) seed(ctx context.Context) (playlistID int64, err error) {
	if err := os.MkdirAll(filepath.Join(s.library, "qq"), 0o755); err != nil {
		return 0, err
	}
	db, err := database.Open(ctx, filepath.Join(s.dir, "catalogsync.db"))
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	now := time.Now().UnixMilli()
	p := models.Playlist{Platform: "qq", RemotePlaylistID: "1", Kind: models.KindPlaylist, Name: "Bench", SyncedAtMS: now,
		CollectedSongCount: int64(s.files), DownloadedCount: int64(s.files)}
	b := models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: s.library, IsDefault: true, Enabled: true}
	err = db.Write.Transaction(func(tx *gorm.DB) error {
		if err := errors.Join(tx.Create(&p).Error, tx.Create(&b).Error); err != nil {
			return err
		}
		data := make([]byte, s.size)
		random := rand.NewChaCha8([32]byte{1})
		for i := range s.files {
			if _, err := random.Read(data); err != nil {
				return err
			}
			if err := s.song(tx, p.ID, b.ID, i, data); err != nil {
				return err
			}
		}
		return nil
	})
	return p.ID, err
}

// locator is where song number i lies in the library.
func locator(i int) string { return fmt.Sprintf("qq/%04d.mp3", i) }

func (s *setup) song(tx *gorm.DB, playlistID, backendID int64, i int, data []byte) error {
	file := filepath.Join(s.library, locator(i))
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	song := models.Song{Platform: "qq", RemoteSongID: fmt.Sprint(i), Name: fmt.Sprintf("Song %d", i), Singers: "Somebody", DurationMS: 200_000, Downloaded: true}
	if err := tx.Create(&song).Error; err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	asset := models.FileAsset{SongID: song.ID, Source: "qq", SourceSongID: song.RemoteSongID, Quality: models.Quality320, Ext: "mp3",
		FileSizeBytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), CRC32: crc32.ChecksumIEEE(data)}
	if err := tx.Create(&asset).Error; err != nil {
		return err
	}
	return errors.Join(
		tx.Create(&models.FileLocation{FileAssetID: asset.ID, SongID: song.ID, BackendID: backendID, Locator: locator(i),
			Status: models.LocationActive, IsPrimary: true, ModTimeMS: info.ModTime().UnixMilli()}).Error,
		tx.Create(&models.PlaylistSong{PlaylistID: playlistID, SongID: song.ID, Position: i, SeenFromMS: 1}).Error,
	)
}
