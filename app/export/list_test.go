package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"catalogsync/app/export"
	"catalogsync/app/sources/folder/listfile"
	"catalogsync/models"
)

func (h *house) list(p *models.Playlist, o export.ListOptions) export.List {
	h.t.Helper()
	l, err := h.service.PrepareList(h.t.Context(), p.ID, o)
	require.NoError(h.t, err)
	require.True(h.t, utf8.Valid(l.Body))
	return l
}

// What is written can be read again by the reader of playlist files.
func TestListsCanBeReadAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.playlist("热歌 <榜> & \"more\"", h.downloaded("山路 & <b>", "甲 / 乙"), h.song("没有", "丙"), h.downloaded("#1, -5 - x", "z"))
	for _, format := range []export.ListFormat{export.FormatM3U8, export.FormatXSPF, export.FormatJSPF} {
		t.Run(string(format), func(t *testing.T) {
			l := h.list(p, export.ListOptions{Format: format, Prefix: "../音乐 a#b%/"})
			got, err := listfile.Parse("list."+string(format), l.Body)
			require.NoError(t, err)
			require.Equal(t, `热歌 <榜> & "more"`, got.Title)
			entries := got.Entries
			if format != export.FormatM3U8 { // which can only list files
				require.Len(t, entries, 3)
				require.Equal(t, "没有", entries[1].Title)
				require.Empty(t, entries[1].Location)
				entries = append(entries[:1:1], entries[2])
			}
			require.Len(t, entries, 2)
			require.Equal(t, "山路 & <b>", entries[0].Title)
			require.Equal(t, []string{"甲, 乙"}, entries[0].Artists)
			require.InDelta(t, 61_400, entries[0].DurationMS, 500)
			require.Equal(t, "#1, -5 - x", entries[1].Title)
			want := "../音乐 a#b%/qq/1.mp3"
			if format != export.FormatM3U8 {
				require.True(t, entries[0].Escaped)
				want = "../%E9%9F%B3%E4%B9%90%20a%23b%25/qq/1.mp3"
			}
			require.Equal(t, want, entries[0].Location)
		})
	}
}

var hostileTitles = []string{
	"=HYPERLINK(\"http://x\")", "+1", "-1+1", "@SUM(A1)", "\t=1", "\u00a0=1", "＝1", "a\"b,c", "line\nbreak\r\n#EXTINF:1,x\n/etc/passwd",
	"]]><script>alert(1)</script>", "&amp;", "nul\x00bell\x07esc\x1b[31m", "bad\xff\xfeutf", "\u202egnp.exe", strings.Repeat("😀", 300), "#EXTM3U", "",
	"\ufffe\uffff", "'quoted'",
}

func TestHostileTitlesAreText(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var songs []*models.Song
	for _, title := range hostileTitles {
		songs = append(songs, h.downloaded(title, title))
	}
	p := h.playlist(hostileTitles[8], songs...)
	for _, format := range export.ListFormats {
		l := h.list(p, export.ListOptions{Format: format})
		require.NotContains(t, l.FileName, "/")
		require.NotContains(t, string(l.Body), "\x00")
		switch format {
		case export.FormatCSV:
			requireInertCSV(t, l.Body, len(songs))
		case export.FormatXSPF:
			require.NoError(t, wholeXML(l.Body))
			fallthrough
		default:
			got, err := listfile.Parse("x."+string(format), l.Body)
			require.NoError(t, err)
			require.Len(t, got.Entries, len(songs), format)
			for _, e := range got.Entries {
				require.Regexp(t, `^qq/\d+\.mp3$`, e.Location)
			}
		}
	}
}

func requireInertCSV(t *testing.T, body []byte, rows int) {
	t.Helper()
	require.True(t, bytes.HasPrefix(body, []byte("\ufeff")), "spreadsheets know it as UTF-8")
	r := csv.NewReader(bytes.NewReader(body[3:]))
	all, err := r.ReadAll()
	require.NoError(t, err)
	require.Len(t, all, rows+1)
	for _, row := range all {
		for _, cell := range row {
			begin := strings.TrimSpace(cell)
			require.False(t, begin != "" && strings.ContainsAny(begin[:1], "=+-@"), "%q would be run", cell)
			require.False(t, strings.HasPrefix(begin, "＝"), cell)
		}
	}
}

func wholeXML(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestCSVSaysWhatIsMissingAndWhy(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	lost := h.song("Lost", "y")
	require.NoError(t, h.db.Model(lost).Updates(map[string]any{"availability": models.AvailabilityUnavailable, "availability_reason": "to be bought"}).Error)
	p := h.playlist("List", h.downloaded("Here", "x"), lost)
	all, err := csv.NewReader(bytes.NewReader(h.list(p, export.ListOptions{Format: export.FormatCSV}).Body[3:])).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for i, name := range all[0] {
		column[name] = i
	}
	require.Equal(t, []string{"downloaded", "qq/1.mp3", "mp3"}, []string{all[1][column["state"]], all[1][column["file"]], all[1][column["format"]]})
	require.Equal(t, []string{"missing", "", "to be bought"}, []string{all[2][column["state"]], all[2][column["file"]], all[2][column["reason"]]})
}

func TestListsOfNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	empty, unsynced := h.playlist("Empty"), h.playlist("Unsynced")
	require.NoError(t, h.db.Model(unsynced).Update("synced_at_ms", 0).Error)
	for _, format := range export.ListFormats {
		l := h.list(empty, export.ListOptions{Format: format})
		require.NotEmpty(t, l.Body)
		_, err := h.service.PrepareList(t.Context(), unsynced.ID, export.ListOptions{Format: format})
		require.Equal(t, models.CodeExportNotReady, models.CodeOf(err))
		_, err = h.service.PrepareList(t.Context(), 999, export.ListOptions{Format: format})
		require.Equal(t, models.ClassNotFound, models.ClassOf(err))
	}
	var j struct{ Playlist struct{ Track []any } }
	require.NoError(t, json.Unmarshal(h.list(empty, export.ListOptions{Format: export.FormatJSPF}).Body, &j))
	require.NotNil(t, j.Playlist.Track)
}
