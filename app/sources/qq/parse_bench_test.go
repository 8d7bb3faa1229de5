package qq

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
)

// BenchmarkPlaylist reads a playlist of 1000 songs, from the answer's bytes to the snapshot.
func BenchmarkPlaylist(b *testing.B) {
	var answer struct {
		CDList []struct {
			SongList []json.RawMessage `json:"songlist"`
		} `json:"cdlist"`
	}
	require.NoError(b, json.Unmarshal(fixture(b, "cdinfo_page2.json"), &answer))
	row := string(answer.CDList[0].SongList[0])
	body := []byte(`{"code":0,"cdlist":[{"disstid":"7900000001","dissname":"x","total_song_num":1000,"songlist":[` +
		strings.TrimSuffix(strings.Repeat(row+",", 1000), ",") + `]}]}`)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		var raw json.RawMessage
		require.NoError(b, json.Unmarshal(body, &raw))
		root, err := answerRoot(cdinfo, raw)
		require.NoError(b, err)
		l, err := readCDInfo(root, 7900000001)
		require.NoError(b, err)
		var snap sources.Snapshot
		fill(&snap, 7900000001, l.rows)
		require.Len(b, snap.Songs, 1000)
	}
}
