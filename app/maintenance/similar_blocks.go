package maintenance

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"catalogsync/app/matching"
	"catalogsync/models"
)

// Blocks of songs that may be one are gathered in memory: 16 bytes for each key of each
// song. A catalogue with more keys than membersAtOnce is gone through several times, each
// time for another share of the keys, so that memory does not grow with it.
const (
	membersAtOnce = 4 << 20
	// keysEach is how many keys a song has, generously.
	keysEach = 3
	// textsAtOnce is the number of songs whose names are read together.
	textsAtOnce = 5000
)

// member is a song in a block.
type member struct {
	key uint64
	// song is its id; the highest bits tell the platform.
	song uint64
}

const platformShift = 56

func (m member) id() int64 { return int64(m.song & (1<<platformShift - 1)) }

// passesFor is how often a catalogue is gone through.
func passesFor(songs int64) int { return int(songs*keysEach/membersAtOnce) + 1 }

// gather reads the names of all songs and puts one share of their keys in order.
func (l *similarLook) gather(ctx context.Context, pass int) ([]member, error) {
	members := make([]member, 0, min(l.total/int64(l.passes)*keysEach/int64(l.passes), membersAtOnce))
	platforms := map[string]uint64{}
	for after := int64(0); ; {
		texts, err := l.s.Store.ListTwinTexts(ctx, after, textsAtOnce)
		if err != nil {
			return nil, err
		}
		for _, t := range texts {
			after = t.ID
			number, known := platforms[t.Platform]
			if !known {
				number = uint64(len(platforms) % (1 << 8))
				platforms[t.Platform] = number
			}
			for _, key := range matching.TwinKeys(t.Name, singersOf(t.Singers)) {
				if key%uint64(l.passes) == uint64(pass) {
					members = append(members, member{key, uint64(t.ID) | number<<platformShift})
				}
			}
		}
		if pass == 0 {
			l.report.Songs += int64(len(texts))
		}
		l.done = l.total/int64(l.passes)*int64(pass) + after
		l.progress()
		if len(texts) < textsAtOnce {
			break
		}
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.song, b.song)) })
	return members, nil
}

// blocksOf gives the songs of each key that has some of several platforms.
func blocksOf(members []member) iter.Seq[[]int64] {
	return func(yield func([]int64) bool) {
		for from := 0; from < len(members); {
			upto := from + 1
			several := false
			for ; upto < len(members) && members[upto].key == members[from].key; upto++ {
				several = several || members[upto].song>>platformShift != members[from].song>>platformShift
			}
			if several {
				ids := make([]int64, 0, upto-from)
				for _, m := range members[from:upto] {
					ids = append(ids, m.id())
				}
				if !yield(ids) {
					return
				}
			}
			from = upto
		}
	}
}

// singersOf parts the artists that a song's row names.
func singersOf(singers string) []string {
	var names []string
	for name := range strings.SplitSeq(singers, " / ") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// betterFile puts songs that are here first, those with the better file before others, and
// the older before the newer.
func betterFile(a, b models.TwinSong) int {
	if a.Asset == nil || b.Asset == nil {
		return cmp.Or(cmp.Compare(yes(a.Asset == nil), yes(b.Asset == nil)), cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(
		-cmp.Compare(a.Asset.Quality.Rank(), b.Asset.Quality.Rank()),
		-cmp.Compare(a.Asset.FileSizeBytes, b.Asset.FileSizeBytes),
		cmp.Compare(a.ID, b.ID),
	)
}

// sameBytes says that two files were the same to the bit when they were served, before
// tags were written into them.
func sameBytes(a, b *models.FileAsset) bool {
	return a != nil && b != nil && servedSum(a) == servedSum(b)
}

func servedSum(a *models.FileAsset) string { return cmp.Or(a.ServedSHA256, a.SHA256) }
