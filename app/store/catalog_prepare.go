package store

import (
	"encoding/json"
	"fmt"
	"strings"

	"catalogsync/app/matching/textkey"
	"catalogsync/models"
)

// preparedSong is a fetched song with everything that is derived from it alone. It is made
// before the transaction, so that the writer is not held while texts are normalised.
type preparedSong struct {
	snapshot models.SongSnapshot
	row      models.Song // the described columns; of an Undescribed song none
	artists  []preparedArtist
}

// preparedArtist is an artist with the key that it is stored by.
type preparedArtist struct {
	models.ArtistRef
	key string // "" = the name says nothing
}

// preparer derives; it remembers the keys of artists, of which lists name few.
type preparer struct{ keys map[string]string }

func newPreparer() *preparer { return &preparer{keys: map[string]string{}} }

// songs prepares the songs of a fetch, each once, with all that its repetitions tell.
func (p *preparer) songs(list []models.SongSnapshot) ([]preparedSong, error) {
	distinct := distinctSongs(list)
	out := make([]preparedSong, len(distinct))
	for i, snapshot := range distinct {
		song, err := p.song(snapshot)
		if err != nil {
			return nil, err
		}
		out[i] = song
	}
	return out, nil
}

func (p *preparer) song(snapshot models.SongSnapshot) (preparedSong, error) {
	song := preparedSong{snapshot: snapshot, artists: p.artists(snapshot.Artists)}
	if snapshot.Undescribed {
		return song, nil
	}
	return song, describeSong(&song.row, snapshot)
}

func (p *preparer) artists(refs []models.ArtistRef) []preparedArtist {
	out := make([]preparedArtist, len(refs))
	for i, ref := range refs {
		key, known := p.keys[ref.Name]
		if !known {
			key = textkey.Key(ref.Name)
			p.keys[ref.Name] = key
		}
		out[i] = preparedArtist{ref, key}
	}
	return out
}

// distinctSongs keeps one snapshot a song, with all that its repetitions tell.
func distinctSongs(songs []models.SongSnapshot) []models.SongSnapshot {
	at := make(map[string]int, len(songs))
	distinct := make([]models.SongSnapshot, 0, len(songs))
	for _, s := range songs {
		if i, ok := at[s.RemoteID]; ok {
			distinct[i] = distinct[i].Merge(s)
			continue
		}
		at[s.RemoteID] = len(distinct)
		distinct = append(distinct, s)
	}
	return distinct
}

// mergePrepared puts the songs of several fetches of one platform together, each once.
func (p *preparer) mergePrepared(lists ...[]preparedSong) ([]preparedSong, error) {
	if len(lists) == 1 {
		return lists[0], nil
	}
	at := map[string]int{}
	var all []preparedSong
	for _, list := range lists {
		for _, song := range list {
			i, repeated := at[song.snapshot.RemoteID]
			if !repeated {
				at[song.snapshot.RemoteID] = len(all)
				all = append(all, song)
				continue
			}
			if song.row.MetadataJSON == all[i].row.MetadataJSON {
				continue
			}
			merged, err := p.song(all[i].snapshot.Merge(song.snapshot))
			if err != nil {
				return nil, err
			}
			all[i] = merged
		}
	}
	return all, nil
}

// describeSong fills the columns that come from the snapshot.
func describeSong(row *models.Song, snapshot models.SongSnapshot) error {
	text, err := json.Marshal(snapshot)
	if err != nil {
		return fmt.Errorf("keep snapshot of song %s: %w", snapshot.RemoteID, err)
	}
	row.RemoteSongID = snapshot.RemoteID
	row.Name = snapshot.Name
	row.Singers = strings.Join(snapshot.ArtistNames(), " / ")
	row.Album = snapshot.Album
	row.DurationMS = snapshot.DurationMS
	row.Ext = snapshot.Ext
	row.FileSizeBytes = snapshot.FileSizeBytes
	row.QualityLabel = snapshot.Quality
	row.CoverURL = snapshot.CoverURL
	row.MetadataJSON = string(text)
	row.SearchKey = textkey.Key(strings.Join([]string{row.Name, row.Singers, row.Album}, " "))
	return nil
}
