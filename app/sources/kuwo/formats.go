package kuwo

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"catalogsync/models"
)

// announced is one file that a row announces. The list promises nothing about streams.
type announced struct {
	quality   models.Quality
	ext       string
	sizeBytes int64 // rounded by the platform, 0 = not told
}

// served is what the stream endpoint gives to a web caller.
var served = announced{quality: models.Quality128, ext: "mp3"}

// clearBitrates label the bitrates of MINFO; those from 20000 on are encrypted containers.
var clearBitrates = map[string]models.Quality{
	"4000": models.QualityHiRes, "2000": models.QualityLossless, "1000": models.QualityLossless,
	"320": models.Quality320, "192": models.Quality192, "128": models.Quality128, "48": models.QualityLow, "24": models.QualityLow,
}

// clearFormats are the formats of MINFO that are no encrypted containers.
var clearFormats = []string{"flac", "ape", "mp3", "aac"}

// formatTokens label the tokens of the field formats.
var formatTokens = map[string]announced{
	"HIRFLAC": {quality: models.QualityHiRes, ext: "flac"},
	"ALFLAC":  {quality: models.QualityLossless, ext: "flac"},
	"AL":      {quality: models.QualityLossless, ext: "ape"},
	"MP3H":    {quality: models.Quality320, ext: "mp3"},
	"MP3192":  {quality: models.Quality192, ext: "mp3"},
	"MP3128":  {quality: models.Quality128, ext: "mp3"},
	"AAC48":   {quality: models.QualityLow, ext: "aac"},
	"AAC24":   {quality: models.QualityLow, ext: "aac"},
}

// announcedFiles reads MINFO ("level:p,bitrate:320,format:mp3,size:8.17Mb;…") and formats
// ("MP3128|MP3H|ALFLAC"), best first.
func announcedFiles(minfo, formats string) []announced {
	var files []announced
	add := func(f announced) {
		known := slices.ContainsFunc(files, func(o announced) bool { return o.quality == f.quality && o.ext == f.ext })
		if !known {
			files = append(files, f)
		}
	}
	for entry := range strings.SplitSeq(minfo, ";") {
		if f, ok := minfoFile(entry); ok {
			add(f)
		}
	}
	for token := range strings.SplitSeq(formats, "|") {
		if f, ok := formatTokens[token]; ok {
			add(f)
		}
	}
	slices.SortStableFunc(files, func(a, b announced) int { return cmp.Compare(b.quality.Rank(), a.quality.Rank()) })
	return files
}

func minfoFile(entry string) (announced, bool) {
	fields := map[string]string{}
	for field := range strings.SplitSeq(entry, ",") {
		name, value, _ := strings.Cut(field, ":")
		fields[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	quality, known := clearBitrates[fields["bitrate"]]
	if !known || !slices.Contains(clearFormats, fields["format"]) {
		return announced{}, false
	}
	return announced{quality: quality, ext: fields["format"], sizeBytes: sizeOf(fields["size"])}, true
}

// sizeOf reads "8.17Mb" or "512Kb"; 0 when it cannot.
func sizeOf(s string) int64 {
	unit := 1.0
	lower := strings.ToLower(s)
	switch {
	case strings.HasSuffix(lower, "mb"):
		unit = 1 << 20
	case strings.HasSuffix(lower, "kb"):
		unit = 1 << 10
	}
	n, err := strconv.ParseFloat(strings.TrimRight(lower, "mkb "), 64)
	const largest = 4 << 30
	if err != nil || !(n > 0 && n*unit < largest) {
		return 0
	}
	return int64(n * unit)
}

// servedFile is the announced file that streams deliver.
func servedFile(files []announced) (announced, bool) {
	for _, f := range files {
		if f.quality == served.quality && f.ext == served.ext {
			return f, true
		}
	}
	return announced{}, false
}
