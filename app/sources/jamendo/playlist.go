package jamendo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	// bothTypes: without it singles are left out of every list.
	bothTypes = "single albumtrack"
	chartSize = 100
	// maxSongs bounds one list, should its pages never end.
	maxSongs  = 20_000
	imageSize = "500"
)

// FetchPlaylist gets a playlist, an album or a chart with all its songs. The API tells no
// time of change, so a list is unchanged when its songs are.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	var l listing
	var err error
	album, isAlbum := strings.CutPrefix(ref.RemoteID, albumPrefix)
	switch {
	case strings.HasPrefix(ref.RemoteID, toplistPrefix):
		l, err = s.fetchChart(ctx, strings.TrimPrefix(ref.RemoteID, toplistPrefix))
	case isAlbum && isID(album):
		l, err = s.fetchAlbum(ctx, album)
	case isID(ref.RemoteID):
		l, err = s.fetchPlaylist(ctx, ref.RemoteID)
	default:
		err = models.Invalid("playlist", models.CodeBadValue, "%q is no id of a Jamendo playlist", ref.RemoteID)
	}
	if err != nil {
		return sources.Snapshot{}, err
	}
	return l.snapshot(knownVersion), nil
}

// listing is a list as read, or a page of it.
type listing struct {
	summary sources.PlaylistSummary
	album   playlistRow // of an album, whose songs leave out what it tells
	rows    []gjson.Result
}

func (s *Source) fetchChart(ctx context.Context, order string) (listing, error) {
	i := slices.IndexFunc(charts, func(c struct{ order, name string }) bool { return c.order == order })
	if i < 0 {
		return listing{}, gone(endpointTracks, "Jamendo has no such chart")
	}
	results, err := s.ask(ctx, endpointTracks, url.Values{
		"order": {order}, "limit": {strconv.Itoa(chartSize)}, "type": {bothTypes}, "imagesize": {imageSize},
	})
	if err != nil {
		return listing{}, err
	}
	l := listing{summary: chartSummary(order, charts[i].name), rows: results}
	l.summary.TrackCount = int64(len(results))
	return l, nil
}

// fetchPlaylist pages through a playlist. Whether offset counts songs is not certain, so an
// empty page, or one that begins as the first, ends it.
func (s *Source) fetchPlaylist(ctx context.Context, id string) (listing, error) {
	all, err := s.tracksPage(ctx, endpointPlaylistTracks, id, "", 0)
	if err != nil {
		return listing{}, err
	}
	for n := len(all.rows); n == pageSize && len(all.rows) < maxSongs; {
		page, err := s.tracksPage(ctx, endpointPlaylistTracks, id, "", len(all.rows))
		if models.CodeOf(err) == models.CodePlaylistGone {
			break
		}
		if err != nil {
			return listing{}, fmt.Errorf("fetch songs from %d on: %w", len(all.rows), err)
		}
		if len(page.rows) == 0 || page.rows[0].Raw == all.rows[0].Raw {
			break
		}
		n = len(page.rows)
		all.rows = append(all.rows, page.rows...)
	}
	all.summary.TrackCount = int64(len(all.rows))
	return all, nil
}

func (s *Source) fetchAlbum(ctx context.Context, id string) (listing, error) {
	l, err := s.tracksPage(ctx, endpointAlbumTracks, id, albumPrefix, 0)
	l.summary.TrackCount = int64(len(l.rows))
	return l, err
}

// tracksPage gets a list with songs from offset on.
func (s *Source) tracksPage(ctx context.Context, endpoint, id, prefix string, offset int) (listing, error) {
	params := url.Values{"id": {id}, "limit": {strconv.Itoa(pageSize)}, "imagesize": {imageSize}, "order": {"track_position_asc"}}
	if prefix == "" {
		params.Set("track_type", bothTypes)
		params.Set("offset", strconv.Itoa(offset))
	}
	results, err := s.ask(ctx, endpoint, params)
	if err != nil {
		return listing{}, err
	}
	return readListing(endpoint, results, id, prefix)
}

// readListing reads the one list of an answer. An unknown id is no error of the API.
func readListing(endpoint string, results []gjson.Result, id, prefix string) (listing, error) {
	if len(results) == 0 {
		return listing{}, gone(endpoint, "the playlist does not exist any more")
	}
	tracks := results[0].Get("tracks")
	if !tracks.IsArray() {
		return listing{}, shapeError(endpoint, results[0].Raw[:min(len(results[0].Raw), excerptBytes)], "the songs are no list")
	}
	head := without(results[0], "tracks")
	row, err := readRow(string(head))
	if err != nil || string(row.ID) != id {
		return listing{}, shapeError(endpoint, string(head), "it is about another playlist")
	}
	l := listing{summary: row.summary(string(head), prefix), rows: tracks.Array()}
	if prefix == albumPrefix {
		l.album = row
	}
	return l, nil
}

// snapshot makes the list of its rows. The cover of a list without one is its first song's.
func (l *listing) snapshot(knownVersion string) sources.Snapshot {
	snap := sources.Snapshot{Summary: l.summary, ClaimedSongs: len(l.rows)}
	digest := sha256.New()
	tracks := make([]track, 0, len(l.rows))
	for _, row := range l.rows {
		t, err := readTrack(row.Raw)
		if err != nil {
			snap.Unreadable++
			fmt.Fprintln(digest, row.Raw)
			continue
		}
		t.fill(l.album)
		tracks = append(tracks, t)
		fmt.Fprintf(digest, "%s %q %q %t\n", t.ID, t.Name, t.ArtistName, t.allowed())
		if snap.Summary.CoverURL == "" {
			snap.Summary.CoverURL = t.cover()
		}
	}
	snap.Version = fmt.Sprintf("%d-%s", len(l.rows), hex.EncodeToString(digest.Sum(nil)[:12]))
	if snap.Version == knownVersion {
		snap.Unchanged = true
		return snap
	}
	snap.Songs = make([]models.SongSnapshot, len(tracks))
	for i := range tracks {
		snap.Songs[i] = tracks[i].snapshot()
	}
	return snap
}

// gone is the error of a list that is not there.
func gone(endpoint, message string) error {
	e := models.NewError(models.ClassNotFound, models.CodePlaylistGone, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// without is an object without one of its members, the others byte for byte.
func without(object gjson.Result, member string) models.RawJSON {
	var out bytes.Buffer
	out.WriteByte('{')
	object.ForEach(func(key, value gjson.Result) bool {
		if key.Str == member {
			return true
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		out.WriteString(key.Raw + ":" + strings.TrimSpace(value.Raw))
		return true
	})
	out.WriteByte('}')
	return out.Bytes()
}
