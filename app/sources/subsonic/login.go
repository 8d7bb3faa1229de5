package subsonic

import (
	"crypto/md5" //nolint:gosec // the API's token is made with MD5
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"catalogsync/models"
)

// Ways of logging in; loginAuto picks one of the others.
const (
	loginAuto     = "auto"
	loginToken    = "token"
	loginPassword = "password"
	loginAPIKey   = "api_key"
)

var loginWays = []string{loginAuto, loginToken, loginPassword, loginAPIKey}

// refusalPause is how long a refused login is not tried again: servers lock accounts and
// addresses out after a few wrong passwords.
const refusalPause = time.Minute

// login is what the server gets to see of the account, and how.
type login struct {
	user, password, apiKey string
	// fallback: the password itself may be sent to a server that knows no tokens.
	fallback bool
	now      func() time.Time

	mu      sync.Mutex
	way     string
	refused *models.Error // the last refusal, asked about again after until
	until   time.Time
}

// newLogin picks the way of logging in.
func newLogin(values map[string]string, now func() time.Time) (*login, error) {
	l := &login{
		user: values[optionUser], password: values[optionPassword], apiKey: values[optionAPIKey],
		way: values[optionLogin], now: now,
	}
	if l.way == "" || l.way == loginAuto {
		l.way = loginToken
		if l.fallback = true; l.apiKey != "" {
			l.way, l.fallback = loginAPIKey, false
		}
	}
	switch {
	case l.way == loginAPIKey && l.apiKey == "":
		return nil, errors.New("LOGIN is api_key, but there is no API_KEY")
	case l.way != loginAPIKey && (l.user == "" || l.password == ""):
		return nil, errors.New("it needs USER and PASSWORD, or an API_KEY")
	}
	return l, nil
}

// proof is the login of one call.
type proof struct {
	way     string
	params  url.Values
	secrets []string
}

// proof makes the login of the next call; a login that was just refused is an error.
func (l *login) proof() (proof, error) {
	l.mu.Lock()
	way, refused := l.way, l.refused
	if refused != nil && !l.now().Before(l.until) {
		refused = nil
	}
	l.mu.Unlock()
	if refused != nil {
		again := *refused
		return proof{}, &again
	}
	p := proof{way: way, params: url.Values{}}
	switch way {
	case loginAPIKey:
		p.add("apiKey", l.apiKey)
	case loginPassword:
		p.params.Set("u", l.user)
		p.add("p", "enc:"+hex.EncodeToString([]byte(l.password)))
	default:
		salt := rand.Text()
		sum := md5.Sum([]byte(l.password + salt)) //nolint:gosec // as the API defines it
		p.params.Set("u", l.user)
		p.add("t", hex.EncodeToString(sum[:]))
		p.add("s", salt)
	}
	if l.password != "" {
		p.secrets = append(p.secrets, l.password)
	}
	return p, nil
}

func (p *proof) add(param, secret string) {
	p.params.Set(param, secret)
	p.secrets = append(p.secrets, secret)
	if escaped := url.QueryEscape(secret); escaped != secret {
		p.secrets = append(p.secrets, escaped)
	}
	if code, found := strings.CutPrefix(secret, "enc:"); found {
		p.secrets = append(p.secrets, code)
	}
}

// settle looks at what a call with p ended in. again says that another way of logging in is
// to be tried; err is what to tell otherwise.
func (l *login) settle(p proof, err error) (again bool, told error) {
	failure, ok := errors.AsType[*serverError](err)
	if !ok {
		return false, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	unknown := p.way == loginToken && failure.knowsNoToken()
	switch {
	case l.way != p.way: // another call has found a better way meanwhile
		return true, nil
	case unknown && l.fallback:
		l.way = loginPassword
		return true, nil
	case unknown:
		err = tokenRefused(err)
	case !failure.refusesLogin():
		return false, err
	}
	if e, ok := errors.AsType[*models.Error](err); ok {
		l.refused, l.until = e, l.now().Add(refusalPause)
	}
	return false, err
}

// tokenRefused is the error of a server that knows no tokens, while it may not get the
// password.
func tokenRefused(cause error) error {
	told, ok := errors.AsType[*models.Error](cause)
	if !ok {
		return cause
	}
	e := *told
	e.Class, e.Code = models.ClassPermanent, models.CodeLoginRefused
	e.Message = "the server knows no login by token, and LOGIN=token forbids to send the password; set LOGIN to auto or password"
	return &e
}

// shortestSecret is the shortest part of a secret that is taken out of a text that was cut.
const shortestSecret = 4

// redact takes the login out of a text that the server sent back.
func (p proof) redact(text string) string {
	for _, secret := range p.secrets {
		text = strings.ReplaceAll(text, secret, "***")
		for n := min(len(secret), len(text)); n >= shortestSecret; n-- {
			if strings.HasSuffix(text, secret[:n]) {
				text = text[:len(text)-n] + "***"
				break
			}
		}
	}
	return text
}
