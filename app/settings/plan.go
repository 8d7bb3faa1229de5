package settings

import (
	"errors"
	"io/fs"
	"maps"
	"os"

	"catalogsync/config"
	"catalogsync/models"
)

// plan is a change that passed all checks and is not written yet.
type plan struct {
	next    *config.Config
	changes []models.ConfigChange
	files   []fileChange
}

// fileChange is a file with its content before and after.
type fileChange struct {
	path          string
	before, after []byte
	made          bool // there was no such file
}

func changedMeanwhile(key string) error {
	e := models.NewError(models.ClassConflict, models.CodeSettingsChanged, "%s was changed meanwhile; load the page again and repeat the change", key)
	e.Field, e.Params = key, map[string]any{"Name": key}
	return e
}

// plan judges a change as a whole: each value by itself, the files that would come out, and
// the settings that would be loaded from them.
func (s *Service) plan(change Change) (*plan, error) {
	now := s.Current()
	wanted, err := s.wantedChanges(now, change)
	if err != nil || len(wanted) == 0 {
		return &plan{}, err
	}
	p := &plan{}
	open, secret := map[string]string{}, map[string]string{}
	for _, key := range sortedKeys(wanted) {
		old, origin := now.Value(key)
		if origin == config.FromDefault {
			old = ""
		}
		if now.IsSecret(key) {
			secret[key] = wanted[key]
			p.changes = append(p.changes, models.ConfigChange{Key: key, Secret: true, OldSet: old != "", NewSet: wanted[key] != ""})
			continue
		}
		open[key] = wanted[key]
		p.changes = append(p.changes, models.ConfigChange{Key: key, Old: old, New: wanted[key], OldSet: old != "", NewSet: wanted[key] != ""})
	}
	file, err := p.edit(now.EnvFile, open, secret)
	if err != nil {
		return nil, err
	}
	secrets, err := p.edit(now.SecretsFile, secret, nil)
	if err != nil {
		return nil, err
	}
	if p.next, err = now.With(file, secrets); err != nil {
		if e, ok := errors.AsType[*config.Error](err); ok {
			return nil, &Invalid{Fields: []FieldError{{Key: e.Key, Message: e.Message}}}
		}
		return nil, err
	}
	return p, nil
}

// wantedChanges are the values that differ from what there is; those that may not be
// changed, or are wrong, are an *Invalid that names all of them.
func (s *Service) wantedChanges(now *config.Config, change Change) (map[string]string, error) {
	wanted := map[string]string{}
	var bad []FieldError
	for _, key := range sortedKeys(change.Values) {
		o, ok := now.Setting(key)
		if !ok {
			bad = append(bad, FieldError{Key: key, Rule: "unknown", Message: "is no setting of this program"})
			continue
		}
		value, f := change.Values[key], s.fieldOf(now, o)
		if shown, ok := change.Shown[key]; ok && !o.Secret && value == shown {
			continue
		} else if ok && !o.Secret && f.Value != shown && (f.Set || shown != o.Default) {
			return nil, changedMeanwhile(key)
		}
		if value == f.Value && !o.Secret {
			continue
		}
		if value == "" && !f.Set || !f.Fixed && !o.Secret && !f.Set && value == o.Default {
			continue // the default holds already
		}
		if f.Fixed {
			bad = append(bad, FieldError{Key: key, Rule: "fixed", Message: "cannot be changed here (" + f.Why + ")"})
			continue
		}
		if err := checkValue(o, value); err != nil {
			bad = append(bad, fieldError(key, err))
			continue
		}
		wanted[key] = value
	}
	if len(bad) > 0 {
		return nil, &Invalid{Fields: bad}
	}
	return wanted, nil
}

// edit plans the changes of one file and gives the values that it will have. moved are
// secrets that live elsewhere from now on: an old value in this file would come back to
// life when the new one is removed.
func (p *plan) edit(path string, changes, moved map[string]string) (map[string]string, error) {
	before, err := readFile(path)
	if err != nil {
		return nil, err
	}
	changes = maps.Clone(changes)
	for key := range moved {
		changes[key] = ""
	}
	_, err = os.Stat(path)
	made := errors.Is(err, fs.ErrNotExist)
	after, values, err := edited(before, changes)
	if err != nil {
		return nil, unwritable(path, err)
	}
	if string(before) != string(after) && len(changes) > 0 {
		p.files = append(p.files, fileChange{path: path, before: before, after: after, made: made})
	}
	return values, nil
}

// write writes the files; when one fails, those before it are put back.
func (p *plan) write() error {
	for i, f := range p.files {
		if err := writeFile(f.path, f.after); err != nil {
			written := &plan{files: p.files[:i]}
			return joinErrors(err, written.undo())
		}
	}
	return nil
}

func (p *plan) undo() error {
	var errs []error
	for _, f := range p.files {
		if f.made {
			errs = append(errs, os.Remove(f.path))
			continue
		}
		errs = append(errs, writeFile(f.path, f.before))
	}
	return errors.Join(errs...)
}

// joinErrors keeps err as it is when nothing joins it.
func joinErrors(err, more error) error {
	if more == nil {
		return err
	}
	return errors.Join(err, more)
}
