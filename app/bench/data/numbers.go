package main

import (
	"fmt"
	"strings"

	"catalogsync/app/matching/textkey"
)

// numbers are the sizes of a database, by the names that the statements call them.
type numbers map[string]int64

// Sizes at the full scale. A song, an artist and a playlist whose numbers are equal modulo
// hundred are of one platform.
const (
	fullPlaylists = 100_000
	fullSongs     = 1_000_000
	fullArtists   = 50_000
	fullJobs      = 500
	jobItems      = 10_000
	fullLogs      = 1_000_000
	words         = 50_000
)

func numbersOf(scale float64, backend int64) numbers {
	hundreds := func(full float64) int64 { return max(1, int64(full*scale/100)) * 100 }
	return numbers{
		"songs": hundreds(fullSongs), "playlists": hundreds(fullPlaylists), "artists": hundreds(fullArtists),
		"jobs": max(5, int64(fullJobs*scale)), "items": jobItems, "logs": hundreds(fullLogs),
		"words": words, "backend": backend, "now": epoch().UnixMilli(), "day": 24 * 60 * 60 * 1000,
	}
}

// in writes the numbers into a statement.
func (n numbers) in(statement string) string {
	var pairs []string
	for name, value := range n {
		pairs = append(pairs, "@"+name, fmt.Sprint(value))
	}
	return strings.NewReplacer(pairs...).Replace(statement)
}

// Every third character of a title is one of a few that most titles have.
const common = "的一是我你爱在不人心天有风夜雨海山路梦光"

// letters are the characters of titles: simplified ones, so that a text is its own key.
func letters() []string {
	var list []string
	often := []rune(common)
	for r := rune(0x4e00); r < 0x5fff; r++ {
		if textkey.Key(string(r)) != string(r) {
			continue
		}
		list = append(list, string(r))
		if len(list)%3 == 2 {
			list = append(list, string(often[len(list)/3%len(often)]))
		}
	}
	return list
}
