package audio

// minHole is how many zeros in a row no coding of sound makes: such a place was set aside
// and never written. Disks and downloaders leave holes of at least this size.
const minHole = 4 << 10

// hasHole looks for minHole zeros in a row, aligned to a quarter of that, in coded sound.
func hasHole(w *window, off, end int64) bool {
	const step = minHole / 4
	row := 0
	for ; off+step <= end; off += step {
		if !allZero(w, off, step) {
			row = 0
			continue
		}
		if row++; row*step >= minHole-step {
			return true
		}
	}
	return false
}
