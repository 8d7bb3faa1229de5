package download

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

// oldTags are an ID3v1 tag as it stands behind the sound of old files.
func oldTags() []byte {
	tag := make([]byte, 128)
	copy(tag, "TAGold title")
	return tag
}

// withOldTags is a song that has tags on both sides of its sound.
func withOldTags(t *testing.T) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "song.mp3")
	require.NoError(t, os.WriteFile(path, file(t, demoaudio.MP3320, songSeconds, 1), 0o600))
	require.NoError(t, tagging.Write(path, tagging.Tags{Title: "old", Lyrics: long("la ", 4000)}))
	song, err := os.ReadFile(path)
	require.NoError(t, err)
	if bytes.HasPrefix(song[len(song)-128:], []byte("TAG")) {
		song = song[:len(song)-128]
	}
	return append(song, oldTags()...)
}

// A song is written with its tags in front, whatever tags it had, held against the checksum
// of what was served, and gone on with after the end of the process.
func TestTagsAreWrittenBeforeTheSoundComes(t *testing.T) {
	t.Parallel()
	song := withOldTags(t)
	sum := md5.Sum(song)
	for name, c := range map[string]struct {
		md5    string
		broken bool
		code   models.Code
	}{
		"in one go":                     {},
		"the checksum is right":         {md5: hex.EncodeToString(sum[:])},
		"the checksum is wrong":         {md5: long("0", 32), code: models.CodeChecksumMismatch},
		"after a restart":               {broken: true},
		"after a restart, with its sum": {broken: true, md5: hex.EncodeToString(sum[:])},
		"after a restart, a wrong sum":  {broken: true, md5: long("0", 32), code: models.CodeChecksumMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.tags = true
			id := b.song()
			f := serveFile(t, song, nil)
			serve := func() {
				b.fetchFrom(f)
				b.netease.songs["1"] = served{stream: sources.Stream{MD5: c.md5}}
			}
			serve()
			if c.broken {
				f.answer = unfinished
				_, err := b.download(id)
				require.Error(t, err)
				tags, err := tagging.Read(b.asSong(b.onlyPart()), false)
				require.NoError(t, err)
				require.Equal(t, "山路", tags.Title, "the tags are there from the start")
				f.answer = nil
				serve()
			}
			_, err := b.download(id)
			if c.code != "" {
				require.Equal(t, c.code, models.CodeOf(err))
				require.Empty(t, b.files(), "nothing of it stays")
				return
			}
			require.NoError(t, err)
			if c.broken {
				require.Equal(t, fmt.Sprintf("bytes=%d-", dropAfter), f.asked()[len(f.asked())-1])
			}
			b.requireWhole(song)
			got, err := os.ReadFile(b.only())
			require.NoError(t, err)
			require.False(t, bytes.Contains(got, []byte("old title")), "the tags behind the sound are gone")
			require.False(t, bytes.Contains(got, []byte("la la la")), "so are those in front of it")
			var a models.FileAsset
			require.NoError(t, b.db.Read.Take(&a).Error)
			require.EqualValues(t, len(song), a.ServedBytes)
			require.EqualValues(t, len(got), a.FileSizeBytes)
			require.Empty(t, a.ServedSHA256, "the sound was hashed once")

			res, err := b.Replace(t.Context(), id, nil, nil)
			require.NoError(t, err)
			require.True(t, res.Skipped, "the same sound is known although it was served with other tags")
			b.requireWhole(song)
		})
	}
}

// asSong copies a partial file under a name that tells its format.
func (b *bench) asSong(part string) string {
	b.t.Helper()
	whole, err := os.ReadFile(part)
	require.NoError(b.t, err)
	path := filepath.Join(b.t.TempDir(), "part.mp3")
	require.NoError(b.t, os.WriteFile(path, whole, 0o600))
	return path
}

// A part whose tags say something else than the song's tags would today begins anew.
func TestAPartWithOtherTagsIsNotGoneOnWith(t *testing.T) {
	t.Parallel()
	song := file(t, demoaudio.MP3320, songSeconds, 1)
	for name, change := range map[string]func(b *bench, id int64){
		"tags were switched off": func(b *bench, _ int64) { b.tags = false },
		"the song has another album": func(b *bench, id int64) {
			require.NoError(b.t, b.db.Write.Exec(`UPDATE songs SET metadata_json = replace(metadata_json, '河口', '海口') WHERE id = ?`, id).Error)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.tags = true
			id := b.song()
			f := serveFile(t, song, unfinished)
			b.fetchFrom(f)
			_, err := b.download(id)
			require.Error(t, err)
			f.answer = nil
			change(b, id)
			b.fetchFrom(f)
			_, err = b.download(id)
			require.NoError(t, err)
			require.Empty(t, f.asked()[len(f.asked())-1], "all of it is asked for")
			b.requireWhole(song)
		})
	}
}
