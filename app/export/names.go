package export

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"catalogsync/app/library"
	"catalogsync/models"
)

// Lengths in bytes. A folder and a file together stay below 260 characters, the most
// that Windows Explorer extracts.
const (
	maxFolderBytes = 80
	maxArtistBytes = 60
	maxTitleBytes  = 90
	maxExtBytes    = 5
)

// names hands out names that differ in one folder, also where case does not count.
type names struct{ taken map[string]bool }

func newNames() *names { return &names{taken: map[string]bool{}} }

// fold is the form in which names are compared.
func fold(name string) string { return cases.Fold().String(norm.NFC.String(name)) }

// unique gives stem+ext, with a number when that is taken.
func (n *names) unique(stem, ext string) string {
	name := stem + ext
	for i := 2; n.taken[fold(name)]; i++ {
		name = fmt.Sprintf("%s (%d)%s", stem, i, ext)
	}
	n.taken[fold(name)] = true
	return name
}

// folderNames names the folders of playlists, in their order. Playlists of one name get
// their platform and id added, each of them, so that a folder's name does not depend on
// what stands before it.
func folderNames(playlists []models.Playlist, reserved ...string) []string {
	plain := make([]string, len(playlists))
	count := map[string]int{}
	for i, p := range playlists {
		plain[i] = short(p.Name, maxFolderBytes)
		count[fold(plain[i])]++
	}
	taken := newNames()
	for _, name := range reserved {
		taken.unique(name, "")
	}
	for i, p := range playlists {
		stem := plain[i]
		if count[fold(stem)] > 1 {
			stem += " (" + short(p.Platform+" "+p.RemotePlaylistID, maxFolderBytes/2) + ")"
		}
		plain[i] = taken.unique(stem, "")
	}
	return plain
}

// songStem is "NNN - artist - title", the number padded to the length of the list.
func songStem(number, total int, song *models.ExportSong) string {
	stem := fmt.Sprintf("%0*d - ", len(strconv.Itoa(total)), number)
	if song.Singers != "" {
		stem += short(artists(song), maxArtistBytes) + " - "
	}
	return stem + short(song.Name, maxTitleBytes)
}

// sharedStem is "artist - title" of a song that several lists share.
func sharedStem(song *models.ExportSong) string {
	stem := short(song.Name, maxTitleBytes)
	if song.Singers != "" {
		stem = short(artists(song), maxArtistBytes) + " - " + stem
	}
	return stem
}

// artists joins the singers for a file's name and for players, in which " / " would be
// taken for a folder or look like one.
func artists(song *models.ExportSong) string {
	return strings.ReplaceAll(song.Singers, " / ", ", ")
}

// short is the text as one component of a path, at most maxBytes long and never empty.
func short(text string, maxBytes int) string {
	name := library.CleanName(text)
	for len(name) > maxBytes {
		cut := maxBytes
		for !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = library.CleanName(name[:cut]) // again, for what now stands at the end
	}
	return name
}

// extension is ".ext" for a container's short name; anything else is no extension that
// a player could use.
func extension(ext string) string {
	ext = strings.ToLower(ext)
	if ext == "" || len(ext) > maxExtBytes || strings.Trim(ext, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ".bin"
	}
	return "." + ext
}

// fileName proposes a name for the archive itself.
func fileName(lists []list) string {
	if len(lists) == 1 {
		return lists[0].folder + ".zip"
	}
	return fmt.Sprintf("catalogsync-%d-playlists.zip", len(lists))
}
