package kuwo

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
)

// Statuses of a lyric answer.
const (
	lyricsGood = 200
	lyricsNone = 301 // "query failed": nothing for this id
)

// FetchLyrics gets a song's words, from the mobile page's endpoint or from the open one.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	words, found, err := s.lyricsFrom(ctx, "songinfoandlrc", "https://m.kuwo.cn/newh5/singles/songinfoandlrc", c.RemoteID)
	if err == nil && found || err != nil && !replaceable(err) {
		return words, err
	}
	words, _, err = s.lyricsFrom(ctx, "getlyric", "https://www.kuwo.cn/openapi/v1/www/lyric/getlyric", c.RemoteID)
	return words, err
}

func (s *Source) lyricsFrom(ctx context.Context, endpoint, address, id string) (sources.Lyrics, bool, error) {
	root, err := s.object(ctx, endpoint, address, url.Values{"musicId": {id}, "httpsStatus": {"1"}, "plat": {"web_www"}})
	if err != nil {
		return sources.Lyrics{}, false, err
	}
	return readLyrics(endpoint, root)
}

// readLyrics reads a lyric answer; found is false when it has none. The result stands
// under status or code.
func readLyrics(endpoint string, root gjson.Result) (words sources.Lyrics, found bool, err error) {
	result, ok := integer(root.Get("status"))
	if !ok {
		result, ok = integer(root.Get("code"))
	}
	switch {
	case !ok:
		return sources.Lyrics{}, false, shapeError(endpoint, root.Raw, "the answer tells no result")
	case result == lyricsNone || result == codeNothing:
		return sources.Lyrics{}, false, nil
	case result != lyricsGood:
		return sources.Lyrics{}, false, codeError(endpoint, result, root.Get("msg").String())
	}
	list := root.Get("data.lrclist")
	if !listOrNull(list) {
		return sources.Lyrics{}, false, shapeError(endpoint, root.Raw, "the lines are no list")
	}
	words, ok = joinLines(list.Array())
	if !ok {
		return sources.Lyrics{}, false, shapeError(endpoint, root.Raw, "a line cannot be read")
	}
	return words, words.Original != "", nil
}

// joinLines makes LRC of timed lines. A second line with the same time is the translation
// of the first.
func joinLines(lines []gjson.Result) (sources.Lyrics, bool) {
	var original, translation strings.Builder
	last, translated := "", false
	for _, l := range lines {
		stamp, ok := timeTag(l.Get("time"))
		text := l.Get("lineLyric")
		if !ok || text.Type != gjson.String && text.Type != gjson.Null {
			return sources.Lyrics{}, false
		}
		target := &original
		if stamp == last && !translated {
			target, translated = &translation, true
		} else {
			last, translated = stamp, false
		}
		fmt.Fprintf(target, "%s%s\n", stamp, cleanLine(text.String()))
	}
	return sources.Lyrics{
		Original:    strings.TrimSpace(original.String()),
		Translation: strings.TrimSpace(translation.String()),
	}, true
}

// timeTag makes "[00:23.07]" of "23.070002".
func timeTag(v gjson.Result) (string, bool) {
	seconds, err := strconv.ParseFloat(v.String(), 64)
	const longest = 24 * 60 * 60
	if err != nil || !(seconds >= 0 && seconds < longest) {
		return "", false
	}
	hundredths := int(math.Round(seconds * 100))
	return fmt.Sprintf("[%02d:%02d.%02d]", hundredths/6000, hundredths/100%60, hundredths%100), true
}
