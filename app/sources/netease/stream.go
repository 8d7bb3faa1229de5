package netease

import (
	"context"
	"net/url"
	"path"
	"strings"
	"time"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// Resolve asks for the song at the best level within ceiling ("" = no ceiling). The
// platform lowers the level by itself, so one request tells what is served. Accepted is
// only a row with code 200, an address, no trial, and about the song's own length; a
// clip is a refusal whatever its address.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isID(c.RemoteID) {
		return nil, models.Invalid("candidate", models.CodeBadValue, "%q is no NetEase song id", c.RemoteID)
	}
	var a streamAnswer
	err := s.ask(ctx, call{endpoint: endpointStream, path: "/api/song/enhance/player/url/v1", query: url.Values{
		"ids": {"[" + c.RemoteID + "]"}, "level": {levelOf(ceiling)}, "encodeType": {"flac"},
	}}, &a)
	if err != nil {
		return nil, err
	}
	g, found := a.of(c.RemoteID)
	if !found {
		return nil, refused(models.CodeWithdrawn, "the platform says nothing of this song")
	}
	if err := g.refusal(c.DurationMS); err != nil {
		return nil, err
	}
	stream := g.stream(s.now())
	if ceiling != models.QualityUnknown && stream.Quality.Rank() > ceiling.Rank() {
		return nil, refused(models.CodeNoSource, "served only above the quality that is wanted")
	}
	return []sources.Stream{stream}, nil
}

// Open opens a granted address. FLAC comes as application/octet-stream, so the content
// type proves nothing.
func (s *Source) Open(ctx context.Context, stream sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.http.Open(ctx, endpointFile, stream, offset, validator)
}

// levelOf is the level to ask for so that nothing above ceiling comes.
func levelOf(ceiling models.Quality) string {
	switch ceiling {
	case models.QualityLossless:
		return "lossless"
	case models.Quality320:
		return "exhigh"
	case models.Quality192:
		return "higher"
	case models.Quality128, models.QualityLow:
		return "standard"
	default:
		return "hires"
	}
}

// of finds a song's row; rows are not in the order of the request.
func (a *streamAnswer) of(id string) (*granted, bool) {
	for i := range a.Data {
		if a.Data[i].ID.id() == id {
			return &a.Data[i], true
		}
	}
	return nil, false
}

// refusal says why the song is not served, nil when it is. durationMS is the song's own
// length, 0 = unknown.
func (g *granted) refusal(durationMS int64) error {
	switch {
	case g.Code == -110:
		return refused(models.CodePaid, "needs a purchase or a membership")
	case g.Code == 404:
		return refused(models.CodeWithdrawn, "the platform has no file of it")
	case g.Code == 301:
		return refused(models.CodeLoginRequired, "needs a login")
	case g.Code != 200:
		return refusedCode(g)
	case g.isTrial(), sources.IsClip(g.Time.count(), durationMS):
		return refused(models.CodePreviewOnly, "only a short clip is served")
	case g.URL.line() == "":
		return refusedCode(g)
	case !sources.IsClearContainer(g.ext()):
		return refused(models.CodeProtected, "served only in a container that is not plain audio")
	}
	return nil
}

// refusedCode is the refusal of a row that gives no reason: of a paid song it is payment.
func refusedCode(g *granted) error {
	if g.Fee == 1 || g.Fee == 4 {
		return refused(models.CodePaid, "needs a purchase or a membership")
	}
	e := refused(models.CodeWithdrawn, "the platform does not serve it")
	e.Params = map[string]any{"UpstreamCode": int64(g.Code)}
	return e
}

// isTrial tells a clip. Wrappers in front of the platform write null as text.
func (g *granted) isTrial() bool {
	switch strings.TrimSpace(string(g.FreeTrialInfo)) {
	case "", "null", `"null"`, `""`:
		return false
	}
	return true
}

// losslessBitrate is above every MP3 and below every FLAC worth the name, in bit/s.
const losslessBitrate = 400_000

// ext is the file's extension: as told, else as in its address, else by bitrate.
func (g *granted) ext() string {
	if told := strings.ToLower(g.Type.line()); told != "" {
		return told
	}
	if u, err := url.Parse(g.URL.line()); err == nil {
		if ext := strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), ".")); ext != "" {
			return ext
		}
	}
	if g.Br >= losslessBitrate {
		return "flac"
	}
	return "mp3"
}

func (g *granted) quality() models.Quality {
	switch g.ext() {
	case "flac", "wav":
		switch strings.ToLower(g.Level.line()) {
		case "hires", "jyeffect", "sky", "jymaster":
			return models.QualityHiRes
		}
		return models.QualityLossless
	default:
		return models.QualityOfBitrate(g.Br.count())
	}
}

func (g *granted) stream(now time.Time) sources.Stream {
	stream := sources.Stream{
		URL:        strings.TrimSpace(string(g.URL)),
		Quality:    g.quality(),
		Ext:        g.ext(),
		SizeBytes:  g.Size.count(),
		MD5:        strings.ToLower(g.MD5.line()),
		DurationMS: g.Time.count(),
	}
	if g.Expi > 0 && g.Expi < 365*24*3600 {
		stream.ExpiresAt = now.Add(time.Duration(g.Expi) * time.Second)
	}
	return stream
}

func refused(code models.Code, why string) *models.Error {
	e := models.NewError(models.ClassUnavailable, code, "%s", why)
	e.Source, e.Endpoint = Name, endpointStream
	return e
}
