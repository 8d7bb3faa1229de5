package matching

import (
	"hash/maphash"
	"slices"
)

// Twins are songs of two platforms that are one recording. Finding them among all songs of
// a catalogue goes in two steps: TwinKeys puts songs that can be twins at all into common
// blocks, Twins judges those of a block.

// twinSeed makes keys that differ from process to process; they are never stored.
var twinSeed = maphash.MakeSeed()

// maxTwinKeys bounds the keys of one song.
const maxTwinKeys = 8

// TwinKeys lists the blocks of a song: one for each form of each artist's name, together
// with the title without its version words. Songs that share none are never twins; songs
// without a known artist have none. Equal keys do not yet mean equal texts.
func TwinKeys(name string, artists []string) []uint64 {
	t := parseTitle(name, "", artists)
	if t.core == "" {
		return nil
	}
	var keys []uint64
	for _, a := range splitArtists(artists, t.guests) {
		for _, form := range a.forms {
			key := maphash.String(twinSeed, t.core+"\x00"+form)
			if len(keys) < maxTwinKeys && !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// Limits of twins. They are stricter than those of a download's candidates: a wrong
// candidate costs one song, a wrong twin two, and there is no other offer to compare it with.
const (
	// minTwinArtists lets a guest be left out by one side, and no artist be another.
	minTwinArtists = 0.8
	// minTwinDuration is a difference of two seconds.
	minTwinDuration = 1.0
)

// Twins says whether two songs are one recording, and by what. Titles and versions must
// agree, artists nearly, lengths to two seconds, and all of them must be known. sameBytes
// says that their files are the same to the bit; then it is enough that a download would
// have taken one for the other.
func (m *Matcher) Twins(a, b Song, sameBytes bool) (Score, bool) {
	s := m.compare(a, b)
	switch {
	case s.Level == LevelNo || s.Slight:
		return s, false
	case sameBytes:
		return s, true
	}
	return s, s.Level == LevelSame && !s.Blind && s.Title.Value == 1 && s.Version.Value == 1 &&
		s.Artists.Known && s.Artists.Value >= minTwinArtists && s.Duration.Known && s.Duration.Value >= minTwinDuration
}
