package settings

import (
	"regexp"
)

// secretName is what names of settings look like that hold secrets and that this program
// does not know: those of the operator's own command, of backends, of other programs.
var secretName = regexp.MustCompile(`(?i)(SECRET|PASSW|TOKEN|COOKIE|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY|WEBHOOK|HEADERS?$|_KEY$|_AUTH$|_DSN$|DATABASE_URL)`)

// WithoutSecrets is the content of a settings file without the settings that secret names,
// and without those whose own name says so; also where they are commented out. Everything
// else stays as it is.
func WithoutSecrets(content []byte, secret func(key string) bool) []byte {
	d := parseDocument(content)
	kept := d.lines[:0]
	for _, l := range d.lines {
		key := l.key
		if m := commented.FindStringSubmatch(l.text); key == "" && m != nil {
			key = m[1]
		}
		if key == "" || !secret(key) && !secretName.MatchString(key) {
			kept = append(kept, l)
		}
	}
	d.lines = kept
	return d.bytes()
}
