package settings

import (
	"errors"
	"net/url"
	"strings"

	"catalogsync/config"
)

// Kind says how a field is edited.
type Kind string

const (
	KindText   Kind = "text"
	KindSwitch Kind = "switch" // true or false
	KindChoice Kind = "choice"
	KindSecret Kind = "secret"
)

// Field is one setting as it is shown. Of a secret, Value is always "".
type Field struct {
	config.Option
	Kind Kind
	// Value is what the env file says, or, when Fixed, what holds instead; "" = the default.
	Value string
	// Set: a value is given somewhere, so the default does not hold.
	Set    bool
	Origin config.Origin
	// Fixed: it cannot be changed here, for the reason Why: an Origin that the program cannot
	// write, WhyByHand, WhyPassword or WhyReadOnly.
	Fixed bool
	Why   string
}

// Reasons why a field is fixed, beside the origins of values.
const (
	WhyByHand   = "by_hand"   // it is changed in the env file only
	WhyPassword = "password"  // its value holds a password
	WhyReadOnly = "read_only" // anybody may reach this console
)

// fieldOf shows one setting of c.
func (s *Service) fieldOf(c *config.Config, o config.Option) Field {
	value, origin := c.Value(o.Key)
	f := Field{Option: o, Kind: kindOf(o), Origin: origin, Set: origin != config.FromDefault}
	switch {
	case origin == config.FromFlag || origin == config.FromEnv || (origin == config.FromSecrets && !o.Secret):
		f.Why = strings.ReplaceAll(string(origin), " ", "_")
	case s.ReadOnly:
		f.Why = WhyReadOnly
	case o.ByHand():
		f.Why = WhyByHand
	case !o.Secret && withoutPassword(value) != value:
		f.Why = WhyPassword
	}
	f.Fixed = f.Why != ""
	switch {
	case o.Secret || !f.Set:
	default:
		f.Value = withoutPassword(value)
	}
	return f
}

func kindOf(o config.Option) Kind {
	switch {
	case o.Secret:
		return KindSecret
	case len(o.Choices) == 2 && o.Choices[0] == "true":
		return KindSwitch
	case len(o.Choices) > 0:
		return KindChoice
	}
	return KindText
}

// withoutPassword masks the password of an address.
func withoutPassword(value string) string {
	u, err := url.Parse(value)
	if err != nil || u.User == nil || u.Host == "" {
		return value
	}
	user := url.PathEscape(u.User.Username())
	u.User = nil
	scheme, rest, ok := strings.Cut(u.String(), "://")
	if !ok {
		return value
	}
	return scheme + "://" + user + ":***@" + rest
}

// maxValueBytes bounds a value; cookies of browsers are the longest.
const maxValueBytes = 16 << 10

// checkValue judges a value that is to be written.
func checkValue(o config.Option, value string) error {
	switch {
	case len(value) > maxValueBytes:
		return &config.Fault{Rule: "too_long", Params: map[string]any{"High": maxValueBytes}, Message: "is too long"}
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return &config.Fault{Rule: "one_line", Message: "must be one line without control characters"}
	case !o.Secret && withoutPassword(value) != value:
		return &config.Fault{Rule: "password", Message: "holds a password; put it into the secrets file or the environment instead"}
	}
	return o.Check(value)
}

// FieldError is what is wrong with one field.
type FieldError struct {
	Key string
	// Rule and Params are those of a *config.Fault; "" = Message is all there is.
	Rule    string
	Params  map[string]any
	Message string
}

func fieldError(key string, err error) FieldError {
	e := FieldError{Key: key, Message: err.Error()}
	if f, ok := errors.AsType[*config.Fault](err); ok {
		e.Rule, e.Params = f.Rule, f.Params
	}
	return e
}
