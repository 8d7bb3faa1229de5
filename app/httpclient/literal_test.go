package httpclient

import (
	"encoding/json"
	"net/http"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

// FuzzLiteral checks that any text survives the way into a literal and out of it.
func FuzzLiteral(f *testing.F) {
	f.Add(`Don't say "no"`)
	f.Add(`back\slash`)
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		literal := []byte(`{'NAME':'`)
		for i := range len(text) {
			if text[i] == '\'' || text[i] == '\\' {
				literal = append(literal, '\\')
			}
			literal = append(literal, text[i])
		}
		converted, err := PseudoJSON(append(literal, `'}`...))
		require.NoError(t, err)
		var got map[string]string
		require.NoError(t, json.Unmarshal(converted, &got))
		require.Equal(t, text, got["NAME"])
	})
}

func TestJSONReadsSingleQuotedLiterals(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{'a':'Don\'t say "no"'}`:    `Don't say "no"`,
		`cb({'a':'\u591c\n曲 \\'})`:   "夜 曲 \\",
		` {"a":"it's JSON"} `:        "it's JSON",
		`{'a':'x','b':["it's",'y']}`: "x",
	} {
		c, _ := newClient(t, Config{}, func(int, *http.Request) *reply { return answer(200, body) })
		var out struct{ A string }
		require.NoError(t, c.JSON(t.Context(), get, &out), body)
		require.Equal(t, want, out.A)
	}
	for _, cut := range []string{`{'a':'no end`, `{'a':'x'`} {
		c, tries := newClient(t, Config{}, func(int, *http.Request) *reply { return answer(200, cut) })
		var out struct{ A string }
		requireError(t, c.JSON(t.Context(), get, &out), models.ClassPermanent, models.CodeUpstreamShape)
		require.NotZero(t, tries)
	}
}
