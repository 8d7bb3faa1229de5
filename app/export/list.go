package export

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"catalogsync/models"
)

// ListFormat is a kind of file that tells a playlist without its sound.
type ListFormat string

// Formats of lists, named as the files end.
const (
	FormatM3U8 ListFormat = "m3u8" // the songs that are here
	FormatXSPF ListFormat = "xspf" // all songs
	FormatJSPF ListFormat = "jspf" // all songs
	FormatCSV  ListFormat = "csv"  // all songs, with where they are or why they are not
)

// ListFormats lists them.
var ListFormats = []ListFormat{FormatM3U8, FormatXSPF, FormatJSPF, FormatCSV}

// ListOptions say how a playlist is told.
type ListOptions struct {
	Format ListFormat
	AsOfMS int64 // the list of that instant; 0 = now
	// Prefix stands before the paths of files, which else are seen from the library's
	// folder: it says where the player will find that folder.
	Prefix string
}

// List is a playlist as a file.
type List struct {
	FileName    string
	ContentType string
	Body        []byte
	ETag        string // strong, quotes included
}

var listTypes = map[ListFormat]string{
	FormatM3U8: "audio/x-mpegurl; charset=utf-8",
	FormatXSPF: "application/xspf+xml; charset=utf-8",
	FormatJSPF: "application/jspf+json; charset=utf-8",
	FormatCSV:  "text/csv; charset=utf-8; header=present",
}

// PrepareList tells a playlist as a file. It looks at no disk: what the library knows to be
// downloaded is told as such. Errors:
//
//   - ClassNotFound: no such playlist
//   - CodeExportNotReady: the playlist was never synced
//   - CodeTooLarge: more than Config.MaxSongs songs
func (s *Service) PrepareList(ctx context.Context, playlistID int64, o ListOptions) (List, error) {
	lists, err := s.load(ctx, Scope{PlaylistIDs: []int64{playlistID}, ExportForm: models.ExportForm{AsOfMS: o.AsOfMS}})
	if err != nil {
		return List{}, err
	}
	l := &lists[0]
	if l.SyncedAtMS == 0 {
		return List{}, neverSynced(l)
	}
	rows := listRows(l, o.Prefix)
	var body []byte
	switch o.Format {
	case FormatM3U8:
		body = listM3U8(l, rows)
	case FormatXSPF:
		body = listXSPF(l, rows)
	case FormatJSPF:
		body = listJSPF(l, rows)
	case FormatCSV:
		body = listCSV(rows)
	default:
		return List{}, models.Invalid("format", models.CodeBadValue, "there is no format %q", o.Format)
	}
	sum := sha256.Sum256(body)
	return List{
		FileName: l.folder + "." + string(o.Format), ContentType: listTypes[o.Format], Body: body,
		ETag: `"` + hex.EncodeToString(sum[:16]) + `"`,
	}, nil
}

func neverSynced(l *list) error {
	e := models.NewError(models.ClassConflict, models.CodeExportNotReady, "the playlist %q was never synced; sync it first", l.Name)
	e.Params = map[string]any{"Playlists": []string{l.Name}, "Count": 1, "Missing": l.TrackCount, "Songs": l.TrackCount}
	return e
}

// listRow is a place of a list: the song, and its file if there is one.
type listRow struct {
	number  int // from 1
	song    *models.ExportSong
	title   string
	artists string
	album   string
	file    *models.ExportFile
	path    string // of the file, prefix included
	missing manifestMissing
}

func listRows(l *list, prefix string) []listRow {
	prefix = oneLine(prefix)
	rows := make([]listRow, len(l.songs))
	for i := range l.songs {
		s := &l.songs[i]
		r := listRow{number: i + 1, song: s, title: oneLine(s.Name), artists: oneLine(artists(s)), album: oneLine(s.Album)}
		if len(s.Files) > 0 {
			r.file = &ranked(s.Files)[0]
			r.path = prefix + r.file.Locator
		} else {
			r.missing = missingSong(r.number, s, found{})
		}
		rows[i] = r
	}
	return rows
}

// durationMS is that of the file, else what the platform says; 0 = unknown.
func (r *listRow) durationMS() int64 {
	if r.file != nil && r.file.DurationMS > 0 {
		return r.file.DurationMS
	}
	return r.song.DurationMS
}

// listM3U8 lists the files; the songs without one are named in comments, which players skip.
func listM3U8(l *list, rows []listRow) []byte {
	var b strings.Builder
	b.WriteString("#EXTM3U\n#PLAYLIST:" + oneLine(l.Name) + "\n")
	for i := range rows {
		r := &rows[i]
		name := r.title
		if r.artists != "" {
			name = r.artists + " - " + r.title
		}
		if r.file == nil || strings.ContainsAny(r.path, "\r\n") { // the format cannot say such a path
			fmt.Fprintf(&b, "# missing %d: %s (%s)\n", r.number, name, oneLine(cmp.Or(r.missing.Reason, r.missing.Code)))
			continue
		}
		seconds := int64(-1) // unknown
		if ms := r.durationMS(); ms > 0 {
			seconds = (ms + 500) / 1000
		}
		fmt.Fprintf(&b, "#EXTINF:%d,%s\n%s\n", seconds, name, m3uPath(r.path))
	}
	return []byte(b.String())
}

// m3uPath is a path that no reader takes for a comment, or trims.
func m3uPath(p string) string {
	if p == "" || p[0] == '#' || p[0] == ' ' {
		return "./" + p
	}
	return p
}

// uriPath is a path as a URI reference: every byte that could mean something else is coded.
// A first part with a colon would be taken for a scheme; an address stays one.
func uriPath(p string) string {
	scheme, rest := "", p
	if before, after, ok := strings.Cut(p, "://"); ok && isScheme(before) {
		scheme, rest = before+"://", after
	}
	var b strings.Builder
	for i := range len(rest) {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~/!$&'()*+,;=@", c) >= 0,
			c == ':' && scheme != "":
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return scheme + b.String()
}

func isScheme(s string) bool {
	return s != "" && len(s) < 12 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz") == ""
}

// fileExt is the file's extension without its dot.
func (r *listRow) fileExt() string { return strings.TrimPrefix(path.Ext(r.path), ".") }
