package apptest

import (
	_ "embed" // for axe
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// axe is the accessibility checker axe-core, unchanged. It lies here instead of being
// fetched, so that the check runs where there is no network; no program contains it.
//
//go:embed testdata/axe-core-4.14.1.min.js
var axe string

// violationsScript gives one line for each element that breaks a rule of axe.
const violationsScript = `(async () => {
	const found = await axe.run(document, {resultTypes: ["violations"]});
	return found.violations.flatMap(v => v.nodes.map(n => v.id + " at " + n.target.join(" ") + ": " + n.failureSummary.replaceAll("\n", " ") + " — " + n.html.slice(0, 160)));
})()`

// Violations checks the page as it is now with all rules of axe, best practices included,
// and lists what breaks one: rule, element, reason.
func (b *Tab) Violations(t testing.TB) []string {
	t.Helper()
	if !Eval[bool](b, `typeof window.axe === "object"`) {
		_, err := chromedp.Run(b.ctx, chromedp.Evaluate[any](axe+"; null"))
		require.NoError(t, err)
	}
	found, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](violationsScript, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return found
}
