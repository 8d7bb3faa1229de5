package qq

import (
	"context"
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
)

const lyricEndpoint = "fcg_query_lyric_new"

// FetchLyrics gets a song's words; none is an empty answer.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	// 5381 is the token of a caller without login. The client sends the Referer, which
	// this endpoint requires.
	q := url.Values{"songmid": {c.RemoteID}, "nobase64": {"1"}, "g_tk": {"5381"}}
	root, err := s.legacy(ctx, lyricEndpoint, "/lyric/fcgi-bin/fcg_query_lyric_new.fcg", q, nil)
	if noLyric(err) {
		return sources.Lyrics{}, nil
	}
	if err != nil {
		return sources.Lyrics{}, err
	}
	return readLyrics(root)
}

// noLyric tells the result code of a song without words from a failure.
func noLyric(err error) bool {
	return resultCode(err) == codeNoLyric
}

// readLyrics reads a lyric answer. The texts may be base64 even when plain text was asked for.
func readLyrics(root gjson.Result) (sources.Lyrics, error) {
	lyric, trans := root.Get("lyric"), root.Get("trans")
	if lyric.Type != gjson.String && lyric.Type != gjson.Null {
		return sources.Lyrics{}, shapeError(lyricEndpoint, root.Raw, "the lyric is no text")
	}
	return sources.Lyrics{
		Original:    lyricText(lyric.String()),
		Translation: withoutBlankLines(lyricText(trans.String())),
	}, nil
}

func lyricText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(upstreamtext.Unescape(decodeIfBase64(s)), "\r\n", "\n"))
}

// decodeIfBase64 decodes s when it is base64 of readable text. LRC holds brackets and
// colons, which base64 does not, so the two are hard to confuse.
func decodeIfBase64(s string) string {
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	if err != nil || len(decoded) == 0 || !utf8.Valid(decoded) {
		return s
	}
	for _, r := range string(decoded) {
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' {
			return s
		}
	}
	return string(decoded)
}

// blankTranslation is a line that the platform writes as "//": nothing to translate there.
var blankTranslation = regexp.MustCompile(`^(\[[^\]]*\])*\s*//\s*$`)

func withoutBlankLines(lrc string) string {
	var kept []string
	for line := range strings.SplitSeq(lrc, "\n") {
		if !blankTranslation.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}
