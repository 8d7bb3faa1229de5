package folder

import (
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"strings"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/sources/folder/listfile"
	"catalogsync/models"
)

var (
	// scheme is what an address begins with; one letter is a drive.
	scheme = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+):`)
	drive  = regexp.MustCompile(`^[A-Za-z]:[\\/]`)
)

const partText = "the song is a part of a longer file, which is not cut"

// songAt makes the song of an entry: the file that it leads to, or why there is none.
func (x *index) songAt(sh *sheet, e listfile.Entry) song {
	f := x.find(sh, e)
	switch {
	case f != nil && e.Part:
		return song{id: f.id + "-" + digestOf(e.Title, strings.Join(e.Artists, "\x00"), string(rune(e.Track)))[:8], entry: e, named: f,
			refused: refusal(models.CodePartOfFile, "%s (%s)", partText, path.Base(f.path))}
	case f != nil:
		return song{id: f.id, file: f, named: f, entry: e}
	}
	paths, outside := sh.paths(e)
	if outside || len(paths) == 0 {
		id := digestOf("elsewhere", e.Location, e.Title, strings.Join(e.Artists, "\x00"))
		if e.Location == "" {
			return song{id: id, entry: e, refused: refusal(models.CodeWithdrawn, "the playlist does not say where the file is")}
		}
		return song{id: id, entry: e, refused: refusal(models.CodeForbiddenAddress, "the playlist names a file outside of the folder, which is not read")}
	}
	return song{id: x.missingID(sh.tree, paths[0], e), entry: e,
		refused: refusal(models.CodeWithdrawn, "the file %s is not there", path.Base(paths[0]))}
}

// missingID is the id that the file will have when it comes (back).
func (x *index) missingID(t *tree, name string, e listfile.Entry) string {
	if e.Part {
		return digestOf("part", t.name, name, e.Title)
	}
	return t.idOf(name)
}

// find looks for the file of an entry, nil when it is not below the folder.
func (x *index) find(sh *sheet, e listfile.Entry) *file {
	paths, outside := sh.paths(e)
	if t, name, ok := x.absolute(e); ok {
		return x.at(t, name)
	}
	if outside {
		return nil
	}
	for _, name := range paths {
		if f := x.at(sh.tree, name); f != nil {
			return f
		}
	}
	if strings.EqualFold(path.Ext(sh.path), ".cue") && len(paths) > 0 {
		return x.packed(sh.tree, paths[0])
	}
	return nil
}

// at is the file at a path, or the only one whose path differs in case, width or the
// composition of its letters: lists come from other systems.
func (x *index) at(t *tree, name string) *file {
	if f := x.files[t.idOf(name)]; f != nil {
		return f
	}
	if alike := x.byPath[t][textkey.Key(name)]; len(alike) == 1 {
		return alike[0]
	}
	return nil
}

// packed is the file of a CUE sheet that was written for a WAV which was packed since.
func (x *index) packed(t *tree, name string) *file {
	name = strings.TrimSuffix(name, path.Ext(name))
	var found *file
	for ext := range audioExts {
		if f := x.at(t, name+ext); f != nil {
			if found != nil && found != f {
				return nil
			}
			found = f
		}
	}
	return found
}

// absolute is the path below one of the folders that an entry names in full.
func (x *index) absolute(e listfile.Entry) (t *tree, name string, ok bool) {
	full, isPath := pathOf(e)
	if !isPath || !filepath.IsAbs(full) {
		return nil, "", false
	}
	for _, candidate := range []string{full, escapedPath(full)} {
		for _, t := range x.trees {
			rel, err := filepath.Rel(t.name, filepath.Clean(candidate))
			if err == nil && filepath.IsLocal(rel) {
				return t, filepath.ToSlash(rel), true
			}
		}
	}
	return nil, "", false
}

// pathOf is an entry's location as a path of this system, false when it is an address on
// the network or a drive.
func pathOf(e listfile.Entry) (name string, ok bool) {
	location := e.Location
	if m := scheme.FindStringSubmatch(location); m != nil {
		if !strings.EqualFold(m[1], "file") {
			return "", false
		}
		u, err := url.Parse(location)
		if err != nil || (u.Host != "" && !strings.EqualFold(u.Host, "localhost")) {
			return "", false
		}
		if u.Opaque != "" {
			return escapedPath(u.Opaque), true
		}
		location = u.Path // unescaped
		if drive.MatchString(strings.TrimPrefix(location, "/")) {
			return "", false
		}
		return location, true
	}
	if drive.MatchString(location) || strings.HasPrefix(location, `\\`) {
		return "", false
	}
	if e.Escaped {
		return escapedPath(location), true
	}
	return location, location != ""
}

// paths lists where an entry may lead below the folder, most likely first; outside says
// that it leads out of it, or onto the network.
func (sh *sheet) paths(e listfile.Entry) (list []string, outside bool) {
	name, ok := pathOf(e)
	if !ok {
		return nil, e.Location != ""
	}
	for _, form := range []string{name, strings.ReplaceAll(name, `\`, "/"), escapedPath(strings.ReplaceAll(name, `\`, "/"))} {
		dir := path.Dir(sh.path)
		if strings.HasPrefix(form, "/") { // below the root of the music, as some servers write
			dir = "."
		}
		joined := path.Join(dir, form)
		if !filepath.IsLocal(filepath.FromSlash(joined)) {
			outside = true
			continue
		}
		list = append(list, joined)
	}
	return list, outside || len(list) == 0
}
