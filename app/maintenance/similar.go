package maintenance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"catalogsync/app/matching"
	"catalogsync/models"
)

// SimilarStore is what telling songs that are one needs of the database.
type SimilarStore interface {
	CountSongs(ctx context.Context) (int64, error)
	ListTwinTexts(ctx context.Context, afterID int64, limit int) ([]models.TwinText, error)
	FindTwinSongs(ctx context.Context, ids []int64) (map[int64]models.TwinSong, error)
	FindDecidedPairs(ctx context.Context, songIDs []int64) ([]models.SimilarPair, error)
	SaveSimilar(ctx context.Context, seenAtMS int64, list []models.SimilarPair) error
	DropStaleSimilar(ctx context.Context, beforeMS int64) error
	DropChained(ctx context.Context) error
	ListSimilar(ctx context.Context, f models.SimilarFilter) ([]models.SimilarRow, int64, error)
	CountSimilar(ctx context.Context) (map[models.SimilarState]int64, error)
	GetSimilar(ctx context.Context, id int64) (models.SimilarRow, error)
	NextSimilar(ctx context.Context, afterID int64, limit int) ([]int64, error)
	DecideSimilar(ctx context.Context, id int64, to models.SimilarState) (bool, error)

	IsMerged(ctx context.Context, songID int64) (bool, error)
	ListSongLocations(ctx context.Context, songID int64) ([]models.LocalFile, error)
	MergeSongs(ctx context.Context, p models.SimilarPair, former []models.FormerFile, besides int64) (bool, error)
	NoteFormer(ctx context.Context, pairID int64, former []models.FormerFile) error
	NoteShared(ctx context.Context, pairID, locationID int64) error
	PartSongs(ctx context.Context, p models.SimilarPair, back []int64, keep bool) (bool, error)
	ListLostTwins(ctx context.Context, afterID int64, limit int) ([]int64, error)
}

const (
	// blocksAtOnce bounds the songs of the blocks that are read together.
	blocksAtOnce = 400
	// crowd is the size from which a block says nothing: so many songs of one title by one
	// artist are no copies of a song.
	crowd = 300
)

// SimilarReport is what a look for similar songs came to.
type SimilarReport struct {
	Songs int64
	// Found counts the pairs that wait for a decision.
	Found int64
	// Crowded counts the blocks that were left out for their size.
	Crowded int64
}

// LookForSimilar finds songs of different platforms that are one recording, one of which is
// here, and keeps them until the operator decides. What was rejected or merged is not asked
// again. It changes nothing else, and may run beside anything.
//
//  1. Songs are put into blocks by title and artist, without reading more than their names.
//  2. In each block, the song with the best file is compared with those of other platforms;
//     then the best one of those that are left.
//  3. A song that is the twin of several stands with the best of them alone.
func (s *Service) LookForSimilar(ctx context.Context, report Progress) (SimilarReport, error) {
	total, err := s.Store.CountSongs(ctx)
	if err != nil {
		return SimilarReport{}, err
	}
	l := &similarLook{s: s, matcher: matching.NewWith(s.Matching()), startedMS: models.NowMS(s.Now()), tell: report}
	l.passes = passesFor(total)
	l.total = total * int64(l.passes)
	for pass := range l.passes {
		if err := l.lookAt(ctx, pass); err != nil {
			return l.report, err
		}
	}
	if err := s.Store.DropStaleSimilar(ctx, l.startedMS); err != nil {
		return l.report, err
	}
	if err := s.Store.DropChained(ctx); err != nil {
		return l.report, err
	}
	counts, err := s.Store.CountSimilar(ctx)
	l.report.Found = counts[models.SimilarOpen]
	return l.report, err
}

// similarLook is one look.
type similarLook struct {
	s         *Service
	matcher   *matching.Matcher
	startedMS int64
	passes    int
	total     int64
	done      int64
	tell      Progress
	report    SimilarReport
}

// lookAt looks at one share of the blocks.
func (l *similarLook) lookAt(ctx context.Context, pass int) error {
	members, err := l.gather(ctx, pass)
	if err != nil {
		return err
	}
	var blocks [][]int64
	songs := 0
	for block := range blocksOf(members) {
		if len(block) > crowd {
			l.report.Crowded++
			continue
		}
		if songs += len(block); songs > blocksAtOnce && len(blocks) > 0 {
			if err := l.compare(ctx, blocks); err != nil {
				return err
			}
			blocks, songs = nil, len(block)
		}
		blocks = append(blocks, block)
	}
	return l.compare(ctx, blocks)
}

// compare compares the songs of some blocks.
func (l *similarLook) compare(ctx context.Context, blocks [][]int64) error {
	if len(blocks) == 0 {
		return nil
	}
	ids := slices.Compact(slices.Sorted(slices.Values(slices.Concat(blocks...))))
	songs, err := l.s.Store.FindTwinSongs(ctx, ids)
	if err != nil {
		return err
	}
	list, err := l.s.Store.FindDecidedPairs(ctx, ids)
	if err != nil {
		return err
	}
	d := decidedOf(list)
	var found []models.SimilarPair
	for _, block := range blocks {
		pairs, err := l.compareBlock(block, songs, d)
		if err != nil {
			return err
		}
		found = append(found, pairs...)
	}
	l.report.Found += int64(len(found))
	l.progress()
	return l.s.Store.SaveSimilar(ctx, l.startedMS, found)
}

// decided is what the operator said before.
type decided struct {
	pairs  map[[2]int64]bool
	merged map[int64]bool // songs that have another's file
}

func decidedOf(list []models.SimilarPair) decided {
	d := decided{map[[2]int64]bool{}, map[int64]bool{}}
	for _, p := range list {
		d.pairs[pairKey(p.SongID, p.TwinID)] = true
		if p.State == models.SimilarMerged {
			d.merged[p.TwinID] = true
		}
	}
	return d
}

func pairKey(a, b int64) [2]int64 { return [2]int64{min(a, b), max(a, b)} }

// compareBlock pairs the songs of a block, each with the best song that it is a twin of.
func (l *similarLook) compareBlock(block []int64, songs map[int64]models.TwinSong, d decided) ([]models.SimilarPair, error) {
	var here []models.TwinSong
	for _, id := range block {
		if t, ok := songs[id]; ok && !d.merged[id] {
			here = append(here, t)
		}
	}
	slices.SortFunc(here, betterFile)
	var found []models.SimilarPair
	taken := map[int64]bool{}
	for i, song := range here {
		if song.Asset == nil {
			break // the rest is not here, either
		}
		for _, twin := range here[i+1:] {
			if taken[song.ID] || taken[twin.ID] || twin.Platform == song.Platform || d.pairs[pairKey(song.ID, twin.ID)] {
				continue
			}
			same := sameBytes(song.Asset, twin.Asset)
			score, twins := l.matcher.Twins(matching.SongOf(snapshotOf(song.Song)), matching.SongOf(snapshotOf(twin.Song)), same)
			if !twins {
				continue
			}
			text, err := json.Marshal(score)
			if err != nil {
				return nil, fmt.Errorf("note how songs %d and %d agree: %w", song.ID, twin.ID, err)
			}
			taken[twin.ID] = true
			found = append(found, models.SimilarPair{SongID: song.ID, TwinID: twin.ID, Score: score.Total, ScoreJSON: string(text), SameBytes: same})
		}
	}
	return found, nil
}

func (l *similarLook) progress() {
	if l.tell != nil {
		l.tell(min(l.done, l.total), l.total, fmt.Sprintf("looked at %d songs, found %d that are there twice", l.report.Songs, l.report.Found))
	}
}

// Similar lists one page of the pairs in a state.
func (s *Service) Similar(ctx context.Context, f models.SimilarFilter) ([]models.SimilarRow, int64, error) {
	return s.Store.ListSimilar(ctx, f)
}

// CountSimilar counts the pairs by state.
func (s *Service) CountSimilar(ctx context.Context) (map[models.SimilarState]int64, error) {
	return s.Store.CountSimilar(ctx)
}

// StartSimilar makes a job that looks, and merges everything when that is asked for.
func (s *Service) StartSimilar(ctx context.Context, scope models.SimilarScope, origin string) (models.JobRun, error) {
	if scope.Merge {
		if err := s.refuseWhileBusy(ctx, 0); err != nil {
			return models.JobRun{}, err
		}
	}
	return s.Queue.Enqueue(ctx, models.JobSimilar, models.JobScope{Similar: &scope}, "", origin, againPriority)
}

// CheckIdle answers a ClassConflict error while anything runs: songs cannot be merged then.
func (s *Service) CheckIdle(ctx context.Context) error { return s.refuseWhileBusy(ctx, 0) }
