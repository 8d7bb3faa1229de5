package qianqian

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Keys of Candidate.Keys.
const (
	keyRates = "rates" // announced rates, best first, by comma
	keyLyric = "lyric" // address of the words
)

// rate is one quality of the stream call.
type rate struct {
	name    string // of the request, and in rateFileInfo
	quality models.Quality
	ext     string
}

// rates are all qualities, best first.
var rates = []rate{
	{"3000", models.QualityLossless, "flac"},
	{"320", models.Quality320, "mp3"},
	{"128", models.Quality128, "mp3"},
	{"64", models.QualityLow, "mp3"},
}

// readSearch reads the candidates of a search.
func readSearch(data json.RawMessage) ([]sources.Candidate, error) {
	if isNothing(data) {
		return nil, nil
	}
	var d searchData
	if err := json.Unmarshal(data, &d); err != nil || d.Total == nil {
		return nil, shapeError(endpointSearch, string(data), "it is no search result")
	}
	var rows []json.RawMessage
	if len(d.Tracks) > 0 {
		if err := json.Unmarshal(d.Tracks, &rows); err != nil {
			return nil, shapeError(endpointSearch, string(d.Tracks), "the songs are no list")
		}
	}
	if len(rows) == 0 && *d.Total > 0 {
		return nil, shapeError(endpointSearch, string(data), "it tells hits and shows none")
	}
	var found []sources.Candidate
	for _, row := range rows {
		if c, err := readSong(row); err == nil {
			found = append(found, c)
		}
	}
	if len(found) == 0 && len(rows) > 0 {
		return nil, shapeError(endpointSearch, string(rows[0]), "no row can be read")
	}
	return found, nil
}

func readSong(row json.RawMessage) (sources.Candidate, error) {
	var r songRow
	if err := json.Unmarshal(row, &r); err != nil {
		return sources.Candidate{}, fmt.Errorf("read song row: %w", err)
	}
	id := upstreamtext.First(string(r.TSID), string(r.AssetID))
	if !isID(id) || r.Title.Line() == "" {
		return sources.Candidate{}, errors.New("read song row: no id or no title")
	}
	c := sources.Candidate{
		Source: Name, RemoteID: id, Title: r.Title.Line(), Artists: performers(r.Artists), Album: r.Album.Line(),
		DurationMS: upstreamtext.Milliseconds(r.Duration), CoverURL: upstreamtext.SecureAddress(string(r.Pic)), Keys: map[string]string{},
	}
	var names []string
	c.Offers, names = offers(r.Files)
	if len(names) > 0 {
		c.Keys[keyRates] = strings.Join(names, ",")
	}
	if address := lyricAddress(r); address != "" {
		c.Keys[keyLyric] = address
	}
	return c, nil
}

// performers are the names of those who perform, or of all when nobody is marked so.
func performers(list []artist) []string {
	var marked, all []string
	for _, a := range list {
		name := a.Name.Line()
		if name == "" {
			continue
		}
		all = append(all, name)
		if a.Type == performer {
			marked = append(marked, name)
		}
	}
	if len(marked) > 0 {
		return marked
	}
	return all
}

// offers lists the announced files, best first.
func offers(files json.RawMessage) (list []sources.Offer, names []string) {
	var byRate map[string]fileInfo
	if json.Unmarshal(files, &byRate) != nil {
		return nil, nil // an empty list, or absent: not told
	}
	for _, r := range rates {
		f, ok := byRate[r.name]
		if !ok {
			continue
		}
		ext := strings.ToLower(string(f.Format))
		if !sources.IsClearContainer(ext) {
			ext = r.ext
		}
		list = append(list, sources.Offer{Quality: r.quality, Ext: ext, SizeBytes: max(int64(f.Size), 0)})
		names = append(names, r.name)
	}
	return list, names
}

// lyricAddress of a row, bounded since it is kept.
func lyricAddress(r songRow) string {
	const longest = 500
	if address := upstreamtext.WebAddress(string(r.Lyric)); len(address) <= longest {
		return address
	}
	return ""
}

// readInfo reads a detail answer: a list with one song, empty when it is not known.
func readInfo(data json.RawMessage) (row songRow, found bool, err error) {
	var rows []songRow
	if err := json.Unmarshal(data, &rows); err != nil || rows == nil {
		return songRow{}, false, shapeError(endpointInfo, string(data), "the songs are no list")
	}
	if len(rows) == 0 {
		return songRow{}, false, nil
	}
	return rows[0], true, nil
}

// idForm is that of a TSID, T and digits, with room for what else was not seen yet.
var idForm = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)

func isID(s string) bool { return idForm.MatchString(s) }
