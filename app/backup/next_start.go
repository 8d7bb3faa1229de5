package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"catalogsync/models"
)

// An order lies in a file beside the database until the next start, and what became of it
// in another. Endings of their names:
const (
	orderEnding = ".restore-next"
	doneEnding  = ".restore-last"
)

// OrderRestore lets the next start bring a backup of the folder back, in place of an order
// that waits. A backup whose manifest cannot be read is refused at once; the rest is looked
// at before anything is touched.
func (s *Service) OrderRestore(name string, withSettings bool) (models.RestoreOrder, error) {
	path, err := s.Path(name)
	if err != nil {
		return models.RestoreOrder{}, err
	}
	if _, err := readManifest(path); err != nil {
		return models.RestoreOrder{}, err
	}
	o := models.RestoreOrder{Name: name, Settings: withSettings, OrderedAt: s.Now().UTC().Truncate(time.Second)}
	return o, s.writeOrder(orderEnding, o)
}

// CancelRestore forgets an order that waits; none at all is fine.
func (s *Service) CancelRestore() error {
	if err := os.Remove(s.DBPath + orderEnding); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return localFault(s.DBPath+orderEnding, err)
	}
	return nil
}

// Ordered is the order that waits for the next start, nil = none does.
func (s *Service) Ordered() (*models.RestoreOrder, error) { return s.readOrder(orderEnding) }

// LastRestore is what became of the last order, nil = there was none.
func (s *Service) LastRestore() (*models.RestoreOrder, error) { return s.readOrder(doneEnding) }

// RestoreOrdered carries out an order that waits; nobody may work on the data. What cannot
// be restored is told in the order, and the data stays as it is: a program that starts with
// yesterday's data is worth more than one that does not start. nil = there was no order.
func (s *Service) RestoreOrdered(ctx context.Context, settingsPath string, report Progress) (*models.RestoreOrder, error) {
	o, err := s.Ordered()
	if o == nil || err != nil {
		return nil, err
	}
	to := Target{DBPath: s.DBPath, Now: s.Now()}
	if o.Settings {
		to.SettingsPath = settingsPath
	}
	path, err := s.Path(o.Name)
	var done Restored
	if err == nil {
		done, err = Restore(ctx, path, to, report)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err() // it waits for the next start
	}
	o.DoneAt, o.SafetyCopy, o.SettingsCopy = s.Now().UTC().Truncate(time.Second), done.SafetyCopy, done.SettingsCopy
	if err != nil {
		o.Error = err.Error()
	}
	return o, errors.Join(s.writeOrder(doneEnding, *o), s.CancelRestore())
}

func (s *Service) writeOrder(ending string, o models.RestoreOrder) error {
	content, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return fmt.Errorf("write the order of a restore: %w", err)
	}
	path := s.DBPath + ending
	partial := path + ".new"
	if err := os.WriteFile(partial, content, 0o600); err != nil {
		return localFault(partial, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return localFault(path, err)
	}
	return nil
}

// readOrder reads one of the two files; what cannot be read is an error that names it.
func (s *Service) readOrder(ending string) (*models.RestoreOrder, error) {
	path := s.DBPath + ending
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var o models.RestoreOrder
	if err == nil {
		err = json.Unmarshal(content, &o)
	}
	if err != nil {
		return nil, models.NewError(models.ClassLocal, models.CodeDatabase,
			"%s cannot be read; remove it", filepath.Base(path)).WithCause(err)
	}
	return &o, nil
}
