package migu

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Resolve asks for the announced qualities up to ceiling, best first, and stops at the
// first that is granted. When none is, the refusal of the lowest is the song's.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isID(c.RemoteID) {
		return nil, models.Invalid("candidate", models.CodeBadValue, "%q is no Migu copyright id", c.RemoteID)
	}
	asked := tonesFor(c, ceiling)
	if len(asked) == 0 {
		return nil, refusal(endpointListen, models.CodeNoSource, "Migu offers the song above the allowed quality only")
	}
	contentID, err := s.contentID(ctx, c)
	if err != nil {
		return nil, err
	}
	var why error
	for _, t := range asked {
		var stream sources.Stream
		stream, why = s.grant(ctx, c.RemoteID, contentID, t)
		if why == nil {
			return []sources.Stream{stream}, nil
		}
		if models.ClassOf(why) != models.ClassUnavailable {
			break
		}
	}
	return nil, why
}

// tonesFor are the qualities to ask for: those announced, or all when the candidate does
// not tell.
func tonesFor(c sources.Candidate, ceiling models.Quality) []tone {
	announced := strings.Split(c.Keys[keyFormats], ",")
	var asked []tone
	for _, t := range tones {
		if c.Keys[keyFormats] != "" && !slices.Contains(announced, t.flag) {
			continue
		}
		if ceiling == models.QualityUnknown || t.quality.Rank() <= ceiling.Rank() {
			asked = append(asked, t)
		}
	}
	return asked
}

func (s *Source) contentID(ctx context.Context, c sources.Candidate) (string, error) {
	if id := c.Keys[keyContentID]; isID(id) {
		return id, nil
	}
	d, err := s.detail(ctx, c.RemoteID)
	return string(d.ContentID), err
}

// detail asks for a song by contentId or, which not all hosts are said to take, by
// copyrightId.
func (s *Source) detail(ctx context.Context, id string) (detailRow, error) {
	var e envelope
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointDetail, URL: detailURL, Classify: refusedCall,
		Query: url.Values{"resourceType": {"2"}, "resourceId": {id}},
	}, &e)
	if err != nil {
		return detailRow{}, err
	}
	return readDetail(e)
}

func (s *Source) grant(ctx context.Context, copyrightID, contentID string, t tone) (sources.Stream, error) {
	var e envelope
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointListen, URL: listenURL, Header: http.Header{"Channel": {channel}},
		Query: url.Values{
			"scene": {""}, "netType": {"01"}, "resourceType": {"2"},
			"copyrightId": {copyrightID}, "contentId": {contentID}, "toneFlag": {t.flag},
		},
	}, &e)
	if err != nil {
		return sources.Stream{}, err
	}
	return readGrant(e, t)
}

// readGrant reads a grant or a refusal.
func readGrant(e envelope, t tone) (sources.Stream, error) {
	switch e.Code {
	case "":
		return sources.Stream{}, shapeError(endpointListen, string(e.Data), "the answer tells no result code")
	case codeGood:
	case codeMembersOnly:
		return sources.Stream{}, refusal(endpointListen, models.CodePaid, "Migu serves this song to members only")
	default:
		// 100001 stands for anything that Migu does not like about the song.
		return sources.Stream{}, refusal(endpointListen, models.CodeWithdrawn,
			"Migu does not serve this song (code "+httpclient.Excerpt(string(e.Code))+")")
	}
	var g *grant
	if err := json.Unmarshal(e.Data, &g); err != nil {
		return sources.Stream{}, shapeError(endpointListen, string(e.Data), "the grant is no object")
	}
	if g == nil {
		return sources.Stream{}, refusal(endpointListen, models.CodeWithdrawn, "Migu gives no address for this song")
	}
	return g.stream(t)
}

// stream is what is granted, if it is the whole song in the quality asked for.
func (g *grant) stream(t tone) (sources.Stream, error) {
	// A plus sign in the signed part would be read as a space.
	address := upstreamtext.WebAddress(strings.ReplaceAll(string(g.URL), "+", "%2B"))
	ext := upstreamtext.FileExt(address)
	if ext == "" {
		ext = t.ext
	}
	switch {
	case g.AuditionStart != 0 || g.AuditionLength != 0:
		return sources.Stream{}, refusal(endpointListen, models.CodePreviewOnly, "Migu serves a preview of this song only")
	case g.CannotCode != "":
		return sources.Stream{}, g.cannot()
	case g.URL == "":
		return sources.Stream{}, refusal(endpointListen, models.CodeWithdrawn, "Migu gives no address for this song")
	case address == "":
		return sources.Stream{}, shapeError(endpointListen, string(g.URL), "the granted address is none")
	case !sources.IsClearContainer(ext):
		return sources.Stream{}, refusal(endpointListen, models.CodeProtected, "Migu serves this song in a container that is no clear audio")
	case g.FormatType != "" && !t.is(string(g.FormatType)), sources.IsLossless(t.ext) != sources.IsLossless(ext):
		// A grant without the field is judged by its ending alone.
		return sources.Stream{}, refusal(endpointListen, models.CodeNoSource, "Migu serves another quality than the one asked for")
	}
	return sources.Stream{URL: address, Quality: t.quality, Ext: ext}, nil
}

// cannot is the refusal of a grant with a cannotCode, whose values are not known: where a
// membership is sold beside it, that is what is missing.
func (g *grant) cannot() error {
	if g.Dialog != nil && g.Dialog.PayText.Line() != "" {
		return refusal(endpointListen, models.CodePaid, "Migu serves this song to members only")
	}
	return refusal(endpointListen, models.CodeWithdrawn, "Migu does not serve this song (code "+httpclient.Excerpt(string(g.CannotCode))+")")
}

// Open opens a granted stream.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.http.Open(ctx, endpointFile, st, offset, validator)
}
