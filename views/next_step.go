package views

import (
	"catalogsync/app/i18n"
	"catalogsync/models"
)

// nextSteps tells by the code of an error what the operator can do about it. Codes that
// are not in it get the general advice.
var nextSteps = map[models.Code]string{
	models.CodeNetwork: "later", models.CodeTimeout: "later", models.CodeStalled: "later", models.CodeUpstreamStatus: "later",
	models.CodeInterrupted: "later", models.CodeItemTimeout: "later",
	models.CodeRiskControl: "pace", models.CodeRateLimited: "pace", models.CodeCircuitOpen: "pace",
	models.CodeLoginRequired: "account", models.CodeLoginRefused: "account", models.CodePaid: "account",
	models.CodeProtected: "account", models.CodePreviewOnly: "account",
	models.CodeNoMatch: "pick", models.CodeNoSource: "pick", models.CodeDurationMismatch: "pick",
	models.CodeChecksumMismatch: "again", models.CodeLengthMismatch: "again", models.CodeNotAudio: "again",
	models.CodeDiskFull: "disk", models.CodeLibraryUnwritable: "disk",
	models.CodePlaylistGone: "gone", models.CodePlaylistPrivate: "gone", models.CodeWithdrawn: "gone", models.CodeUpstreamEmpty: "gone",
	models.CodeUpstreamHTML: "changed", models.CodeUpstreamShape: "changed",
}

// ErrorLine is an error on a row: one sentence, and what the drawer says besides.
type ErrorLine struct {
	Sentence string
	About    string // what it happened to
	Raw      string // as it was told, "" = nothing more is known
	Next     string
}

func errorLine(p *i18n.Printer, code models.Code, raw, about string) ErrorLine {
	step := nextSteps[code]
	if step == "" {
		step = "other"
	}
	line := ErrorLine{Sentence: errorText(p, code), About: about, Raw: raw, Next: p.T("next." + step)}
	if line.Sentence == "" {
		line.Sentence = p.T("error.details")
	}
	return line
}
