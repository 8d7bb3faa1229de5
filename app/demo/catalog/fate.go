package catalog

// Serving is how a platform serves a song to an anonymous caller.
type Serving int

// The ways.
const (
	Served    Serving = iota
	Paid              // refused: must be bought
	Preview           // only a clip is served
	Withdrawn         // listed, but greyed out
	Absent            // the platform does not have it
)

// String is the way's name.
func (s Serving) String() string {
	return [...]string{"served", "paid", "preview", "withdrawn", "absent"}[s]
}

// Fate is what becomes of a work over all platforms. Home is the platform whose
// playlists it is on.
type Fate int

// The fates.
const (
	FateOpen                Fate = iota
	FatePaidAtHome               // served elsewhere
	FatePreviewAtHome            // served elsewhere
	FateWithdrawnAtHome          // served elsewhere
	FatePaidEverywhere           // cannot be obtained
	FatePreviewEverywhere        // cannot be obtained
	FateWithdrawnEverywhere      // cannot be obtained
	FateHomeOnly                 // served at home, absent elsewhere
)

// fateCycle is the number of works in which each fate has its exact share. It is short,
// so that a small catalogue has nearly all of them.
const fateCycle = 25

// fateShares gives the fates' parts of fateCycle; the rest is open.
var fateShares = []struct {
	fate Fate
	part int
}{
	{FatePaidAtHome, 3}, {FatePreviewAtHome, 2}, {FateWithdrawnAtHome, 1}, {FatePaidEverywhere, 1},
	{FatePreviewEverywhere, 1}, {FateHomeOnly, 1},
}

func (c *Catalog) fate(work int) Fate {
	slot := c.fates.of(work % fateCycle)
	for _, s := range fateShares {
		if slot >= s.part {
			slot -= s.part
			continue
		}
		if s.fate == FatePreviewEverywhere && work/fateCycle%2 == 1 {
			return FateWithdrawnEverywhere
		}
		return s.fate
	}
	return FateOpen
}

// serving is how p serves the original of a work.
func (c *Catalog) serving(p Platform, work int) Serving {
	home := c.home(work)
	fate := c.fate(work)
	switch fate {
	case FatePaidEverywhere:
		return Paid
	case FateWithdrawnEverywhere:
		return Withdrawn
	case FatePreviewEverywhere:
		return previewAt(p)
	case FateHomeOnly:
		if p != home && !c.onShelf(p, work) {
			return Absent
		}
		return Served
	}
	if p == home {
		return map[Fate]Serving{FatePaidAtHome: Paid, FatePreviewAtHome: previewAt(p), FateWithdrawnAtHome: Withdrawn}[fate]
	}
	if c.leftOut(p, work, home) {
		return Absent
	}
	return Served
}

// leftOut makes a seventh of the works absent on one of the platforms beside their home.
func (c *Catalog) leftOut(p Platform, work int, home Platform) bool {
	if c.onShelf(p, work) {
		return false
	}
	x := c.random(topicPresence, work)
	if x%7 != 0 {
		return false
	}
	other := Platform((int(home) + 1 + int(x>>8&1)) % int(platforms))
	return p == other
}

// previewAt is Preview where the platform has previews: Kuwo just refuses.
func previewAt(p Platform) Serving {
	if p == Kuwo {
		return Paid
	}
	return Preview
}
