package netease

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// songBatch is how many songs are asked for at once; up to 1000 are answered.
const songBatch = 500

// FetchPlaylist gets a playlist or toplist with all its songs: the detail, whose trackIds
// are the complete order, then the songs that it does not describe. An id that the
// platform does not describe at all is a withdrawn song: it stays in the list, Undescribed.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	if !isID(ref.RemoteID) {
		return sources.Snapshot{}, models.Invalid("playlist", models.CodeBadValue, "%q is no NetEase playlist id", ref.RemoteID)
	}
	var a detailAnswer
	err := s.ask(ctx, call{endpoint: endpointDetail, path: "/api/v6/playlist/detail", query: url.Values{
		"id": {ref.RemoteID}, "n": {"1000"}, "s": {"0"},
	}}, &a)
	if err != nil {
		return sources.Snapshot{}, playlistError(err)
	}
	d, err := a.read(ref)
	if err != nil {
		return sources.Snapshot{}, err
	}
	if d.snapshot.Unchanged = knownVersion != "" && d.snapshot.Version == knownVersion; d.snapshot.Unchanged {
		return d.snapshot, nil
	}
	if err := s.describe(ctx, d); err != nil {
		return sources.Snapshot{}, fmt.Errorf("fetch songs of netease playlist %s: %w", ref.RemoteID, err)
	}
	return d.complete(), nil
}

// detail is a playlist as its detail told it.
type detail struct {
	snapshot sources.Snapshot
	order    []number
	songs    map[number]models.SongSnapshot // those described so far
}

// read turns the answer into a detail, with the songs that it describes. An answer about
// another playlist than ref is none.
func (a *detailAnswer) read(ref models.PlaylistRef) (*detail, error) {
	var row playlistRow
	var tracks playlistTracks
	if json.Unmarshal(a.Playlist, &row) != nil || row.ID.id() != ref.RemoteID || json.Unmarshal(a.Playlist, &tracks) != nil {
		return nil, unreadable(endpointDetail, a.Playlist)
	}
	d := &detail{songs: make(map[number]models.SongSnapshot, len(tracks.Tracks))}
	d.add(tracks.Tracks)
	for _, t := range tracks.TrackIDs {
		d.order = append(d.order, t.ID)
	}
	if len(d.order) == 0 { // older answers hold the tracks only
		d.order = idsOf(tracks.Tracks)
	}
	d.snapshot = sources.Snapshot{
		Summary:      row.summary(ref.Kind, withoutTracks(a.Playlist)),
		Version:      version(&row, d.order),
		ClaimedSongs: claimed(int(row.TrackCount.count()), len(d.order)),
	}
	return d, nil
}

// claimed is the number of songs that the platform claims. trackCount often differs from
// the complete list by a few songs that were withdrawn; only a gap beyond that speaks of
// a list that came incomplete.
func claimed(trackCount, listed int) int {
	gap := trackCount - listed
	if listed > 0 && gap <= max(3, listed/20) {
		return listed
	}
	return trackCount
}

// version changes with the order of the songs, and with the platform's own times of
// changes to them.
func version(row *playlistRow, order []number) string {
	digest := sha256.New()
	for _, id := range order {
		digest.Write(strconv.AppendInt(nil, int64(id), 10))
		digest.Write([]byte{','})
	}
	return fmt.Sprintf("%d-%d-%d-%s", row.TrackNumberUpdateTime, row.TrackUpdateTime, len(order),
		hex.EncodeToString(digest.Sum(nil)[:12]))
}

// withoutTracks is the playlist object as it is kept: songs are kept one by one.
func withoutTracks(raw json.RawMessage) models.RawJSON {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return nil
	}
	delete(fields, "tracks")
	delete(fields, "trackIds")
	kept, err := json.Marshal(fields)
	if err != nil {
		return nil
	}
	return kept
}

func idsOf(rows []json.RawMessage) []number {
	var ids []number
	for _, raw := range rows {
		var row struct {
			ID number `json:"id"`
		}
		_ = json.Unmarshal(raw, &row) // an unreadable row keeps its place with id 0
		ids = append(ids, row.ID)
	}
	return ids
}

// add notes described songs; rows that cannot be read stay unknown.
func (d *detail) add(rows []json.RawMessage) {
	for _, raw := range rows {
		if song, ok := readSong(raw); ok {
			d.songs[song.ID] = song.snapshot(models.RawJSON(raw))
		}
	}
}

// unknown lists the ids that nothing is known of yet, each once.
func (d *detail) unknown() []number {
	var ids []number
	asked := map[number]bool{}
	for _, id := range d.order {
		if _, known := d.songs[id]; !known && !asked[id] && id > 0 {
			asked[id] = true
			ids = append(ids, id)
		}
	}
	return ids
}

// complete puts the songs in order.
func (d *detail) complete() sources.Snapshot {
	d.snapshot.Songs = make([]models.SongSnapshot, 0, len(d.order))
	for _, id := range d.order {
		song, known := d.songs[id]
		switch {
		case known:
			d.snapshot.Songs = append(d.snapshot.Songs, song)
		case id > 0:
			d.snapshot.Songs = append(d.snapshot.Songs, models.SongSnapshot{Platform: Name, RemoteID: id.id(), Undescribed: true})
		default:
			d.snapshot.Unreadable++
		}
	}
	return d.snapshot
}

// describe fetches what the detail did not describe, batch by batch.
func (s *Source) describe(ctx context.Context, d *detail) error {
	ids := d.unknown()
	for len(ids) > 0 {
		batch := ids[:min(songBatch, len(ids))]
		ids = ids[len(batch):]
		var a songsAnswer
		err := s.ask(ctx, call{endpoint: endpointSongs, path: "/api/v3/song/detail", form: url.Values{"c": {songList(batch)}}}, &a)
		if err != nil {
			return err
		}
		d.add(a.Songs)
	}
	return nil
}

// songList is the parameter of song/detail: JSON in one form field.
func songList(ids []number) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":%d}`, id)
	}
	b.WriteByte(']')
	return b.String()
}

// unreadable is the error of an answer whose parts have another shape than they should.
func unreadable(endpoint string, part json.RawMessage) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape,
		"the answer has an unexpected shape; the platform may have changed its format")
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(string(part[:min(len(part), 1000)]))
	return e
}

// isID tells ids: decimal digits, not zero, within an int64.
func isID(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n > 0 && strconv.FormatInt(n, 10) == s
}
