package qianqian

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Resolve asks for the announced rates up to ceiling, best first, and stops at the first
// that is granted; a grant is labelled with what is served, which may be less than what
// was asked for. When nothing is granted, the refusal of the lowest rate is the song's.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isID(c.RemoteID) {
		return nil, models.Invalid("candidate", models.CodeBadValue, "%q is no Qianqian song id", c.RemoteID)
	}
	why := refusal(endpointLink, models.CodeNoSource, "Qianqian offers the song above the allowed quality only")
	for _, r := range ratesFor(c, ceiling) {
		data, err := s.ask(ctx, endpointLink, url.Values{"TSID": {c.RemoteID}, "rate": {r.name}})
		if err != nil {
			return nil, err
		}
		stream, final, err := readLink(data, r, c)
		switch {
		case err == nil && ceiling != models.QualityUnknown && stream.Quality.Rank() > ceiling.Rank():
			continue // more than was asked for
		case err == nil:
			return []sources.Stream{stream}, nil
		case final:
			return nil, err
		}
		why = err
	}
	return nil, why
}

// ratesFor are the rates to ask for: those announced, or all when the candidate does not
// tell.
func ratesFor(c sources.Candidate, ceiling models.Quality) []rate {
	announced := strings.Split(c.Keys[keyRates], ",")
	var asked []rate
	for _, r := range rates {
		if c.Keys[keyRates] != "" && !slices.Contains(announced, r.name) {
			continue
		}
		if ceiling == models.QualityUnknown || r.quality.Rank() <= ceiling.Rank() {
			asked = append(asked, r)
		}
	}
	return asked
}

// readLink reads a grant or a refusal; final says that other rates would be refused too.
func readLink(data json.RawMessage, asked rate, c sources.Candidate) (stream sources.Stream, final bool, err error) {
	if isNothing(data) {
		return sources.Stream{}, false, refusal(endpointLink, models.CodeWithdrawn, "Qianqian gives no address for this song")
	}
	var l *link
	if err := json.Unmarshal(data, &l); err != nil || l == nil {
		return sources.Stream{}, true, shapeError(endpointLink, string(data), "the grant is no object")
	}
	address, preview := upstreamtext.WebAddress(string(l.Path)), l.previewPath()
	stream = sources.Stream{
		URL: address, Ext: l.ext(address, asked), SizeBytes: max(int64(l.Size), 0), DurationMS: upstreamtext.Milliseconds(l.Duration),
	}
	stream.Quality = l.quality(stream.Ext, asked)
	switch {
	case l.Path == "":
		return sources.Stream{}, l.IsVIP == 1, l.refused(preview)
	case address == "":
		return sources.Stream{}, true, shapeError(endpointLink, string(l.Path), "the granted address is none")
	case string(l.Path) == preview, sources.IsClip(stream.DurationMS, c.DurationMS):
		return sources.Stream{}, false, refusal(endpointLink, models.CodePreviewOnly, "Qianqian serves a preview of this song only")
	case !sources.IsClearContainer(stream.Ext):
		return sources.Stream{}, false, refusal(endpointLink, models.CodeProtected, "Qianqian serves this song in a container that is no clear audio")
	}
	return stream, false, nil
}

// refused is the refusal of an answer without an address.
func (l *link) refused(preview string) error {
	switch {
	case preview != "":
		return refusal(endpointLink, models.CodePreviewOnly, "Qianqian serves a preview of this song only")
	case l.IsVIP == 1:
		return refusal(endpointLink, models.CodePaid, "Qianqian serves this song to members only")
	}
	return refusal(endpointLink, models.CodeWithdrawn, "Qianqian gives no address for this song")
}

// ext is the file's ending: that of its address, else as told, else the usual one. A
// locked container shows in the address.
func (l *link) ext(address string, asked rate) string {
	return upstreamtext.First(upstreamtext.FileExt(address), strings.ToLower(string(l.Format)), asked.ext)
}

// quality is that of what is served.
func (l *link) quality(ext string, asked rate) models.Quality {
	const highest = 10_000 // kbit/s; more is no bit rate of music
	switch {
	case sources.IsLossless(ext):
		return models.QualityLossless
	case l.Rate > 0 && l.Rate < highest:
		return models.QualityOfBitrate(int64(l.Rate) * 1000)
	case asked.quality == models.QualityLossless:
		return models.QualityUnknown
	}
	return asked.quality
}

// Open opens a granted stream. Its address carries a token that expires soon.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.http.Open(ctx, endpointFile, st, offset, validator)
}
