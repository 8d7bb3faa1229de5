package library

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"catalogsync/models"
)

var evening = SongName{
	Source: "qq", Artists: []string{"阿木", "Lin"}, Title: "晚风", Album: "河口", Year: 2011, Disc: 1, Track: 7,
	Quality: models.QualityLossless, Platform: "netease", RemoteID: "8000001",
}

func TestLayouts(t *testing.T) {
	t.Parallel()
	bare := SongName{Source: "kuwo", Artists: []string{"阿木"}, Title: "晚风", Platform: "kuwo", RemoteID: "5"}
	for layout, want := range map[string][2]string{
		"platform_first_artist":                                        {"qq/阿木/阿木, Lin - 晚风.flac", "kuwo/阿木/阿木 - 晚风.flac"},
		"{source}/{first_artist}/{artists} - {title}":                  {"qq/阿木/阿木, Lin - 晚风.flac", "kuwo/阿木/阿木 - 晚风.flac"},
		"{first_artist}/{album}[ ({year})]/[{track} ]{title}":          {"阿木/河口 (2011)/07 晚风.flac", "阿木/晚风.flac"},
		"{first_artist}/[{year} - {album}]/[{disc}-][{track} ]{title}": {"阿木/2011 - 河口/1-07 晚风.flac", "阿木/晚风.flac"},
		"{platform}/{id}":                   {"netease/8000001.flac", "kuwo/5.flac"},
		"Music/{initial}/{quality}/{title}": {"Music/阿/lossless/晚风.flac", "Music/阿/晚风.flac"},
		`\{\[a\]\} {title}`:                 {"{[a]} 晚风.flac", "{[a]} 晚风.flac"},
		`a\/b {title}`:                      {"a_b 晚风.flac", "a_b 晚风.flac"},
		"CON/../{title}":                    {"CON_/晚风.flac", "CON_/晚风.flac"},
	} {
		l, err := ParseLayout(layout)
		require.NoError(t, err, layout)
		require.Equal(t, layout, l.String())
		require.Equal(t, want[0], l.Locator(evening, "flac", false), layout)
		require.Equal(t, want[1], l.Locator(bare, "flac", false), layout)
	}
	l, err := ParseLayout("{title}")
	require.NoError(t, err)
	require.Equal(t, "晚风 [netease-8000001].flac", l.Locator(evening, "flac", true))
}

func TestFaultyLayouts(t *testing.T) {
	t.Parallel()
	for layout, says := range map[string]string{
		"":                               "empty part",
		"{title":                         "close the brace (character 1)",
		"a/{titel}":                      "no {titel} (character 3)",
		"{album}/{artists}":              "must name {title} or {id}",
		"{artists}[ - {title}]":          "outside of brackets",
		"{title}/":                       "empty part",
		"a//{title}":                     "empty part between two slashes or at an end (part 2)",
		"[{track} {title}":               "close the bracket (character 1)",
		"{title}]":                       "that was not opened (character 8)",
		"[[{year}]]{title}":              "brackets inside brackets (character 2)",
		"[{year}/]{title}":               "slash inside brackets",
		"{title}\\":                      "end with a backslash",
		"{title}}":                       "brace that was not opened",
		strings.Repeat("a/", 8) + "{id}": "at most 7 folders",
		strings.Repeat("a", 600):         "at most 500 bytes",
	} {
		_, err := ParseLayout(layout)
		require.ErrorContains(t, err, says, layout)
	}
}

func TestALongTitleLeavesRoomForWhatFollows(t *testing.T) {
	t.Parallel()
	_, err := ParseLayout("{artists} - {title} [[{quality}]]")
	require.Error(t, err)
	l, err := ParseLayout(`{artists} - {title}[ \[{quality}\]]`)
	require.NoError(t, err)
	long := evening
	long.Title = strings.Repeat("很长", 200)
	locator := l.Locator(long, "flac", true)
	require.True(t, strings.HasSuffix(locator, " [lossless] [netease-8000001].flac"), locator)
	require.LessOrEqual(t, len(locator), maxNameBytes)
}

// Whatever the layout and the texts, the locator stays inside, and no name is one that
// some file system does not take.
func TestLocatorsAreSafeForAnyLayout(t *testing.T) {
	t.Parallel()
	pieces := []string{"{source}", "{first_artist}", "{artists}", "{album}", "[{year} ]", "{title}", "{id}", "/", " - ", "..", "CON", "é", " ", "[{disc}-{track}]", "{quality}"}
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(r, "layout"), "")
		l, err := ParseLayout(text)
		if err != nil {
			return
		}
		n := SongName{
			Source: rapid.String().Draw(r, "source"), Artists: rapid.SliceOf(rapid.String()).Draw(r, "artists"), Title: rapid.String().Draw(r, "title"),
			Album: rapid.StringMatching(`[./\\A-Z "]{0,300}`).Draw(r, "album"), Year: rapid.Int().Draw(r, "year"), Track: rapid.Int().Draw(r, "track"),
			Platform: rapid.String().Draw(r, "platform"), RemoteID: rapid.String().Draw(r, "id"),
		}
		locator := l.Locator(n, rapid.String().Draw(r, "ext"), rapid.Bool().Draw(r, "distinct"))
		if !fs.ValidPath(locator) {
			r.Fatalf("%q of %q is no path inside", locator, text)
		}
		for _, c := range strings.Split(locator, "/") {
			if c != escapeDevice(c) || len(c) > maxNameBytes || strings.Trim(c, ". ") == "" || strings.HasSuffix(c, ".") || strings.HasSuffix(c, " ") {
				r.Fatalf("component %q of %q", c, text)
			}
		}
	})
}

func FuzzParseLayout(f *testing.F) {
	for _, text := range []string{PlatformFirstArtist, "{title}", "[{album}/", `\`, "{}", "[]{id}", "a/b/{id}[ {year}]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLayout(text)
		if err == nil && !fs.ValidPath(l.Locator(evening, "mp3", false)) {
			t.Fatalf("%q leads to %q", text, l.Locator(evening, "mp3", false))
		}
	})
}
