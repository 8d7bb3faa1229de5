package evaluation

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"catalogsync/app/matching"
)

// Write prints the report: what was judged wrongly, the count by kind, and the figures of
// the whole.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	for _, x := range r.Wrong {
		fmt.Fprintf(&b, "line %d %s\n   song       %s\n   candidate  %s\n", x.Line, verdict(x), describe(x.Song), describe(x.Candidate))
	}
	if len(r.Wrong) > 0 {
		b.WriteByte('\n')
	}
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "kind\tpairs\tsame\tfound\twrongly used\t")
	for _, k := range r.Kinds {
		name := k.Name
		if name == "" {
			name = "(none)"
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t\n", name, k.Pairs(), k.TruePositive+k.FalseNegative, k.TruePositive, k.FalsePositive)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&b, "\n%d pairs: precision %.4f, recall %.4f, F1 %.4f (wanted: %.2f at %.2f)\n",
		r.Pairs(), r.Precision(), r.Recall(), r.F1(), MinPrecision, MinRecall)
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict says what was wrong with a judgement.
func verdict(x Wrong) string {
	if !x.Same {
		return fmt.Sprintf("%s: used at %.2f, and is another recording", x.Kind, x.Score.Total)
	}
	return fmt.Sprintf("%s: not used (%s), and is the same", x.Kind, reasons(x.Score.Reasons))
}

func reasons(list []matching.Reason) string {
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = r.Text
	}
	return strings.Join(texts, ", ")
}

func seconds(ms int64) string { return strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64) + " s" }
