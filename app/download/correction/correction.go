// Package correction tells why a song has the file that it has, and takes the operator's
// word about it: this candidate, never that one, not on this source.
//
// What he says is kept with the canonical song and asked first by every download. It
// refers to no row of songs, files or jobs, so no scan, sync, download or upgrade takes it
// away; only he does.
package correction

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"catalogsync/app/download"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Store is what corrections need of the database.
type Store interface {
	GetSongDecision(ctx context.Context, songID int64) (models.SongDecision, error)
	SaveOverride(ctx context.Context, o *models.MatchOverride) error
	DeleteOverride(ctx context.Context, platform, remoteSongID string, id int64) error
}

// Enqueuer creates jobs.
type Enqueuer interface {
	Enqueue(ctx context.Context, jobType models.JobType, scope models.JobScope, title, origin string, priority int) (models.JobRun, error)
}

// Service is the corrections of songs.
type Service struct {
	store   Store
	queue   Enqueuer
	sources func() []string
}

// New makes the service; sources names the providers in use, in their order.
func New(store Store, queue Enqueuer, sources func() []string) *Service {
	return &Service{store: store, queue: queue, sources: sources}
}

// Why is all that is known of how a song's file was chosen.
type Why struct {
	Song models.Song
	Task models.DownloadTask // zero when the song was never tried
	// Record is the decision; zero when there is none or another program wrote it.
	Record download.Record
	// Candidates are those of the record, the one that was taken first, then the usable
	// ones in their order, then the losers; and what the operator picked elsewhere.
	Candidates []Candidate
	Overrides  []models.MatchOverride
	// Sources are those that could be said not to have the song.
	Sources []string
	// Outdated says that something was said after the decision was made, so that a new
	// download may come out differently.
	Outdated bool
}

// Why gets it. A song that does not exist is ClassNotFound.
func (s *Service) Why(ctx context.Context, songID int64) (Why, error) {
	d, err := s.store.GetSongDecision(ctx, songID)
	if err != nil {
		return Why{}, err
	}
	w := Why{Song: d.Song, Task: d.Task, Overrides: d.Overrides}
	if d.Task.DecisionJSON != "" && json.Unmarshal([]byte(d.Task.DecisionJSON), &w.Record) != nil {
		w.Record = download.Record{}
	}
	w.Candidates = candidatesOf(w.Record, d)
	w.Sources = slices.Clone(w.Record.Order)
	for _, name := range s.sources() {
		if !slices.Contains(w.Sources, name) {
			w.Sources = append(w.Sources, name)
		}
	}
	for _, o := range d.Overrides {
		w.Outdated = w.Outdated || o.AtMS >= d.Task.UpdatedAtMS
	}
	return w, nil
}

// Said is one thing that the operator says of a song.
type Said struct {
	Kind   models.OverrideKind
	Source string
	// RemoteID is the candidate's id at the source; "" for OverrideAbsent.
	RemoteID string
	Note     string
	Actor    string // web | api | cli
}

// Bounds of what is said.
const (
	MaxNote     = 300 // characters
	maxRemoteID = 1024
)

// Say keeps what the operator says. It stands until he takes it back. A candidate can be
// picked only when it was seen: its source needs more than the id to serve it. Errors are
// ClassInvalid with the field, and ClassNotFound.
func (s *Service) Say(ctx context.Context, songID int64, said Said) (models.MatchOverride, error) {
	w, err := s.Why(ctx, songID)
	if err != nil {
		return models.MatchOverride{}, err
	}
	if err := check(said, w); err != nil {
		return models.MatchOverride{}, err
	}
	o := models.MatchOverride{
		Platform: w.Song.Platform, RemoteSongID: w.Song.RemoteSongID,
		Kind: said.Kind, Source: said.Source, CandidateID: said.RemoteID, Note: strings.TrimSpace(said.Note), Actor: said.Actor,
	}
	if c, seen := find(w.Candidates, said.Source, said.RemoteID); seen {
		text, err := json.Marshal(c.Candidate)
		if err != nil {
			return o, fmt.Errorf("keep candidate %s of %s: %w", said.RemoteID, said.Source, err)
		}
		o.CandidateJSON = string(text)
	} else if said.Kind == models.OverridePick {
		return o, models.Invalid("remote_id", models.CodeBadValue,
			"%s has no candidate %q that was seen for this song; pick one of its decision", said.Source, said.RemoteID)
	}
	return o, s.store.SaveOverride(ctx, &o)
}

func check(said Said, w Why) error {
	switch {
	case !slices.Contains(models.OverrideKinds, said.Kind):
		return models.Invalid("kind", models.CodeBadValue, "kind is %q; it must be pick, forbid or absent", said.Kind)
	case !slices.Contains(w.Sources, said.Source):
		return models.Invalid("source", models.CodeUnknownSource, "there is no source %q to download from; known are: %s", said.Source, strings.Join(w.Sources, ", "))
	case said.Kind == models.OverrideAbsent && said.RemoteID != "":
		return models.Invalid("remote_id", models.CodeBadValue, "absent is about the whole source; leave remote_id out")
	case said.Kind != models.OverrideAbsent && said.RemoteID == "":
		return models.Invalid("remote_id", models.CodeBadValue, "remote_id is missing; it names the candidate at %s", said.Source)
	case len(said.RemoteID) > maxRemoteID:
		return models.Invalid("remote_id", models.CodeTooLarge, "remote_id has %d bytes; the most is %d", len(said.RemoteID), maxRemoteID)
	case len([]rune(said.Note)) > MaxNote:
		return models.Invalid("note", models.CodeTooLarge, "the note has %d characters; the most is %d", len([]rune(said.Note)), MaxNote)
	}
	return nil
}

// TakeBack undoes one thing that was said.
func (s *Service) TakeBack(ctx context.Context, songID, overrideID int64) error {
	d, err := s.store.GetSongDecision(ctx, songID)
	if err != nil {
		return err
	}
	return s.store.DeleteOverride(ctx, d.Song.Platform, d.Song.RemoteSongID, overrideID)
}

// askedFor is the priority of a song that the operator waits for.
const askedFor = 10

// DownloadAgain makes a job that fetches the song anew. The file that it has stays until
// the new one is whole and verified.
func (s *Service) DownloadAgain(ctx context.Context, songID int64, origin string) (models.JobRun, error) {
	d, err := s.store.GetSongDecision(ctx, songID)
	if err != nil {
		return models.JobRun{}, err
	}
	if d.Song.Availability == models.AvailabilityNotMusic {
		return models.JobRun{}, models.NewError(models.ClassConflict, models.CodeNotMusic, "the entry is no song; there is nothing to download")
	}
	title := d.Song.Name
	if d.Song.Singers != "" {
		title += " – " + d.Song.Singers
	}
	scope := models.JobScope{SongIDs: []int64{songID}, Replace: d.Song.Downloaded}
	return s.queue.Enqueue(ctx, models.JobDownloadOnly, scope, title, origin, askedFor)
}

// seenCandidate reads the candidate of an override; false when none was kept.
func seenCandidate(o models.MatchOverride) (sources.Candidate, bool) {
	var c sources.Candidate
	if o.CandidateJSON == "" || json.Unmarshal([]byte(o.CandidateJSON), &c) != nil {
		return c, false
	}
	c.Source, c.RemoteID = o.Source, o.CandidateID
	return c, true
}
