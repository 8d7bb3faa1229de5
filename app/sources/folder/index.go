package folder

import (
	"cmp"
	"maps"
	"net/url"
	"path"
	"slices"
	"time"

	"catalogsync/app/matching/textkey"
	"catalogsync/app/sources/folder/listfile"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// sheet is a playlist file as read.
type sheet struct {
	tree *tree
	path string
	id   string
	size int64
	mod  time.Time
	list listfile.List
	err  *models.Error // why it cannot be read
}

// song is a place of a playlist, or an audio file.
type song struct {
	id    string
	file  *file // nil when refused
	named *file // the file that the entry leads to, also when it is refused
	entry listfile.Entry
	// refused says why it is not served.
	refused *models.Error
}

// playlist is a playlist file, or a folder of audio.
type playlist struct {
	tree     *tree
	id, name string
	about    listfile.List // without its entries
	songs    []song
	modTime  time.Time
	err      *models.Error
}

// index is what the folders held at one moment.
type index struct {
	trees     []*tree
	files     map[string]*file
	sheets    map[string]*sheet
	songs     map[string]song
	playlists map[string]*playlist
	order     []*playlist // playlist files, then folders, by path
	// lost says why a folder could not be looked at; what it held before is still here.
	lost map[*tree]error

	byPath map[*tree]map[string][]*file // by the key of their path
}

func newIndex(trees []*tree) *index {
	return &index{trees: trees, files: map[string]*file{}, sheets: map[string]*sheet{}, songs: map[string]song{},
		playlists: map[string]*playlist{}, lost: map[*tree]error{}, byPath: map[*tree]map[string][]*file{}}
}

// same says that nothing was added, removed or changed. What is unchanged is the very
// object of the last index.
func (x *index) same(other *index) bool {
	return len(x.lost)+len(other.lost) == 0 && maps.Equal(x.files, other.files) && maps.Equal(x.sheets, other.sheets)
}

// anyLost is the error of the first folder that could not be looked at, nil when all were.
func (x *index) anyLost() error {
	for _, t := range x.trees {
		if err := x.lost[t]; err != nil {
			return err
		}
	}
	return nil
}

// finish makes playlists and songs of what was found.
func (x *index) finish() {
	for _, f := range x.files {
		x.songs[f.id] = song{id: f.id, file: f}
		if x.byPath[f.tree] == nil {
			x.byPath[f.tree] = map[string][]*file{}
		}
		key := textkey.Key(f.path)
		x.byPath[f.tree][key] = append(x.byPath[f.tree][key], f)
	}
	covered := map[string]map[*file]bool{} // files by the folder of the list that names them
	for _, sh := range slices.SortedFunc(maps.Values(x.sheets), compareSheets) {
		p := x.fromSheet(sh)
		dir := sh.tree.idOf(path.Dir(sh.path))
		if covered[dir] == nil {
			covered[dir] = map[*file]bool{}
		}
		for _, s := range p.songs {
			covered[dir][s.named] = true
		}
		x.add(p)
	}
	x.folders(covered)
}

func compareSheets(a, b *sheet) int {
	return cmp.Or(cmp.Compare(a.tree.name, b.tree.name), upstreamtext.CompareNatural(a.path, b.path))
}

func (x *index) add(p *playlist) {
	x.playlists[p.id] = p
	x.order = append(x.order, p)
	for _, s := range p.songs {
		if _, known := x.songs[s.id]; !known {
			x.songs[s.id] = s
		}
	}
}

// fromSheet makes the playlist of a playlist file.
func (x *index) fromSheet(sh *sheet) *playlist {
	p := &playlist{tree: sh.tree, id: sh.id, name: firstOf(sh.list.Title, stem(sh.path)), about: sh.list, modTime: sh.mod, err: sh.err}
	p.about.Entries = nil
	for _, e := range sh.list.Entries {
		p.songs = append(p.songs, x.songAt(sh, e))
	}
	return p
}

// folders makes a playlist of each folder that holds audio itself, unless playlist files
// of that folder name all of it: then those are the better list of the same songs.
func (x *index) folders(covered map[string]map[*file]bool) {
	type place struct {
		tree *tree
		dir  string
	}
	held := map[place][]*file{}
	for _, f := range x.files {
		at := place{f.tree, path.Dir(f.path)}
		held[at] = append(held[at], f)
	}
	places := slices.SortedFunc(maps.Keys(held), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.tree.name, b.tree.name), upstreamtext.CompareNatural(a.dir, b.dir))
	})
	for _, at := range places {
		id := at.tree.idOf(at.dir)
		if !slices.ContainsFunc(held[at], func(f *file) bool { return !covered[id][f] }) {
			continue
		}
		slices.SortFunc(held[at], func(a, b *file) int { return upstreamtext.CompareNatural(a.path, b.path) })
		p := &playlist{tree: at.tree, id: id, name: at.dir}
		if at.dir == "." {
			p.name = at.tree.name
		}
		p.name = path.Base(p.name)
		for _, f := range held[at] {
			p.songs = append(p.songs, song{id: f.id, file: f})
			if f.mod.After(p.modTime) {
				p.modTime = f.mod
			}
		}
		x.add(p)
	}
}

// escapedPath is a location with its coded bytes resolved, as it is when there are none.
func escapedPath(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
