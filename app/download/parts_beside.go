package download

import (
	"cmp"
	"context"
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"catalogsync/app/library"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// Marks by which files beside a song's are told to be written by this program. The first
// is the tag of LRC that names the program.
const (
	wordsMark = "[re:catalogsync]"
	infoMark  = "<generator>catalogsync</generator>"
)

// putBeside writes what the settings want beside a song's file, and gives the parts whose
// state changes by it. What cannot be written is noted: the song is there without it.
func (s *Service) putBeside(ctx context.Context, lib *library.Library, locator string, snap models.SongSnapshot, x *extras) []models.SongPart {
	var changed []models.SongPart
	put := func(part models.PartName, at string, content []byte, mark string) bool {
		_, err := lib.WriteBeside(at, content, []byte(mark))
		if err == nil {
			return true
		}
		s.Log.WarnContext(ctx, "a file beside a song was not written", "locator", at, "error", err)
		x.fail(part, err)
		changed = append(changed, x.parts[part])
		return false
	}
	if x.settings.WordsFile && x.words.Original != "" {
		put(models.PartLyrics, library.Beside(locator, library.ExtWords), wordsFile(snap, x.words), wordsMark)
	}
	if x.settings.FolderPicture && x.cover.Format == "jpeg" {
		put(models.PartCover, library.BesideName(locator, library.FolderPicture), x.cover.Bytes, "")
	}
	if x.settings.InfoFile {
		text := infoFile(snap)
		if put(models.PartInfo, library.Beside(locator, library.ExtInfo), text, infoMark) && x.parts[models.PartInfo].State == "" {
			x.ok(models.PartInfo, snap.Platform, "", text)
			changed = append(changed, x.parts[models.PartInfo])
		}
	}
	return changed
}

// songNFO is what stands in the .nfo of a song.
type songNFO struct {
	XMLName   xml.Name `xml:"song"`
	Title     string   `xml:"title"`
	Artists   []string `xml:"artist"`
	Album     string   `xml:"album,omitempty"`
	Year      int      `xml:"year,omitempty"`
	Disc      int      `xml:"disc,omitempty"`
	Track     int      `xml:"track,omitempty"`
	ID        nfoID    `xml:"uniqueid"`
	Generator string   `xml:"generator"`
}

type nfoID struct {
	Platform string `xml:"type,attr"`
	ID       string `xml:",chardata"`
}

func infoFile(snap models.SongSnapshot) []byte {
	text, err := xml.MarshalIndent(songNFO{
		Title: snap.Name, Artists: snap.ArtistNames(), Album: snap.Album, Year: snap.Year, Disc: snap.Disc, Track: snap.Track,
		ID: nfoID{snap.Platform, snap.RemoteID}, Generator: "catalogsync",
	}, "", "  ")
	if err != nil {
		return nil // it consists of texts and numbers
	}
	return append([]byte(xml.Header), append(text, '\n')...)
}

// wordLine is one line of LRC; at is -1 where no time is told.
type wordLine struct {
	at   int64 // milliseconds
	text string
}

var lrcTime = regexp.MustCompile(`^\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]`)

// maxTimes bounds the times in front of one line.
const maxTimes = 50

// wordLines reads LRC; a line with several times comes several times.
func wordLines(lrc string) []wordLine {
	var lines []wordLine
	for line := range strings.SplitSeq(lrc, "\n") {
		var times []int64
		for m := lrcTime.FindStringSubmatch(line); m != nil && len(times) < maxTimes; m = lrcTime.FindStringSubmatch(line) {
			times = append(times, lrcMS(m))
			line = strings.TrimSpace(line[len(m[0]):])
		}
		if line == "" || len(times) == 0 && strings.HasPrefix(line, "[") {
			continue // nothing is sung, or it is a header, of which the file has its own
		}
		if len(times) == 0 {
			times = []int64{-1}
		}
		for _, at := range times {
			lines = append(lines, wordLine{at, line})
		}
	}
	return lines
}

func lrcMS(m []string) int64 {
	number := func(s string) int64 {
		n, _ := strconv.ParseInt(s, 10, 64) // digits alone, three at most
		return n
	}
	fraction := m[3] + strings.Repeat("0", 3-len(m[3]))
	return number(m[1])*60_000 + number(m[2])*1000 + number(fraction)
}

// wordsFile is the .lrc of a song. Each line that has a translation is followed by it,
// with the same time, as players want it.
func wordsFile(snap models.SongSnapshot, words sources.Lyrics) []byte {
	lines, translated := wordLines(words.Original), map[int64]string{}
	for _, l := range wordLines(words.Translation) {
		if l.at >= 0 {
			translated[l.at] = l.text
		}
	}
	if !slices.ContainsFunc(lines, func(l wordLine) bool { return l.at < 0 }) {
		slices.SortStableFunc(lines, func(a, b wordLine) int { return cmp.Compare(a.at, b.at) })
	}
	var b strings.Builder
	for _, header := range [][2]string{{"ti", snap.Name}, {"ar", strings.Join(snap.ArtistNames(), " / ")}, {"al", snap.Album}} {
		if text := headerText(header[1]); text != "" {
			b.WriteString("[" + header[0] + ":" + text + "]\n")
		}
	}
	b.WriteString(wordsMark + "\n")
	for _, l := range lines {
		if l.at < 0 {
			b.WriteString(l.text + "\n")
			continue
		}
		at := "[" + twoDigits(l.at/60_000) + ":" + twoDigits(l.at/1000%60) + "." + twoDigits(l.at%1000/10) + "]"
		b.WriteString(at + l.text + "\n")
		if other := translated[l.at]; other != "" && other != l.text {
			b.WriteString(at + other + "\n")
		}
	}
	return []byte(b.String())
}

func twoDigits(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

// headerText makes a text fit to stand in a header of LRC.
func headerText(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '[', r == ']':
			return -1
		case r < 0x20:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "")))
}
