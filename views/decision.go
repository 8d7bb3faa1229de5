package views

import (
	"encoding/json"
	"strings"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// DecisionLine is one candidate of a song, or one try to get it, in words.
type DecisionLine struct {
	Text   string
	Chosen bool
}

// maxDecisionLines bounds what a row shows of a decision.
const maxDecisionLines = 12

// decision is what is read of the record that a download keeps with its song.
type decision struct {
	Tries []attempt `json:"tries"`
	// Problems are sources that could not be searched.
	Problems []attempt `json:"problems"`
	Lost     []struct {
		Candidate candidate `json:"candidate"`
		Reason    struct {
			Code    string `json:"code"`
			Text    string `json:"text"`
			Seconds int64  `json:"seconds"`
			Word    string `json:"word"`
		} `json:"reason"`
	} `json:"lost"`
}

type candidate struct {
	Source  string   `json:"source"`
	Title   string   `json:"title"`
	Artists []string `json:"artists"`
}

type attempt struct {
	Source  string         `json:"source"`
	Quality models.Quality `json:"quality"`
	Code    models.Code    `json:"code"`
}

// decisionLines tells how a song's file was chosen: the tries in their order, then the
// candidates that lost. A record that cannot be read tells nothing.
func decisionLines(p *i18n.Printer, raw string) []DecisionLine {
	var d decision
	if raw == "" || json.Unmarshal([]byte(raw), &d) != nil {
		return nil
	}
	var lines []DecisionLine
	for _, t := range append(d.Tries, d.Problems...) {
		if t.Code == "" {
			lines = append(lines, DecisionLine{Chosen: true, Text: p.T("why.chosen", "Source", nameOr(p, "platform.", t.Source), "Quality", nameOr(p, "quality.", string(t.Quality)))})
		} else {
			lines = append(lines, DecisionLine{Text: p.T("why.lost", "Source", nameOr(p, "platform.", t.Source), "Title", "", "Reason", errorText(p, t.Code))})
		}
	}
	for _, l := range d.Lost {
		reason := l.Reason.Text
		if key := "why.reason." + l.Reason.Code; p.Has(key) {
			reason = p.T(key, "Seconds", l.Reason.Seconds, "Word", l.Reason.Word)
		}
		title := strings.TrimSuffix(l.Candidate.Title+" – "+strings.Join(l.Candidate.Artists, " / "), " – ")
		lines = append(lines, DecisionLine{Text: p.T("why.lost", "Source", nameOr(p, "platform.", l.Candidate.Source), "Title", title, "Reason", reason)})
	}
	return lines[:min(len(lines), maxDecisionLines)]
}
