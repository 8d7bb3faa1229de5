package models

// Quality is a label of the one quality vocabulary that songs, candidates, streams
// and file assets share.
type Quality string

const (
	QualityHiRes    Quality = "hires"    // lossless above 16 bit / 48 kHz
	QualityLossless Quality = "lossless" // FLAC, APE, WAV at CD quality
	Quality320      Quality = "320k"     // kbit/s, about
	Quality192      Quality = "192k"
	Quality128      Quality = "128k"
	QualityLow      Quality = "low" // anything below 128k
	QualityUnknown  Quality = ""
)

// Qualities lists the vocabulary, best first.
var Qualities = []Quality{QualityHiRes, QualityLossless, Quality320, Quality192, Quality128, QualityLow}

// Rank orders qualities: higher is better, unknown is 0.
func (q Quality) Rank() int {
	for i, v := range Qualities {
		if v == q {
			return len(Qualities) - i
		}
	}
	return 0
}

// QualityOfBitrate labels a lossy stream of the given bit/s. Platforms announce
// values around the round ones (128001 happens), and VBR lands below its nominal
// rate, hence the generous limits.
func QualityOfBitrate(bitsPerSecond int64) Quality {
	switch {
	case bitsPerSecond <= 0:
		return QualityUnknown
	case bitsPerSecond >= 250_000:
		return Quality320
	case bitsPerSecond >= 160_000:
		return Quality192
	case bitsPerSecond >= 110_000:
		return Quality128
	default:
		return QualityLow
	}
}
