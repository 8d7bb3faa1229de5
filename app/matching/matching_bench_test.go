package matching

import "testing"

func BenchmarkScore(b *testing.B) {
	m := New()
	for b.Loop() {
		for _, pair := range evaluationSet {
			m.Score(pair.a, asCandidate(pair.b))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(evaluationSet)), "ns/pair")
}
