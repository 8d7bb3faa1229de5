package catalog

// Variant tells recordings of one work apart. Only originals stand on playlists; the
// others are what a search finds beside them.
type Variant int

// The variants.
const (
	Original Variant = iota
	Live
	Remix
	Instrumental
	Cover    // by other artists, and says so
	Namesake // another song of the same title
	variants
)

// versionText stands behind the title of a variant, by platform taste.
var versionText = [variants][]string{
	Live:         {"Live", "现场版", "Live版"},
	Remix:        {"Remix", "DJ版", "DJ Remix"},
	Instrumental: {"伴奏", "Instrumental", "伴奏版"},
	Cover:        {"翻唱", "Cover", "翻唱版"},
}

// Ref names one recording.
type Ref struct {
	Work    int
	Variant Variant
}

// variantSlots is how many numbers a work takes in a platform's ids.
const variantSlots = 16

var songIDBase = [platforms]int64{NetEase: 1_300_000_000, QQ: 105_000_000, Kuwo: 900_100_000}

// SongID is the platform's numeric id of a recording.
func SongID(p Platform, r Ref) int64 {
	return songIDBase[p] + int64(r.Work)*variantSlots + int64(r.Variant)
}

// RefOf finds the recording of a platform's numeric id; ok is false when the platform
// has no such song.
func (c *Catalog) RefOf(p Platform, id int64) (Ref, bool) {
	n := id - songIDBase[p]
	r := Ref{Work: int(n / variantSlots), Variant: Variant(n % variantSlots)}
	if n < 0 || r.Work >= c.works || r.Variant >= variants {
		return Ref{}, false
	}
	return r, c.has(p, r)
}

// has tells whether a platform has a recording at all.
func (c *Catalog) has(p Platform, r Ref) bool {
	if r.Variant == Original {
		return c.serving(p, r.Work) != Absent
	}
	if _, ok := c.hostile[r.Work]; ok {
		return false
	}
	chance := [variants]int{Live: 30, Remix: 15, Instrumental: 20, Cover: 20, Namesake: 15}[r.Variant]
	return below(c.random(topicVariants, r.Work, int(r.Variant), int(p)), 100) < chance
}
