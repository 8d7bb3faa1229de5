package maintenance

import (
	"cmp"
	"context"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

const (
	// closeSongs bounds the songs that a title and an artist are looked up by, wideSongs
	// those by a title alone.
	closeSongs = 60
	wideSongs  = 300
)

// identified is the song that a file was found to be.
type identified struct {
	song  models.Song
	score float64
}

// identify finds the song that a file is: by the ids in its tags, else by title, artists
// and length, as sure as a candidate of a download must be. Of several, one that is
// missing here comes first. path is the file's place on this machine.
func (s *Service) identify(ctx context.Context, place string, in inspected) (identified, bool, error) {
	tags := readTags(place, in.info.Ext)
	if tags.Platform != "" && tags.SongID != "" {
		song, found, err := s.Store.FindSong(ctx, tags.Platform, tags.SongID)
		if found || err != nil {
			return identified{song, 1}, found, err
		}
	}
	if strings.TrimSpace(tags.Title) == "" {
		return identified{}, false, nil
	}
	file := sources.Candidate{Title: tags.Title, Artists: tags.Artists, Album: tags.Album, DurationMS: in.info.DurationMS}
	texts := []string{tags.Title + " " + strings.Join(tags.Artists, " "), tags.Title}
	for i, limit := range []int{closeSongs, wideSongs} {
		songs, err := s.Store.FindSongsByText(ctx, texts[i], limit)
		if err != nil {
			return identified{}, false, err
		}
		if best, ok := s.best(songs, file); ok {
			return best, true, nil
		}
	}
	return identified{}, false, nil
}

// best is the song that a file surely is, if any is.
func (s *Service) best(songs []models.Song, file sources.Candidate) (identified, bool) {
	matcher := matching.NewWith(s.Matching())
	var list []identified
	for _, song := range songs {
		if song.Availability == models.AvailabilityNotMusic {
			continue
		}
		if score := matcher.Score(matching.SongOf(snapshotOf(song)), file); score.Level != matching.LevelNo {
			list = append(list, identified{song, score.Total})
		}
	}
	if len(list) == 0 {
		return identified{}, false
	}
	slices.SortStableFunc(list, func(a, b identified) int {
		return cmp.Or(cmp.Compare(yes(a.song.Downloaded), yes(b.song.Downloaded)), -cmp.Compare(a.score, b.score))
	})
	return list[0], true
}

// snapshotOf is what a playlist said of a song; the columns stand in where it said nothing.
func snapshotOf(song models.Song) models.SongSnapshot {
	snap := models.SongSnapshot{}
	// A snapshot that cannot be read is one that says nothing.
	if json.Unmarshal([]byte(song.MetadataJSON), &snap) != nil || snap.Name == "" {
		snap.Name, snap.Album, snap.DurationMS = song.Name, song.Album, song.DurationMS
		for _, name := range singersOf(song.Singers) {
			snap.Artists = append(snap.Artists, models.ArtistRef{Name: name})
		}
	}
	snap.Platform, snap.RemoteID = song.Platform, song.RemoteSongID
	return snap
}

// readTags reads a file's tags. Where there are none, its name is taken for
// "artist - title", with or without a number in front.
func readTags(place, ext string) tagging.Tags {
	var tags tagging.Tags
	// The tag library goes by the name's ending: a file under another one is left unread.
	if tagging.Takes(ext) && strings.EqualFold(strings.TrimPrefix(path.Ext(place), "."), ext) {
		if read, err := tagging.Read(place, false); err == nil {
			tags = read
		}
	}
	if strings.TrimSpace(tags.Title) != "" {
		return tags
	}
	name := strings.ReplaceAll(place, "\\", "/")
	name = strings.TrimSuffix(path.Base(name), path.Ext(name))
	parts := strings.Split(name, " - ")
	if len(parts) > 2 && strings.Trim(parts[0], "0123456789. ") == "" {
		parts = parts[1:]
	}
	if len(parts) < 2 {
		tags.Title = strings.TrimLeft(name, "0123456789. -_")
		return tags
	}
	tags.Title = strings.TrimSpace(strings.Join(parts[1:], " - "))
	if len(tags.Artists) == 0 {
		for artist := range strings.SplitSeq(parts[0], ", ") {
			tags.Artists = append(tags.Artists, strings.TrimSpace(artist))
		}
	}
	return tags
}
