package catalog

import "catalogsync/models"

// evidence is what a fetch is judged by.
type evidence struct {
	songs       int  // that could be read
	undescribed int  // of which only the id came
	claimed     int  // that the platform says there are
	unreadable  int  // entries that could not be read
	stored      bool // songs are on the playlist from an earlier sync
}

// verdict says how far a fetch is believed.
type verdict struct {
	// doubtful: it may add songs and never removes any. Its version is not kept either, so
	// that the next sync fetches again.
	doubtful bool
	empty    models.EmptyReason
	code     models.Code
	doubt    models.Doubt
}

// shortfallShare is the part of the claimed songs that may be missing before a fetch is
// doubtful. Platforms count songs that they do not list any more, so a few always are.
const shortfallShare = 0.1

// A song of which only the id came is on the list all the same, so that others may be
// removed. There are a few such songs on many lists; more of them speak of an answer that
// is broken.
const (
	fewUndescribed   = 3
	undescribedShare = 0.05
)

// Limits of what may leave a list at once although the answer looks whole: its total
// agrees, and yet a third of the songs is missing, or they are all others.
const (
	// DefaultLossShare is the part of the stored songs whose loss is doubted.
	DefaultLossShare = 0.3
	// chartLossShare is by how much a chart may become shorter; its songs may all be others.
	chartLossShare = 0.5
	// fewLost songs may always leave.
	fewLost = 5
)

// lossRule is what may leave a playlist of this kind at once. A share of 1 or more turns the
// rule off but for lists that lose everything.
func lossRule(kind models.PlaylistKind, share float64) models.LossRule {
	if kind == models.KindToplist {
		return models.LossRule{Share: max(share, chartLossShare), Few: fewLost, Net: true}
	}
	return models.LossRule{Share: share, Few: fewLost}
}

// judge is the shrink guard: the worst that a sync can do is to believe a broken answer
// and take a list apart. What it believes is still measured by lossRule against what is stored.
func judge(e evidence) verdict {
	switch {
	case e.songs == 0 && (e.claimed > 0 || e.unreadable > 0 || e.undescribed > 0):
		return verdict{doubtful: true, empty: models.EmptyParseFailed, code: models.CodeUpstreamShape,
			doubt: models.Doubt{Rule: models.DoubtNoneRead, Songs: max(e.claimed, e.unreadable, e.undescribed)}}
	case e.songs == 0 && e.stored:
		return verdict{doubtful: true, empty: models.EmptySource, code: models.CodeUpstreamEmpty,
			doubt: models.Doubt{Rule: models.DoubtNoneShown}}
	case e.songs == 0:
		return verdict{empty: models.EmptySource}
	case e.unreadable > 0:
		return verdict{doubtful: true, code: models.CodeUpstreamShape,
			doubt: models.Doubt{Rule: models.DoubtUnreadable, Count: e.unreadable}}
	case e.undescribed > fewUndescribed && float64(e.undescribed) > undescribedShare*float64(e.songs+e.undescribed):
		return verdict{doubtful: true, code: models.CodeUpstreamShape,
			doubt: models.Doubt{Rule: models.DoubtUndescribed, Count: e.undescribed, Songs: e.songs + e.undescribed}}
	case float64(e.claimed-e.songs-e.undescribed) > shortfallShare*float64(e.claimed):
		return verdict{doubtful: true, code: models.CodeUpstreamShape,
			doubt: models.Doubt{Rule: models.DoubtShort, Count: e.songs, Songs: e.claimed}}
	default:
		return verdict{}
	}
}
