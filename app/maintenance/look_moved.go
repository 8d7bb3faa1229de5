package maintenance

import (
	"context"
	"fmt"

	"catalogsync/models"
)

// lookForMoved looks for files that are missing among those that nobody owns: the same
// size first, then the same checksum.
func (l *look) lookForMoved(ctx context.Context, f lookedAt) error {
	lost, err := l.lostBySize(ctx, f.backendID)
	if err != nil || len(lost) == 0 {
		return err
	}
	for _, class := range []models.FindingClass{models.FindingExtra, models.FindingLeftover} {
		for after := int64(0); ; {
			list, err := l.s.Store.NextFindings(ctx, class, nil, after, filesAtOnce)
			if err != nil {
				return err
			}
			if err := l.pair(ctx, f, list, lost); err != nil {
				return err
			}
			if len(list) < filesAtOnce {
				break
			}
			after = list[len(list)-1].ID
		}
	}
	return nil
}

// lostBySize are the files of a folder that are missing, by size.
func (l *look) lostBySize(ctx context.Context, backendID int64) (map[int64][]models.LocalFile, error) {
	lost := map[int64][]models.LocalFile{}
	for after := int64(0); ; {
		files, err := l.s.Store.ListLost(ctx, backendID, after, filesAtOnce)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			lost[file.SizeBytes] = append(lost[file.SizeBytes], file)
			after = file.LocationID
		}
		if len(files) < filesAtOnce {
			return lost, nil
		}
	}
}

// pair turns what is missing in one place and lies in another into what has moved.
func (l *look) pair(ctx context.Context, f lookedAt, list []models.Finding, lost map[int64][]models.LocalFile) error {
	var settled []int64
	for _, extra := range list {
		candidates := lost[extra.FoundBytes]
		if extra.BackendID == nil || *extra.BackendID != f.backendID || extra.LookID != l.row.ID || len(candidates) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		in, err := l.s.sum(f.lib, extra.Locator)
		if err != nil {
			continue // it stays what it is: a file that nobody owns
		}
		l.row.BytesRead += in.file.SizeBytes
		for i, file := range candidates {
			if file.SHA256 != in.sha256 {
				continue
			}
			moved := ofLocation(models.FindingMoved, file)
			moved.FoundLocator, moved.FoundBytes, moved.SHA256 = extra.Locator, in.file.SizeBytes, in.sha256
			if err := l.find(ctx, moved); err != nil {
				return err
			}
			lost[extra.FoundBytes] = append(candidates[:i:i], candidates[i+1:]...)
			settled = append(settled, extra.ID)
			break
		}
	}
	if err := l.flush(ctx); err != nil {
		return err
	}
	return l.s.Store.SettleFindings(ctx, settled)
}

// lookForOrphans lists descriptions of files that lie nowhere.
func (l *look) lookForOrphans(ctx context.Context) error {
	for after := int64(0); ; {
		assets, err := l.s.Store.ListOrphans(ctx, after, filesAtOnce)
		if err != nil {
			return err
		}
		for _, a := range assets {
			err := l.find(ctx, models.Finding{
				Class: models.FindingOrphan, Subject: fmt.Sprintf("asset:%d", a.ID), FileAssetID: &a.ID, SongID: &a.SongID, SizeBytes: a.FileSizeBytes, SHA256: a.SHA256,
			})
			if err != nil {
				return err
			}
			after = a.ID
		}
		if len(assets) < filesAtOnce {
			return l.flush(ctx)
		}
	}
}
