package subsonic

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const methodPlaylist = "getPlaylist"

// FetchPlaylist gets a playlist with all its songs, in one request.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	if ref.RemoteID == starredID {
		return s.fetchStarred(ctx, knownVersion)
	}
	if !isID(ref.RemoteID) {
		return sources.Snapshot{}, models.Invalid("playlist", models.CodeBadValue, "%q is no id of a playlist", ref.RemoteID)
	}
	root, err := s.ask(ctx, methodPlaylist, url.Values{"id": {ref.RemoteID}})
	if err != nil {
		return sources.Snapshot{}, playlistError(err)
	}
	return s.readPlaylist(root, ref.RemoteID, knownVersion)
}

// playlistError gives a refusal the meaning that it has for a playlist.
func playlistError(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	switch code, told := failedCode(err); {
	case notThere(err):
		e.Code, e.Message = models.CodePlaylistGone, "the playlist does not exist any more"
	case told && code == codeForbidden:
		e.Code, e.Message = models.CodePlaylistPrivate, "the playlist is another user's and not shared"
	}
	return err
}

func (s *Source) readPlaylist(root gjson.Result, id, knownVersion string) (sources.Snapshot, error) {
	list := root.Get("playlist")
	if !list.IsObject() {
		return sources.Snapshot{}, s.unreadable(methodPlaylist, root, "the playlist is missing")
	}
	entries, err := rows(list.Get("entry"))
	if err != nil {
		return sources.Snapshot{}, s.unreadable(methodPlaylist, list, "the songs are no list")
	}
	head := gjson.ParseBytes(without(list, "entry"))
	summary, err := s.readSummary(head, str(root.Get("type")))
	if err != nil || summary.Ref.RemoteID != id {
		return sources.Snapshot{}, s.unreadable(methodPlaylist, head, "it is about another playlist")
	}
	return s.snapshot(summary, entries, knownVersion), nil
}

// fetchStarred gets the songs that the user gave a star, the latest last, as their own list.
func (s *Source) fetchStarred(ctx context.Context, knownVersion string) (sources.Snapshot, error) {
	root, err := s.ask(ctx, methodStarred, nil)
	if err != nil {
		return sources.Snapshot{}, err
	}
	return s.readStarred(root, knownVersion)
}

func (s *Source) readStarred(root gjson.Result, knownVersion string) (sources.Snapshot, error) {
	if !root.Get("starred2").IsObject() {
		return sources.Snapshot{}, s.unreadable(methodStarred, root, "the songs with a star are missing")
	}
	entries, err := rows(root.Get("starred2.song"))
	if err != nil {
		return sources.Snapshot{}, s.unreadable(methodStarred, root, "the songs are no list")
	}
	return s.snapshot(sources.PlaylistSummary{
		Ref:        models.PlaylistRef{Platform: s.name, RemoteID: starredID, Kind: models.KindToplist},
		Name:       starredName,
		Creator:    s.login.user,
		WebURL:     s.base.String(),
		TrackCount: int64(len(entries)),
		Raw:        models.RawJSON(`{}`),
	}, entries, knownVersion), nil
}

// snapshot makes a list of its entries. Servers leave out entries that are gone, while
// songCount still counts them at times; what is listed is what is there, unless the count
// tells of more than a few that are missing.
func (s *Source) snapshot(summary sources.PlaylistSummary, entries []gjson.Result, knownVersion string) sources.Snapshot {
	snap := sources.Snapshot{Summary: summary, ClaimedSongs: claimed(int(summary.TrackCount), len(entries))}
	digest := sha256.New()
	songs := make([]child, 0, len(entries))
	for _, entry := range entries {
		c, err := readChild(entry.Raw)
		if err != nil {
			snap.Unreadable++
			fmt.Fprintln(digest, entry.Raw)
			continue
		}
		songs = append(songs, c)
		fmt.Fprintf(digest, "%q %q %q %q %d %d %q\n", c.ID, c.Title, c.performers(), c.Album, c.Duration, c.Size, c.Suffix)
	}
	snap.Version = fmt.Sprintf("%d-%d-%s", summary.UpdatedAtMS, summary.TrackCount, hex.EncodeToString(digest.Sum(nil)[:12]))
	if snap.Version == knownVersion {
		return sources.Snapshot{Summary: summary, Version: snap.Version, Unchanged: true, ClaimedSongs: snap.ClaimedSongs}
	}
	snap.Songs = make([]models.SongSnapshot, len(songs))
	for i := range songs {
		snap.Songs[i] = songs[i].snapshot(s.name)
	}
	return snap
}

// claimed is the number of songs that the server claims.
func claimed(count, listed int) int {
	if gap := count - listed; listed > 0 && gap <= max(3, listed/20) {
		return listed
	}
	return max(count, listed)
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
