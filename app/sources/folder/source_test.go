package folder

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/demo/audio"
	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/models"
)

// listed finds a playlist by its name.
func listed(t testing.TB, s *Source, name string) sources.PlaylistSummary {
	t.Helper()
	page, err := s.FetchPage(context.Background(), s.Pools()[0], "")
	require.NoError(t, err)
	var names []string
	for _, p := range page.Playlists {
		if p.Name == name {
			return p
		}
		names = append(names, p.Name)
	}
	t.Fatalf("no playlist %q among %q", name, names)
	return sources.PlaylistSummary{}
}

func fetch(t testing.TB, s *Source, name string) sources.Snapshot {
	t.Helper()
	snap, err := s.FetchPlaylist(context.Background(), listed(t, s, name).Ref, "")
	require.NoError(t, err)
	return snap
}

func TestContract(t *testing.T) {
	t.Parallel()
	root := library(t)
	s, _ := open(t, root)
	night, disc := fetch(t, s, "夜里"), fetch(t, s, "Rain")
	content, err := os.ReadFile(filepath.Join(root, "林阿七/潮/01 夜车.mp3"))
	require.NoError(t, err)
	candidate := func(snap models.SongSnapshot) sources.Candidate {
		c, ok := s.CandidateOf(snap)
		require.True(t, ok)
		return c
	}
	sourcetest.Run(t, sourcetest.Fixture{
		Local:  true,
		Config: httpclient.Config{Source: Name},
		New: func(c *httpclient.Client) sources.Source {
			s, err := New(c, map[string]string{optionPaths: root})
			require.NoError(t, err)
			return s
		},
		Playlist: night.Summary.Ref,
		RefusedPlaylists: map[models.Code]models.PlaylistRef{
			models.CodePlaylistGone: {Platform: Name, RemoteID: "nothing", Kind: models.KindPlaylist},
		},
		Query: "夜车 林阿七", Nothing: "没有这样一首歌",
		Playable: candidate(night.Songs[0]), Content: content,
		Refused: map[models.Code]sources.Candidate{
			models.CodeWithdrawn:        candidate(night.Songs[2]),
			models.CodeForbiddenAddress: candidate(night.Songs[3]),
			models.CodePartOfFile:       candidate(disc.Songs[0]),
		},
	})
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for _, paths := range []string{"", ":", "music", "/music:more", "/music:/music/more"} {
		_, err := New(nil, map[string]string{optionPaths: paths})
		require.Error(t, err, paths)
	}
	s, err := New(nil, map[string]string{optionPaths: "/b/: /a:/b"})
	require.NoError(t, err)
	require.Len(t, s.shelf.trees, 2)
	require.Equal(t, "/a", s.shelf.trees[0].name)
}

func TestPlaylistsAreFilesAndFolders(t *testing.T) {
	t.Parallel()
	root := library(t)
	writeText(t, root, ".hidden/x.mp3", "no")
	writeText(t, root, "@eaDir/x.mp3", "no")
	s, _ := open(t, root)
	page, err := s.FetchPage(t.Context(), s.Pools()[0], "")
	require.NoError(t, err)
	var names []string
	for _, p := range page.Playlists {
		names = append(names, p.Name)
	}
	require.Equal(t, []string{"Rain", "By address", "As JSON", "夜里", "loose", "潮"}, names,
		"a folder whose audio its own playlist files name is no playlist of its own")
	album := fetch(t, s, "潮")
	require.Equal(t, []string{"夜车", "山路", "尾声"}, titles(album.Songs))
	require.Equal(t, models.QualityLossless, album.Songs[1].Quality)
	require.Equal(t, "flac", album.Songs[1].Ext)
	require.Positive(t, album.Songs[1].DurationMS)
	require.Equal(t, "潮", album.Songs[1].Album)
}

func titles(songs []models.SongSnapshot) []string {
	var names []string
	for _, s := range songs {
		names = append(names, s.Name)
	}
	return names
}

func TestEntriesLeadToFilesOfTheFolderAlone(t *testing.T) {
	t.Parallel()
	s, _ := open(t, library(t))
	night := fetch(t, s, "夜里")
	require.Equal(t, []string{"夜车", "山路", "Gone away", "Passwords", "Radio"}, titles(night.Songs))
	album := fetch(t, s, "潮")
	require.Equal(t, album.Songs[0].RemoteID, night.Songs[0].RemoteID, "one file is one song, whoever lists it")
	require.Equal(t, album.Songs[1].RemoteID, night.Songs[1].RemoteID, "also by a path of Windows")
	require.Equal(t, []string{"Nobody"}, night.Songs[2].ArtistNames())
	require.EqualValues(t, 180_000, night.Songs[2].DurationMS, "enough to be found elsewhere")

	byAddress := fetch(t, s, "By address")
	require.Equal(t, night.Songs[0].RemoteID, byAddress.Songs[0].RemoteID)
	require.Equal(t, "Single", byAddress.Songs[1].Name)

	byJSON := fetch(t, s, "As JSON")
	require.Equal(t, []string{"Roof"}, titles(byJSON.Songs), "a file without tags is called as its list says")
	loose := fetch(t, s, "loose")
	require.Equal(t, "Tin Roof", loose.Songs[0].Name, "and else by its name")
	require.Equal(t, []string{"The Eaves"}, loose.Songs[0].ArtistNames())
}

func TestTracksOfALongFileAreNotServed(t *testing.T) {
	t.Parallel()
	s, _ := open(t, library(t))
	disc := fetch(t, s, "Rain")
	require.Equal(t, []string{"Drop", "Drizzle", "Single"}, titles(disc.Songs))
	require.EqualValues(t, 10_000, disc.Songs[0].DurationMS)
	part, ok := s.CandidateOf(disc.Songs[0])
	require.True(t, ok)
	require.True(t, part.Refused)
	_, err := s.Resolve(t.Context(), part, models.QualityUnknown)
	require.Equal(t, models.CodePartOfFile, models.CodeOf(err))
	require.ErrorContains(t, err, "rain.flac", "the WAV that the sheet names was packed since")
	whole, ok := s.CandidateOf(disc.Songs[2])
	require.True(t, ok)
	streams, err := s.Resolve(t.Context(), whole, models.QualityUnknown)
	require.NoError(t, err, "a file with one track is that song")
	require.Len(t, streams, 1)
}

func TestLinksLeadNowhereOutside(t *testing.T) {
	t.Parallel()
	root, outside := t.TempDir(), t.TempDir()
	writeSong(t, outside, "secret.mp3", audio.Spec{Title: "Secret"})
	writeSong(t, root, "own.mp3", audio.Spec{Title: "Own"})
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.mp3"), filepath.Join(root, "link.mp3")))
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "dir")))
	require.NoError(t, os.Symlink("own.mp3", filepath.Join(root, "inside.mp3")))
	writeText(t, root, "a.m3u", "#PLAYLIST:Links\nlink.mp3\ndir/secret.mp3\ninside.mp3\n")
	s, _ := open(t, root)
	list := fetch(t, s, "Links")
	for i, want := range []models.Code{models.CodeWithdrawn, models.CodeWithdrawn, ""} {
		c, _ := s.CandidateOf(list.Songs[i])
		_, err := s.Resolve(t.Context(), c, models.QualityUnknown)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, want, models.CodeOf(err))
	}
	found, err := s.Search(t.Context(), "secret", 5)
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestChangesAreSeen(t *testing.T) {
	t.Parallel()
	root := library(t)
	s, clock := open(t, root)
	before := fetch(t, s, "潮")
	writeSong(t, root, "林阿七/潮/03 新歌.mp3", audio.Spec{Title: "新歌", Artist: "林阿七"})
	same, err := s.FetchPlaylist(t.Context(), before.Summary.Ref, before.Version)
	require.NoError(t, err)
	require.True(t, same.Unchanged, "the folders were looked at a moment ago")
	clock.at = clock.at.Add(freshFor)
	after, err := s.FetchPlaylist(t.Context(), before.Summary.Ref, before.Version)
	require.NoError(t, err)
	require.False(t, after.Unchanged)
	require.Equal(t, []string{"夜车", "山路", "新歌", "尾声"}, titles(after.Songs))

	writeSong(t, root, "gone/away.mp3", audio.Spec{Title: "Gone away"})
	clock.at = clock.at.Add(freshFor)
	night := fetch(t, s, "夜里")
	c, _ := s.CandidateOf(night.Songs[2])
	_, err = s.Resolve(t.Context(), c, models.QualityUnknown)
	require.NoError(t, err, "the file that was missing came back")
}

func TestADiskThatIsAwayLosesNothing(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	root, away := filepath.Join(parent, "disk"), filepath.Join(parent, "away")
	require.NoError(t, os.Rename(library(t), root))
	s, clock := open(t, root)
	list := fetch(t, s, "潮")
	require.NoError(t, os.Rename(root, away))
	clock.at = clock.at.Add(freshFor)
	_, err := s.FetchPlaylist(t.Context(), list.Summary.Ref, list.Version)
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	require.ErrorContains(t, err, root)
	requireCollectFails(t, s, root)
	require.Error(t, s.Probe(t.Context()))
	c, _ := s.CandidateOf(list.Songs[0])
	_, err = s.Open(t.Context(), sources.Stream{URL: addressPrefix + c.RemoteID}, 0, "")
	require.Equal(t, models.ClassTransient, models.ClassOf(err), "the song is not gone")

	require.NoError(t, os.Mkdir(root, 0o755)) // the place where the disk is mounted
	clock.at = clock.at.Add(freshFor)
	_, err = s.FetchPlaylist(t.Context(), list.Summary.Ref, list.Version)
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	_, err = s.Open(t.Context(), sources.Stream{URL: addressPrefix + c.RemoteID}, 0, "")
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	require.NoError(t, os.Remove(root))

	require.NoError(t, os.Rename(away, root))
	clock.at = clock.at.Add(freshFor)
	back, err := s.FetchPlaylist(t.Context(), list.Summary.Ref, list.Version)
	require.NoError(t, err)
	require.True(t, back.Unchanged)
	require.NoError(t, s.Probe(t.Context()))
}

// requireCollectFails pages to the end, which names the folder that cannot be read.
func requireCollectFails(t *testing.T, s *Source, root string) {
	t.Helper()
	for cursor, pages := "", 0; ; pages++ {
		require.Less(t, pages, 5)
		page, err := s.FetchPage(t.Context(), s.Pools()[0], cursor)
		if err != nil {
			require.Equal(t, models.ClassTransient, models.ClassOf(err))
			require.ErrorContains(t, err, root)
			return
		}
		cursor = page.Next
		require.NotEmpty(t, cursor)
	}
}

func TestAFolderThatIsAwayStopsNoOther(t *testing.T) {
	t.Parallel()
	root, away := library(t), filepath.Join(t.TempDir(), "nothing")
	s, _ := open(t, away, root)
	require.Len(t, fetch(t, s, "潮").Songs, 3)
	requireCollectFails(t, s, away)
	_, err := s.FetchPlaylist(t.Context(), models.PlaylistRef{Platform: Name, RemoteID: "unknown"}, "")
	require.Equal(t, models.ClassTransient, models.ClassOf(err), "it may be in the folder that is away")
	found, err := s.Search(t.Context(), "夜车", 3)
	require.NoError(t, err)
	require.NotEmpty(t, found)
}

func TestAFileThatVanishesIsToldApart(t *testing.T) {
	t.Parallel()
	root := library(t)
	s, _ := open(t, root)
	c, _ := s.CandidateOf(fetch(t, s, "潮").Songs[0])
	streams, err := s.Resolve(t.Context(), c, models.QualityUnknown)
	require.NoError(t, err)
	require.NoError(t, os.Remove(filepath.Join(root, "林阿七/潮/01 夜车.mp3")))
	_, err = s.Open(t.Context(), streams[0], 0, "")
	require.Equal(t, models.ClassUnavailable, models.ClassOf(err))
	require.Equal(t, models.CodeWithdrawn, models.CodeOf(err))
	_, err = s.Open(t.Context(), sources.Stream{URL: "file:///etc/passwd"}, 0, "")
	require.Equal(t, models.CodeBadValue, models.CodeOf(err))
}

func TestBrokenPlaylistFilesStandAlone(t *testing.T) {
	t.Parallel()
	root := library(t)
	writeText(t, root, "lists/broken.xspf", "<html>")
	writeText(t, root, "lists/empty.m3u", "#EXTM3U\n")
	s, _ := open(t, root)
	_, err := s.FetchPlaylist(t.Context(), listed(t, s, "broken").Ref, "")
	require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
	require.Empty(t, fetch(t, s, "empty").Songs)
	require.Len(t, fetch(t, s, "潮").Songs, 3)
}

func TestSearchReadsTagsAndNames(t *testing.T) {
	t.Parallel()
	s, _ := open(t, library(t))
	for query, want := range map[string]string{"夜車 林阿七": "夜车", "tin roof eaves": "Tin Roof", "ＳＩＮＧＬＥ slow gutter": "Single"} {
		found, err := s.Search(t.Context(), query, 3)
		require.NoError(t, err)
		require.NotEmpty(t, found, query)
		require.Equal(t, want, found[0].Title, query)
		require.NotEmpty(t, found[0].Offers)
	}
}

// A folder of this program's own exports reads back as the playlist that it was.
func TestOwnExportsReadBack(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	writeSong(t, root, "qq/热歌/01 - 甲, 乙 - 山路.mp3", audio.Spec{})
	writeSong(t, root, "qq/热歌/02 - 丙 - 夜 - 车.mp3", audio.Spec{})
	writeText(t, root, "qq/热歌/.catalogsync.json", "{}")
	writeText(t, root, "qq/热歌/热歌.m3u8", "#EXTM3U\n#PLAYLIST:热歌: 榜\n#EXTINF:61,甲, 乙 - 山路\n01 - 甲, 乙 - 山路.mp3\n#EXTINF:61,丙 - 夜 - 车\n02 - 丙 - 夜 - 车.mp3\n")
	s, _ := open(t, root)
	list := fetch(t, s, "热歌: 榜")
	require.Equal(t, []string{"山路", "夜 - 车"}, titles(list.Songs))
	require.Equal(t, []string{"甲, 乙"}, list.Songs[0].ArtistNames())
	page, err := s.FetchPage(t.Context(), s.Pools()[0], "")
	require.NoError(t, err)
	require.Len(t, page.Playlists, 1)
}

func TestHostileNames(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	names := []string{"a\nb.mp3", "\x01.mp3", "#EXTINF.mp3", "<script>.mp3", "%2e%2e.mp3", `..\..\x.mp3`, "  spaces  .mp3", strings.Repeat("长", 60) + ".mp3", "\xff\xfe.mp3"}
	for _, n := range names {
		writeSong(t, root, n, audio.Spec{Cells: 1})
	}
	writeText(t, root, "list.m3u", "#PLAYLIST:Hostile\n%2e%2e.mp3\n..\\..\\x.mp3\n"+strings.Repeat("../", 500)+"x.mp3\n/\n.\n..\n")
	s, _ := open(t, root)
	list := fetch(t, s, "Hostile")
	require.Len(t, list.Songs, 6)
	for _, song := range fetch(t, s, filepath.Base(root)).Songs {
		require.NotContains(t, song.Name, "\n")
		require.NotEmpty(t, strings.Trim(song.Name, "\x01"))
		c, ok := s.CandidateOf(song)
		require.True(t, ok)
		streams, err := s.Resolve(t.Context(), c, models.QualityUnknown)
		require.NoError(t, err)
		body, err := s.Open(t.Context(), streams[0], 0, "")
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, body)
		require.NoError(t, err)
		require.NoError(t, body.Close())
	}
}
