package download

import (
	"context"
	"errors"

	"catalogsync/app/library"
	"catalogsync/models"
)

// LayoutPreview shows what a layout makes of songs.
type LayoutPreview struct {
	// Paths are the places of some songs below the library's folder.
	Paths []string
	// Invented: the library has no songs yet, so these are made up.
	Invented bool
}

// previewSongs is how many songs a preview shows.
const previewSongs = 5

// PreviewLayout files songs of the library by a layout, on paper. A layout that is wrong is
// a ClassInvalid error of the field layout that tells where.
func (s *Service) PreviewLayout(ctx context.Context, text string) (LayoutPreview, error) {
	layout, err := library.ParseLayout(text)
	if err != nil {
		refusal := models.Invalid("layout", models.CodeBadLayout, "the layout %s", err)
		if fault, ok := errors.AsType[*library.LayoutFault](err); ok {
			refusal.Params = fault.Params()
		}
		return LayoutPreview{}, refusal
	}
	samples, err := s.Store.ListSamples(ctx, previewSongs)
	if err != nil {
		return LayoutPreview{}, err
	}
	p := LayoutPreview{Invented: len(samples) == 0}
	for _, sample := range samples {
		p.Paths = append(p.Paths, layout.Locator(songName(snapshotOf(sample.Song), sample.Asset.Source, sample.Asset.Quality), sample.Asset.Ext, false))
	}
	if p.Invented {
		for _, n := range inventedSongs {
			p.Paths = append(p.Paths, layout.Locator(n, "flac", false))
		}
	}
	return p, nil
}

// inventedSongs show what a layout does with much, little and odd knowledge.
var inventedSongs = []library.SongName{
	{Source: "qq", Artists: []string{"阿木", "Lin"}, Title: "山路", Album: "河口", Year: 2011, Disc: 1, Track: 7, Quality: models.QualityLossless, Platform: "netease", RemoteID: "8000001"},
	{Source: "kuwo", Artists: []string{"Harbour Lights"}, Title: "Evening Ferry (Live)", Album: "Tides", Quality: models.QualityLossless, Platform: "kuwo", RemoteID: "8000002"},
	{Source: "netease", Artists: []string{"小满"}, Title: "What? / 为什么", Year: 2024, Track: 12, Quality: models.QualityLossless, Platform: "netease", RemoteID: "8000003"},
	{Source: "migu", Title: "夜航", Quality: models.QualityLossless, Platform: "qq", RemoteID: "8000004"},
	{Source: "qq", Artists: []string{"AC: North"}, Title: "CON", Album: "...", Disc: 2, Track: 1, Quality: models.QualityLossless, Platform: "qq", RemoteID: "8000005"},
}

// songName is what a song's place is made of.
func songName(snap models.SongSnapshot, source string, quality models.Quality) library.SongName {
	return library.SongName{
		Source: source, Artists: snap.ArtistNames(), Title: snap.Name, Album: snap.Album,
		Year: snap.Year, Disc: snap.Disc, Track: snap.Track, Quality: quality,
		Platform: snap.Platform, RemoteID: snap.RemoteID,
	}
}
