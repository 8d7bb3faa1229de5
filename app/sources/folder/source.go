// Package folder is the operator's own folders as a source: playlist files and folders of
// audio are playlists, the audio files are songs, found by their tags and names.
//
// What shapes the code:
//   - Nothing leaves the folders: an entry that points outside, also by a link, is kept as
//     a song that is not served.
//   - A folder that cannot be read is an error, never an empty list: disks are away at
//     times.
//   - Tags are read when a list or a search first needs them and kept until the file
//     changes, so that collecting a large folder is quick.
//   - A track that is a part of a longer file (CUE sheets) is not served by itself; other
//     sources may have it.
//
// Where the files are is behind Backend: folders of this machine, and of storages that are
// registered, named storage://<storage>/<folder>.
package folder

import (
	"context"
	"errors"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Name is the source's name in configuration and database.
const Name = "folder"

var (
	_ sources.Collector = (*Source)(nil)
	_ sources.Provider  = (*Source)(nil)
	_ sources.Lookup    = (*Source)(nil)
	_ sources.Prober    = (*Source)(nil)
)

// optionPaths is the key of the folders.
const optionPaths = "PATHS"

// Options are the settings of this source.
func Options() []sources.Option {
	return []sources.Option{{Key: optionPaths, Required: true, Check: checkPaths,
		Help: "Folders with audio and playlist files (M3U, M3U8, XSPF, JSPF, CUE), separated as in PATH: absolute ones of this machine, and storage://<name>/<folder> of registered storages, such as /music:/more/music:storage://nas/Music. They are only read. Neither the library itself nor its copies."}}
}

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	shelf *shelf
}

// Storages gives a folder, "." for the root, of the registered storage of a name. That there
// is none of that name may show only when it is read.
type Storages func(storage, folder string) Backend

// New makes the source over folders of this machine. It is not asked over HTTP, so the
// client is nil.
func New(_ *httpclient.Client, values map[string]string) (*Source, error) { return Open(values, nil) }

// Open makes the source over the folders that values name; without storages, those of this
// machine alone can be named.
func Open(values map[string]string, storages Storages) (*Source, error) {
	if err := checkPaths(values[optionPaths]); err != nil {
		return nil, err
	}
	var trees []*tree
	for _, path := range splitPaths(values[optionPaths]) {
		name, folder, remote := cutStorage(path)
		switch {
		case !remote:
			trees = append(trees, &tree{name: path, files: Local(path)})
		case storages == nil:
			return nil, errors.New("open " + path + ": there are no storages here")
		default:
			trees = append(trees, &tree{name: path, files: storages(name, folder)})
		}
	}
	return &Source{shelf: newShelf(trees, time.Now)}, nil
}

// Name is "folder".
func (s *Source) Name() string { return Name }

// Curated says that the files are the operator's own and stay as they are.
func (s *Source) Curated() {}

// Probe says whether all folders can be read.
func (s *Source) Probe(ctx context.Context) error {
	for _, t := range s.shelf.trees {
		if err := t.check(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Endpoints, as errors name them.
const (
	endpointScan     = "scan"
	endpointPlaylist = "playlist"
	endpointFile     = "file"
)

// unreachable is the error of a folder or file that cannot be read now.
func unreachable(ctx context.Context, t *tree, cause error) error {
	if err := ctx.Err(); err != nil {
		return interrupted(err)
	}
	e := models.NewError(models.ClassTransient, models.CodeNetwork, "the folder %s cannot be read, or is empty; is its disk there, and may this program read it?", t.name)
	e.Source, e.Endpoint, e.Cause = Name, endpointScan, cause
	return e
}

// interrupted is the error of a caller that went away.
func interrupted(cause error) error {
	code := models.CodeInterrupted
	if errors.Is(cause, context.DeadlineExceeded) {
		code = models.CodeTimeout
	}
	e := models.NewError(models.ClassTransient, code, "reading the folders was stopped")
	e.Source, e.Endpoint, e.Cause = Name, endpointScan, cause
	return e
}

// refusal is the error of a song that is not served.
func refusal(code models.Code, format string, args ...any) *models.Error {
	e := models.NewError(models.ClassUnavailable, code, format, args...)
	e.Source, e.Endpoint = Name, endpointFile
	return e
}
