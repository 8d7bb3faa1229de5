package catalog

import (
	"context"
	"slices"

	"catalogsync/models"
)

// LargeFrom is the number of playlists from which an action is rehearsed before it is done.
const LargeFrom = 50

// Rehearsal is what an action would do now. Without a change in between, it is what happens.
type Rehearsal struct {
	Kind     models.BulkKind
	Selected int
	// How the playlists would be routed; they add up to Selected.
	SyncDownload, Download, Complete, Busy int
	// Songs, each counted once: those that would be downloaded, those that are here, and those
	// that are known not to be to be had.
	Will, Here, Blocked int
	// Claimed is the number of songs that the platforms claim for playlists never synced.
	Claimed int64
	// Bytes is about what the downloads come to; Free is the room for them, -1 = unknown.
	Bytes, Free int64
	// TookMS is how long it takes at the pace of the last download, 0 = unknown.
	TookMS int64
	// Changes and Same are the playlists whose mark would change, and the others.
	Changes, Same int
}

// NoRoom says that what would be downloaded does not fit the disk.
func (r Rehearsal) NoRoom() bool { return r.Free >= 0 && r.Bytes > r.Free }

// Nothing says that the action would change nothing.
func (r Rehearsal) Nothing() bool {
	switch r.Kind {
	case models.BulkWant, models.BulkUnwant:
		return r.Changes == 0
	case models.BulkSync:
		return r.Busy == r.Selected
	case models.BulkDownload:
		return r.SyncDownload+r.Download == 0
	}
	return false
}

// Large says whether an action on the pick is to be rehearsed first.
func (p Pick) Large() bool { return p.Matching() || len(p.IDs) >= LargeFrom }

// Rehearse tells what an action would do. Errors as of Act.
func (b *Bulk) Rehearse(ctx context.Context, kind models.BulkKind, p Pick) (Rehearsal, error) {
	picked, err := b.resolve(ctx, p)
	if err != nil {
		return Rehearsal{}, err
	}
	r := Rehearsal{Kind: kind, Selected: len(picked.ids), Free: -1}
	switch kind {
	case models.BulkWant, models.BulkUnwant:
		tally, err := b.store.TallyPlaylists(ctx, picked.ids)
		r.Same = int(tally.Wanted)
		if kind == models.BulkUnwant {
			r.Same = r.Selected - r.Same
		}
		r.Changes = r.Selected - r.Same
		return r, err
	case models.BulkSync:
		live, err := b.selection.store.FindLiveJobs(ctx, picked.ids, models.StageSync)
		r.Busy = len(live)
		return r, err
	}
	return r, b.rehearseDownload(ctx, &r, picked.ids)
}

func (b *Bulk) rehearseDownload(ctx context.Context, r *Rehearsal, ids []int64) error {
	playlists, err := b.selection.store.FindPlaylistsByIDs(ctx, ids)
	if err != nil {
		return err
	}
	to, err := b.selection.route(ctx, playlists)
	if err != nil {
		return err
	}
	r.SyncDownload, r.Download, r.Complete, r.Busy = len(to.unsynced), len(to.incomplete), len(to.complete), len(to.busy)
	for _, p := range to.unsynced {
		r.Claimed += max(p.CollectedSongCount, p.TrackCount)
	}
	if err := b.count(ctx, r, to); err != nil {
		return err
	}
	return b.o.measure(ctx, b.store, r)
}

// measure tells the room for what would be fetched, and how long it takes at the last pace.
func (o BulkOptions) measure(ctx context.Context, store interface {
	LastDownloadPace(ctx context.Context) (models.DownloadPace, error)
}, r *Rehearsal) error {
	if o.Free != nil {
		if free, err := o.Free(); err == nil {
			r.Free = free
		}
	}
	pace, err := store.LastDownloadPace(ctx)
	if err == nil && pace.Bytes > 0 {
		r.TookMS = int64(float64(r.Bytes) / float64(pace.Bytes) * float64(pace.TookMS))
	}
	return err
}

// tally counts a song that would be asked for.
func (r *Rehearsal) tally(s models.TalliedSong, best models.Quality) {
	switch {
	case s.Downloaded:
		r.Here++
	case s.Availability != models.AvailabilityOpen:
		r.Blocked++
	default:
		r.Will++
		r.Bytes += models.EstimateBytes(s.FileSizeBytes, s.DurationMS, s.QualityLabel, best)
	}
}

// count counts the songs: those of playlists that are to be downloaded first, so that a song
// that stands on one of them and on another is told as what becomes of it.
func (b *Bulk) count(ctx context.Context, r *Rehearsal, to routes) error {
	seen := songSet{}
	err := b.store.EachTalliedSong(ctx, idsOf(slices.Concat(to.incomplete, to.unsynced)), func(songs []models.TalliedSong) {
		for _, s := range songs {
			if seen.add(s.ID) {
				r.tally(s, b.o.BestQuality)
			}
		}
	})
	if err != nil {
		return err
	}
	return b.store.EachTalliedSong(ctx, idsOf(to.complete), func(songs []models.TalliedSong) {
		for _, s := range songs {
			if s.Downloaded && seen.add(s.ID) {
				r.Here++
			}
		}
	})
}

// songSet is a set of ids that are close together: a bit each, whatever is asked for first.
type songSet map[int64]uint64

func (s songSet) add(id int64) bool {
	word, bit := id>>6, uint64(1)<<(id&63)
	if s[word]&bit != 0 {
		return false
	}
	s[word] |= bit
	return true
}

// PickTally is what a pick comes to, for the bar that tells of it.
type PickTally struct {
	models.PlaylistTally
	// Bytes is the size of the songs that are here; About says that it is estimated.
	Bytes int64
	About bool
	// Busy counts those that an unfinished job downloads, Syncing those that one syncs.
	Busy, Syncing int
}

// exactBytes is the number of playlists up to which the size of their files is summed up;
// that of more is told from the first ones.
const exactBytes = 500

// Tally sums a pick up. A token is taken for what it matches now.
func (b *Bulk) Tally(ctx context.Context, p Pick) (PickTally, error) {
	p.loose = true
	picked, err := b.resolve(ctx, p)
	if err != nil {
		return PickTally{}, err
	}
	var t PickTally
	if t.PlaylistTally, err = b.store.TallyPlaylists(ctx, picked.ids); err != nil {
		return t, err
	}
	if err := b.tallyBytes(ctx, &t, picked.ids); err != nil {
		return t, err
	}
	for stage, n := range map[models.StageName]*int{models.StageDownload: &t.Busy, models.StageSync: &t.Syncing} {
		live, err := b.selection.store.FindLiveJobs(ctx, picked.ids, stage)
		if err != nil {
			return t, err
		}
		*n = len(live)
	}
	return t, nil
}

func (b *Bulk) tallyBytes(ctx context.Context, t *PickTally, ids []int64) (err error) {
	measured := ids[:min(len(ids), exactBytes)]
	if t.Bytes, err = b.store.SumPlaylistBytes(ctx, measured); err != nil || len(measured) == len(ids) {
		return err
	}
	t.About = true
	part, err := b.store.TallyPlaylists(ctx, measured)
	if err == nil && part.Downloaded > 0 {
		t.Bytes = int64(float64(t.Bytes) / float64(part.Downloaded) * float64(t.Downloaded))
	}
	return err
}
