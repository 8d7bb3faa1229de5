package i18n

import (
	"testing"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/stretchr/testify/require"
)

// What is taken apart reads as the library's own way does it.
func TestTextsThatAreTakenApartReadAsBefore(t *testing.T) {
	t.Parallel()
	c, err := Load()
	require.NoError(t, err)
	for _, lang := range languages {
		p := c.Printer(lang)
		require.Greater(t, len(p.filled), 30)
		for key, text := range p.filled {
			values := map[string]any{}
			for i := 1; i < len(text); i += 2 {
				values[text[i]] = []any{"<b>山</b>", 1234, 5.5}[i/2%3]
			}
			want, err := p.localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: values})
			require.NoError(t, err)
			require.Equal(t, want, text.with(values), key)
		}
	}
}

func TestOnlyPlainPlaceholdersAreTakenApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]filledText{
		"{{.Done}} of {{ .Total }}": {"", "Done", " of ", "Total", ""},
		"{{.A.B}}":                  nil,
		"{{if .A}}x{{end}}":         nil,
		"{{.A | printf}}":           nil,
		"{{.A":                      nil,
	} {
		got, _ := takeApart(text)
		require.Equal(t, want, got, text)
	}
	text, ok := takeApart("{{.A}} and {{.B}}")
	require.True(t, ok)
	require.Equal(t, " and 2", text.with(map[string]any{"B": 2}))
}
