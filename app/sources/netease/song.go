package netease

import (
	"encoding/json"
	"time"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// beijing is the platform's zone; release days are midnights there.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// readSong reads a row; false when it is no song.
func readSong(raw json.RawMessage) (*song, bool) {
	var s song
	if json.Unmarshal(raw, &s) != nil || s.ID <= 0 {
		return nil, false
	}
	s.unify()
	return &s, true
}

// unify brings the old shape, and cloud songs without a name, to the new shape.
func (s *song) unify() {
	if len(s.Ar) == 0 {
		s.Ar = s.Artists
	}
	if s.Al == nil {
		s.Al = s.Album
	}
	if s.Al == nil {
		s.Al = &album{}
	}
	if len(s.Alia) == 0 {
		s.Alia = s.Alias
	}
	if s.Dt == 0 {
		s.Dt = s.Duration
	}
	if s.Pc != nil && s.Name.line() == "" {
		s.Name, s.Ar, s.Al.Name = s.Pc.Title, []artist{{Name: s.Pc.Artist}}, s.Pc.Album
	}
	if s.Name.line() == "" {
		// The platform knows the song by its id only. A title is needed wherever songs are
		// listed, and it is still found by id.
		s.Name = text("song " + s.ID.id())
	}
}

func (s *song) artists() []models.ArtistRef {
	var list []models.ArtistRef
	for _, a := range s.Ar {
		if name := a.Name.line(); name != "" {
			list = append(list, models.ArtistRef{RemoteID: a.ID.id(), Name: name})
		}
	}
	return list
}

func (s *song) year() int {
	if s.PublishTime <= 0 {
		return 0
	}
	if year := time.UnixMilli(int64(s.PublishTime)).In(beijing).Year(); year < 10000 {
		return year
	}
	return 0
}

// offers lists the announced qualities up to limit bit/s, best first; limit < 0 = all.
func (s *song) offers(limit int64) []sources.Offer {
	var list []sources.Offer
	for _, o := range []struct {
		file    *file
		bitrate int64 // nominal, as privileges count
		quality models.Quality
		ext     string
	}{
		{s.HR, 1_999_000, models.QualityHiRes, "flac"},
		{s.SQ, 999_000, models.QualityLossless, "flac"},
		{s.H, 320_000, models.Quality320, "mp3"},
		{s.M, 192_000, models.Quality192, "mp3"},
		{s.L, 128_000, models.Quality128, "mp3"},
	} {
		if o.file != nil && (limit < 0 || o.bitrate <= limit) {
			list = append(list, sources.Offer{Quality: o.quality, Ext: o.ext, SizeBytes: o.file.Size.count()})
		}
	}
	return list
}

// snapshot is the song as the catalog keeps it, with the best quality that the platform
// announces, whether or not this caller may play it.
func (s *song) snapshot(raw models.RawJSON) models.SongSnapshot {
	snap := models.SongSnapshot{
		Platform:      Name,
		RemoteID:      s.ID.id(),
		Name:          s.Name.line(),
		Subtitle:      lines(s.Alia, "; "),
		Artists:       s.artists(),
		Album:         s.Al.Name.line(),
		AlbumRemoteID: s.Al.ID.id(),
		DurationMS:    s.Dt.count(),
		Track:         small(s.No),
		Disc:          small(s.Cd),
		Year:          s.year(),
		CoverURL:      secure(s.Al.PicURL),
		Raw:           raw,
	}
	if offers := s.offers(-1); len(offers) > 0 {
		snap.Ext, snap.Quality, snap.FileSizeBytes = offers[0].Ext, offers[0].Quality, offers[0].SizeBytes
	}
	return snap
}

// candidate is the song as a search result, with what this caller may play.
func (s *song) candidate() sources.Candidate {
	c := sources.Candidate{
		Source:     Name,
		RemoteID:   s.ID.id(),
		Title:      s.Name.line(),
		Subtitle:   lines(s.Alia, "; "),
		Album:      s.Al.Name.line(),
		DurationMS: s.Dt.count(),
		CoverURL:   secure(s.Al.PicURL),
	}
	for _, a := range s.artists() {
		c.Artists = append(c.Artists, a.Name)
	}
	if s.Privilege == nil {
		c.Offers = s.offers(-1)
		return c
	}
	c.Offers = s.offers(s.Privilege.Pl.count())
	switch {
	case s.Privilege.St < 0:
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodeWithdrawn, "the platform does not serve it any more"
	case s.Privilege.Pl <= 0 && s.Fee == 0:
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodeWithdrawn, "the platform has no licence for it"
	case s.Privilege.Pl <= 0:
		c.Refused, c.RefusedCode, c.RefusedReason = true, models.CodePaid, "needs a purchase or a membership"
	}
	return c
}

// small is n where only track and disc numbers make sense, else 0.
func small(n number) int {
	if n < 0 || n > 9999 {
		return 0
	}
	return int(n)
}
