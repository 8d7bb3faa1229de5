package kuwo

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"path"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const playURL = "playUrl"

// Resolve asks for the song's address. A web caller gets MP3 of 128 kbit/s, whatever the
// song's row announces; the address holds for minutes only.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isID(c.RemoteID) {
		return nil, models.NewError(models.ClassPermanent, models.CodeBadValue, "%q is no Kuwo song id", c.RemoteID)
	}
	if ceiling != models.QualityUnknown && served.quality.Rank() > ceiling.Rank() {
		return nil, refusal(playURL, models.CodeNoSource, "Kuwo serves 128k only, which is above the allowed quality")
	}
	root, err := s.withToken(ctx, playURL, "https://www.kuwo.cn/api/v1/www/music/playUrl", url.Values{
		"mid": {c.RemoteID}, "type": {"music"}, "httpsStatus": {"1"}, "reqId": {requestID()},
		"plat": {"web_www"}, "from": {""},
	})
	if err != nil {
		return nil, err
	}
	stream, err := readPlayURL(root)
	if err != nil {
		return nil, err
	}
	return []sources.Stream{stream}, nil
}

// readPlayURL reads a grant or a refusal. Refusals are final for this caller.
func readPlayURL(root gjson.Result) (sources.Stream, error) {
	code, ok := integer(root.Get("code"))
	note := root.Get("msg").String()
	switch {
	case !ok:
		return sources.Stream{}, shapeError(playURL, root.Raw, "the answer tells no result code")
	case code == codeWithdrawn || code == codeNothing && strings.Contains(note, "下线"):
		return sources.Stream{}, refusal(playURL, models.CodeWithdrawn, "Kuwo has withdrawn the song")
	case code == codeNothing:
		return sources.Stream{}, refusal(playURL, models.CodePaid, "Kuwo serves this song to paying listeners only")
	case code != codeGood:
		return sources.Stream{}, codeError(playURL, code, note)
	}
	address := root.Get("data.url")
	if address.Type != gjson.String && address.Type != gjson.Null {
		return sources.Stream{}, shapeError(playURL, root.Raw, "the address is no text")
	}
	if address.String() == "" {
		return sources.Stream{}, refusal(playURL, models.CodeWithdrawn, "Kuwo gives no address for this song")
	}
	return grantedStream(address.String())
}

// grantedStream checks an address: only the platform's own hosts, only clear audio.
func grantedStream(address string) (sources.Stream, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.User != nil || !ownHost(u.Hostname()) {
		e := models.NewError(models.ClassPermanent, models.CodeForbiddenAddress, "Kuwo gives an address that is not its own")
		e.Source, e.Endpoint = Name, playURL
		return sources.Stream{}, e
	}
	stream := sources.Stream{URL: address, Quality: served.quality, Ext: served.ext}
	switch ext := strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), ".")); ext {
	case "", served.ext:
	case "aac", "m4a":
		stream.Ext, stream.Quality = ext, models.QualityLow
	case "flac":
		stream.Ext, stream.Quality = ext, models.QualityLossless
	default:
		return sources.Stream{}, refusal(playURL, models.CodeProtected, "Kuwo serves this song in a container that is no clear audio")
	}
	return stream, nil
}

// Open opens a granted stream.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.http.Open(ctx, "stream", st, offset, validator)
}

// requestID is a random UUID, as the web page sends one with each request.
func requestID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "00000000-0000-4000-8000-000000000000" // any serves; crypto/rand does not fail on supported systems
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
