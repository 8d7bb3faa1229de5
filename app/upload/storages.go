package upload

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"catalogsync/app/storage"
	"catalogsync/app/storage/hub"
	"catalogsync/models"
)

// Storage is a storage with how it does and what is recorded of it.
type Storage struct {
	models.StorageBackend
	Settings storage.Settings
	Counts   models.StorageCounts
	Health   hub.Health
	// Target says that uploads can go there: it is no folder of the library.
	Target bool
	// Verified is the latest comparison with its own listing, nil = none since the start.
	Verified *Verified
}

// Kinds lists the kinds of storages of this build.
func (s *Service) Kinds() []storage.Kind { return s.Hub.Kinds() }

// Storages lists all storages.
func (s *Service) Storages(ctx context.Context) ([]Storage, error) {
	rows, err := s.Store.ListStorages(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := s.counts.read(ctx, s.Store)
	if err != nil {
		return nil, err
	}
	list := make([]Storage, len(rows))
	for i, row := range rows {
		settings, err := storage.ParseSettings(row)
		if err != nil {
			s.Log.Warn("settings of a storage cannot be read", "storage", row.Name, "error", err)
			settings = storage.Settings{}
		}
		list[i] = Storage{StorageBackend: row, Settings: settings, Health: s.Hub.Health(row), Target: isTarget(row), Verified: s.lastVerified(row.ID)}
		if at := slices.IndexFunc(counts, func(c models.StorageCounts) bool { return c.BackendID == row.ID }); at >= 0 {
			list[i].Counts = counts[at]
		}
	}
	return list, nil
}

// Storage gets one of them.
func (s *Service) Storage(ctx context.Context, id int64) (Storage, error) {
	list, err := s.Storages(ctx)
	if err != nil {
		return Storage{}, err
	}
	if at := slices.IndexFunc(list, func(b Storage) bool { return b.ID == id }); at >= 0 {
		return list[at], nil
	}
	_, err = s.Store.GetStorage(ctx, id) // its error tells what to do
	return Storage{}, err
}

func isTarget(b models.StorageBackend) bool { return b.Type != models.BackendLocalFS }

// Registration is what a storage is registered with.
type Registration struct {
	Name     string
	Type     models.BackendType // "" = object_storage
	Settings storage.Settings
}

// Registered is a storage that was tried out and saved.
type Registered struct {
	models.StorageBackend
	New  bool
	Took time.Duration // of the write that was tried
}

// maxName bounds the name of a storage, in bytes.
const maxName = 64

// Register tries a storage out by writing, reading and removing a file there, and saves
// it: a new one, or the one of that name with these settings. Nothing is saved when that
// fails; the error says in a sentence of its own what is wrong.
func (s *Service) Register(ctx context.Context, r Registration) (Registered, error) {
	row, err := s.rowOf(ctx, &r)
	if err != nil {
		return Registered{}, err
	}
	took, err := s.Hub.TryOut(ctx, row, probeName())
	if err != nil {
		return Registered{}, err
	}
	made := Registered{New: row.ID == 0, Took: took}
	if err := s.Store.SaveStorage(ctx, &row); err != nil {
		return made, err
	}
	made.StorageBackend = row
	if err := s.Hub.Drop(row.ID); err != nil { // what is connected has the old settings
		return made, err
	}
	s.Hub.Check(ctx, row)
	return made, nil
}

// rowOf checks a registration and makes the row that it asks for.
func (s *Service) rowOf(ctx context.Context, r *Registration) (models.StorageBackend, error) {
	if r.Type == "" {
		r.Type = models.BackendObjectStorage
	}
	if r.Name = strings.TrimSpace(r.Name); r.Name == "" || len(r.Name) > maxName || strings.ContainsFunc(r.Name, unicode.IsControl) {
		return models.StorageBackend{}, models.Invalid("name", models.CodeBadValue, "a storage needs a name of at most %d bytes, such as main-s3", maxName)
	}
	k, ok := s.Hub.Kind(r.Type)
	if !ok || r.Type == models.BackendLocalFS {
		return models.StorageBackend{}, models.Invalid("type", models.CodeBadValue, "%q is no kind of storage that uploads can go to", r.Type)
	}
	text, err := normalise(k, r)
	if err != nil {
		return models.StorageBackend{}, err
	}
	row, err := s.Store.GetStorageNamed(ctx, r.Name)
	switch {
	case models.CodeOf(err) == models.CodeNotFound:
		row = models.StorageBackend{Name: r.Name, Type: r.Type}
	case err != nil:
		return row, err
	case row.Type != r.Type:
		e := models.Invalid("name", models.CodeNameTaken, "there is a storage %s already; choose another name", r.Name)
		e.Class = models.ClassConflict
		return row, e
	}
	row.ConfigJSON, row.Enabled = text, true
	return row, nil
}

// normalise trims settings, refuses those that the kind does not have, and gives their text.
func normalise(k storage.Kind, r *Registration) (string, error) {
	for _, key := range slices.Sorted(maps.Keys(r.Settings)) {
		at := slices.IndexFunc(k.Options, func(o storage.Option) bool { return o.Key == key })
		if at < 0 {
			return "", models.Invalid(key, models.CodeUnknownField, "storages of this kind have no setting %s", key)
		}
		r.Settings[key] = strings.TrimSpace(r.Settings[key])
	}
	if v := r.Settings[storage.OptionBasePrefix]; v != "" {
		r.Settings[storage.OptionBasePrefix] = strings.Trim(v, "/")
	}
	if r.Settings[storage.OptionCredentialPrefix] == "" && len(k.Secrets) > 0 {
		r.Settings[storage.OptionCredentialPrefix] = credentialPrefix(r.Name)
	}
	if v := r.Settings[storage.OptionCredentialPrefix]; v != "" && !isVariable(v) {
		return "", models.Invalid(storage.OptionCredentialPrefix, models.CodeBadValue, "%q must be the beginning of a variable's name, such as CATALOGSYNC_MAIN_S3; it is no place for a key", clipped(v))
	}
	if err := k.Check(r.Settings); err != nil {
		return "", err
	}
	return r.Settings.JSON()
}

// credentialPrefix is CATALOGSYNC_ and the name in the letters of variables.
func credentialPrefix(name string) string {
	up := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, name)
	return "CATALOGSYNC_" + up
}

func isVariable(v string) bool {
	for i, r := range v {
		if r != '_' && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return len(v) <= maxName
}

// clipped keeps most of what may be a key out of a message.
func clipped(v string) string { return v[:min(len(v), 4)] + "…" }

// probeName makes the name of a trial file unique.
func probeName() string { return strconv.FormatUint(rand.Uint64(), 36) }

// Test tries a registered storage out and tells how it does.
func (s *Service) Test(ctx context.Context, id int64) (took time.Duration, err error) {
	row, err := s.Store.GetStorage(ctx, id)
	if err != nil {
		return 0, err
	}
	took, err = s.Hub.TryOut(ctx, row, probeName())
	if row.Enabled {
		s.Hub.Check(ctx, row) // the health that is shown is that of now
	}
	return took, err
}

// SetEnabled switches a storage on or off. The library's own folders stay on.
func (s *Service) SetEnabled(ctx context.Context, id int64, on bool) error {
	row, err := s.Store.GetStorage(ctx, id)
	if err != nil {
		return err
	}
	if !isTarget(row) {
		return models.Invalid("id", models.CodeNotAllowed, "%s is a folder of the library and cannot be switched off", row.Name)
	}
	row.Enabled = on
	if err := s.Store.SaveStorage(ctx, &row); err != nil {
		return err
	}
	return s.Hub.Drop(id)
}

// CheckAll asks all storages that are on how they do, one after the other.
func (s *Service) CheckAll(ctx context.Context) error {
	rows, err := s.Store.ListStorages(ctx)
	if err != nil {
		return fmt.Errorf("check storages: %w", err)
	}
	for _, row := range rows {
		if row.Enabled && ctx.Err() == nil {
			s.checkOne(ctx, row)
		}
	}
	return nil
}

// checkTime bounds what a check may take: a frozen server must not hold up the others.
const checkTime = 20 * time.Second

func (s *Service) checkOne(ctx context.Context, row models.StorageBackend) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	s.Hub.Check(ctx, row)
}
