package netease

import (
	"encoding/json"
	"strings"
	"testing"

	"catalogsync/models"
)

// BenchmarkParseSongs reads an answer of 500 songs, as a sync of a big playlist does.
func BenchmarkParseSongs(b *testing.B) {
	var d detailAnswer
	load(b, "detail_9100000002.json", &d)
	var tracks playlistTracks
	if err := json.Unmarshal(d.Playlist, &tracks); err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"code":200,"songs":[` + strings.TrimSuffix(strings.Repeat(string(tracks.Tracks[0])+",", songBatch), ",") + `]}`)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if err := verdict(body); err != nil {
			b.Fatal(err)
		}
		var a songsAnswer
		if err := json.Unmarshal(body, &a); err != nil {
			b.Fatal(err)
		}
		read := &detail{songs: map[number]models.SongSnapshot{}}
		read.add(a.Songs)
	}
	b.ReportMetric(float64(songBatch*b.N)/b.Elapsed().Seconds(), "songs/s")
}
