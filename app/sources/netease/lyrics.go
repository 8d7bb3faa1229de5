package netease

import (
	"context"
	"net/url"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// instrumental is what the platform writes instead of words.
const instrumental = "纯音乐，请欣赏"

// FetchLyrics gets a song's words and their translation. A song without words (nolyric,
// uncollected, null parts) gives empty ones.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	if !isID(c.RemoteID) {
		return sources.Lyrics{}, models.Invalid("candidate", models.CodeBadValue, "%q is no NetEase song id", c.RemoteID)
	}
	var a lyricsAnswer
	err := s.ask(ctx, call{endpoint: endpointLyrics, path: "/api/song/lyric", query: url.Values{
		"id": {c.RemoteID}, "lv": {"-1"}, "kv": {"-1"}, "tv": {"-1"},
	}}, &a)
	if err != nil {
		return sources.Lyrics{}, err
	}
	return a.lyrics(), nil
}

func (a *lyricsAnswer) lyrics() sources.Lyrics {
	l := sources.Lyrics{Original: a.Lrc.words()}
	if l.Original != "" {
		l.Translation = a.Tlyric.words()
	}
	return l
}

func (l *lyric) words() string {
	if l == nil || strings.Contains(string(l.Lyric), instrumental) {
		return ""
	}
	return l.Lyric.block()
}
