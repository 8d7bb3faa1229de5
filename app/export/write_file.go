package export

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFile writes the whole archive to path. It grows under the name path+".part" and
// takes its name only when it is complete and on the disk; a failed one is removed.
func (p *Plan) WriteFile(ctx context.Context, path string) (err error) {
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return fmt.Errorf("write export %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("write export %s: %w", path, err), os.Remove(part))
		}
	}()
	if err := errors.Join(p.fill(ctx, f), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	syncFolder(filepath.Dir(path))
	return nil
}

func (p *Plan) fill(ctx context.Context, f *os.File) error {
	if err := p.WriteRange(ctx, f, 0, p.Size()); err != nil {
		return err
	}
	return f.Sync()
}

// syncFolder makes the renaming itself durable. Not every system can sync a folder; the
// file is whole in any case, so an error changes nothing.
func syncFolder(path string) {
	folder, err := os.Open(path)
	if err != nil {
		return
	}
	_ = folder.Sync()
	_ = folder.Close()
}
