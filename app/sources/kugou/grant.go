package kugou

import (
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// granted is a grant of either of the calls that make them.
type granted struct {
	endpoint   string
	told       bool     // an address came, readable or not
	urls       []string // best first
	ext        string   // as told, "" = not
	bitRate    int64    // in kbit/s or bit/s
	size       int64    // bytes, 0 = not told
	durationMS int64    // 0 = not told
	listed     int64    // size of the song's plainest file, 0 = not told
}

// maxAddresses bounds the addresses of one file that are passed on.
const maxAddresses = 3

// streams judges a grant. asked is what was asked for, whose quality stands in where the
// grant does not tell.
func (g *granted) streams(asked fileKind, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if len(g.urls) == 0 {
		return nil, shapeError(g.endpoint, "", "the granted address is none")
	}
	ext := upstreamtext.First(upstreamtext.FileExt(g.urls[0]), g.ext, asked.ext)
	quality := g.quality(ext, asked)
	switch {
	case !sources.IsClearContainer(ext), g.ext != "" && !sources.IsClearContainer(g.ext):
		return nil, refusal(g.endpoint, models.CodeProtected, "Kugou serves this song in a container that is no clear audio")
	case sources.IsClip(g.durationMS, c.DurationMS), g.isSmall(ext):
		return nil, refusal(g.endpoint, models.CodePreviewOnly, "Kugou serves a preview of this song only")
	case !within(quality, ceiling):
		return nil, refusal(g.endpoint, models.CodeNoSource, "Kugou serves the song above the allowed quality only")
	}
	var list []sources.Stream
	for _, address := range g.urls[:min(len(g.urls), maxAddresses)] {
		list = append(list, sources.Stream{
			URL: address, Quality: quality, Ext: ext, SizeBytes: max(g.size, 0), DurationMS: g.durationMS,
		})
	}
	return list, nil
}

// clipBitRate is that of previews, in bit/s.
const clipBitRate = 32_000

// isSmall tells a preview by its file: a small m4a. Its length may be told as the song's.
func (g *granted) isSmall(ext string) bool {
	if ext != "m4a" && g.ext != "m4a" {
		return false
	}
	return g.listed > 0 && g.size > 0 && g.size < g.listed/2 || g.bitsPerSecond() > 0 && g.bitsPerSecond() <= clipBitRate
}

// bitsPerSecond: bit rates up to 1000 are in kbit/s, and those above in bit/s; clients
// disagree about the unit.
func (g *granted) bitsPerSecond() int64 {
	if g.bitRate > 0 && g.bitRate <= 1000 {
		return g.bitRate * 1000
	}
	return max(g.bitRate, 0)
}

func (g *granted) quality(ext string, asked fileKind) models.Quality {
	switch {
	case sources.IsLossless(ext) && asked.quality == models.QualityHiRes:
		return models.QualityHiRes
	case sources.IsLossless(ext):
		return models.QualityLossless
	case g.bitsPerSecond() > 0:
		return models.QualityOfBitrate(g.bitsPerSecond())
	case asked.ext == "flac":
		return models.QualityUnknown
	}
	return asked.quality
}
