package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// maxHits bounds one search, as the platforms do.
const maxHits = 300

// Search finds a platform's songs whose title stands in the text, those by an artist
// that is named there first. As on the real platforms, live versions, covers and other
// songs of the same or a similar title stand among them.
func (c *Catalog) Search(p Platform, text string) []*Song {
	folded := fold(text)
	var hits []*Song
	for _, work := range c.worksOf(text, folded) {
		for v := Original; v < variants; v++ {
			if r := (Ref{Work: work, Variant: v}); c.has(p, r) {
				hits = append(hits, c.Song(p, r))
			}
		}
		if len(hits) >= maxHits {
			break
		}
	}
	rank := func(s *Song) int {
		for _, a := range s.Artists {
			if name := fold(a.Name); name != "" && strings.Contains(folded, name) {
				return 0
			}
		}
		return 1
	}
	slices.SortStableFunc(hits, func(a, b *Song) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(mix(a.tune), mix(b.tune)))
	})
	return hits[:min(len(hits), maxHits)]
}

// worksOf gives the works whose title stands in a text, then some of a similar title.
func (c *Catalog) worksOf(text, folded string) []int {
	var works []int
	add := func(w int) {
		if _, hostile := c.hostile[w]; !hostile && !slices.Contains(works, w) {
			works = append(works, w)
		}
	}
	for w, title := range c.hostile {
		if name := fold(title); strings.Contains(text, title) || name != "" && strings.Contains(folded, name) {
			works = append(works, w)
		}
	}
	slices.Sort(works)
	words := c.words()
	numbers := words.find(folded)
	for _, n := range numbers {
		for t := c.names.reverse(n); t < c.works && len(works) < maxHits; t += titles {
			add(c.title.reverse(t))
		}
	}
	for _, n := range numbers {
		for i := 1; i <= 3; i++ {
			similar := n - n%titleWords + (n+i*17)%titleWords
			if t := c.names.reverse(similar); t < c.works {
				add(c.title.reverse(t))
			}
		}
	}
	return works
}
