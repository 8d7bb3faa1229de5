package netease

import (
	"errors"
	"time"

	"github.com/tidwall/gjson"

	"catalogsync/models"
)

// throttlePause is how long "operations too frequent" lasts at least; asking again
// within it prolongs it.
const throttlePause = 15 * time.Second

// verdict reads the envelope of an answer: nil when code is 200. Codes decide, never
// message texts, which mirrors garble. A body that is no JSON object is left to the
// reader of the answer, which tells cut texts from wrong ones.
func verdict(body []byte) error {
	if !gjson.ValidBytes(body) {
		return nil
	}
	envelope := gjson.ParseBytes(body)
	if !envelope.IsObject() {
		return nil
	}
	var code number
	raw := envelope.Get("code")
	if !raw.Exists() || code.UnmarshalJSON([]byte(raw.Raw)) != nil {
		return models.NewError(models.ClassPermanent, models.CodeUpstreamShape, "the answer has no code")
	}
	return codeError(int64(code))
}

// upstreamCode is the name under which an error keeps the envelope's code.
const upstreamCode = "UpstreamCode"

// codeError is the meaning of an envelope's code.
func codeError(code int64) error {
	e := meaningOf(code)
	if e == nil {
		return nil
	}
	e.Params = map[string]any{upstreamCode: code}
	return e
}

func meaningOf(code int64) *models.Error {
	switch code {
	case 200:
		return nil
	case -460:
		return models.NewError(models.ClassRiskControl, models.CodeRiskControl,
			"the platform blocks this address or client (code -460); wait some minutes or set a login cookie")
	case -462:
		return models.NewError(models.ClassRiskControl, models.CodeRiskControl,
			"the platform asks for a verification (code -462); solve it in a browser or set a login cookie")
	case -447, 447:
		return models.NewError(models.ClassRateLimited, models.CodeRateLimited, "the platform is busy (code %d)", code)
	case 405, 406, 429:
		e := models.NewError(models.ClassRateLimited, models.CodeRateLimited, "the platform asks for slower requests (code %d)", code)
		e.RetryAfter = throttlePause
		return e
	case 301, 20001:
		return models.NewError(models.ClassUnavailable, models.CodeLoginRequired, "this needs a login (code %d); set a login cookie", code)
	case 401, 403, -2:
		return models.NewError(models.ClassUnavailable, models.CodeLoginRequired, "this account has no right to it (code %d)", code)
	case 404:
		return models.NewError(models.ClassNotFound, models.CodeNotFound, "it does not exist (code 404)")
	case 400:
		return models.NewError(models.ClassPermanent, models.CodeBadRequest, "the platform refuses the parameters (code 400)")
	}
	if code >= 500 && code < 600 && code != 512 { // 512 is told of write calls only
		return models.NewError(models.ClassTransient, models.CodeUpstreamStatus, "the platform failed (code %d)", code)
	}
	return models.NewError(models.ClassPermanent, models.CodeUpstreamStatus, "the platform refuses with code %d", code)
}

// playlistError gives a refusal the meaning that it has for a playlist.
func playlistError(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok {
		return err
	}
	switch e.Params[upstreamCode] {
	case int64(404):
		e.Code, e.Message = models.CodePlaylistGone, "the playlist does not exist any more"
	case int64(401), int64(403), int64(-2):
		e.Code, e.Message = models.CodePlaylistPrivate, "the playlist is private"
	}
	return err
}
