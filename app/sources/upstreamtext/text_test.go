package upstreamtext

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestText(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Text{`"a\u0026b"`: "a&b", `12`: "12", `-3.5`: "-3.5", `null`: "", `""`: ""} {
		var got Text
		require.NoError(t, json.Unmarshal([]byte(raw), &got), raw)
		require.Equal(t, want, got, raw)
	}
	for _, raw := range []string{`[]`, `{}`, `true`} {
		var got Text
		require.Error(t, json.Unmarshal([]byte(raw), &got), raw)
	}
}

func TestLengths(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[Number]int64{0: 0, 214: 214_000, -1: 0, 1 << 60: 0} {
		require.Equal(t, want, Milliseconds(seconds), "%d", seconds)
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"//a.example/1.mp3": "https://a.example/1.mp3", " http://a.example/1 ": "http://a.example/1", "https://a.example": "https://a.example",
		"": "", "/data/1.webp": "", "ftp://a.example/1": "", "https://": "", "https://user:secret@a.example/1": "", "http://a\x7f/": "", "javascript:alert(1)": "",
	} {
		require.Equal(t, want, WebAddress(address), address)
	}
	require.Equal(t, "https://a.example/1", SecureAddress("http://a.example/1"))
	require.Empty(t, SecureAddress("x"))
	for address, want := range map[string]string{
		"https://a.example/x/1.MP3?k=a.flac": "mp3", "https://a.example/1": "", "https://a.example/a.b/1": "", ":": "",
	} {
		require.Equal(t, want, FileExt(address), address)
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for lrc, want := range map[string]string{
		"\uFEFF[ti:x]\r\n[00:01.00]一\r\n[00:02.00]two\x00\n": "[ti:x]\n[00:01.00]一\n[00:02.00]two",
		"[ti:x]\n[ar:y]\n[00:01.00]\n":                       "",
		"[00:00.00]纯音乐，请欣赏":                                  "",
		"[00:01.00]她说\n[00:02.00]纯音乐":                        "[00:01.00]她说\n[00:02.00]纯音乐",
		"no tags at all":                                     "no tags at all",
		"[00:01][":                                           "[00:01][",
		" \n":                                                "",
	} {
		require.Equal(t, want, Words(lrc), "%q", lrc)
	}
}
