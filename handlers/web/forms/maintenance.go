package forms

import (
	"slices"
	"strconv"

	"catalogsync/models"
)

// Findings reads the list of a class of findings.
func Findings(v Values, size int) (f models.FindingFilter, err error) {
	if err = v.onlyKnown("class", "keyword", "page"); err != nil {
		return f, err
	}
	if f.Class, err = oneOf(v, "class", models.FindingClasses); err != nil {
		return f, err
	}
	if f.Class == "" {
		f.Class = models.FindingClasses[0]
	}
	if f.Keyword, err = keyword(v); err != nil {
		return f, err
	}
	f.Page.Size = size
	f.Page.Number, err = v.integer("page", 1, 1, maxPage)
	return f, err
}

func keyword(v Values) (string, error) {
	text := v.get("keyword")
	if len([]rune(text)) > maxKeyword {
		return "", badValue("keyword", text, "at most "+strconv.Itoa(maxKeyword)+" characters")
	}
	return text, nil
}

// Similar reads the list of songs that are one.
func Similar(v Values, size int) (f models.SimilarFilter, err error) {
	if err = v.onlyKnown("state", "keyword", "page"); err != nil {
		return f, err
	}
	if f.State, err = oneOf(v, "state", models.SimilarStates); err != nil {
		return f, err
	}
	if f.State == "" {
		f.State = models.SimilarOpen
	}
	if f.Keyword, err = keyword(v); err != nil {
		return f, err
	}
	f.Page.Size = size
	f.Page.Number, err = v.integer("page", 1, 1, maxPage)
	return f, err
}

// Keep reads which song of a pair keeps its file, 0 = the better one.
func Keep(v Values) (int64, error) {
	if err := v.onlyKnown("keep"); err != nil {
		return 0, err
	}
	ids, err := IDs(v, "keep")
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// RecycleBin reads the list of the recycle bin.
func RecycleBin(v Values, size int) (text string, page models.Page, err error) {
	if err = v.onlyKnown("keyword", "page"); err != nil {
		return "", page, err
	}
	if text, err = keyword(v); err != nil {
		return "", page, err
	}
	page.Size = size
	page.Number, err = v.integer("page", 1, 1, maxPage)
	return text, page, err
}

// Fix is what is to be settled.
type Fix struct {
	Class, Action string
	IDs           []int64
	Download      bool
}

// maxFixes bounds the findings that a form names one by one.
const maxFixes = 1000

// NewFix reads what is to be settled; what fits together is the use case's to say.
func NewFix(v Values) (f Fix, err error) {
	if err = v.onlyKnown("class", "action", "ids", "download"); err != nil {
		return f, err
	}
	class, err := oneOf(v, "class", append(slices.Clone(models.FindingClasses), "all"))
	if err != nil {
		return f, err
	}
	if class == "" {
		return f, badValue("class", "", "a class of findings")
	}
	f.Class, f.Action = string(class), v.get("action")
	if f.IDs, err = IDs(v, "ids"); err != nil {
		return f, err
	}
	if len(f.IDs) > maxFixes {
		return f, badValue("ids", "", "at most 1000 numbers")
	}
	f.Download, err = v.boolean("download")
	return f, err
}

// Reconcile reads a look.
func Reconcile(v Values) (s models.ReconcileScope, err error) {
	if err = v.onlyKnown("deep"); err != nil {
		return s, err
	}
	s.Deep, err = v.boolean("deep")
	return s, err
}

// maxPath bounds the path of a file or folder, in bytes.
const maxPath = 4096

// Import reads an import; without a tick a dry run is none.
func Import(v Values) (s models.ImportScope, err error) {
	if err = v.onlyKnown("folder", "dry_run", "in_place"); err != nil {
		return s, err
	}
	if s.Folder = v.get("folder"); len(s.Folder) > maxPath {
		return s, badValue("folder", s.Folder, "a path of at most 4096 bytes")
	}
	if s.DryRun, err = v.boolean("dry_run"); err != nil {
		return s, err
	}
	s.InPlace, err = v.boolean("in_place")
	return s, err
}

// Restore reads which file of the recycle bin is meant.
func Restore(v Values) (backendID int64, locator string, err error) {
	if err = v.onlyKnown("backend_id", "locator"); err != nil {
		return 0, "", err
	}
	ids, err := IDs(v, "backend_id")
	if err != nil {
		return 0, "", err
	}
	if len(v["locator"]) > 0 {
		locator = v["locator"][0] // a name may begin or end with a space
	}
	if len(ids) != 1 || locator == "" || len(locator) > maxPath {
		return 0, "", badValue("locator", locator, "a file of the recycle bin")
	}
	return ids[0], locator, nil
}

// Imported reads the list of an import's files.
func Imported(v Values, size int) (state models.ImportState, page models.Page, err error) {
	if err = v.onlyKnown("state", "page"); err != nil {
		return "", page, err
	}
	if state, err = oneOf(v, "state", models.ImportStates); err != nil {
		return "", page, err
	}
	page.Size = size
	page.Number, err = v.integer("page", 1, 1, maxPage)
	return state, page, err
}
