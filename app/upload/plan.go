package upload

import (
	"context"
	"strings"

	"golang.org/x/text/cases"

	"catalogsync/app/storage"
	"catalogsync/models"
)

// Target finds the storage that a scope names, or the only one there is.
func (s *Service) Target(ctx context.Context, scope *models.UploadScope) (models.StorageBackend, error) {
	if scope != nil && scope.BackendID > 0 {
		b, err := s.Store.GetStorage(ctx, scope.BackendID)
		if err == nil && !isTarget(b) {
			err = models.Invalid("backend", models.CodeBadValue, "%s is a folder of the library; name a storage that files are copied to", b.Name)
		}
		if err == nil && !b.Enabled {
			err = storage.Explain(b.Name, &storage.Error{Code: models.CodeStorageDisabled, Op: "open"})
		}
		return b, err
	}
	rows, err := s.Store.ListStorages(ctx)
	if err != nil {
		return models.StorageBackend{}, err
	}
	var targets []models.StorageBackend
	var names []string
	for _, b := range rows {
		if isTarget(b) && b.Enabled {
			targets, names = append(targets, b), append(names, b.Name)
		}
	}
	switch len(targets) {
	case 0:
		return models.StorageBackend{}, models.Invalid("backend", models.CodeNoStorage, "there is no storage to upload to; register one first, on the storage page or with catalogsync register-object-backend")
	case 1:
		return targets[0], nil
	}
	return models.StorageBackend{}, models.Invalid("backend", models.CodeBadValue, "there are several storages; name one of %s", strings.Join(names, ", "))
}

// planPage is the number of files of one query.
const planPage = 1000

// Plan writes tasks for the files in scope that the storage lacks, and hands them over in
// pages. With f.Limit it ends at so many.
func (s *Service) Plan(ctx context.Context, target models.StorageBackend, f models.UploadFilter, add func([]models.MissingUpload) error) error {
	settings, keyOf, err := s.prepare(ctx, target)
	if err != nil {
		return err
	}
	name := func(locator string) string { return storage.Join(settings[storage.OptionBasePrefix], locator) }
	seen := map[int64]bool{} // assets of this plan: one may lie in two folders
	for after := int64(0); f.Limit == 0 || len(seen) < f.Limit; {
		page, err := s.Store.ListMissingUploads(ctx, target.ID, f, after, planPage)
		if err != nil {
			return err
		}
		files := page[:0:0]
		for _, m := range page {
			after = m.LocationID
			if !seen[m.FileAssetID] && (f.Limit == 0 || len(seen) < f.Limit) {
				seen[m.FileAssetID] = true
				files = append(files, m)
			}
		}
		if err := s.Store.PlanUploads(ctx, target.ID, files, name, keyOf); err != nil {
			return err
		}
		if err := add(files); err != nil {
			return err
		}
		if len(page) < planPage {
			return nil
		}
	}
	return nil
}

// prepare makes sure that a storage answers before thousands of files fail one by one.
func (s *Service) prepare(ctx context.Context, target models.StorageBackend) (settings storage.Settings, keyOf func(string) string, err error) {
	if settings, err = storage.ParseSettings(target); err != nil {
		return nil, nil, err
	}
	err = s.Hub.Do(ctx, target.ID, func(b storage.Backend) error {
		keyOf = nameKey(b.Capabilities())
		return b.Probe(ctx)
	})
	return settings, keyOf, waiting(target, err)
}

// nameKey is the form in which names on a storage collide.
func nameKey(c storage.Capabilities) func(string) string {
	if c.CaseFolding {
		return func(locator string) string { return cases.Fold().String(locator) }
	}
	return func(locator string) string { return locator }
}

// SourceOf is the name under which outages of a storage are known to the job engine.
func SourceOf(name string) string { return sourceMark + name }

const sourceMark = "storage:"

// StorageOf is the storage of such a name; false for any other source.
func StorageOf(source string) (string, bool) { return strings.CutPrefix(source, sourceMark) }

// waiting lets work wait for a storage that does not answer, instead of failing file by
// file: it is asked now and then, and everything goes on when it answers again.
func waiting(target models.StorageBackend, err error) error {
	if err == nil || !storage.Unreachable(err) && storage.CodeOf(err) != models.CodeStorageBusy {
		return err
	}
	e := models.NewError(models.ClassRateLimited, storage.CodeOf(err), "storage %s does not answer; what goes there waits until it does", target.Name)
	e.Source, e.Cause, e.Params = SourceOf(target.Name), err, map[string]any{"Storage": target.Name}
	return e
}

// Probe asks the storage of a source name whether it answers.
func (s *Service) Probe(ctx context.Context, name string) error {
	row, err := s.Store.GetStorageNamed(ctx, name)
	if err != nil {
		return err
	}
	return waiting(row, s.Hub.Do(ctx, row.ID, func(b storage.Backend) error { return b.Probe(ctx) }))
}
