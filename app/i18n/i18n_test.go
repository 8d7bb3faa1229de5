package i18n_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/i18n"
)

// forms are the plural forms that each language needs.
var forms = map[string][]string{"en": {"one", "other"}, "zh": {"other"}}

func read(t *testing.T, lang string) map[string]any {
	t.Helper()
	b, err := os.ReadFile("locales/" + lang + ".json")
	require.NoError(t, err)
	texts := map[string]any{}
	require.NoError(t, json.Unmarshal(b, &texts))
	return texts
}

func TestLanguagesHaveTheSameTexts(t *testing.T) {
	t.Parallel()
	en := read(t, "en")
	for lang, plural := range forms {
		texts := read(t, lang)
		for key, want := range en {
			got, ok := texts[key]
			require.True(t, ok, "%s: %s is missing", lang, key)
			_, enPlural := want.(map[string]any)
			m, isPlural := got.(map[string]any)
			require.Equal(t, enPlural, isPlural, "%s: %s has plural forms in one language only", lang, key)
			if !isPlural {
				require.NotEmpty(t, got, "%s: %s", lang, key)
				continue
			}
			for _, form := range plural {
				require.NotEmpty(t, m[form], "%s: %s has no form %s", lang, key, form)
			}
			require.Len(t, m, len(plural), "%s: %s has forms that the language does not use", lang, key)
		}
		require.Len(t, texts, len(en), "%s has texts that en has not", lang)
	}
}

var placeholder = regexp.MustCompile(`\.[A-Z]\w*`)

func TestLanguagesUseTheSamePlaceholders(t *testing.T) {
	t.Parallel()
	en, zh := read(t, "en"), read(t, "zh")
	names := func(v any) []string {
		if m, ok := v.(map[string]any); ok {
			v = m["other"]
		}
		list := placeholder.FindAllString(v.(string), -1)
		slices.Sort(list)
		return slices.Compact(list)
	}
	for key := range en {
		require.Equal(t, names(en[key]), names(zh[key]), key)
	}
}

func TestTextsAreNoMarkup(t *testing.T) {
	t.Parallel()
	for lang := range forms {
		b, err := os.ReadFile("locales/" + lang + ".json")
		require.NoError(t, err)
		require.NotRegexp(t, `<[a-zA-Z/]`, string(b))
	}
}

// errorCodes reads the codes from where they are declared, so that a new one cannot be forgotten.
func errorCodes(t *testing.T) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "../../models/errors.go", nil, 0)
	require.NoError(t, err)
	var codes []string
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if id, ok := spec.Type.(*ast.Ident); ok && id.Name == "Code" {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			codes = append(codes, code)
		}
		return true
	})
	require.NotEmpty(t, codes)
	return codes
}

func TestEveryErrorCodeHasAMessage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	for _, lang := range texts.Languages() {
		p := texts.Printer(lang)
		for _, code := range errorCodes(t) {
			require.True(t, p.Has("error."+code), "%s: error.%s", lang, code)
			message := texts.Translate(lang, code, nil)
			require.NotEmpty(t, message)
			require.NotContains(t, message, "no value")
			require.NotContains(t, message, "{{")
		}
	}
}

func TestTranslateFillsPlaceholdersAndKnowsUnknownCodes(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	require.Contains(t, texts.Translate("en", "unknown_source", map[string]any{"Known": "netease, qq"}), "netease, qq")
	require.Equal(t, texts.Translate("zh", "internal", nil), texts.Translate("zh", "of_tomorrow", nil))
	require.Equal(t, texts.Translate("en", "internal", nil), texts.Translate("xx", "internal", nil))
}

func TestPlurals(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	en, zh := texts.Printer("en"), texts.Printer("zh")
	require.Equal(t, "1 playlist", en.N("playlists.count", 1))
	require.Equal(t, "0 playlists", en.N("playlists.count", 0))
	require.Equal(t, "12,345 playlists", en.N("playlists.count", 12345))
	require.Equal(t, "1 个歌单", zh.N("playlists.count", 1))
	require.Equal(t, "no.such.key", en.T("no.such.key"))
}

func TestMatch(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	for _, c := range []struct{ chosen, accept, want string }{
		{"", "", "en"},
		{"", "zh-CN,zh;q=0.9,en;q=0.8", "zh"},
		{"", "zh-TW", "zh"},
		{"", "de-DE,de;q=0.9", "en"},
		{"", "fr, zh;q=0.5, en;q=0.9", "en"},
		{"en", "zh-CN", "en"},
		{"zh", "en", "zh"},
		{"xx", "zh", "zh"},
		{"", "\x00;;;q=", "en"},
	} {
		require.Equal(t, c.want, texts.Match(c.chosen, c.accept), "%+v", c)
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		require.Equal(t, want, i18n.Group(n))
	}
}
