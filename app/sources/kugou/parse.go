package kugou

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
)

// keyMixSong in Candidate.Keys is the song's id that all its files share.
const keyMixSong = "album_audio_id"

// readSearch reads the candidates of a search: the listed songs, then the other versions
// that stand below them, each file once.
func readSearch(a *searchAnswer) ([]sources.Candidate, error) {
	switch {
	case a.Status == nil:
		return nil, shapeError(endpointSearch, string(a.Note), "the answer tells no status")
	case *a.Status != 1:
		return nil, badStatus(endpointSearch, *a.Status, a.Note)
	case a.Data == nil || len(a.Data.Lists) == 0:
		return nil, shapeError(endpointSearch, string(a.Note), "the answer has no list")
	}
	rows, err := rowsOf(a.Data.Lists)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 && a.Data.Total > 0 {
		return nil, shapeError(endpointSearch, string(a.Data.Lists), "it tells hits and shows none")
	}
	c := collector{seen: map[string]bool{}}
	var versions []json.RawMessage
	for _, row := range rows {
		versions = append(versions, c.add(row)...)
	}
	if len(rows) > 0 && len(c.found) == 0 {
		return nil, shapeError(endpointSearch, string(rows[0]), "no row can be read")
	}
	for _, row := range versions {
		c.add(row)
	}
	return c.found, nil
}

// rowsOf reads a list of rows; null is an empty one.
func rowsOf(list json.RawMessage) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	if err := json.Unmarshal(list, &rows); err != nil {
		return nil, shapeError(endpointSearch, string(list), "the songs are no list")
	}
	return rows, nil
}

// collector gathers the candidates of an answer.
type collector struct {
	found []sources.Candidate
	seen  map[string]bool
}

// add reads a row and returns those of its other versions.
func (c *collector) add(row json.RawMessage) (versions []json.RawMessage) {
	song, versions, err := readSong(row)
	if err != nil {
		return nil
	}
	if id := strings.ToUpper(song.RemoteID); !c.seen[id] {
		c.seen[id] = true
		c.found = append(c.found, song)
	}
	return versions
}

func readSong(row json.RawMessage) (song sources.Candidate, versions []json.RawMessage, err error) {
	var r songRow
	if err := json.Unmarshal(row, &r); err != nil {
		return sources.Candidate{}, nil, fmt.Errorf("read song row: %w", err)
	}
	files := filesOfRow(&r)
	singers, title := splitFileName(line(r.FileName))
	title = upstreamtext.First(line(r.SongName), title)
	if files.id() == "" || title == "" {
		return sources.Candidate{}, nil, errors.New("read song row: no file or no title")
	}
	song = sources.Candidate{
		Source: Name, RemoteID: files.id(), Title: title, Subtitle: subtitle(&r, title), Album: line(r.AlbumName),
		Artists: artists(&r, singers), DurationMS: upstreamtext.Milliseconds(r.Duration),
		Offers: files.offers(), CoverURL: cover(r.Image), Keys: files.keys(),
	}
	if ext := strings.ToLower(string(r.ExtName)); files[plainest].hash != "" && sources.IsClearContainer(ext) {
		song.Offers[len(song.Offers)-1].Ext = ext
	}
	if id := string(r.MixSongID); idForm.MatchString(id) {
		song.Keys[keyMixSong] = id
	}
	if json.Unmarshal(r.Grp, &versions) != nil {
		versions = nil // absent
	}
	return song, versions, nil
}

// subtitle joins what stands apart from the title.
func subtitle(r *songRow, title string) string {
	var parts []string
	for _, t := range []text{r.Suffix, r.OtherName} {
		if part := line(t); part != "" && !strings.Contains(title, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "; ")
}

// artists are the singers one by one where the row has them so, else what its texts say.
func artists(r *songRow, fromFile string) []string {
	var names []string
	for _, s := range r.Singers {
		if name := line(s.Name); name != "" {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		return names
	}
	for name := range strings.SplitSeq(upstreamtext.First(line(r.SingerName), fromFile), "、") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// splitFileName splits "A、B - Title". Names hold hyphens without spaces.
func splitFileName(name string) (singers, title string) {
	singers, title, found := strings.Cut(name, " - ")
	if !found {
		return "", name
	}
	return singers, title
}

// emphasis marks the hits of a search within texts.
var emphasis = regexp.MustCompile(`(?i)</?em>`)

// line is a text as one clean line. Entities are resolved last, so that those of a title
// never become marks.
func line(t text) string {
	return upstreamtext.CleanLine(emphasis.ReplaceAllLiteralString(string(t), ""))
}

// cover fills in the size of a picture's address.
func cover(t text) string {
	return upstreamtext.SecureAddress(strings.ReplaceAll(string(t), "{size}", "480"))
}

// idForm is that of numeric ids.
var idForm = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
