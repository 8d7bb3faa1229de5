package migu

import (
	"encoding/json"
	"net/http"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// ownDomain is the domain of all of Migu's hosts, those of streams and lyrics among them.
const ownDomain = "migu.cn"

const (
	searchURL = "https://app.u.nf.migu.cn/pc/resource/song/item/search/v1.0"
	listenURL = "https://app.c.nf.migu.cn/MIGUM3.0/strategy/pc/listen/v1.0"
	detailURL = "https://app.c.nf.migu.cn/MIGUM2.0/v1.0/content/resourceinfo.do"
	// imageHost completes pictures that are told by path alone.
	imageHost = "https://d.musicapp.migu.cn"
)

// Endpoints, as errors and metrics name them.
const (
	endpointSearch = "search"
	endpointListen = "listen"
	endpointDetail = "resourceinfo"
	endpointLyric  = "lyric"
	endpointFile   = "stream"
)

// channel is what the stream call wants to be told. 0146921 and 014X031 were seen too; it
// is not certain which of them Migu accepts today.
const channel = "0146951"

// Result codes.
const (
	codeGood        = "000000"
	codeMembersOnly = "440013"
)

// envelope is around all answers but the search's bare list.
type envelope struct {
	Code     text            `json:"code"`
	Info     text            `json:"info"`
	Data     json.RawMessage `json:"data"`     // null on a refusal
	Resource json.RawMessage `json:"resource"` // of the detail call
}

// refusedCall looks for an envelope with a bad result code, which also comes in place of a
// bare list.
func refusedCall(_ int, _ http.Header, body []byte) error {
	var e envelope
	if json.Unmarshal(body, &e) == nil {
		return codeError(string(e.Code), string(e.Info))
	}
	return nil // a bare list, or unreadable, which the reader of the answer tells
}

// codeError is the meaning of a result code, nil when it is good or not told.
func codeError(code, note string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "Migu refuses the request (code %s)", httpclient.Excerpt(code))
	switch code {
	case codeGood, "":
		return nil
	case codeMembersOnly:
		e.Class, e.Code, e.Message = models.ClassUnavailable, models.CodePaid, "Migu serves this to members only"
	}
	e.Excerpt = httpclient.Excerpt(note)
	return e
}

// shapeError is the error of an answer that cannot be read.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(body)
	return e
}

// refusal is the error of a song that Migu does not serve.
func refusal(endpoint string, code models.Code, message string) error {
	e := models.NewError(models.ClassUnavailable, code, "%s", message)
	e.Source, e.Endpoint = Name, endpoint
	return e
}

// Loose scalars: numbers come as strings and the other way round, within one list.
type (
	text   = upstreamtext.Text
	number = upstreamtext.Number
)
