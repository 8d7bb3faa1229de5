package qq

import (
	"errors"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Result codes that callers tell apart (upstream document, "Errors and risk control").
const (
	codeVerify    = 2001 // risk control; often with data.feedbackURL, a login page
	codePrivate   = 4000 // legacy subcode: "check privacy error"
	codeNoLyric   = -1901
	codeRefused   = -1310  // lyric service, typically without the Referer
	codeNoRight   = 104003 // paid, or the caller's address is refused
	codeKeyFailed = 104004
	codeRejected  = 104009
	codeDevices   = 104013
)

// meaning is what one result code says.
type meaning struct {
	class models.ErrorClass
	code  models.Code
	text  string
}

var meanings = map[int64]meaning{
	codeVerify:    {models.ClassRiskControl, models.CodeRiskControl, "QQ asks for a verification; wait, or set a fresh cookie"},
	100001:        {models.ClassRateLimited, models.CodeRateLimited, "QQ asks for slower requests"},
	104604:        {models.ClassRateLimited, models.CodeRateLimited, "QQ asks for slower requests"},
	1000:          {models.ClassUnavailable, models.CodeLoginRequired, "QQ wants a login; set or renew the cookie"},
	104400:        {models.ClassUnavailable, models.CodeLoginRequired, "QQ wants a login; set or renew the cookie"},
	104401:        {models.ClassUnavailable, models.CodeLoginRequired, "the QQ login has expired; renew the cookie"},
	codePrivate:   {models.ClassUnavailable, models.CodePlaylistPrivate, "the playlist is not public"},
	2000:          {models.ClassPermanent, models.CodeUpstreamStatus, "QQ wants a signed request here"},
	10004:         {models.ClassPermanent, models.CodeUpstreamStatus, "QQ refuses a parameter"},
	10000:         {models.ClassPermanent, models.CodeUpstreamStatus, "QQ refuses a parameter"},
	500001:        {models.ClassPermanent, models.CodeUpstreamStatus, "QQ refuses a parameter"},
	40000:         {models.ClassPermanent, models.CodeUpstreamStatus, "QQ no longer knows this method"},
	500003:        {models.ClassPermanent, models.CodeUpstreamStatus, "QQ no longer knows this module"},
	104500:        {models.ClassTransient, models.CodeUpstreamStatus, "QQ has no answer at the moment"},
	codeNoLyric:   {models.ClassNotFound, models.CodeNotFound, "QQ has no lyric of this song"},
	codeRefused:   {models.ClassPermanent, models.CodeUpstreamStatus, "QQ refuses the request"},
	codeNoRight:   {models.ClassUnavailable, models.CodeLoginRequired, "QQ does not serve this to this caller"},
	codeKeyFailed: {models.ClassUnavailable, models.CodeLoginRequired, "QQ grants no key for this"},
	codeRejected:  {models.ClassUnavailable, models.CodeLoginRequired, "QQ rejects the request for a stream"},
	codeDevices:   {models.ClassUnavailable, models.CodeLoginRequired, "QQ's limit of devices is reached"},
}

// levelKeys are the names under which a level of an answer tells its result.
var levelKeys = [...]string{"code", "subcode", "retcode"}

// checkLevel looks at the result codes of one level of an answer and returns its members.
// mustTell says that a level without any code is no success.
func checkLevel(endpoint string, level gjson.Result, mustTell bool) (members, error) {
	m := membersOf(level)
	told := false
	for _, key := range levelKeys {
		v := m[key]
		if !v.Exists() {
			continue
		}
		code, ok := integer(v)
		if !ok {
			return nil, shapeError(endpoint, level.Raw, "the result code is no number")
		}
		told = true
		if code != 0 {
			return nil, codeError(endpoint, code, level)
		}
	}
	if mustTell && !told {
		return nil, shapeError(endpoint, level.Raw, "the answer tells no result code")
	}
	return m, nil
}

// members are the members of an object, found in one pass: looking up each by itself
// would walk over long song lists again and again.
type members map[string]gjson.Result

func membersOf(object gjson.Result) members {
	m := members{}
	object.ForEach(func(key, value gjson.Result) bool {
		m[key.String()] = value
		return true
	})
	return m
}

// integer reads a number that may come as a string.
func integer(v gjson.Result) (int64, bool) {
	if v.Type != gjson.Number && v.Type != gjson.String {
		return 0, false
	}
	var n number
	err := n.UnmarshalJSON([]byte(v.Raw))
	return int64(n), err == nil && strings.Trim(v.Raw, `" `) != ""
}

// codeError makes the error of a result code, from its number and from what the platform
// wrote beside it.
func codeError(endpoint string, code int64, level gjson.Result) error {
	note := upstreamtext.First(level.Get("msg").String(), level.Get("message").String())
	m, known := meanings[code]
	switch {
	case strings.Contains(note, "操作频繁"):
		m = meanings[100001]
	case level.Get("data.feedbackURL").String() != "":
		m = meanings[codeVerify]
	case !known:
		// Unknown codes are tried again a few times: most turn out to be outages.
		m = meaning{models.ClassTransient, models.CodeUpstreamStatus, "QQ answers with an error"}
	}
	e := models.NewError(m.class, m.code, "%s (code %d)", m.text, code)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(note)
	e.Params = map[string]any{codeParam: code}
	return e
}

// codeParam is the name of the result code in models.Error.Params.
const codeParam = "Code"

// resultCode is the platform's result code behind err, 0 = none.
func resultCode(err error) int64 {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return 0
	}
	code, _ := e.Params[codeParam].(int64)
	return code
}

// shapeError is the error of an answer that cannot be read.
func shapeError(endpoint, body, why string) error {
	e := models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
	e.Source, e.Endpoint, e.Excerpt = Name, endpoint, httpclient.Excerpt(body)
	return e
}
