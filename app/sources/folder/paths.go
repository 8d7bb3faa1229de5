package folder

import (
	"errors"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// storageScheme begins the name of a folder that is on a storage.
const storageScheme = "storage://"

// cutStorage takes storage://<storage>/<folder> apart; the folder is "." for the root.
func cutStorage(name string) (storage, folder string, remote bool) {
	rest, remote := strings.CutPrefix(name, storageScheme)
	if !remote {
		return "", "", false
	}
	storage, folder, _ = strings.Cut(rest, "/")
	return storage, path.Clean("./" + folder), true
}

// splitPaths reads the list of folders, cleaned and without repetition.
func splitPaths(list string) []string {
	var paths []string
	for _, p := range splitList(list) {
		p = strings.TrimSpace(p)
		storage, folder, remote := cutStorage(p)
		switch {
		case p == "":
		case remote:
			paths = append(paths, strings.TrimSuffix(storageScheme+storage+"/"+strings.TrimPrefix(folder, "."), "/"))
		default:
			paths = append(paths, filepath.Clean(p))
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// splitList splits as PATH is split, but not behind the colon of storage://.
func splitList(list string) (parts []string) {
	scheme := strings.TrimSuffix(storageScheme, "://")
	for _, p := range filepath.SplitList(list) {
		if n := len(parts); n > 0 && strings.TrimSpace(parts[n-1]) == scheme && strings.HasPrefix(p, "//") {
			parts[n-1] = scheme + ":" + p
			continue
		}
		parts = append(parts, p)
	}
	return parts
}

func checkPaths(list string) error {
	paths := splitPaths(list)
	if len(paths) == 0 || slices.ContainsFunc(paths, wrong) {
		return errors.New("must be one or more absolute folders or storage://<name>/<folder>, separated as in PATH")
	}
	for i, p := range paths {
		for _, q := range paths[:i] {
			if strings.HasPrefix(p, q+string(filepath.Separator)) || strings.HasPrefix(p, q+"/") {
				return errors.New("must not hold a folder inside another one of them")
			}
		}
	}
	return nil
}

// wrong says that a name is no folder that could be read.
func wrong(name string) bool {
	storage, folder, remote := cutStorage(name)
	if remote {
		return storage == "" || strings.HasPrefix(folder, "..")
	}
	return !filepath.IsAbs(name)
}
