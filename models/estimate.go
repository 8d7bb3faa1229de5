package models

// bitrates are usual rates of songs, bit/s.
var bitrates = map[Quality]int64{
	QualityHiRes: 2_400_000, QualityLossless: 900_000, Quality320: 320_000, Quality192: 192_000, Quality128: 128_000, QualityLow: 64_000,
}

// usualDurationMS is that of a song of unknown duration.
const usualDurationMS = 4 * 60 * 1000

// EstimateBytes is about how large a song's file will be: what the platform says, unless
// that is of a better quality than is asked for, and else duration × quality.
func EstimateBytes(fileSizeBytes, durationMS int64, quality, best Quality) int64 {
	if fileSizeBytes > 0 && quality.Rank() <= best.Rank() {
		return fileSizeBytes
	}
	if durationMS <= 0 {
		durationMS = usualDurationMS
	}
	if quality == QualityUnknown {
		quality = Quality320
	}
	if quality.Rank() > best.Rank() && best != QualityUnknown {
		quality = best
	}
	return durationMS * bitrates[quality] / 8000
}
