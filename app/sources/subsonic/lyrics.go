package subsonic

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
)

const (
	methodLyricsByID = "getLyricsBySongId"
	methodLyrics     = "getLyrics"
)

// FetchLyrics gets a song's words: by its id where the server can, with times when it has
// them; else by artist and title, which is plain text.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	can, err := s.server.abilities(ctx, s.learn)
	if err != nil {
		return sources.Lyrics{}, err
	}
	method, params, read := methodLyricsByID, url.Values{"id": {c.RemoteID}}, s.readSongLyrics
	if !can.songLyrics {
		params = url.Values{"title": {c.Title}}
		if len(c.Artists) > 0 {
			params.Set("artist", c.Artists[0])
		}
		method, read = methodLyrics, s.readPlainLyrics
	}
	root, err := s.ask(ctx, method, params)
	if notThere(err) {
		return sources.Lyrics{}, nil
	}
	if err != nil {
		return sources.Lyrics{}, err
	}
	return read(root)
}

// readPlainLyrics reads plain words; the member is absent when there are none.
func (s *Source) readPlainLyrics(root gjson.Result) (sources.Lyrics, error) {
	words := root.Get("lyrics.value")
	if words.Exists() && words.Type != gjson.String && words.Type != gjson.Null {
		return sources.Lyrics{}, s.unreadable(methodLyrics, root, "the words are no text")
	}
	return sources.Lyrics{Original: upstreamtext.CleanText(words.String())}, nil
}

// readSongLyrics picks the words with times, else the first plain ones.
func (s *Source) readSongLyrics(root gjson.Result) (sources.Lyrics, error) {
	if list := root.Get("lyricsList"); list.Exists() && !list.IsObject() {
		return sources.Lyrics{}, s.unreadable(methodLyricsByID, root, "the words are no list")
	}
	list, err := rows(root.Get("lyricsList.structuredLyrics"))
	if err != nil {
		return sources.Lyrics{}, s.unreadable(methodLyricsByID, root, "the words are no list")
	}
	var best gjson.Result
	for _, l := range list {
		if kind := l.Get("kind").String(); kind != "" && kind != "main" {
			continue // translations and pronunciations
		}
		if !best.Exists() || l.Get("synced").Bool() && !best.Get("synced").Bool() {
			best = l
		}
	}
	words, ok := joinLines(best)
	if !ok {
		return sources.Lyrics{}, s.unreadable(methodLyricsByID, best, "a line cannot be read")
	}
	return sources.Lyrics{Original: words}, nil
}

// joinLines makes LRC of lines with times, plain text of others. A positive offset shows
// them earlier.
func joinLines(lyrics gjson.Result) (words string, ok bool) {
	lines, err := rows(lyrics.Get("line"))
	if err != nil {
		return "", false
	}
	synced := lyrics.Get("synced").Bool()
	offset, _ := millisOf(lyrics.Get("offset")) // not told is 0
	var b strings.Builder
	for _, l := range lines {
		value := l.Get("value")
		if value.Type != gjson.String {
			return "", false
		}
		if synced {
			start, ok := millisOf(l.Get("start"))
			if !ok {
				return "", false
			}
			hundredths := max(start-offset, 0) / 10
			fmt.Fprintf(&b, "[%02d:%02d.%02d]", hundredths/6000, hundredths/100%60, hundredths%100)
		}
		b.WriteString(upstreamtext.CleanLine(value.Str) + "\n")
	}
	return strings.TrimSpace(b.String()), true
}

// millisOf reads milliseconds of at most a day, either way.
func millisOf(v gjson.Result) (int64, bool) {
	const day = 24 * 60 * 60 * 1000
	var n number
	if v.Type != gjson.Number && v.Type != gjson.String || n.UnmarshalJSON([]byte(v.Raw)) != nil || n > day || n < -day {
		return 0, false
	}
	return int64(n), true
}
