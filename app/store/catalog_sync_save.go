package store

import (
	"context"
	"sync"

	"catalogsync/models"
)

// syncSave is one fetch on its way into the database.
type syncSave struct {
	ctx   context.Context
	asked models.FetchedPlaylist // as it was handed in
	songs []preparedSong
	done  bool
	out   models.SyncOutcome
	err   error

	// What the transaction made of it; begin starts anew, should it be tried again.
	fetched models.FetchedPlaylist
	stored  models.Playlist
	diff    models.LinkDiff
	songIDs []int64 // in the fetched order, songs that are not known left out
}

func (r *syncSave) begin() {
	r.fetched, r.stored, r.diff, r.songIDs, r.out = r.asked, models.Playlist{}, models.LinkDiff{}, nil, models.SyncOutcome{}
}

// take finds the fetch's songs among those that were stored, and counts them. A song that is
// new on several playlists counts for the first.
func (r *syncSave) take(saved savedSongs) {
	for i := range r.asked.Songs {
		if id, known := saved.ids[r.asked.Songs[i].RemoteID]; known {
			r.songIDs = append(r.songIDs, id)
		}
	}
	for i := range r.songs {
		remote := r.songs[i].snapshot.RemoteID
		_, known := saved.ids[remote]
		_, updated := saved.updated[remote]
		switch {
		case !known:
			r.out.Unknown++
		case saved.created[remote]:
			delete(saved.created, remote)
			r.out.NewSongs++
		case updated:
			r.out.UpdatedSongs++
		}
	}
	if r.out.Unknown > 0 {
		r.fetched.VersionTag = "" // they may be described the next time
	}
}

// diffLinks compares the stored links with the fetch. A loss that is too large turns the fetch
// into a doubtful one.
func (r *syncSave) diffLinks(links []models.PlaylistSong, atMS int64) {
	f := &r.fetched
	if !f.KeepMissing {
		if loss := models.LossOf(links, r.songIDs); f.Loss.Doubts(loss) {
			f.Doubt(loss)
		}
	}
	r.diff = models.DiffLinks(f.PlaylistID, links, r.songIDs, f.KeepMissing, atMS)
}

func (r *syncSave) finish() {
	d := &r.diff
	r.out.Songs, r.out.Added, r.out.Removed, r.out.Moved, r.out.Held = d.Active, d.Added, d.Removed, d.Moved, len(d.Held)
	r.out.NoteCode, r.out.Note = r.fetched.NoteCode, r.fetched.Note
}

// syncQueue brings fetches that are saved at the same time into one transaction: while one
// caller holds the writer, others queue up, and the next one takes them along.
type syncQueue struct {
	mu      sync.Mutex
	waiting []*syncSave
	turn    sync.Mutex // held by the caller that saves
}

// Bounds of one transaction: others wait for the writer no longer than for these.
const (
	mostSyncsAtOnce = 32
	mostSongsAtOnce = 2_000
)

// save hands r over and returns when it is saved; run saves a batch and sets the errors.
func (q *syncQueue) save(r *syncSave, run func([]*syncSave)) {
	q.mu.Lock()
	q.waiting = append(q.waiting, r)
	q.mu.Unlock()
	q.turn.Lock()
	defer q.turn.Unlock()
	for !r.done {
		batch := q.next()
		run(batch)
		for _, b := range batch {
			b.done = true
		}
	}
}

// next takes a batch off the queue: the oldest, and those after it as far as they fit and are
// of other playlists.
func (q *syncQueue) next() []*syncSave {
	q.mu.Lock()
	defer q.mu.Unlock()
	songs, taken := 0, map[int64]bool{}
	n := 0
	for ; n < min(len(q.waiting), mostSyncsAtOnce); n++ {
		r := q.waiting[n]
		songs += len(r.songs)
		if taken[r.asked.PlaylistID] || n > 0 && songs > mostSongsAtOnce {
			break
		}
		taken[r.asked.PlaylistID] = true
	}
	batch := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	return batch
}
