package tagging_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/audio"
	"catalogsync/app/tagging"
)

// encode makes a file of a few seconds that has a title already.
func encode(t testing.TB, ext string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed: no files can be made")
	}
	path := filepath.Join(t.TempDir(), "晚风 evening."+ext)
	all := append([]string{"-loglevel", "error", "-f", "lavfi", "-i", "sine=frequency=330:duration=4", "-metadata", "title=old", "-metadata", "comment=gone"}, args...)
	out, err := exec.CommandContext(t.Context(), "ffmpeg", append(all, path)...).CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// soundOf is a checksum of the coded sound alone.
func soundOf(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-loglevel", "error", "-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-").Output()
	require.NoError(t, err)
	return string(out)
}

func cover(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64)), nil))
	return b.Bytes()
}

// formats are the arguments of each; what stands behind the extension tells two apart.
var formats = map[string][]string{
	"mp3": {"-b:a", "192k"}, "flac": nil, "m4a": {"-c:a", "aac"}, "m4a streamed": {"-c:a", "aac", "-movflags", "+faststart"},
	"m4a lossless": {"-c:a", "alac", "-movflags", "+faststart"}, "ogg": {"-c:a", "libvorbis"}, "opus": {"-c:a", "libopus"}, "wav": nil,
}

func TestTagsAreWrittenAndTheSoundStays(t *testing.T) {
	t.Parallel()
	for name, args := range formats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ext, _, _ := strings.Cut(name, " ")
			require.True(t, tagging.Takes(ext))
			path := encode(t, ext, args...)
			sound, before := soundOf(t, path), probe(t, path)
			want := tagging.Tags{
				Title: "晚风 <b>", Artists: []string{"阿木", "Lin & Co"}, Album: "河口", AlbumArtist: "阿木", Year: 2011, Track: 7, Disc: 2,
				Lyrics: "[00:01.00]第一行\n[00:05.20]second", Translation: "[00:01.00]first",
				Platform: "netease", SongID: "8000001", Source: "qq", SourceID: "000SongMid0001", Cover: cover(t),
			}
			require.NoError(t, tagging.Write(path, want))
			got, err := tagging.Read(path, true)
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Equal(t, sound, soundOf(t, path), "the sound is the same, bit by bit")
			after := probe(t, path)
			require.Equal(t, before.Codec, after.Codec)
			require.Equal(t, before.DurationMS, after.DurationMS)
			require.Empty(t, after.Damage)
			requireOtherReadersAgree(t, path)

			requireCopyIsAsGood(t, path, ext, want, sound)

			short := tagging.Tags{Title: "again"}
			require.NoError(t, tagging.Write(path, short))
			got, err = tagging.Read(path, true)
			require.NoError(t, err)
			require.Equal(t, want.Cover, got.Cover, "the picture stays when there is no other")
			got.Cover = nil
			require.Equal(t, "again", got.Title)
			require.Empty(t, got.Lyrics, "what is not told any more goes")
			require.Equal(t, sound, soundOf(t, path))
		})
	}
}

// requireCopyIsAsGood tags a copy with other words, and finds the sound in it unchanged.
func requireCopyIsAsGood(t *testing.T, path, ext string, want tagging.Tags, sound string) {
	t.Helper()
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	copied := filepath.Join(t.TempDir(), "copy."+ext)
	to, err := os.Create(copied)
	require.NoError(t, err)
	defer to.Close()
	want.Title, want.Lyrics = "夜航", strings.Repeat("[00:01.00]很长的一行\n", 4000)+"[00:09.00]end"
	require.NoError(t, tagging.Copy(t.Context(), to, copied, ext, bytes.NewReader(whole), int64(len(whole)), want))
	got, err := tagging.Read(copied, true)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, sound, soundOf(t, copied))
	after := probe(t, copied)
	require.Empty(t, after.Damage)
	require.Equal(t, probe(t, path).DurationMS, after.DurationMS)
	again, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, whole, again, "what is copied stays as it is")
}

func probe(t *testing.T, path string) audio.Info {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	info, err := audio.Probe(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	return info
}

// requireOtherReadersAgree reads the file as players do.
func requireOtherReadersAgree(t *testing.T, path string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", path).Output()
	require.NoError(t, err)
	var a struct {
		Format  struct{ Tags map[string]string }
		Streams []struct{ Tags map[string]string }
	}
	require.NoError(t, json.Unmarshal(out, &a))
	tags := map[string]string{}
	for k, v := range a.Streams[0].Tags { // Ogg has them at the stream
		tags[strings.ToLower(k)] = v
	}
	for k, v := range a.Format.Tags {
		tags[strings.ToLower(k)] = v
	}
	require.Equal(t, "晚风 <b>", tags["title"])
	require.Contains(t, tags["artist"], "阿木")
	require.Equal(t, "河口", tags["album"])
	require.NotContains(t, tags, "comment", "nothing of the tags before is left")
}

func TestHostileTextsAreTamed(t *testing.T) {
	t.Parallel()
	path := encode(t, "mp3")
	hostile := tagging.Tags{Title: "a\x00b\tc\vd\xff", Artists: []string{"", "\x01", strings.Repeat("很", 5000)}, Year: -5, Track: 1 << 30, Lyrics: strings.Repeat("词\n", 200_000)}
	require.NoError(t, tagging.Write(path, hostile))
	got, err := tagging.Read(path, false)
	require.NoError(t, err)
	require.Equal(t, "ab c d", got.Title)
	require.Len(t, got.Artists, 1)
	require.LessOrEqual(t, len(got.Artists[0]), 2048)
	require.Zero(t, got.Year)
	require.Zero(t, got.Track)
	require.LessOrEqual(t, len(got.Lyrics), 256<<10)
}

func TestFilesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "x.mp3")
	require.NoError(t, os.WriteFile(path, []byte("<html>"), 0o600))
	_, err := tagging.Read(filepath.Join(t.TempDir(), "none.flac"), false)
	require.Error(t, err)
	require.False(t, tagging.Takes("ape"))
	require.False(t, tagging.Takes("exe"))
}
