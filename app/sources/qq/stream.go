package qq

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	vkeyMethod = "UrlGetVkey"
	// fallbackCDN is used when the answer names no base of its own.
	fallbackCDN = "https://isure.stream.qqmusic.qq.com/"
)

// Resolve asks for all allowed kinds of the song in one request and returns the granted
// ones, best first. The platform may grant a lower kind than the one asked for; the
// stream then tells the kind that came.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if c.Keys[keyMediaMid] == "" {
		return nil, models.NewError(models.ClassPermanent, models.CodeBadValue, "song %s has no media_mid", c.RemoteID)
	}
	kinds := kindsToAsk(c.Keys, ceiling)
	if len(kinds) == 0 {
		return nil, refusal(models.CodeNoSource, "QQ offers the song in no quality up to %q", ceiling)
	}
	wanted := make([]string, len(kinds))
	for i, k := range kinds {
		wanted[i] = k.prefix + c.Keys[keyMediaMid] + "." + k.ext
	}
	data, err := s.askStreams(ctx, c, wanted)
	if err != nil {
		return nil, err
	}
	return readStreams(data, wanted, c, ceiling, s.now())
}

func (s *Source) askStreams(ctx context.Context, c sources.Candidate, files []string) (gjson.Result, error) {
	songType, _ := strconv.Atoi(c.Keys[keyType]) // "" and nonsense are the usual type 0
	mids, types := make([]string, len(files)), make([]int, len(files))
	for i := range files {
		mids[i], types[i] = c.RemoteID, songType
	}
	return s.musicu(ctx, call{
		key: "req_0", module: "music.vkey.GetVkey", method: vkeyMethod,
		comm: map[string]any{"ct": 24, "cv": 0, "uin": 0},
		param: map[string]any{"guid": s.guid(), "songmid": mids, "songtype": types, "filename": files,
			"uin": "0", "loginflag": 1, "platform": "20"},
	})
}

// readStreams picks the acceptable grants of an answer, best first.
func readStreams(data gjson.Result, wanted []string, c sources.Candidate, ceiling models.Quality, now time.Time) ([]sources.Stream, error) {
	list := data.Get("midurlinfo")
	if !list.IsArray() {
		return nil, shapeError(vkeyMethod, data.Raw, "midurlinfo is no list")
	}
	infos := list.Array()
	base := streamBase(data.Get("sip"))
	var expires time.Time
	if seconds, ok := integer(data.Get("expiration")); ok && seconds > 0 && seconds < 1<<31 {
		expires = now.Add(time.Duration(seconds) * time.Second)
	}
	granted := map[string]sources.Stream{}
	var why error
	for i, file := range wanted {
		info := infoOf(infos, i, len(wanted), file, c.RemoteID)
		kind, err := judgeGrant(info, c)
		if err != nil {
			why = worse(why, err)
			continue
		}
		if ceiling != models.QualityUnknown && kind.quality.Rank() > ceiling.Rank() {
			why = worse(why, refusal(models.CodeNoSource, "QQ grants the song in no quality up to %q", ceiling))
			continue
		}
		granted[kind.prefix] = sources.Stream{
			URL: base + strings.TrimPrefix(info.Get("purl").String(), "/"), Quality: kind.quality, Ext: kind.ext,
			SizeBytes: kind.size(c.Keys), ExpiresAt: expires,
		}
	}
	var streams []sources.Stream
	for _, k := range fileKinds {
		if st, ok := granted[k.prefix]; ok {
			streams = append(streams, st)
		}
	}
	if len(streams) == 0 {
		return nil, why
	}
	return streams, nil
}

// infoOf finds the answer to the i-th file: by file name, else by place when the lists are
// equally long and the song is the same (a downgrade may change the name).
func infoOf(infos []gjson.Result, i, asked int, file, mid string) gjson.Result {
	for _, info := range infos {
		if info.Get("filename").String() == file {
			return info
		}
	}
	if len(infos) == asked && infos[i].Get("songmid").String() == mid {
		return infos[i]
	}
	return gjson.Result{}
}

// judgeGrant says which kind of file was granted, or why none was. The result code decides:
// refused entries were seen with an address, of a clip.
func judgeGrant(info gjson.Result, c sources.Candidate) (fileKind, error) {
	result, told := integer(info.Get("result"))
	purl := info.Get("purl").String()
	switch {
	case !info.IsObject() || !told:
		return fileKind{}, shapeError(vkeyMethod, info.Raw, "a grant tells no result")
	case result == codeNoRight && purl != "":
		return fileKind{}, refusal(models.CodePreviewOnly, "QQ serves a clip of this song only")
	case result == codeNoRight:
		return fileKind{}, noRight(c)
	case result != 0:
		return fileKind{}, codeError(vkeyMethod, result, info)
	case info.Get("ekey").String() != "":
		return fileKind{}, refusal(models.CodeProtected, "QQ serves this song as an encrypted file only")
	case purl == "":
		return fileKind{}, noRight(c)
	case strings.HasPrefix(purl, trialPrefix):
		return fileKind{}, refusal(models.CodePreviewOnly, "QQ serves a trial clip of this song only")
	}
	kind, ok := kindOfFile(purl)
	if !ok {
		return fileKind{}, refusal(models.CodeProtected, "QQ grants a file of a kind that is not a clear song")
	}
	if !relative(purl) {
		return fileKind{}, shapeError(vkeyMethod, purl, "the address is not relative")
	}
	return kind, nil
}

// noRight is the refusal of a song. Callers in data centres and abroad are refused with the
// same code for songs that are free, so only a song marked as paid is called paid.
func noRight(c sources.Candidate) error {
	switch {
	case c.Keys[keyPaid] == "1":
		return refusal(models.CodePaid, "QQ serves this song to paying listeners only")
	case c.Keys[keyGreyed] == "1":
		return refusal(models.CodeWithdrawn, "QQ has withdrawn the song; it stands greyed out in its lists")
	}
	return refusal(models.CodeLoginRequired,
		"QQ refuses this caller a song that is not marked as paid; set a cookie, or ask from another network")
}

// relative says that an address stays on the base that it is joined to, and names a file
// there.
func relative(purl string) bool {
	u, err := url.Parse(purl)
	return err == nil && u.Scheme == "" && u.Host == "" && len(u.Path) > 4 && !strings.HasPrefix(purl, "//") &&
		!strings.Contains(u.Path, "..") && !strings.ContainsAny(purl, "\\ \t\r\n")
}

// streamBase is the first base of the platform's own hosts.
func streamBase(sip gjson.Result) string {
	for _, v := range sip.Array() {
		base := v.String()
		u, err := url.Parse(base)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || !ownHost(u.Hostname()) {
			continue
		}
		return strings.TrimSuffix(base, "/") + "/"
	}
	return fallbackCDN
}

// worse is the refusal to report of two: the one that says more.
func worse(a, b error) error {
	if a == nil || grade(b) > grade(a) {
		return b
	}
	return a
}

func grade(err error) int {
	switch models.CodeOf(err) {
	case models.CodePreviewOnly: // paid songs are refused in all kinds but one
		return 5
	case models.CodePaid, models.CodeWithdrawn:
		return 4
	case models.CodeLoginRequired:
		return 3
	case models.CodeProtected:
		return 2
	}
	return 1
}

func refusal(code models.Code, format string, args ...any) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", fmt.Sprintf(format, args...))
	e.Source, e.Endpoint = Name, vkeyMethod
	return e
}

// Open opens a granted stream.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	return s.http.Open(ctx, "stream", st, offset, validator)
}
