package sources

// Option is one setting that an adapter has beyond those that all sources share. An
// adapter with such settings exports
//
//	func Options() []sources.Option
//
// and gets what the operator set by a map from Key to text (defaults filled in, keys that
// are not set left out).
type Option struct {
	// Key is the end of the setting's name: SOURCE_<NAME>_<Key>, upper case.
	Key string
	// Help is one line for the operator: what it is, its unit, an example.
	Help    string
	Default string
	// Secret values come from the environment or the secrets file and are never shown.
	Secret bool
	// Required: without it the source is not configured, and is not made.
	Required bool
	// Choices are the allowed values, nil = others are allowed.
	Choices []string
	// Check tells what is wrong with a text, without repeating it; nil = anything goes.
	// The message continues a sentence: "must be …".
	Check func(string) error
}

// ValueName is the key under which an adapter finds its own name among its values: that
// of its kind, or, for one of several instances, "<kind>-<instance>". It is also the
// Source of the client's configuration.
const ValueName = "NAME"

// ValueCookie is the key under which an adapter finds the operator's cookie, for calls that
// repeat parts of it; the client sends it by itself. It is a secret.
const ValueCookie = "COOKIE"

// Absence says why a source that the product knows is not in use.
type Absence string

const (
	// NotBuilt: this build has no adapter of that name.
	NotBuilt Absence = "not_built"
	// NotConfigured: a setting that the source needs is not set.
	NotConfigured Absence = "not_configured"
	// Disabled: the operator turned it off.
	Disabled Absence = "disabled"
)

func (a Absence) text() string {
	switch a {
	case NotConfigured:
		return "a setting that it needs is not set"
	case Disabled:
		return "it is disabled in the settings"
	}
	return "this build has no adapter for it"
}
