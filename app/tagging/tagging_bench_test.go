package tagging_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/tagging"
)

// BenchmarkCopy is what tags and a cover of 200 KiB cost a song of four minutes beside a
// plain copy.
func BenchmarkCopy(b *testing.B) {
	tags := tagging.Tags{Title: "晚风", Artists: []string{"阿木"}, Album: "河口", Lyrics: "[00:01.00]第一行", Cover: append([]byte("\xff\xd8\xff\xe0"), make([]byte, 200<<10)...)}
	for _, ext := range []string{"mp3", "flac", "m4a", "ogg"} {
		args := map[string][]string{"mp3": {"-b:a", "320k"}, "m4a": {"-c:a", "aac", "-b:a", "256k", "-movflags", "+faststart"}, "ogg": {"-c:a", "libvorbis"}}[ext]
		whole, err := os.ReadFile(encode(b, ext, append([]string{"-af", "aloop=loop=60:size=176400"}, args...)...))
		require.NoError(b, err)
		b.Run(ext+"/plain", func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "song."+ext)
			b.SetBytes(int64(len(whole)))
			for b.Loop() {
				require.NoError(b, os.WriteFile(path, whole, 0o600))
			}
		})
		b.Run(ext+"/tagged", func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "song."+ext)
			b.SetBytes(int64(len(whole)))
			for b.Loop() {
				to, err := os.Create(path)
				require.NoError(b, err)
				require.NoError(b, tagging.Copy(b.Context(), to, path, ext, bytes.NewReader(whole), int64(len(whole)), tags))
				require.NoError(b, to.Close())
			}
		})
	}
}
