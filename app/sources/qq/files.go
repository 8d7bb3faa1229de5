package qq

import (
	"path"
	"strconv"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// fileKind is one clear kind of file of the stream service; a file's name is prefix +
// media_mid + "." + ext.
type fileKind struct {
	prefix  string
	ext     string
	quality models.Quality
	sizeKey string // key of Candidate.Keys with the size, "" = sizes are not told
}

// fileKinds lists the clear kinds, best first (upstream document, "Stream"). Encrypted kinds
// (.mflac, .mgg) and the trial clip RS02 are left out on purpose: what is not listed is
// neither asked for nor accepted.
var fileKinds = []fileKind{
	{"F000", "flac", models.QualityLossless, "size_flac"},
	{"A000", "ape", models.QualityLossless, "size_ape"},
	{"M800", "mp3", models.Quality320, "size_320mp3"},
	{"O800", "ogg", models.Quality320, ""},
	{"O600", "ogg", models.Quality192, "size_192ogg"},
	{"C600", "m4a", models.Quality192, "size_192aac"},
	{"M500", "mp3", models.Quality128, "size_128mp3"},
	{"C400", "m4a", models.QualityLow, "size_96aac"},
}

// trialPrefix marks the trial clip.
const trialPrefix = "RS02"

// kindOfFile finds the clear kind of a file name or of a relative address; "" extension
// mismatches (F000….mflac) are not clear.
func kindOfFile(name string) (fileKind, bool) {
	name, _, _ = strings.Cut(name, "?")
	name = path.Base(name)
	for _, k := range fileKinds {
		if strings.HasPrefix(name, k.prefix) && strings.HasSuffix(name, "."+k.ext) {
			return k, true
		}
	}
	return fileKind{}, false
}

// size is the announced size in bytes, 0 = not offered or not told.
func (k fileKind) size(keys map[string]string) int64 {
	n, err := strconv.ParseInt(keys[k.sizeKey], 10, 64)
	if err != nil || k.sizeKey == "" || n < 0 {
		return 0
	}
	return n
}

// offersOf lists the kinds with an announced size, best first.
func offersOf(keys map[string]string) []sources.Offer {
	var offers []sources.Offer
	for _, k := range fileKinds {
		if size := k.size(keys); size > 0 {
			offers = append(offers, sources.Offer{Quality: k.quality, Ext: k.ext, SizeBytes: size})
		}
	}
	return offers
}

// kindsToAsk lists the kinds to ask for, best first and none above the ceiling: those
// announced, or the usual ones when the song's row told no sizes.
func kindsToAsk(keys map[string]string, ceiling models.Quality) []fileKind {
	announced := len(offersOf(keys)) > 0
	var kinds []fileKind
	for _, k := range fileKinds {
		if ceiling != models.QualityUnknown && k.quality.Rank() > ceiling.Rank() {
			continue
		}
		if announced && k.size(keys) > 0 || !announced && usual(k) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

func usual(k fileKind) bool {
	return k.prefix != "A000" && k.sizeKey != ""
}
