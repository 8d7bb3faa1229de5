package catalog

import "math/bits"

// mix scatters the bits of x.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
	x = (x ^ x>>27) * 0x94D049BB133111EB
	return x ^ x>>31
}

// topic separates the random numbers of one work for different uses.
type topic uint64

const (
	topicArtists topic = iota + 1
	topicLength
	topicAlbum
	topicVariants
	topicSpelling
	topicQuality
	topicPresence
	topicTune
	topicPlaylist
	topicOrder
	topicExtras
	topicBlock
	topicPlays
	topicLyrics
)

// random is a number that depends on the seed, a topic and what it is for.
func (c *Catalog) random(t topic, ids ...int) uint64 {
	x := mix(c.seed ^ uint64(t)*0x9E3779B97F4A7C15)
	for _, id := range ids {
		x = mix(x + uint64(id)*0xD1B54A32D192ED03 + 0x632BE59BD9B4E019)
	}
	return x
}

// below is x scaled to 0 … n-1.
func below(x uint64, n int) int {
	hi, _ := bits.Mul64(x, uint64(n))
	return int(hi)
}

// bijection is a reversible shuffle of 0 … n-1.
type bijection struct{ n, factor, offset, inverse int }

// newBijection shuffles n numbers as x says.
func newBijection(n int, x uint64) bijection {
	n = max(n, 1)
	b := bijection{n: n, offset: below(mix(x+1), n), factor: below(mix(x), n)/2 + n/3 + 1}
	for {
		if inverse, ok := invert(b.factor, n); ok {
			b.inverse = inverse
			return b
		}
		b.factor++
	}
}

func (b bijection) of(i int) int {
	return int((int64(i)*int64(b.factor) + int64(b.offset)) % int64(b.n))
}

func (b bijection) reverse(i int) int {
	return int(int64(i-b.offset+b.n) % int64(b.n) * int64(b.inverse) % int64(b.n))
}

// invert finds the number with a·x ≡ 1 modulo n; there is none when they share a factor.
func invert(a, n int) (int, bool) {
	if n == 1 {
		return 0, true
	}
	r0, r1, x0, x1 := n, a%n, 0, 1
	for r1 != 0 {
		q := r0 / r1
		r0, r1 = r1, r0-q*r1
		x0, x1 = x1, x0-q*x1
	}
	return ((x0 % n) + n) % n, r0 == 1
}
