package migu

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Keys of Candidate.Keys.
const (
	keySongID    = "song_id"
	keyContentID = "content_id"
	keyFormats   = "formats" // announced qualities as toneFlag values, best first, by comma
	keyLyric     = "lrc"     // address of the words
	keyTranslate = "trc"     // address of their translation
)

// tone is one quality of the stream call.
type tone struct {
	flag    string // of the request; formatType of rows
	alias   string // another formatType of the same
	quality models.Quality
	ext     string
}

// tones are the qualities that are asked for, best first. Spatial audio (AV3A) and LQ,
// which no player call was seen to ask for, are left out.
var tones = []tone{
	{"ZQ", "ZQ24", models.QualityHiRes, "flac"},
	{"SQ", "", models.QualityLossless, "flac"},
	{"HQ", "", models.Quality320, "mp3"},
	{"PQ", "", models.Quality128, "mp3"},
}

func (t tone) is(formatType string) bool {
	return formatType != "" && (formatType == t.flag || formatType == t.alias)
}

// readSearch reads the candidates of a search. The answer is a bare list, so that nil
// stands for an answer that was none.
func readSearch(rows []json.RawMessage) ([]sources.Candidate, error) {
	if rows == nil {
		return nil, shapeError(endpointSearch, "null", "the songs are no list")
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
	if !isID(string(r.CopyrightID)) || r.Name.Line() == "" {
		return sources.Candidate{}, errors.New("read song row: no id or no title")
	}
	c := sources.Candidate{
		Source: Name, RemoteID: string(r.CopyrightID), Title: r.Name.Line(), Album: r.Album.Line(),
		DurationMS: upstreamtext.Milliseconds(r.Duration), CoverURL: cover(r.Img3, r.Img2, r.Img1), Keys: map[string]string{},
	}
	for _, singer := range r.Singers {
		if name := singer.Name.Line(); name != "" {
			c.Artists = append(c.Artists, name)
		}
	}
	var flags []string
	c.Offers, flags = offers(r.AudioFormats)
	setKey(c.Keys, keyFormats, strings.Join(flags, ","))
	if isID(string(r.SongID)) {
		c.Keys[keySongID] = string(r.SongID)
	}
	if isID(string(r.ContentID)) {
		c.Keys[keyContentID] = string(r.ContentID)
	}
	if r.Ext != nil {
		setKey(c.Keys, keyLyric, upstreamtext.WebAddress(string(r.Ext.LrcURL)))
		setKey(c.Keys, keyTranslate, upstreamtext.WebAddress(string(r.Ext.TrcURL)))
	}
	return c, nil
}

// offers lists the announced qualities that can be asked for, best first.
func offers(formats []audioFormat) (list []sources.Offer, flags []string) {
	for _, t := range tones {
		i := slices.IndexFunc(formats, func(f audioFormat) bool { return t.is(string(f.FormatType)) })
		if i < 0 {
			continue
		}
		size := int64(formats[i].ASize)
		if size <= 0 {
			size = int64(formats[i].ISize)
		}
		list = append(list, sources.Offer{Quality: t.quality, Ext: t.ext, SizeBytes: max(size, 0)})
		flags = append(flags, t.flag)
	}
	return list, flags
}

// readDetail reads a detail answer about one song.
func readDetail(e envelope) (detailRow, error) {
	if e.Code == "" {
		return detailRow{}, shapeError(endpointDetail, "", "the answer tells no result code")
	}
	var rows []detailRow
	if err := json.Unmarshal(e.Resource, &rows); err != nil || rows == nil {
		return detailRow{}, shapeError(endpointDetail, string(e.Resource), "the songs are no list")
	}
	if len(rows) == 0 {
		return detailRow{}, refusal(endpointDetail, models.CodeWithdrawn, "Migu knows the song no more")
	}
	if !isID(string(rows[0].ContentID)) || !isID(string(rows[0].CopyrightID)) {
		return detailRow{}, shapeError(endpointDetail, string(e.Resource), "the song has no ids")
	}
	return rows[0], nil
}

// cover is the first picture that is told.
func cover(images ...text) string {
	for _, img := range images {
		address := strings.TrimSpace(string(img))
		if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
			address = imageHost + address
		}
		if address = upstreamtext.SecureAddress(address); address != "" {
			return address
		}
	}
	return ""
}

// idForm is that of all three ids.
var idForm = regexp.MustCompile(`^[0-9A-Za-z]{1,32}$`)

func isID(s string) bool { return idForm.MatchString(s) }

// longestKey bounds what is kept of an upstream's texts.
const longestKey = 500

func setKey(keys map[string]string, name, value string) {
	if value != "" && len(value) <= longestKey {
		keys[name] = value
	}
}
