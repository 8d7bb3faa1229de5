package kugou

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// fileKind is one quality in which Kugou keeps songs.
type fileKind struct {
	name    string // end of its keys in Candidate.Keys: hash_<name>, size_<name>
	quality models.Quality
	ext     string
}

// fileKinds are all qualities, best first.
var fileKinds = [...]fileKind{
	{"hires", models.QualityHiRes, "flac"},
	{"flac", models.QualityLossless, "flac"},
	{"320", models.Quality320, "mp3"},
	{"128", models.Quality128, "mp3"},
}

// plainest is the index of the file that names a song and whose size previews are held
// against.
const plainest = len(fileKinds) - 1

// file is one file of a song.
type file struct {
	fileKind
	hash string
	size int64 // bytes, 0 = not told
}

// fileList has the files of a song, best first; those that are not there have no hash.
type fileList [len(fileKinds)]file

// set notes a file, unless a better account of it is known.
func (l *fileList) set(i int, hash text, size number) {
	if !isHash(string(hash)) || l[i].hash != "" {
		return
	}
	l[i] = file{fileKind: fileKinds[i], hash: string(hash), size: max(int64(size), 0)}
}

// existing are the files that are there.
func (l *fileList) existing() []file {
	var list []file
	for _, f := range l {
		if f.hash != "" {
			list = append(list, f)
		}
	}
	return list
}

// id is the hash that names the song: that of its plainest file.
func (l *fileList) id() string {
	id := ""
	for _, f := range l.existing() {
		id = f.hash
	}
	return id
}

// filesOfRow are the files that a search row tells.
func filesOfRow(r *songRow) fileList {
	var l fileList
	l.set(0, r.ResFileHash, r.ResFileSize)
	l.set(1, r.SQFileHash, r.SQFileSize)
	l.set(2, r.HQFileHash, r.HQFileSize)
	l.set(plainest, r.FileHash, r.FileSize)
	for i, raw := range []json.RawMessage{r.Res, r.SQ, r.HQ} {
		var o fileObject
		if json.Unmarshal(raw, &o) == nil {
			l.set(i, o.Hash, o.FileSize)
		}
	}
	return l
}

// filesOfInfo are the files that a play information lists; none when it does not.
func filesOfInfo(p *playInfo) fileList {
	var l fileList
	var e extraFiles
	if json.Unmarshal(p.Extra, &e) != nil {
		return l // absent, or an empty list
	}
	l.set(0, e.HashHiRes, e.SizeHiRes)
	l.set(1, e.HashFLAC, e.SizeFLAC)
	l.set(2, e.Hash320, e.Size320)
	l.set(plainest, e.Hash128, e.Size128)
	return l
}

// filesOfKeys are the files that a candidate remembers.
func filesOfKeys(keys map[string]string) fileList {
	var l fileList
	for i, k := range fileKinds {
		size, err := strconv.ParseInt(keys["size_"+k.name], 10, 64)
		if err != nil {
			size = 0 // not told
		}
		l.set(i, text(keys["hash_"+k.name]), number(size))
	}
	return l
}

func (l *fileList) keys() map[string]string {
	keys := map[string]string{}
	for _, f := range l.existing() {
		keys["hash_"+f.name] = f.hash
		if f.size > 0 {
			keys["size_"+f.name] = strconv.FormatInt(f.size, 10)
		}
	}
	return keys
}

func (l *fileList) offers() []sources.Offer {
	var offers []sources.Offer
	for _, f := range l.existing() {
		offers = append(offers, sources.Offer{Quality: f.quality, Ext: f.ext, SizeBytes: f.size})
	}
	return offers
}

var hashForm = regexp.MustCompile(`^[0-9A-Fa-f]{32}$`)

// isHash is true for the hash of a file; zeros stand for none.
func isHash(s string) bool { return hashForm.MatchString(s) && strings.Trim(s, "0") != "" }
