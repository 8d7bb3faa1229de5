package matching

import "testing"

func BenchmarkScore(b *testing.B) {
	m := New()
	live := offered("qq", "live")
	live.Title, live.Artists = "海風（電視劇《遠山》主題曲）(Live)", []string{"林阿七 (Aqi Lin)/周末"}
	latin := offered("qq", "latin")
	latin.Title, latin.Artists = "Harbour Bell (feat. Ada Finch) - Remastered 2011", []string{"The Tall Pines"}
	for b.Loop() {
		m.Score(wanted, live)
		m.Score(wanted, latin)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*2), "ns/pair")
}
