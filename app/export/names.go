package export

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

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
func (s *Service) folderNames(playlists []models.Playlist) []string {
	plain := make([]string, len(playlists))
	count := map[string]int{}
	for i, p := range playlists {
		plain[i] = s.cleaned(p.Name, maxFolderBytes, "playlist")
		count[fold(plain[i])]++
	}
	taken := newNames()
	for i, p := range playlists {
		stem := plain[i]
		if count[fold(stem)] > 1 {
			stem += " (" + s.cleaned(p.Platform+" "+p.RemotePlaylistID, maxFolderBytes/2, strconv.FormatInt(p.ID, 10)) + ")"
		}
		plain[i] = taken.unique(stem, "")
	}
	return plain
}

// songStem is "NNN - artist - title", the number padded to the length of the list.
func (s *Service) songStem(number, total int, song *models.ExportSong) string {
	stem := fmt.Sprintf("%0*d - ", len(strconv.Itoa(total)), number)
	if artist := s.cleaned(artists(song), maxArtistBytes, ""); artist != "" {
		stem += artist + " - "
	}
	return stem + s.cleaned(song.Name, maxTitleBytes, "untitled")
}

// artists joins the singers for a file's name and for players, in which " / " would be
// taken for a folder or look like one.
func artists(song *models.ExportSong) string {
	return strings.ReplaceAll(song.Singers, " / ", ", ")
}

func (s *Service) cleaned(text string, maxBytes int, fallback string) string {
	if name := norm.NFC.String(s.cfg.Clean(text, maxBytes)); name != "" {
		return name
	}
	return fallback
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
