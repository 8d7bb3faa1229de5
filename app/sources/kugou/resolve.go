package kugou

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// mobileAgent is whom the mobile page's call answers.
const mobileAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"

// Resolve asks for the song's files up to ceiling, best first, and stops at the first that
// is granted; its other addresses follow. What is refused to everybody is asked for with
// the operator's login, if there is one. When nothing is granted, the refusal of the
// plainest file is the song's.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isHash(c.RemoteID) {
		return nil, models.Invalid("candidate", models.CodeBadValue, "%q is no hash of a Kugou file", c.RemoteID)
	}
	known := filesOfKeys(c.Keys)
	files := known.existing()
	if len(files) == 0 {
		var err error
		if files, err = s.findFiles(ctx, c.RemoteID); err != nil {
			return nil, err
		}
	}
	files = slices.DeleteFunc(files, func(f file) bool { return !within(f.quality, ceiling) })
	why := refusal(endpointInfo, models.CodeNoSource, "Kugou offers the song above the allowed quality only")
	if len(files) == 0 {
		return nil, why
	}
	for _, f := range files {
		info, err := s.playInfo(ctx, f.hash)
		if err == nil {
			var streams []sources.Stream
			if streams, err = info.streams(f, c, ceiling); err == nil {
				return streams, nil
			}
		}
		if models.ClassOf(err) != models.ClassUnavailable {
			return nil, err
		}
		why = err
	}
	if s.login.known() && models.CodeOf(why) != models.CodeProtected {
		return s.resolveOwn(ctx, c, ceiling)
	}
	return nil, why
}

func within(q, ceiling models.Quality) bool {
	return ceiling == models.QualityUnknown || q.Rank() <= ceiling.Rank()
}

// findFiles lists the files of a song of which only the hash is known.
func (s *Source) findFiles(ctx context.Context, hash string) ([]file, error) {
	info, err := s.playInfo(ctx, hash)
	if err != nil {
		return nil, err
	}
	l := filesOfInfo(info)
	l.set(plainest, text(hash), 0)
	return l.existing(), nil
}

func (s *Source) playInfo(ctx context.Context, hash string) (*playInfo, error) {
	var p playInfo
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointInfo, URL: infoURL, Classify: judge,
		Query:  url.Values{"cmd": {"playInfo"}, "hash": {hash}},
		Header: http.Header{"User-Agent": {mobileAgent}, "Referer": {"http://m.kugou.com"}},
	}, &p)
	if err != nil {
		return nil, err
	}
	if p.Status == nil && p.ErrCode == nil {
		return nil, shapeError(endpointInfo, string(p.URL), "the answer tells no status")
	}
	return &p, nil
}

// streams are the addresses of what is granted, if it is the whole song.
func (p *playInfo) streams(asked file, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	urls, told := p.granted()
	g := granted{
		endpoint: endpointInfo, urls: urls, told: told,
		ext: strings.ToLower(string(p.ExtName)), bitRate: int64(p.BitRate), size: int64(p.FileSize),
		durationMS: upstreamtext.Milliseconds(p.TimeLength), listed: asked.size,
	}
	if l := filesOfInfo(p); l[plainest].size > 0 {
		g.listed = l[plainest].size
	}
	if !g.told {
		return nil, refusal(endpointInfo, p.reason(), "Kugou gives no address for this song")
	}
	if p.isPart() {
		return nil, refusal(endpointInfo, models.CodePreviewOnly, "Kugou serves a part of this song only")
	}
	if len(g.urls) > 0 {
		g.urls = append(g.urls, p.backups()...)
	}
	return g.streams(asked.fileKind, c, ceiling)
}

// reason is why an answer without an address is one, as far as its hints tell.
func (p *playInfo) reason() models.Code {
	if p.Privilege > 0 || p.PayType > 0 {
		return models.CodePaid
	}
	return models.CodeWithdrawn
}

// Open opens a granted stream.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.http.Open(ctx, endpointFile, st, offset, validator)
}
