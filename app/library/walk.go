package library

import (
	"context"
	"io/fs"
	"strings"
)

// At is the library in a folder, which is absolute, for looking only. Unlike Open it makes
// nothing.
func At(root string) *Library {
	return &Library{root: root, names: map[string]int64{}, parts: map[string]bool{}, kept: map[int64][]string{}}
}

// Walk calls fn with the locator of each regular file below the folder, in lexical order.
// Names that begin with a dot are left out with all that is below them: the library makes
// none, so they are somebody else's (.stfolder, .DS_Store). So are folders that may not be
// read, such as lost+found. What stands beside songs (IsBeside) is left out, too.
func (l *Library) Walk(ctx context.Context, fn func(locator string) error) error {
	r, err := l.open()
	if err != nil {
		return err
	}
	defer closeRoot(r)
	return fs.WalkDir(r.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == ".":
			return localError(l.root, err)
		case err != nil:
			return skipUnreadable(name, d)
		case strings.HasPrefix(d.Name(), ".") && name != ".":
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.Type().IsRegular() && !IsBeside(name):
			return fn(name)
		}
		return nil
	})
}
