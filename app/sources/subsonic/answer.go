package subsonic

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// Error codes of the API. Those from 41 on are OpenSubsonic's.
const (
	codeGeneral       = 0  // the text tells: unknown methods and ids, bad values, failures
	codeMissing       = 10 // a parameter; of servers that know no tokens: the password
	codeClientTooOld  = 20
	codeServerTooOld  = 30
	codeWrongPassword = 40
	codeNoToken       = 41
	codeNoSuchLogin   = 42
	codeManyLogins    = 43
	codeBadKey        = 44
	codeForbidden     = 50
	codeTrialOver     = 60
	codeNotFound      = 70
)

// serverError is a refusal as the server told it; it is the cause of the domain error.
type serverError struct {
	code    int64
	version string // of the API that the server speaks
}

// Error names code and version, which tell what is wrong in most support questions.
func (e *serverError) Error() string {
	if e.version == "" {
		return fmt.Sprintf("server error %d", e.code)
	}
	return fmt.Sprintf("server error %d, API %s", e.code, e.version)
}

// knowsNoToken: 41 says so. Servers that never heard of tokens miss the password (10), or
// take it for wrong (40) when they are older than tokens.
func (e *serverError) knowsNoToken() bool {
	return e.code == codeNoToken || e.code == codeMissing || e.code == codeWrongPassword && olderThanTokens(e.version)
}

// olderThanTokens: tokens came with API 1.13.0.
func olderThanTokens(version string) bool {
	major, rest, _ := strings.Cut(version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	ma, err := strconv.Atoi(major)
	mi, err2 := strconv.Atoi(minor)
	const tokensMajor, tokensMinor = 1, 13
	return err == nil && err2 == nil && (ma < tokensMajor || ma == tokensMajor && mi < tokensMinor)
}

// refusesLogin: asking again with the same login cannot help.
func (e *serverError) refusesLogin() bool { return e.code >= codeWrongPassword && e.code <= codeBadKey }

// codeError is the meaning of an error code that the call itself gives no meaning to.
func codeError(failure *serverError, note string) *models.Error {
	e := models.NewError(models.ClassPermanent, models.CodeLoginRefused, "")
	switch failure.code {
	case codeWrongPassword:
		e.Message = "the server refuses user or password; correct them in the settings"
	case codeNoToken:
		e.Message = "the server takes no token for this user; set LOGIN to auto or password"
	case codeNoSuchLogin:
		e.Message = "the server does not take this way of logging in; change LOGIN in the settings"
	case codeManyLogins:
		e.Message = "the server got two logins at once; is there a proxy that adds one?"
	case codeBadKey:
		e.Message = "the server refuses the API key; make a new one and set it"
	case codeForbidden:
		e.Class, e.Code, e.Message = models.ClassUnavailable, models.CodeNotPermitted, "the server does not allow this to this user; change the user's rights there"
	case codeNotFound:
		e.Class, e.Code, e.Message = models.ClassNotFound, models.CodeNotFound, "the server does not have it"
	case codeMissing:
		e.Code, e.Message = models.CodeUpstreamStatus, "the server misses a parameter"
	case codeClientTooOld, codeServerTooOld:
		e.Code, e.Message = models.CodeUpstreamStatus, "the server speaks another version of the API; update the server"
	case codeTrialOver:
		e.Code, e.Message = models.CodeUpstreamStatus, "the server's trial period is over"
	default:
		e.Code, e.Message = models.CodeUpstreamStatus, "the server answers with an error"
		if failure.code == codeGeneral {
			e.Class = generalClass(note)
		}
	}
	e.Excerpt = httpclient.Excerpt(note)
	return e.WithCause(failure)
}

// generalClass is the class of an error that has a text in place of a code. Unknown methods
// and ids are told so (of supysonic: what is no UUID); the rest are mishaps of the server.
func generalClass(note string) models.ErrorClass {
	note = strings.ToLower(note)
	for _, sign := range []string{"not found", "unknown", "invalid id", "no such", "badly formed"} {
		if strings.Contains(note, sign) {
			return models.ClassNotFound
		}
	}
	return models.ClassTransient
}

// judge decides whether an answer of a JSON call is data. Redirects are left to the caller.
func judge(status int, _ http.Header, body []byte) error {
	if isRedirect(status) {
		return nil
	}
	trimmed := bytes.TrimSpace(body)
	if len(trimmed) > 0 && trimmed[0] == '<' {
		return judgeMarkup(status, trimmed)
	}
	refused := status >= http.StatusBadRequest
	switch {
	case len(trimmed) == 0:
		return nil // the client tells
	case !json.Valid(body) && refused:
		return nil // the status tells
	case !json.Valid(body) && !bytes.HasSuffix(trimmed, []byte("}")):
		return models.NewError(models.ClassTransient, models.CodeUpstreamShape, "the answer is cut short")
	case !json.Valid(body):
		return shapeError("it is no JSON")
	}
	root := envelope(body)
	switch status := root.Get("status").String(); {
	case status == "failed":
		return failedError(root)
	case refused:
		return nil
	case status != "ok":
		return shapeError("it has no Subsonic envelope; is this the address of a Subsonic server?")
	}
	return nil
}

// envelope is what holds everything of an answer.
func envelope(body []byte) gjson.Result { return gjson.GetBytes(body, "subsonic-response") }

func failedError(root gjson.Result) error {
	var code upstreamtext.Number
	told := root.Get("error.code")
	if told.Exists() && code.UnmarshalJSON([]byte(told.Raw)) != nil {
		return shapeError("its error code is no number")
	}
	return codeError(&serverError{int64(code), str(root.Get("version"))}, str(root.Get("error.message")))
}

// judgeMarkup tells the API's own XML, which servers use when they do not see the wish for
// JSON, from a web page.
func judgeMarkup(status int, body []byte) error {
	var answer struct {
		XMLName xml.Name
		Status  string `xml:"status,attr"`
		Version string `xml:"version,attr"`
		Error   struct {
			Code    int64  `xml:"code,attr"`
			Message string `xml:"message,attr"`
		} `xml:"error"`
	}
	err := xml.Unmarshal(body, &answer)
	ours := bytes.Contains(body[:min(len(body), 300)], []byte("<subsonic-response"))
	switch {
	case ours && err == nil && answer.Status == "failed":
		return codeError(&serverError{answer.Error.Code, answer.Version}, answer.Error.Message)
	case ours:
		return shapeError("it is XML, although JSON was asked for")
	case status < http.StatusMultipleChoices, status == http.StatusUnauthorized, status == http.StatusForbidden:
		return models.NewError(models.ClassRiskControl, models.CodeUpstreamHTML,
			"a web page came instead of data; is this the address of the Subsonic server, or is there a login page in front of it?")
	}
	return nil
}

// shapeError is the error of an answer that cannot be read; source, endpoint and excerpt
// are filled in by ask.
func shapeError(why string) *models.Error {
	return models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer cannot be read: %s", why)
}

func isRedirect(status int) bool {
	return status >= http.StatusMultipleChoices && status < http.StatusBadRequest
}

// rows is a list that may be absent, null or, of one element, that element.
func rows(list gjson.Result) ([]gjson.Result, error) {
	switch {
	case !list.Exists() || list.Type == gjson.Null:
		return nil, nil
	case list.IsArray():
		return list.Array(), nil
	case list.IsObject():
		return []gjson.Result{list}, nil
	}
	return nil, shapeError("a list is no list")
}
