package export

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"catalogsync/models"
)

// minSplitBytes is the smallest size of parts: below it an archive is mostly headers.
const minSplitBytes = 1 << 20

// maxParts bounds the parts of an archive.
const maxParts = 9999

// checkForm refuses what no archive can be.
func checkForm(f models.ExportForm) error {
	if f.Layout != "" && f.Layout != models.LayoutFolders && f.Layout != models.LayoutShared {
		return models.Invalid("layout", models.CodeBadValue, "the layout is %q; it must be folders or shared", f.Layout)
	}
	if f.SplitBytes != 0 && f.SplitBytes < minSplitBytes {
		return models.Invalid("split", models.CodeBadValue, "parts of %d bytes are too small; the least is 1MiB", f.SplitBytes)
	}
	return nil
}

// lay puts folders into archives in which no more than limit-1 bytes are, 0 being no limit.
// Each folder's texts stand behind its songs in every archive that has any of them.
func lay(folders []*folder, limit int64) [][]entry {
	l := layer{limit: limit, part: 1}
	for _, f := range folders {
		l.folder(f)
	}
	for _, f := range folders {
		if l.part > 1 {
			f.tellParts()
		}
		f.addTexts()
	}
	parts := make([][]entry, l.part)
	for _, f := range folders {
		f.spread(parts)
	}
	return parts
}

// layer decides which song goes into which part.
type layer struct {
	limit int64 // 0 = none
	part  int   // from 1
	used  int64 // bytes of the part at most
}

func (l *layer) folder(f *folder) {
	texts := int64(0)
	if l.limit != 0 { // costly, and nobody asks
		texts = f.textBound()
	}
	begun := false // the part has something of the folder
	for _, u := range f.units {
		need := u.bound()
		if !begun {
			need += texts
		}
		if !l.fits(need) {
			l.next()
			need = u.bound() + texts
		}
		begun = true
		l.used += need
		u.part = l.part
	}
	if !begun {
		if !l.fits(texts) {
			l.next()
		}
		l.used += texts
		f.textsIn = l.part
	}
}

func (l *layer) fits(n int64) bool {
	return l.limit == 0 || l.used == 0 || l.used+n+endBound < l.limit
}

func (l *layer) next() { l.part, l.used = l.part+1, 0 }

// Bounds of what an entry takes besides its data and twice its name, and of the end.
const (
	entryBound = localHeaderLen + dirRecordLen + 2*timeExtraLen + 20 + 28
	endBound   = 56 + 20 + 22
)

func (e *entry) bound() int64 { return entryBound + 2*int64(len(e.name)) + e.size }

func (u *unit) bound() int64 {
	n := int64(0)
	for i := range u.entries {
		n += u.entries[i].bound()
	}
	return n
}

// textBound is the most that the folder's texts take, wherever its songs end up.
func (f *folder) textBound() int64 {
	if f.list == nil {
		return 0
	}
	name := int64(2*len(f.list.folder) + len("/ (2).m3u8"))
	part := int64(len(`   "part": 9999,`) + 1)
	return 2*(entryBound+2*name) + int64(len(m3u8(&f.manifest))+len(f.manifest.encode())) + part*int64(len(f.manifest.Songs))
}

// tellParts notes in the manifest which part each song is in.
func (f *folder) tellParts() {
	for i, u := range f.places {
		f.manifest.Songs[i].Part = u.part
	}
}

// spread puts the folder's entries into their parts.
func (f *folder) spread(parts [][]entry) {
	in := 0
	for _, u := range f.units {
		if in != 0 && u.part != in {
			parts[in-1] = append(parts[in-1], f.texts...)
		}
		in = u.part
		parts[in-1] = append(parts[in-1], u.entries...)
	}
	if in == 0 {
		in = f.textsIn
	}
	parts[in-1] = append(parts[in-1], f.texts...)
}

func tooManyParts(n int) error {
	e := models.Invalid("split", models.CodeTooLarge, "the archive would have %d parts, more than %d; let them be larger", n, maxParts)
	e.Params = map[string]any{"Count": n, "Limit": maxParts}
	return e
}

// pick gives a part by its number; 0 is the whole of what has only one.
func pick(parts []*Plan, number int) (*Plan, error) {
	switch {
	case number == 0 && len(parts) == 1:
		return parts[0], nil
	case number >= 1 && number <= len(parts):
		return parts[number-1], nil
	}
	e := models.Invalid("part", models.CodeBadValue, "the archive has %d parts; ask for part=1 to part=%d", len(parts), len(parts))
	e.Params = map[string]any{"Want": fmt.Sprintf("1 – %d", len(parts)), "Count": len(parts)}
	return nil, e
}

// partName names part number of count.
func partName(whole string, number, count int) string {
	if count == 1 {
		return whole
	}
	width := len(fmt.Sprint(count))
	return fmt.Sprintf("%s - part %0*d of %d.zip", strings.TrimSuffix(whole, ".zip"), width, number, count)
}

// digestOf names the bytes of all parts together.
func digestOf(parts []*Plan) string {
	h := sha256.New()
	for _, p := range parts {
		field(h, p.ETag())
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
