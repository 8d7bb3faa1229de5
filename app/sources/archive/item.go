package archive

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/models"
)

// Kinds of items.
const (
	mediaAudio      = "audio"
	mediaConcert    = "etree"
	mediaCollection = "collection"
)

// lendingCollections hold what is lent to one reader at a time, or kept for those who
// cannot read print.
var lendingCollections = []string{"inlibrary", "lendinglibrary", "printdisabled", "stream_only"}

// item is a release or a concert.
type item struct {
	id         string
	fields     gjson.Result // its metadata
	songs      []song
	unreadable int // rows of files that could not be read
	cover      string
	bytes      int // of the answer that it was read from
}

// fetchItem gets an item with its files.
func (s *Source) fetchItem(ctx context.Context, id string) (*item, error) {
	if !identifier.MatchString(id) {
		return nil, models.Invalid("playlist", models.CodeBadValue, "%q is no identifier of the Internet Archive", id)
	}
	root, err := s.object(ctx, endpointMetadata, "/metadata/"+id, nil)
	if err != nil {
		return nil, err
	}
	it, err := readItem(root, id)
	if err != nil {
		return nil, err
	}
	s.items.put(it)
	return it, nil
}

// readItem reads an answer of metadata. Errors: ClassNotFound when there is no such item
// (any more), ClassUnavailable when it has no sound that everybody may listen to.
func readItem(root gjson.Result, id string) (*item, error) {
	fields, files := root.Get("metadata"), root.Get("files")
	switch {
	case root.Raw == "{}" || len(root.Map()) == 0:
		return nil, gone("the Internet Archive has no such item")
	case flag(root.Get("is_dark")):
		return nil, gone("the Internet Archive has removed the item")
	case !fields.IsObject():
		return nil, shapeError(endpointMetadata, root.Raw, "the metadata is missing")
	case !strings.EqualFold(fields.Get("identifier").String(), id):
		return nil, shapeError(endpointMetadata, fields.Raw, "the answer is about another item")
	case flag(root.Get("is_collection")) || fields.Get("mediatype").String() == mediaCollection:
		return nil, refusal(endpointMetadata, models.CodeBadURL,
			"%s is a collection, not a release; paste its address again to take its releases, or add it to SOURCE_ARCHIVE_COLLECTIONS and collect", id)
	case files.Exists() && !files.IsArray():
		return nil, shapeError(endpointMetadata, root.Raw, "the files are no list")
	}
	it := &item{id: id, fields: fields, bytes: len(root.Raw)}
	if media := fields.Get("mediatype").String(); media != mediaAudio && media != mediaConcert {
		return nil, refusal(endpointMetadata, models.CodeNotAudio, "%s is an item of %s, not of audio", id, orUnknown(media))
	}
	rows, unreadable := readFiles(files)
	if len(rows) == 0 && unreadable > 0 {
		return nil, shapeError(endpointMetadata, files.Raw, "no file can be read")
	}
	it.unreadable, it.cover = unreadable, coverOf(id, rows)
	it.songs = songsOf(id, fields, rows)
	return it, it.check()
}

// check says why an item has nothing to give, nil when it has.
func (it *item) check() error {
	if slices.ContainsFunc(it.songs, song.open) {
		return nil
	}
	lent := slices.ContainsFunc(linesOf(it.fields.Get("collection")), func(c string) bool { return slices.Contains(lendingCollections, c) })
	switch {
	case lent:
		return refusal(endpointMetadata, models.CodePlaylistPrivate, "%s is lent or streamed to signed-in visitors only", it.id)
	case flag(it.fields.Get("access-restricted-item")) || len(it.songs) > 0:
		return refusal(endpointMetadata, models.CodePlaylistPrivate, "the files of %s are restricted", it.id)
	}
	return refusal(endpointMetadata, models.CodeNotAudio, "%s has no audio file", it.id)
}

func orUnknown(media string) string {
	if media == "" {
		return "an unknown kind"
	}
	return media
}

// file is a row of an item's files.
type file struct {
	name     string
	original string // of a derivative: what it was made from
	format   string
	ext      string
	size     int64
	md5      string
	secs     float64
	track    int
	quality  models.Quality
	private  bool
	fields   gjson.Result
}

// fileRow is what is read of a row; texts throughout, unless an item is odd.
type fileRow struct {
	Name     string          `json:"name"`
	Original json.RawMessage `json:"original"`
}

// readFiles reads the rows that have a name; the others are counted.
func readFiles(list gjson.Result) (rows []file, unreadable int) {
	for _, raw := range list.Array() {
		var row fileRow
		if !raw.IsObject() || json.Unmarshal([]byte(raw.Raw), &row) != nil || row.Name == "" {
			unreadable++
			continue
		}
		f := file{
			name: row.Name, format: raw.Get("format").String(), ext: extOf(row.Name),
			size: count(raw.Get("size")), md5: md5Of(raw.Get("md5").String()),
			secs: seconds(raw.Get("length").String()), track: leadingNumber(lineOf(raw.Get("track"))),
			private: flag(raw.Get("private")), fields: raw,
		}
		if raw.Get("source").String() == "derivative" {
			f.original = lineOf(raw.Get("original"))
		}
		f.quality = qualityOf(f.format, f.ext, count(raw.Get("bitrate"))*1000, f.size, f.secs)
		rows = append(rows, f)
	}
	return rows, unreadable
}

func md5Of(s string) string {
	s = strings.ToLower(s)
	if len(s) != 32 || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

// coverNames are the stems of pictures that people upload as covers, best first.
var coverNames = []string{"cover", "folder", "front", "albumart"}

// coverOf is the address of the best picture: an uploaded cover, else the small one that
// the Archive makes of every item.
func coverOf(id string, rows []file) string {
	for _, name := range coverNames {
		for _, f := range rows {
			stem := strings.ToLower(strings.TrimSuffix(f.name, "."+f.ext))
			if (f.format == "JPEG" || f.format == "PNG") && !f.private && strings.Contains(stem, name) && !aside(f.name, f.format) {
				return fileURL(id, f.name)
			}
		}
	}
	return site + "/services/img/" + id
}
