// Package download brings one song to disk: it finds candidates, tries them in order of
// rank until one delivers, verifies what came, and files it.
//
//  1. A song that is there already, or is no music, is skipped.
//  2. The song's own platform is asked by id. Nothing is surer, so nobody is searched when
//     it delivers in a quality that is good enough; else the other sources are.
//  3. Each candidate is resolved, streamed to a partial file and hashed on the way.
//  4. Length, container and duration are verified; what fails goes to the next candidate.
//  5. Its light parts, fetched meanwhile, go into it: tags, words, cover.
//  6. The file is written down, gets its name, and counts.
//
// Every step can be repeated after the process was killed at any moment.
package download

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"catalogsync/app/library"
	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Store is what downloads need of the database.
type Store interface {
	EnsureDefaultBackend(ctx context.Context, root string) (models.StorageBackend, error)
	UseFolder(ctx context.Context, root string) (models.StorageBackend, error)
	ListFolders(ctx context.Context) ([]models.StorageBackend, error)
	HasActiveFiles(ctx context.Context, backendID int64) (bool, error)
	GetSongFiles(ctx context.Context, songID int64) (models.SongFiles, error)
	ListPlacing(ctx context.Context) ([]models.LocalFile, error)
	FindNameOwner(ctx context.Context, backendID int64, key string) (songID int64, found bool, err error)
	BeginPlacing(ctx context.Context, r models.DownloadRecord) (locationID int64, err error)
	FinishPlacing(ctx context.Context, locationID, modTimeMS int64) error
	DropPlacing(ctx context.Context, locationID int64) error
	MarkMissing(ctx context.Context, songID int64, locationIDs []int64) error
	RecordSkip(ctx context.Context, task models.DownloadTask, a models.Availability) error
	RecordFailure(ctx context.Context, task models.DownloadTask) error
	ListOverrides(ctx context.Context, platform, remoteSongID string) ([]models.MatchOverride, error)
	GetDecisionJSON(ctx context.Context, songID int64) (string, error)
	RecordKept(ctx context.Context, task models.DownloadTask) error
	GetParts(ctx context.Context, songID int64) (map[models.PartName]models.SongPart, error)
	SaveParts(ctx context.Context, songID int64, parts []models.SongPart) error
	GetAsset(ctx context.Context, locationID int64) (models.FileAsset, error)
	ListSamples(ctx context.Context, limit int) ([]models.SampleSong, error)
	RetireFiles(ctx context.Context, songID, backendID, keepLocationID int64) ([]models.LocalFile, error)
}

// Config is what a service is made of; zero settings take the defaults.
type Config struct {
	Store   Store
	Sources *sources.Registry
	// Library is the folder that the settings name; UseFolder lets new songs go elsewhere.
	Library *library.Library
	// Apart are folders of another use, which a library folder must not overlap.
	Apart []string
	Log   *slog.Logger
	// Layout says where songs are filed; default platform_first_artist.
	Layout library.Layout
	// MaxQuality is the best quality that is asked for; default lossless.
	MaxQuality models.Quality
	// Ceiling is the best quality that is taken now, for the named source, or "" for any;
	// nil = MaxQuality. It is asked for each song, so it may change.
	Ceiling func(source string) models.Quality
	// Matching are the weights and the threshold in effect; nil = the default. They are asked
	// for each song, so they may change.
	Matching func() matching.Settings
	// Parts says what songs get beside their sound; nil = nothing. It is asked for each song.
	Parts func() PartSettings
	// GoodEnough is the quality from which the song's own platform is taken without looking
	// for a better one elsewhere; default 320k.
	GoodEnough models.Quality
	// SearchLimit is the number of candidates asked of each source; default 10.
	SearchLimit int
	// ResumeFrom is the length from which a file that broke off is gone on with, by a later
	// try too; default 1 MiB.
	ResumeFrom int64
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Bandwidth is how many bytes a second all downloads may take together at an instant, 0 =
	// any number; SourceLimit is how many songs may come from a source at once, 0 = any
	// number. They are asked again and again, so they may change; nil = unlimited.
	Bandwidth   func(time.Time) int64
	SourceLimit func(source string) int
	// MaxFileBytes bounds a song's file; default 2 GiB.
	MaxFileBytes int64
}

// Service downloads songs into the library's folders.
type Service struct {
	Config
	targets  *targets
	guard    guard
	choosing sync.Mutex // one UseFolder at a time
	songs    songLocks
	throttle *throttle
	slots    *sourceSlots
	buffers  sync.Pool
}

// New makes a service. Downloads go to the folder that the operator gave last, or to the
// library's when the settings name another one since.
func New(ctx context.Context, c Config) (*Service, error) {
	if c.MaxQuality == models.QualityUnknown {
		c.MaxQuality = models.QualityLossless
	}
	if c.Ceiling == nil {
		c.Ceiling = func(string) models.Quality { return c.MaxQuality }
	}
	if c.Matching == nil {
		c.Matching = matching.DefaultSettings
	}
	if c.GoodEnough == models.QualityUnknown {
		c.GoodEnough = models.Quality320
	}
	if c.SearchLimit <= 0 {
		c.SearchLimit = 10
	}
	if c.ResumeFrom <= 0 {
		c.ResumeFrom = 1 << 20
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MaxFileBytes <= 0 {
		c.MaxFileBytes = 2 << 30
	}
	if c.Bandwidth == nil {
		c.Bandwidth = func(time.Time) int64 { return 0 }
	}
	if c.SourceLimit == nil {
		c.SourceLimit = func(string) int { return 0 }
	}
	if c.Layout.IsZero() {
		c.Layout = library.DefaultLayout()
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	targets, err := openTargets(ctx, c.Store, c.Library)
	if err != nil {
		return nil, err
	}
	return &Service{
		Config:  c,
		targets: targets, throttle: newThrottle(c.Bandwidth, c.Now), slots: newSourceSlots(c.SourceLimit),
		songs:   songLocks{busy: map[int64]chan struct{}{}},
		buffers: sync.Pool{New: func() any { b := make([]byte, bufferBytes); return &b }},
	}, nil
}

// Result is how a download ended without an error.
type Result struct {
	// Skipped: nothing was fetched, for the reason given. Code is "" when the song was
	// there already.
	Skipped bool
	Code    models.Code
	Reason  string
	// Source delivered the file, now or earlier, of so many bytes.
	Source  string
	Bytes   int64
	Quality models.Quality
	Ext     string
}

// Text describes the result in a few words that need no translation.
func (r Result) Text() string {
	if r.Skipped {
		return r.Reason
	}
	return words(r.Source, string(r.Quality), r.Ext)
}

// words joins what is known by middle dots.
func words(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " · ")
}

// Report takes the progress of a download in bytes; total 0 = unknown.
type Report func(done, total int64, text string)

// Download brings a song to disk, asking the providers in order (empty = all). It can be
// repeated safely, and never runs twice at once for one song. When nothing could be
// fetched now but a later try may help, the error is classed accordingly; when every
// source refused for good, the result is skipped. Errors of this machine are ClassLocal.
func (s *Service) Download(ctx context.Context, songID int64, order []string, report Report) (Result, error) {
	return s.withSong(ctx, songID, func(files models.SongFiles) (Result, error) {
		if there, ok, err := s.findThere(ctx, files); ok || err != nil {
			return there, err
		}
		if err := s.held(); err != nil {
			return Result{}, err
		}
		r, res, err := s.newRun(ctx, files, order, report)
		if r == nil {
			return res, err
		}
		return r.finish(ctx)
	})
}

// withSong does something with a song that nobody else works on meanwhile.
func (s *Service) withSong(ctx context.Context, songID int64, do func(models.SongFiles) (Result, error)) (Result, error) {
	unlock, err := s.songs.lock(ctx, songID)
	if err != nil {
		return Result{}, err
	}
	defer unlock()
	files, err := s.Store.GetSongFiles(ctx, songID)
	if err != nil {
		return Result{}, err
	}
	return do(files)
}

// newRun makes a song's way through the sources. It is nil when the result stands already,
// or an error.
func (s *Service) newRun(ctx context.Context, files models.SongFiles, order []string, report Report) (*run, Result, error) {
	snap := snapshotOf(files.Song)
	if snap.NonMusic() || files.Song.Availability == models.AvailabilityNotMusic {
		res, err := s.skipNonMusic(ctx, files.Song.ID)
		return nil, res, err
	}
	providers, err := s.providers(order)
	if err != nil {
		return nil, Result{}, err
	}
	said, err := s.Store.ListOverrides(ctx, snap.Platform, snap.RemoteID)
	if err != nil {
		return nil, Result{}, err
	}
	return &run{
		s: s, target: s.targets.now(), files: files, snap: snap, providers: providers, report: report, granted: map[candidateKey][]sources.Stream{},
		matcher: matching.NewWith(s.Matching()), said: said,
	}, Result{}, nil
}

func (s *Service) skipNonMusic(ctx context.Context, songID int64) (Result, error) {
	task := models.DownloadTask{SongID: songID, LastErrorCode: models.CodeNotMusic, LastError: models.NonMusicNote}
	if err := s.Store.RecordSkip(ctx, task, models.AvailabilityNotMusic); err != nil {
		return Result{}, err
	}
	return Result{Skipped: true, Code: models.CodeNotMusic, Reason: models.NonMusicNote}, nil
}

// providers finds the named providers; none = all.
func (s *Service) providers(order []string) ([]sources.Provider, error) {
	usable, _, err := s.Sources.CheckProviders(order)
	if err != nil {
		return nil, err
	}
	list := make([]sources.Provider, 0, len(usable))
	for _, name := range usable {
		p, err := s.Sources.Provider(name)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	if len(list) == 0 {
		return nil, models.NewError(models.ClassPermanent, models.CodeNoSource, "no source to download from is configured")
	}
	return list, nil
}
