package audio

import (
	"math"
	"math/bits"
)

// cycles per 4608 samples of each tone; the same list as in generate.go.
var cycles = [tones]float64{27, 31, 34, 41, 46, 55, 61, 69, 82, 92, 109, 138}

const maxPredictorOrder = 4

// encodeFLACTones encodes the subframes of one block of each tone.
func encodeFLACTones() [tones][]byte {
	var out [tones][]byte
	for t := range out {
		var w bitWriter
		for ch := range 2 {
			writeSubframe(&w, synthesise(cycles[t], ch))
		}
		out[t] = w.bytes()
	}
	return out
}

// synthesise makes one channel of a tone, with a little noise as real recordings have:
// without it lossless files would be smaller than lossy ones.
func synthesise(cycles float64, channel int) []int32 {
	samples := make([]int32, flacBlock)
	noise := uint32(channel)*977 + uint32(cycles)
	for i := range samples {
		w := 2 * math.Pi * cycles * float64(i) / flacBlock
		v := 0.22*math.Sin(w) + 0.08*math.Sin(float64(2+channel)*w)
		noise = noise*1664525 + 1013904223
		samples[i] = int32(v*32767) + int32(noise>>26) - 32
	}
	return samples
}

// writeSubframe codes samples with the fixed predictor that leaves least, and one Rice
// partition.
func writeSubframe(w *bitWriter, samples []int32) {
	residual, order := samples, 0
	best, bestOrder := samples, 0
	for sum := absSum(samples); order < maxPredictorOrder; {
		next := make([]int32, len(residual)-1)
		for i := range next {
			next[i] = residual[i+1] - residual[i]
		}
		residual, order = next, order+1
		if s := absSum(residual); s < sum {
			sum, best, bestOrder = s, residual, order
		}
	}
	w.write(uint64(0x08|bestOrder)<<1, 8)
	for _, v := range samples[:bestOrder] {
		w.write(uint64(uint16(v)), flacBitsPerSamp)
	}
	mean := absSum(best) / uint64(len(best))
	k := min(bits.Len64(mean), 14)
	w.write(0, 6) // Rice coding with 4-bit parameters, 2^0 partitions
	w.write(uint64(k), 4)
	for _, v := range best {
		u := uint32(v)<<1 ^ uint32(v>>31)
		w.unary(u >> k)
		w.write(uint64(u)&(1<<k-1), k)
	}
}

func absSum(values []int32) uint64 {
	var sum uint64
	for _, v := range values {
		if v < 0 {
			v = -v
		}
		sum += uint64(v)
	}
	return sum
}

// bitWriter collects bits, most significant first.
type bitWriter struct {
	out  []byte
	acc  uint64
	held int
}

func (w *bitWriter) write(v uint64, n int) {
	w.acc = w.acc<<n | v
	w.held += n
	for w.held >= 8 {
		w.held -= 8
		w.out = append(w.out, byte(w.acc>>w.held))
	}
}

func (w *bitWriter) unary(n uint32) {
	for ; n >= 16; n -= 16 {
		w.write(0, 16)
	}
	w.write(1, int(n)+1)
}

func (w *bitWriter) bytes() []byte {
	if w.held > 0 {
		w.write(0, 8-w.held)
	}
	return w.out
}
