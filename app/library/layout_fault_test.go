package library

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/i18n"
)

// Each fault of a layout has its own sentence, in every language, and tells where it is.
func TestFaultsOfLayoutsCanBeTold(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	said := map[string]string{}
	for layout, want := range map[string]LayoutFault{
		"{title}/":                  {Fault: layoutEmptyPart, Number: 2},
		"{artist}":                  {Fault: layoutUnknownField, Position: 1, Field: "artist"},
		"a/b{title}\\":              {Fault: layoutBackslash, Position: 12},
		"[a[b]]{title}":             {Fault: layoutNested, Position: 3},
		"{title}]":                  {Fault: layoutBracketUnopened, Position: 8},
		"[{title}":                  {Fault: layoutBracketUnclosed, Position: 1},
		"{title}}":                  {Fault: layoutBraceUnopened, Position: 8},
		"{title":                    {Fault: layoutBraceUnclosed, Position: 1},
		"[a/b]{title}":              {Fault: layoutSlash, Position: 3},
		"{album}":                   {Fault: layoutNoName},
		"a/a/a/a/a/a/a/a/a/{title}": {Fault: layoutTooDeep, Number: maxLayoutComponents - 1},
	} {
		_, err := ParseLayout(layout)
		fault, ok := errors.AsType[*LayoutFault](err)
		require.True(t, ok, "%s: %v", layout, err)
		require.Equal(t, want, *fault, layout)
		require.NotEmpty(t, fault.Error())
		for _, language := range []string{"en", "zh"} {
			text := texts.Translate(language, "bad_layout", fault.Params())
			require.NotContains(t, text, "no value", layout)
			require.Empty(t, said[language+text], "%s and %s are told alike: %s", layout, said[language+text], text)
			said[language+text] = layout
			if language == "zh" {
				require.NotContains(t, text, "must", layout)
			}
		}
	}
}
