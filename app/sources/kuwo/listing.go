package kuwo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// maxRows bounds the rows of one playlist, should an upstream never end.
const maxRows = 100_000

// listing is one page of a playlist or chart, from any of their endpoints.
type listing struct {
	summary sources.PlaylistSummary
	total   int
	issue   string // the chart's issue, "" for playlists
	rows    []gjson.Result
	read    func(raw string) (song, error)
}

// gather pages through a list until it has what the first page claimed, or until a page
// is empty. size is the page size asked for, which the platform may cut; fetch gets the
// n-th page, from 0 on.
func gather(knownVersion string, size int, fetch func(page int) (listing, error)) (sources.Snapshot, error) {
	first, err := fetch(0)
	if err != nil {
		return sources.Snapshot{}, err
	}
	snap := sources.Snapshot{Summary: first.summary, ClaimedSongs: max(first.total, len(first.rows))}
	snap.Summary.TrackCount = int64(snap.ClaimedSongs)
	// An issue of a chart never changes once it is out, so its first page tells enough.
	if first.issue != "" {
		if snap.Version = version(first.issue, first.total, first.rows); snap.Version == knownVersion {
			snap.Unchanged = true
			return snap, nil
		}
	}
	rows := first.rows
	for n := 1; len(rows) < first.total && len(rows) < maxRows; n++ {
		page, err := fetch(n)
		if err != nil {
			return sources.Snapshot{}, fmt.Errorf("fetch page %d of songs: %w", n+1, err)
		}
		if len(page.rows) == 0 {
			break
		}
		if sameRows(page.rows, first.rows) {
			if n*size < first.total {
				return sources.Snapshot{}, shapeError("songs", page.rows[0].Raw, "the first page comes again in place of a later one")
			}
			break
		}
		rows = append(rows, page.rows...)
	}
	if first.issue == "" {
		if snap.Version = version("", first.total, rows); snap.Version == knownVersion {
			snap.Unchanged = true
			return snap, nil
		}
	}
	fill(&snap, rows, first.read)
	return snap, nil
}

func fill(snap *sources.Snapshot, rows []gjson.Result, read func(string) (song, error)) {
	snap.Songs = make([]models.SongSnapshot, 0, len(rows))
	for _, row := range rows {
		s, err := read(row.Raw)
		if err != nil {
			snap.Unreadable++
			continue
		}
		snap.Songs = append(snap.Songs, s.snapshot(row.Raw))
	}
}

// version changes with the songs and their order. Rows of all endpoints tell the same
// ids, so it does not change when a sibling endpoint answers.
func version(issue string, total int, rows []gjson.Result) string {
	sum := sha256.New()
	for _, row := range rows {
		fmt.Fprintln(sum, rowID(row))
	}
	tag := fmt.Sprintf("%d-%s", total, hex.EncodeToString(sum.Sum(nil)[:8]))
	if issue != "" {
		tag = issue + "-" + tag
	}
	return tag
}

func rowID(row gjson.Result) string {
	if id := row.Get("id"); id.Exists() {
		return id.String()
	}
	return row.Get("rid").String()
}

func sameRows(a, b []gjson.Result) bool {
	return slices.EqualFunc(a, b, func(x, y gjson.Result) bool { return x.Raw == y.Raw })
}

// songRows is the list of songs under key; null is how some answers write an empty one.
func songRows(endpoint string, page gjson.Result, key string) ([]gjson.Result, error) {
	list := page.Get(key)
	if !list.Exists() || !listOrNull(list) {
		return nil, shapeError(endpoint, page.Raw, "the songs are no list")
	}
	return list.Array(), nil
}

// headOf is an answer without its song list, so that looking up a member does not walk
// over the songs each time.
func headOf(object gjson.Result, songs string) gjson.Result {
	return gjson.ParseBytes(withoutKeys(object, songs))
}

// withoutKeys is an object without some of its members, the others byte for byte.
func withoutKeys(object gjson.Result, keys ...string) models.RawJSON {
	var out bytes.Buffer
	out.WriteByte('{')
	object.ForEach(func(key, value gjson.Result) bool {
		if slices.Contains(keys, key.Str) {
			return true
		}
		if out.Len() > 1 {
			out.WriteByte(',')
		}
		out.WriteString(key.Raw)
		out.WriteByte(':')
		out.WriteString(strings.TrimSpace(value.Raw))
		return true
	})
	out.WriteByte('}')
	return out.Bytes()
}
