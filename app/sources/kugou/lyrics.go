package kugou

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/upstreamtext"
)

// FetchLyrics finds the words that belong to a song's file and gets them; none is an empty
// answer. There are no translations.
func (s *Source) FetchLyrics(ctx context.Context, c sources.Candidate) (sources.Lyrics, error) {
	chosen, found, err := s.findLyric(ctx, c)
	if err != nil || !found {
		return sources.Lyrics{}, err
	}
	var f lyricFile
	err = s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointLyric, URL: lyricURL, Classify: judge,
		// Without fmt an obfuscated form comes.
		Query: url.Values{
			"ver": {"1"}, "client": {"pc"}, "id": {string(chosen.ID)}, "accesskey": {string(chosen.AccessKey)}, "fmt": {"lrc"}, "charset": {"utf8"},
		},
	}, &f)
	if err != nil {
		return sources.Lyrics{}, err
	}
	words, err := readLyric(&f)
	return sources.Lyrics{Original: words}, err
}

func (s *Source) findLyric(ctx context.Context, c sources.Candidate) (lyricCandidate, bool, error) {
	keyword := c.Title
	if len(c.Artists) > 0 {
		keyword = strings.Join(c.Artists, "、") + " - " + c.Title
	}
	var l lyricCandidates
	err := s.http.JSON(ctx, httpclient.Request{
		Endpoint: endpointLyricSearch, URL: lyricSearchURL, Classify: judge,
		Query: url.Values{
			"ver": {"1"}, "man": {"yes"}, "client": {"pc"}, "keyword": {keyword}, "hash": {c.RemoteID}, "duration": {strconv.FormatInt(c.DurationMS, 10)},
		},
	}, &l)
	if err != nil {
		return lyricCandidate{}, false, err
	}
	return chooseLyric(&l)
}

// accessForm is that of ids and access keys of words.
var accessForm = regexp.MustCompile(`^[0-9A-Za-z]{1,64}$`)

// chooseLyric picks the proposed words, else the first.
func chooseLyric(l *lyricCandidates) (chosen lyricCandidate, found bool, err error) {
	switch {
	case l.Status == nil:
		return lyricCandidate{}, false, shapeError(endpointLyricSearch, string(l.Note), "the answer tells no status")
	case *l.Status != 200:
		return lyricCandidate{}, false, badStatus(endpointLyricSearch, *l.Status, l.Note)
	}
	var list []lyricCandidate
	if err := json.Unmarshal(l.Candidates, &list); err != nil {
		return lyricCandidate{}, false, shapeError(endpointLyricSearch, string(l.Candidates), "the candidates are no list")
	}
	usable := list[:0]
	for _, c := range list {
		if accessForm.MatchString(string(c.ID)) && accessForm.MatchString(string(c.AccessKey)) {
			usable = append(usable, c)
		}
	}
	switch {
	case len(usable) == 0 && len(list) > 0:
		return lyricCandidate{}, false, shapeError(endpointLyricSearch, string(l.Candidates), "no candidate can be read")
	case len(usable) == 0:
		return lyricCandidate{}, false, nil
	}
	for _, c := range usable {
		if c.ID == l.Proposal {
			return c, true, nil
		}
	}
	return usable[0], true, nil
}

// readLyric decodes words.
func readLyric(f *lyricFile) (string, error) {
	switch {
	case f.Status == nil || f.Content == nil:
		return "", shapeError(endpointLyric, string(f.Note), "the answer has no status or no content")
	case *f.Status != 200:
		return "", badStatus(endpointLyric, *f.Status, f.Note)
	case f.Format != "lrc":
		return "", shapeError(endpointLyric, string(f.Format), "the words are no LRC")
	}
	words, err := base64.StdEncoding.DecodeString(*f.Content)
	if err != nil {
		return "", shapeError(endpointLyric, *f.Content, "the words are no base64")
	}
	return upstreamtext.Words(strings.ToValidUTF8(string(words), "\uFFFD")), nil
}
