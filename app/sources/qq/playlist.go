package qq

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	playlistPage = "https://y.qq.com/n/ryqq/playlist/"
	// playlistSize is the page size of both playlist endpoints; both serve 1000.
	playlistSize = 1000
	// maxPages bounds the pages of one playlist, should an upstream never end.
	maxPages = 100
)

// FetchPlaylist gets a playlist or chart with all its entries.
func (s *Source) FetchPlaylist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	if ref.Kind == models.KindToplist || strings.HasPrefix(ref.RemoteID, toplistPrefix) {
		return s.fetchToplist(ctx, ref, knownVersion)
	}
	id, err := strconv.ParseInt(ref.RemoteID, 10, 64)
	if err != nil || id <= 0 {
		return sources.Snapshot{}, models.Invalid("playlist", models.CodeBadValue, "%q is no QQ playlist id", ref.RemoteID)
	}
	legacy := func(begin int) (listing, error) { return s.legacyListing(ctx, id, begin) }
	musicu := func(begin int) (listing, error) { return s.musicuListing(ctx, id, begin) }
	first, err := gather(id, knownVersion, legacy)
	switch {
	case err == nil && short(first):
		return fuller(first, id, knownVersion, musicu)
	case err == nil || !replaceable(err):
		return first, err
	}
	second, secondErr := gather(id, knownVersion, musicu)
	if secondErr != nil {
		return sources.Snapshot{}, fmt.Errorf("fetch playlist %d by the second endpoint: %w (the first one: %w)", id, secondErr, err)
	}
	return second, nil
}

// fuller is what the second endpoint gives, when it gives more than the first.
func fuller(first sources.Snapshot, id int64, knownVersion string, fetch func(begin int) (listing, error)) (sources.Snapshot, error) {
	second, err := gather(id, knownVersion, fetch)
	switch {
	case err != nil && !replaceable(err):
		return sources.Snapshot{}, err
	case err == nil && (second.Unchanged || len(second.Songs) > len(first.Songs)):
		return second, nil
	}
	return first, nil
}

// short says that the platform claims more songs than it gave.
func short(snap sources.Snapshot) bool {
	return !snap.Unchanged && len(snap.Songs)+snap.Unreadable < snap.ClaimedSongs
}

// replaceable says whether the second playlist endpoint may help: the first one is gone,
// changed or does not page, but the caller is not refused.
func replaceable(err error) bool {
	switch models.CodeOf(err) {
	case models.CodePlaylistGone, models.CodePlaylistPrivate, models.CodeCircuitOpen:
		return false
	}
	class := models.ClassOf(err)
	return class == models.ClassPermanent || class == models.ClassNotFound
}

// listing is one page of a playlist, from either endpoint.
type listing struct {
	summary sources.PlaylistSummary
	total   int
	ids     string // all song ids, comma-separated, "" = not told
	rows    []gjson.Result
	begin   int // the window that the answer claims, -1 = not told
	more    bool
}

// gather pages through a playlist. When the first page tells all ids, an unchanged
// playlist costs that one request.
func gather(id int64, knownVersion string, fetch func(begin int) (listing, error)) (sources.Snapshot, error) {
	first, err := fetch(0)
	if err != nil {
		return sources.Snapshot{}, err
	}
	snap := sources.Snapshot{Summary: first.summary, ClaimedSongs: max(first.total, len(first.rows))}
	if strings.Count(first.ids, ",")+1 == first.total {
		snap.Version = version(first.summary.UpdatedAtMS, strings.Split(first.ids, ","))
		if snap.Version == knownVersion {
			snap.Unchanged = true
			return snap, nil
		}
	}
	rows := first.rows
	for page := first; page.more && len(page.rows) > 0 && len(rows) < first.total; {
		if len(rows) >= maxPages*playlistSize {
			break
		}
		if page, err = fetch(len(rows)); err != nil {
			return sources.Snapshot{}, fmt.Errorf("fetch songs from %d on: %w", len(rows), err)
		}
		if page.begin >= 0 && page.begin != len(rows) && len(page.rows) > 0 {
			return sources.Snapshot{}, shapeError("playlist", page.rows[0].Raw, "the answer is not the page asked for")
		}
		rows = append(rows, page.rows...)
	}
	fill(&snap, id, rows)
	if snap.Version == knownVersion && knownVersion != "" {
		snap.Songs, snap.Unreadable, snap.Unchanged = nil, 0, true
	}
	return snap, nil
}

// fill reads the rows into the snapshot, and makes its version when the head could not.
func fill(snap *sources.Snapshot, id int64, rows []gjson.Result) {
	ids := make([]string, 0, len(rows))
	for _, row := range rows {
		ids = append(ids, row.Get("id").String())
		entry, err := readSong(row.Raw)
		if err != nil {
			snap.Unreadable++
			continue
		}
		song := entry.snapshot(row.Raw)
		if !entry.playable() {
			song.NotMusic = true
			song.RemoteID = entry.idInPlaylist(id)
		}
		snap.Songs = append(snap.Songs, song)
	}
	if snap.Version == "" {
		snap.Version = version(snap.Summary.UpdatedAtMS, ids)
	}
}

// idInPlaylist names an entry that has no usable mid: by its numeric id, else by what it
// says, so that the same entry keeps its name.
func (s *song) idInPlaylist(playlist int64) string {
	switch {
	case validMid(s.Mid):
		return s.Mid
	case s.ID > 0:
		return fmt.Sprintf("qqid_%d", s.ID)
	}
	names := []string{s.name()}
	for _, a := range s.artists() {
		names = append(names, a.Name)
	}
	return fmt.Sprintf("qqlist_%d_%s", playlist, digest(names))
}

// version changes with the time of the last change and with the songs and their order.
func version(updatedMS int64, ids []string) string {
	return fmt.Sprintf("%d-%d-%s", updatedMS/1000, len(ids), digest(ids))
}

func digest(parts []string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:8])
}

func (s *Source) legacyListing(ctx context.Context, id int64, begin int) (listing, error) {
	q := url.Values{
		"type": {"1"}, "json": {"1"}, "utf8": {"1"}, "onlysong": {"0"}, "new_format": {"1"},
		"disstid": {strconv.FormatInt(id, 10)},
		// Without a window long lists are cut silently.
		"song_begin": {strconv.Itoa(begin)}, "song_num": {strconv.Itoa(playlistSize)},
	}
	// Both headers are required: without them the answer is a refusal.
	header := http.Header{
		"Referer": {fmt.Sprintf("https://y.qq.com/n/yqq/playlist/%d.html", id)},
		"Origin":  {"https://y.qq.com"},
	}
	root, err := s.legacy(ctx, cdinfo, "/qzone/fcg-bin/fcg_ucc_getcdinfo_byids_cp.fcg", q, header)
	if err != nil {
		return listing{}, err
	}
	return readCDInfo(root, id)
}

func (s *Source) musicuListing(ctx context.Context, id int64, begin int) (listing, error) {
	data, err := s.musicu(ctx, call{
		key: "req", module: "music.srfDissInfo.aiDissInfo", method: dissInfo, comm: webComm(),
		// disstid must be a number: a string is refused with code 10004.
		param: map[string]any{"disstid": id, "dirid": 0, "tag": 1, "userinfo": 1, "orderlist": 1,
			"song_begin": begin, "song_num": playlistSize, "onlysonglist": 0},
	})
	if err != nil {
		return listing{}, err
	}
	return readDissInfo(data, id)
}
