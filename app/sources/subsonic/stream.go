package subsonic

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	methodSong     = "getSong"
	methodDownload = "download"
	methodStream   = "stream"
)

// Resolve asks whether the song is still there. It is served as the file itself, or, when
// that is better than a lossy ceiling, as the server's own MP3 of it. The addresses hold no login;
// Open adds it.
func (s *Source) Resolve(ctx context.Context, c sources.Candidate, ceiling models.Quality) ([]sources.Stream, error) {
	if !isID(c.RemoteID) {
		return nil, models.NewError(models.ClassPermanent, models.CodeBadValue, "%q is no id of a song", c.RemoteID)
	}
	root, err := s.ask(ctx, methodSong, url.Values{"id": {c.RemoteID}})
	if err != nil {
		return nil, songError(err)
	}
	song, err := s.readSong(root, c.RemoteID)
	if err != nil {
		return nil, err
	}
	stream, err := s.streamOf(song, ceiling)
	if err != nil {
		return nil, err
	}
	return []sources.Stream{stream}, nil
}

// readSong reads the song that was asked for.
func (s *Source) readSong(root gjson.Result, id string) (child, error) {
	c, err := readChild(root.Get("song").Raw)
	if err != nil || string(c.ID) != id {
		return child{}, s.unreadable(methodSong, root, "it is not about the song that was asked for")
	}
	return c, nil
}

// songError gives a refusal the meaning that it has for a song.
func songError(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	switch code, told := failedCode(err); {
	case notThere(err):
		e.Class, e.Code, e.Message = models.ClassUnavailable, models.CodeWithdrawn, "the server does not have the song any more"
	case told && code == codeForbidden:
		e.Message = "the server does not allow this user to download; give the user that right there"
	}
	return err
}

// streamOf is how a song is served at most at ceiling.
func (s *Source) streamOf(c child, ceiling models.Quality) (sources.Stream, error) {
	if c.IsDir || c.IsVideo || c.ext() == "" {
		return sources.Stream{}, s.refusal(models.CodeNotMusic, "this is no song")
	}
	id, quality := string(c.ID), c.quality()
	if ceiling == models.QualityUnknown || quality.Rank() <= ceiling.Rank() {
		return sources.Stream{
			URL: s.fileAddress(methodDownload, id).String(), Quality: quality, Ext: c.ext(),
			SizeBytes: max(int64(c.Size), 0), DurationMS: max(int64(c.Duration), 0) * 1000,
		}, nil
	}
	if ceiling == models.QualityLossless {
		// A lossy copy is not what a ceiling of lossless asks for.
		return sources.Stream{}, s.refusal(models.CodeNoSource,
			"the file is hi-res, which is above the allowed quality; set the source's QUALITY_CEILING to hires to take it as it is")
	}
	rate, smaller := reduced(ceiling)
	address := s.fileAddress(methodStream, id)
	query := address.Query()
	query.Set("maxBitRate", rate)
	query.Set("format", "mp3")
	address.RawQuery = query.Encode()
	return sources.Stream{URL: address.String(), Quality: smaller, Ext: "mp3", DurationMS: max(int64(c.Duration), 0) * 1000}, nil
}

// reduced is the rate in kbit/s, and its label, of a copy that keeps a ceiling.
func reduced(ceiling models.Quality) (string, models.Quality) {
	switch ceiling {
	case models.Quality192:
		return "192", ceiling
	case models.Quality128:
		return "128", ceiling
	case models.QualityLow:
		return "96", ceiling
	}
	return "320", models.Quality320
}

func (s *Source) refusal(code models.Code, message string) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", message)
	e.Source, e.Endpoint = s.name, methodSong
	return e
}

// fileAddress is that of a file, without the login.
func (s *Source) fileAddress(method, id string) *url.URL {
	u := s.address(method)
	u.RawQuery = url.Values{"id": {id}}.Encode()
	return u
}

// Open opens an address that Resolve or a candidate's CoverURL told.
func (s *Source) Open(ctx context.Context, st sources.Stream, offset int64, validator string) (*sources.Body, error) {
	address, err := url.Parse(st.URL)
	if err != nil || !s.holds(address) {
		e := models.NewError(models.ClassPermanent, models.CodeForbiddenAddress, "an address was not asked: it is not on the configured server")
		e.Source, e.Endpoint = s.name, methodDownload
		return nil, e
	}
	for {
		p, err := s.login.proof()
		if err != nil {
			return nil, err
		}
		signed := st
		to := *address
		to.RawQuery = s.signed(address.Query(), p).Encode()
		signed.URL = to.String()
		body, err := s.openOnce(ctx, signed, offset, validator, p)
		if err == nil {
			return body, nil
		}
		again, err := s.login.settle(p, err)
		if !again {
			return nil, songError(err)
		}
	}
}

// openOnce opens an address with a login in it. A refusal is a document in place of audio.
func (s *Source) openOnce(ctx context.Context, signed sources.Stream, offset int64, validator string, p proof) (*sources.Body, error) {
	body, err := s.http.Open(ctx, methodDownload, signed, offset, validator)
	if err != nil {
		return nil, withoutSecrets(err, p)
	}
	if !isDocument(body.ContentType) {
		return body, nil
	}
	defer body.Close()
	const longestDocument = 64 << 10
	text, err := io.ReadAll(io.LimitReader(body, longestDocument))
	if err != nil {
		return nil, err
	}
	return nil, withoutSecrets(s.documentError(text), p)
}

// documentError is the error of a document that came in place of audio.
func (s *Source) documentError(text []byte) error {
	err := judge(http.StatusOK, nil, text)
	if err == nil {
		err = shapeError("a document came in place of audio")
	}
	if e, ok := errors.AsType[*models.Error](err); ok {
		e.Source, e.Endpoint = s.name, methodDownload
		if e.Excerpt == "" {
			e.Excerpt = httpclient.Excerpt(string(text))
		}
		if strings.Contains(strings.ToLower(e.Excerpt), "transcod") {
			e.Class, e.Code = models.ClassUnavailable, models.CodeNoSource
			e.Message = "the server cannot make a smaller copy of this song; allow a better quality, or set up transcoding there"
		}
	}
	return err
}

func isDocument(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasSuffix(media, "json") || strings.HasSuffix(media, "xml"))
}
