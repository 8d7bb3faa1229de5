package storage_test

import (
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"catalogsync/app/storage"
	"catalogsync/models"
)

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"qq/Singer A/song.flac": "qq/Singer A/song.flac",
		"a//b/./c":              "a/b/c",
		"a/":                    "a",
		".":                     storage.Root,
		"Cafe\u0301":            "Caf\u00e9",
		"...":                   "...",
		"a/..b":                 "a/..b",
	} {
		got, err := storage.Clean(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "/", "/a", "..", "a/../b", "a/..", "../..", "a\x00b", "\xff", strings.Repeat("x", 5000)} {
		_, err := storage.Clean(text)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), "%q", text)
		require.Less(t, len(err.Error()), 400)
	}
}

// Whatever comes out is inside the root, and comes out of itself.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"a/b", "../x", "/x", "a/./b", "\u202eflac", "a\\..\\b", ".", "a/…/b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := storage.Clean(text)
		if err != nil {
			return
		}
		if path.IsAbs(p) || p == ".." || strings.HasPrefix(p, "../") || !utf8.ValidString(p) || !norm.NFC.IsNormalString(p) {
			t.Fatalf("%q became %q", text, p)
		}
		if again, err := storage.Clean(p); err != nil || again != p {
			t.Fatalf("%q became %q, %v", p, again, err)
		}
	})
}

func TestJoin(t *testing.T) {
	require.Equal(t, "x/y.mp3", storage.Join("", "x/y.mp3"))
	require.Equal(t, "music/x/y.mp3", storage.Join("music", "x/y.mp3"))
	require.Equal(t, "music/x/y.mp3", storage.Join("/music/", "x/y.mp3"))
}

// Every code of a storage has a sentence that names the storage.
func TestExplain(t *testing.T) {
	for _, code := range []models.Code{
		models.CodeStorageUnreachable, models.CodeStorageTLS, models.CodeStorageAuth, models.CodeStorageDenied, models.CodeStorageReadOnly,
		models.CodeStorageRootMissing, models.CodeStorageRegion, models.CodeStorageClock, models.CodeStorageFull, models.CodeStorageBusy,
		models.CodeStorageOdd, models.CodeNotFound, models.CodeNameTaken, models.CodeChecksumMismatch, models.CodeTimeout, models.CodeInterrupted,
	} {
		err := storage.Explain("main-s3", &storage.Error{Code: code, Op: "put", Path: "x", Answer: "SomeCode: some words"})
		require.Equal(t, code, models.CodeOf(err))
		require.Contains(t, err.Error(), "main-s3")
		require.Equal(t, err, storage.Explain("other", err), "it is explained once")
	}
	require.NoError(t, storage.Explain("main-s3", nil))
}
