package api_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/handlers/api"
	"catalogsync/models"
)

var update = flag.Bool("update", false, "write the table of codes in docs/api.md anew")

// The table of codes in docs/api.md is made from the codes that there are, their messages,
// and the description of the API.
func TestTableOfCodesIsCurrent(t *testing.T) {
	t.Parallel()
	const file, begin, end = "../../docs/api.md", "<!-- codes: go test ./handlers/api -run TestTableOfCodesIsCurrent -update -->\n", "<!-- /codes -->\n"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	head, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	got, tail, found := strings.Cut(rest, end)
	require.True(t, found)
	want := codesTable(t)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(head+begin+want+end+tail), 0o644))
		return
	}
	require.Equal(t, want, got, "run: go test ./handlers/api -run TestTableOfCodesIsCurrent -update")
}

func codesTable(t *testing.T) string {
	english, chinese := messages(t, "en"), messages(t, "zh")
	statuses := statusesOfCodes(t)
	var b strings.Builder
	b.WriteString("| code | status | English | 中文 |\n|---|---|---|---|\n")
	for _, code := range codes(t) {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", code, strings.Join(statuses[models.Code(code)], ", "),
			english(code), chinese(code))
	}
	return b.String()
}

// messages gives the messages of a language as they are written, with … for what is
// filled in, and without what is there at times only.
func messages(t *testing.T, lang string) func(code string) string {
	t.Helper()
	text, err := os.ReadFile("../../app/i18n/locales/" + lang + ".json")
	require.NoError(t, err)
	raw := map[string]any{}
	require.NoError(t, json.Unmarshal(text, &raw))
	return func(code string) string {
		message := raw["error."+code]
		if forms, ok := message.(map[string]any); ok {
			message = forms["other"]
		}
		plain := fmt.Sprint(message)
		for sometimes.MatchString(plain) { // the innermost first
			plain = sometimes.ReplaceAllStringFunc(plain, func(block string) string {
				_, otherwise, _ := strings.Cut(block, "{{else}}")
				return strings.TrimSuffix(otherwise, "{{end}}")
			})
		}
		return strings.ReplaceAll(blank.ReplaceAllString(plain, "…"), "|", "\\|")
	}
}

var (
	sometimes = regexp.MustCompile(`\{\{(?:with|if|range)[^}]*\}\}(?:[^{]|\{\{(?:\.|else)[^}]*\}\})*\{\{end\}\}`)
	blank     = regexp.MustCompile(`\{\{[^}]*\}\}`)
)

// docs/api.md names every operation.
func TestPageNamesEveryOperation(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/api.md")
	require.NoError(t, err)
	doc, err := api.Reference()
	require.NoError(t, err)
	for _, o := range doc.Operations() {
		if strings.Contains(o.Path, "/:id/export.") {
			continue // a row names them all
		}
		if !strings.Contains(string(page), "`"+o.Method+" "+o.Template()) {
			t.Errorf("docs/api.md has no row of %s %s", o.Method, o.Template())
		}
	}
}

// statusesOfCodes are the statuses that operations answer codes with, as they are described.
func statusesOfCodes(t *testing.T) map[models.Code][]string {
	doc, err := api.Reference()
	require.NoError(t, err)
	found := map[models.Code]map[string]bool{}
	for _, o := range doc.Operations() {
		for status, r := range doc.Action(o).Responses {
			for _, code := range r.Codes {
				if found[code] == nil {
					found[code] = map[string]bool{}
				}
				found[code][status] = true
			}
		}
	}
	list := map[models.Code][]string{}
	for code, set := range found {
		list[code] = slices.Sorted(maps.Keys(set))
	}
	return list
}

// codes are all constants of type models.Code, in alphabetical order.
func codes(t *testing.T) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "../../models/errors.go", nil, 0)
	require.NoError(t, err)
	var list []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		kind, ok := spec.Type.(*ast.Ident)
		value, literal := spec.Values[0].(*ast.BasicLit)
		if ok && literal && kind.Name == "Code" {
			code, err := strconv.Unquote(value.Value)
			require.NoError(t, err)
			list = append(list, code)
		}
		return true
	})
	require.NotEmpty(t, list)
	slices.Sort(list)
	return list
}
