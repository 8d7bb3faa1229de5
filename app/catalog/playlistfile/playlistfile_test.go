package playlistfile

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// fakePlatform takes https://<host>/list/<id> for a playlist, any other path of its host
// for a mistake, and https://s.<host>/<id> for a short link to list <id>.
type fakePlatform struct {
	name, host string
	followed   int
	fail       error
}

func (f *fakePlatform) Name() string { return f.name }

func (f *fakePlatform) RecogniseURL(u *url.URL) (models.PlaylistRef, bool, error) {
	if u.Hostname() != f.host {
		return models.PlaylistRef{}, false, nil
	}
	id, ok := strings.CutPrefix(u.Path, "/list/")
	if !ok {
		return models.PlaylistRef{}, false, models.Invalid("url", models.CodeBadURL, "this is a song and no playlist")
	}
	return models.PlaylistRef{Platform: f.name, RemoteID: id, Kind: models.KindPlaylist}, true, nil
}

func (f *fakePlatform) ResolveShortLink(_ context.Context, u *url.URL) (*url.URL, bool, error) {
	if u.Hostname() != "s."+f.host {
		return nil, false, nil
	}
	f.followed++
	if f.fail != nil {
		return nil, true, f.fail
	}
	return &url.URL{Scheme: "https", Host: f.host, Path: "/list" + u.Path}, true, nil
}

func platforms() []sources.Source {
	return []sources.Source{&fakePlatform{name: "hill", host: "hill.example"}, &fakePlatform{name: "river", host: "river.example"}}
}

func parse(t *testing.T, text string) Result {
	t.Helper()
	r, err := Parse(strings.NewReader(text), RecognisersOf(platforms()))
	require.NoError(t, err)
	return r
}

func TestLinesThatNameAPlaylist(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, line, want string }{
		{"address", "https://hill.example/list/7", "hill 7"},
		{"platform and address", "river,https://river.example/list/8", "river 8"},
		{"spaces and capitals", "  River , HTTPS://river.example/list/8  ", "river 8"},
		{"comma of a Chinese input method", "river，https://river.example/list/8", "river 8"},
		{"address without scheme", "hill.example/list/7", "hill 7"},
		{"share text", "分享歌单「雨夜」：https://hill.example/list/7 (来自@山丘音乐)", "hill 7"},
		{"share text without spaces", "分享歌单https://hill.example/list/7，快来听", "hill 7"},
		{"share text with the app's page first", "get it at https://app.example/get and hear https://river.example/list/8!", "river 8"},
		{"share text with a comma", "Come, listen: https://river.example/list/8", "river 8"},
		{"in brackets", "<https://river.example/list/8>", "river 8"},
		{"query and fragment", "https://hill.example/list/7?from=share&x=1#top", "hill 7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := parse(t, c.line)
			require.Empty(t, r.Bad)
			require.Len(t, r.Entries, 1)
			require.Equal(t, c.want, r.Entries[0].Platform+" "+r.Entries[0].Ref.RemoteID)
		})
	}
}

func TestBadLinesSayWhy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, line string
		code       models.Code
		reason     string
	}{
		{"no address", "my favourite songs", models.CodeBadURL, "no web address"},
		{"unknown host", "https://valley.example/list/1", models.CodeBadURL, "host of no known platform"},
		{"host that only looks right", "https://hill.example.evil.example/list/1", models.CodeBadURL, "host of no known platform"},
		{"song address", "https://hill.example/song/1", models.CodeBadURL, "no playlist"},
		{"unknown platform", "valley,https://hill.example/list/1", models.CodeUnknownSource, `unknown platform "valley"; known are: hill, river`},
		{"another platform's address", "hill,https://river.example/list/8", models.CodeBadValue, "says hill"},
		{"platform without address", "hill,7", models.CodeBadURL, "no web address"},
		{"too long", "https://hill.example/list/" + strings.Repeat("7", maxLineBytes), models.CodeTooLarge, "longer than"},
		{"other scheme", "javascript:alert(1)", models.CodeBadURL, "no web address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := parse(t, "# before\n"+c.line+"\nhttps://river.example/list/8\n")
			require.Len(t, r.Bad, 1)
			require.Equal(t, 2, r.Bad[0].Line)
			require.Equal(t, c.code, r.Bad[0].Code)
			require.Contains(t, r.Bad[0].Reason, c.reason)
			require.LessOrEqual(t, len([]rune(r.Bad[0].Text)), maxShown+1)
			require.Len(t, r.Entries, 1, "the rest goes on")
		})
	}
}

func TestFileWithEverything(t *testing.T) {
	t.Parallel()
	r := parse(t, "\ufeff# my lists\r\n\r\nhttps://hill.example/list/7\r\n  # indented\r\nnonsense\r\nhill,https://hill.example/list/7?x=1\r\nhttps://river.example/list/7")
	require.Equal(t, []models.PlaylistRef{
		{Platform: "hill", RemoteID: "7", Kind: models.KindPlaylist},
		{Platform: "river", RemoteID: "7", Kind: models.KindPlaylist},
	}, r.Refs())
	require.Equal(t, 3, r.Entries[0].Line)
	require.Equal(t, 5, r.Bad[0].Line)
	require.Equal(t, []Duplicate{{Line: 6, FirstLine: 3, Text: "hill,https://hill.example/list/7?x=1"}}, r.Duplicates)
}

func TestUTF16FileIsRead(t *testing.T) {
	t.Parallel()
	text := []byte{0xff, 0xfe}
	for _, r := range "https://hill.example/list/7\r\n" {
		text = append(text, byte(r), 0)
	}
	require.Len(t, parse(t, string(text)).Entries, 1)
}

func TestHugeFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"lines":    strings.Repeat("#\n", maxLines+1),
		"one line": strings.Repeat("x", maxFileBytes+1),
	} {
		_, err := Parse(strings.NewReader(text), nil)
		require.Equal(t, models.CodeTooLarge, models.CodeOf(err), name)
	}
}

func TestShortLinks(t *testing.T) {
	t.Parallel()
	list := platforms()
	recognisers, resolvers := RecognisersOf(list), ShortLinkResolversOf(list)
	r, err := Parse(strings.NewReader("https://s.river.example/8\nhttps://river.example/list/8\nhttps://valley.example/1\nhill,https://s.river.example/9\nhttps://hill.example/list/7\n"), recognisers)
	require.NoError(t, err)
	require.Len(t, r.Bad, 3)

	r, err = ResolveShortLinks(t.Context(), r, resolvers, recognisers)
	require.NoError(t, err)
	require.Equal(t, []models.PlaylistRef{
		{Platform: "river", RemoteID: "8", Kind: models.KindPlaylist},
		{Platform: "hill", RemoteID: "7", Kind: models.KindPlaylist},
	}, r.Refs())
	require.Equal(t, []Duplicate{{Line: 2, FirstLine: 1, Text: "https://river.example/list/8"}}, r.Duplicates)
	require.Equal(t, []int{3, 4}, []int{r.Bad[0].Line, r.Bad[1].Line})
	require.Equal(t, models.CodeBadValue, r.Bad[1].Code)
	require.Equal(t, 2, list[1].(*fakePlatform).followed, "only short links are asked for")
}

func TestShortLinkThatFails(t *testing.T) {
	t.Parallel()
	hill := &fakePlatform{name: "hill", host: "hill.example", fail: errors.New("no answer")}
	list := []sources.Source{hill}
	r, err := Parse(strings.NewReader("https://s.hill.example/8"), RecognisersOf(list))
	require.NoError(t, err)
	r, err = ResolveShortLinks(t.Context(), r, ShortLinkResolversOf(list), RecognisersOf(list))
	require.NoError(t, err)
	require.Contains(t, r.Bad[0].Reason, "could not be followed")

	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = ResolveShortLinks(stopped, r, ShortLinkResolversOf(list), RecognisersOf(list))
	require.ErrorIs(t, err, context.Canceled)
}

// Whatever the file holds, each line ends in at most one list and the numbers are right.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "\ufeff", "hill,https://hill.example/list/7\n#x\r\n\r\n,", "http://", "https://[::1", "\x00\xff", "a,b，c", "https://hill.example/list/%zz"} {
		f.Add(s)
	}
	recognisers := RecognisersOf(platforms())
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(strings.NewReader(text), recognisers)
		if err != nil {
			require.Equal(t, models.CodeTooLarge, models.CodeOf(err))
			return
		}
		seen := map[int]bool{}
		note := func(line int) {
			if seen[line] || line < 1 {
				t.Fatalf("line %d stands twice or nowhere", line)
			}
			seen[line] = true
		}
		for _, e := range r.Entries {
			require.NotEmpty(t, e.Platform)
			note(e.Line)
		}
		for _, b := range r.Bad {
			require.NotEmpty(t, b.Reason)
			note(b.Line)
		}
		for _, d := range r.Duplicates {
			require.Less(t, d.FirstLine, d.Line)
			note(d.Line)
		}
	})
}
