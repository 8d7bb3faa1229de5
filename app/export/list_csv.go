package export

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"strconv"
	"strings"
)

// csvHead are the columns; programs read them by these names.
var csvHead = []string{
	"number", "title", "artists", "album", "duration_ms", "platform", "song_id", "state", "file", "format", "quality",
	"source", "size_bytes", "sha256", "reason_code", "reason",
}

// byteOrderMark makes spreadsheets read the file as UTF-8.
const byteOrderMark = "\ufeff"

// listCSV tells every place of the list, one a line, as of RFC 4180.
func listCSV(rows []listRow) []byte {
	var b bytes.Buffer
	b.WriteString(byteOrderMark)
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	_ = w.Write(csvHead) // into memory: cannot fail, nor can those below
	for i := range rows {
		r := &rows[i]
		cells := []string{
			strconv.Itoa(r.number), r.title, r.artists, r.album, positive(r.durationMS()), r.song.Platform, r.song.RemoteSongID,
		}
		if f := r.file; f != nil {
			cells = append(cells, "downloaded", r.path, r.fileExt(), string(f.Quality), f.Source, positive(f.FileSizeBytes), f.SHA256, "", "")
		} else {
			cells = append(cells, "missing", "", "", "", "", "", "", r.missing.Code, oneLine(cmp.Or(r.missing.Reason, "")))
		}
		for j := range cells {
			cells[j] = inert(cells[j])
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.Bytes()
}

// positive is the number, nothing when it is unknown.
func positive(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// inert keeps a spreadsheet from running a text: what it would take for a formula is put
// behind an apostrophe, as spreadsheets themselves mark texts. Characters that it skips
// before it looks for one are texts too.
func inert(cell string) string {
	if first := strings.TrimLeft(cell, " \t\r\n\u00a0\u3000\ufeff"); first != "" && strings.ContainsAny(first[:1], "=+-@") ||
		strings.HasPrefix(first, "＝") || strings.HasPrefix(first, "＋") || strings.HasPrefix(first, "－") || strings.HasPrefix(first, "＠") {
		return "'" + cell
	}
	return cell
}
