package tagging_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/tagging"
)

// What is written in front of the sound is read back by the library that writes the other
// files, by ffmpeg, and holds nothing of the tags before.
func TestAFrontIsAsGoodAsTagsWrittenLater(t *testing.T) {
	t.Parallel()
	for _, ext := range []string{"mp3", "flac"} {
		for name, tags := range map[string]tagging.Tags{
			"all": {
				Title: "晚风 <b>", Artists: []string{"阿木", "Lin & Co"}, Album: "河口", AlbumArtist: "阿木", Year: 2011, Track: 7, Disc: 2,
				Lyrics: strings.Repeat("[00:01.00]很长的一行\n", 4000) + "[00:05.20]second", Translation: "[00:01.00]first",
				Platform: "netease", SongID: "8000001", Source: "qq", SourceID: "000SongMid0001", Cover: append(cover(t), make([]byte, 200<<10)...),
			},
			"few": {Title: "x", Platform: "qq", SongID: "1", Source: "qq", SourceID: "1"},
		} {
			t.Run(ext+" "+name, func(t *testing.T) {
				t.Parallel()
				path := encode(t, ext, formats[ext]...)
				whole, err := os.ReadFile(path)
				require.NoError(t, err)
				f, ok := tagging.NewFront(whole[:min(len(whole), 64<<10)], tags)
				require.True(t, ok)
				require.Equal(t, ext, f.Ext)
				tagged := append(bytes.Clone(f.Head), whole[f.Skip:]...)
				require.True(t, tagging.SameSound(ext, bytes.NewReader(whole), int64(len(whole)), bytes.NewReader(tagged), int64(len(tagged))))
				require.NotContains(t, string(f.Head), "gone", "nothing of the tags before is left")
				made := filepath.Join(t.TempDir(), "song."+ext)
				require.NoError(t, os.WriteFile(made, tagged, 0o600))
				got, err := tagging.Read(made, true)
				require.NoError(t, err)
				require.Equal(t, tags, got)
				require.Equal(t, soundOf(t, path), soundOf(t, made))
				require.Equal(t, probe(t, path).DurationMS, probe(t, made).DurationMS)
				require.Empty(t, probe(t, made).Damage)
				if name == "all" {
					requireOtherReadersAgree(t, made)
				}

				again, ok := tagging.NewFront(tagged[:min(len(tagged), 400<<10)], tagging.Tags{Title: "again"})
				require.Equal(t, ext == "flac" || len(tags.Cover) == 0, ok, "an ID3 tag with pictures is left to the library")
				if ok {
					require.NoError(t, os.WriteFile(made, append(bytes.Clone(again.Head), tagged[again.Skip:]...), 0o600))
					got, err = tagging.Read(made, true)
					require.NoError(t, err)
					require.Equal(t, tagging.Tags{Title: "again", Cover: tags.Cover}, got, "the picture stays, the rest goes")
				}
			})
		}
	}
}

// Only what is known for sure by its beginning gets a front.
func TestOtherFilesGetNoFront(t *testing.T) {
	t.Parallel()
	tags := tagging.Tags{Title: "x"}
	sound := bytes.Repeat([]byte{0xff, 0xfb, 0x90, 0x00}, 4096)
	_, ok := tagging.NewFront(sound, tags)
	require.True(t, ok)
	for name, beginning := range map[string][]byte{
		"nothing":                   nil,
		"a few bytes":               sound[:100],
		"a page":                    bytes.Repeat([]byte("<html>"), 4096),
		"ADTS":                      bytes.Repeat([]byte{0xff, 0xf1, 0x50, 0x80}, 4096),
		"Ogg behind a tag":          append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00OggS"), sound...),
		"a tag that goes on":        append([]byte("ID3\x04\x00\x00\x7f\x7f\x7f\x7f"), sound...),
		"FLAC whose blocks go on":   append([]byte("fLaC\x00\xff\xff\xff"), sound...),
		"FLAC without a last block": append([]byte("fLaC"), make([]byte, 8192)...),
	} {
		_, ok := tagging.NewFront(beginning, tags)
		require.False(t, ok, name)
	}
}
