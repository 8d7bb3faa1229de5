package archive

import (
	"path"
	"regexp"
	"strconv"
	"strings"

	"catalogsync/models"
)

// losslessFormats label the formats whose quality their name tells.
var losslessFormats = map[string]models.Quality{
	"24bit Flac": models.QualityHiRes, "Flac": models.QualityLossless,
	"Apple Lossless Audio": models.QualityLossless, "WAVE": models.QualityLossless,
}

// playable are the endings of the files that are offered, in the order in which files of
// one quality are preferred. Shorten, AIFF and packed albums are not among them: the
// library does not hold such files.
var playable = []string{"flac", "m4a", "wav", "mp3", "ogg", "opus", "aac"}

// described are the endings of files that are sound but are not offered. An original of
// this kind still tells the title of what was derived from it.
var described = []string{"shn", "aif", "aiff", "ape", "wma", "wv"}

// namedRate matches "128Kbps MP3" and "64Kbps M3U"-like names.
var namedRate = regexp.MustCompile(`^(\d{2,3})Kbps `)

// vbrDefault is about what the Archive's own variable MP3 have when no rate is told.
const vbrDefault = 190_000

// qualityOf labels a file of the given format name, ending, bit/s as told (0 = not told),
// bytes and seconds (0 = not told).
func qualityOf(format, ext string, bitrate, size int64, secs float64) models.Quality {
	if q, ok := losslessFormats[format]; ok {
		return q
	}
	if ext == "flac" || ext == "wav" {
		return models.QualityLossless
	}
	if m := namedRate.FindStringSubmatch(format); m != nil {
		n, _ := strconv.ParseInt(m[1], 10, 64) // two or three digits
		return models.QualityOfBitrate(n * 1000)
	}
	switch {
	case bitrate > 0:
		return models.QualityOfBitrate(bitrate)
	case size > 0 && secs > 0:
		return models.QualityOfBitrate(int64(float64(size) * 8 / secs))
	case format == "VBR MP3":
		return models.QualityOfBitrate(vbrDefault)
	}
	return models.Quality128
}

func extOf(name string) string { return strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")) }

// aside says that a file stands beside the songs: clips of what is not served, pictures of
// the sound, thumbnails.
func aside(name, format string) bool {
	lower := strings.ToLower(name)
	stem := strings.TrimSuffix(lower, path.Ext(lower))
	return strings.Contains(format, "Sample") || strings.HasSuffix(stem, "_sample") ||
		strings.HasPrefix(lower, ".") || strings.Contains(lower, "/.")
}
