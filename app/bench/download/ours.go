package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"catalogsync/app/database"
	"catalogsync/app/download"
	"catalogsync/app/httpclient"
	"catalogsync/app/library"
	"catalogsync/app/revision"
	"catalogsync/app/sources"
	"catalogsync/app/store"
	"catalogsync/jobs"
	"catalogsync/jobs/stages"
	"catalogsync/models"
)

// platform is the name of the server as a source.
const platform = "bench"

// source asks the server for a grant, as platforms want it, and then for the file.
type source struct {
	client *httpclient.Client
	base   string
}

func (s *source) Name() string { return platform }

func (s *source) Search(context.Context, string, int) ([]sources.Candidate, error) { return nil, nil }

func (s *source) CandidateOf(song models.SongSnapshot) (sources.Candidate, bool) {
	return sources.Candidate{Source: platform, RemoteID: song.RemoteID, Title: song.Name, Artists: song.ArtistNames(), DurationMS: song.DurationMS}, true
}

func (s *source) Resolve(ctx context.Context, c sources.Candidate, _ models.Quality) ([]sources.Stream, error) {
	var g grant
	if err := s.client.JSON(ctx, httpclient.Request{Endpoint: "grant", URL: s.base + "/grant/" + c.RemoteID}, &g); err != nil {
		return nil, err
	}
	return []sources.Stream{{URL: s.base + g.Path, Quality: models.Quality320, Ext: "mp3", SizeBytes: g.Bytes, DurationMS: g.DurationMS}}, nil
}

func (s *source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.client.Open(ctx, "file", st, offset, validator)
}

// ours runs one download job over the job engine, with the database and the library.
func ours(ctx context.Context, t task, begin func()) error {
	db, err := database.Open(ctx, filepath.Join(t.dir, "bench.db"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	s := store.New(db, revision.New(), time.Now)
	if err := plant(ctx, s, t); err != nil {
		return err
	}
	client, err := httpclient.New(httpclient.Config{Source: platform, Configured: []string{t.base}, Concurrency: 64})
	if err != nil {
		return err
	}
	registry, err := sources.NewRegistry(&source{client, t.base})
	if err != nil {
		return err
	}
	lib, err := library.Open(filepath.Join(t.dir, "library"), library.Options{})
	if err != nil {
		return err
	}
	log := slog.New(slog.DiscardHandler)
	service, err := download.New(ctx, download.Config{
		Store: s, Sources: registry, Library: lib, Log: log,
		Parts: func() download.PartSettings { return download.PartSettings{Tags: t.tags} },
	})
	if err != nil {
		return err
	}
	runner, err := jobs.NewRunner(jobs.Options{
		Store: s, Executors: map[models.StageName]jobs.Executor{models.StageDownload: stages.NewDownload(service, s, nil)},
		Logger: log, Workers: map[models.StageName]int{models.StageDownload: t.workers},
	})
	if err != nil {
		return err
	}
	if err := runner.Start(ctx); err != nil {
		return err
	}
	begin()
	job, err := runner.Enqueue(ctx, jobs.NewJob{Type: models.JobDownloadOnly, Origin: "bench"})
	if err != nil {
		return err
	}
	done, err := runner.Wait(ctx, job.ID)
	if err != nil {
		return err
	}
	if done.State != models.JobCompleted || done.ItemsDone != int64(t.files) || done.BytesDone < t.bytes*int64(t.files)*9/10 {
		return fmt.Errorf("the job ended %s with %d of %d songs, %d bytes", done.State, done.ItemsDone, t.files, done.BytesDone)
	}
	return runner.Stop(ctx)
}

// plant puts the songs on a playlist.
func plant(ctx context.Context, s *store.Store, t task) error {
	ids, err := s.AddPlaylists(ctx, models.PoolManualFile, []models.PlaylistRef{{Platform: platform, RemoteID: "1", Kind: models.KindPlaylist}})
	if err != nil {
		return err
	}
	list := make([]models.SongSnapshot, t.files)
	for i := range list {
		list[i] = models.SongSnapshot{Platform: platform, RemoteID: fmt.Sprint(i), Name: fmt.Sprintf("Song %d", i), Album: fmt.Sprintf("Album %d", i/10), Artists: []models.ArtistRef{{Name: fmt.Sprintf("Artist %d", i%40)}}}
	}
	_, err = s.SaveSync(ctx, models.FetchedPlaylist{PlaylistID: ids[0], Songs: list})
	return err
}
