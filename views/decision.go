package views

import (
	"catalogsync/app/i18n"
	"catalogsync/models"
)

// ReasonText says in the reader's language why a candidate lost: by its code, or by the
// English sentence where the code says less.
func ReasonText(p *i18n.Printer, code, text, word string, seconds int64) string {
	key := "why.reason." + code
	if !p.Has(key) {
		return text
	}
	switch {
	case code == "absent":
		word = nameOr(p, "platform.", word)
	case p.Has("why.version." + word):
		word = p.T("why.version." + word)
	}
	return p.T(key, "Seconds", seconds, "Word", word)
}

// ChosenText says which candidate was taken, and in which quality.
func ChosenText(p *i18n.Printer, source string, q models.Quality) string {
	return p.T("why.chosen", "Source", nameOr(p, "platform.", source), "Quality", nameOr(p, "quality.", string(q)))
}

// ErrorText is the message of an error code.
func ErrorText(p *i18n.Printer, code models.Code) string { return errorText(p, code) }

// PlatformName is a source's name for people.
func PlatformName(p *i18n.Printer, source string) string { return nameOr(p, "platform.", source) }
