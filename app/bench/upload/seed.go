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

	"gorm.io/gorm"

	"catalogsync/app/database"
	"catalogsync/models"
)

// seed makes a library of random files, and the database that knows them.
func (s *setup) seed(ctx context.Context, l load) (err error) {
	if err := os.MkdirAll(filepath.Join(s.library, "qq"), 0o755); err != nil {
		return err
	}
	db, err := database.Open(ctx, filepath.Join(s.work, "seed.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	b := models.StorageBackend{Name: "library", Type: models.BackendLocalFS, Root: s.library, IsDefault: true, Enabled: true}
	err = db.Write.Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&b).Error; err != nil {
			return err
		}
		data := make([]byte, l.size)
		random := rand.NewChaCha8([32]byte{1})
		for i := range l.files {
			if _, err := random.Read(data); err != nil {
				return err
			}
			if err := s.song(tx, b.ID, i, data); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return db.Write.Exec("PRAGMA wal_checkpoint(TRUNCATE)").Error // the file alone is copied
}

func (s *setup) song(tx *gorm.DB, backendID int64, i int, data []byte) error {
	locator := fmt.Sprintf("qq/%04d.flac", i)
	if err := os.WriteFile(filepath.Join(s.library, locator), data, 0o600); err != nil {
		return err
	}
	song := models.Song{Platform: "qq", RemoteSongID: fmt.Sprint(i), Name: fmt.Sprintf("Song %d", i), Singers: "Somebody", Downloaded: true}
	if err := tx.Create(&song).Error; err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	asset := models.FileAsset{SongID: song.ID, Source: "qq", SourceSongID: song.RemoteSongID, Quality: models.QualityLossless, Ext: "flac",
		FileSizeBytes: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), CRC32: crc32.ChecksumIEEE(data)}
	if err := tx.Create(&asset).Error; err != nil {
		return err
	}
	return tx.Create(&models.FileLocation{FileAssetID: asset.ID, SongID: song.ID, BackendID: backendID, Locator: locator, LocatorKey: locator,
		Status: models.LocationActive, IsPrimary: true}).Error
}
