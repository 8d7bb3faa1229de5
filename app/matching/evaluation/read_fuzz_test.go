package evaluation

import (
	"bytes"
	"testing"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"song":{"title":"海风","artists":["阿木"],"duration_ms":1},"candidate":{"artists":"阿木"},"same":true}`))
	f.Add([]byte(`{"song":{"artists":[{"name":1}],"duration_ms":"NaN"},"same":false}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		pairs, err := Read(bytes.NewReader(data))
		if err != nil && pairs != nil {
			t.Error("pairs beside an error")
		}
		for _, p := range pairs {
			if p.Song.DurationMS < 0 || p.Candidate.DurationMS < 0 {
				t.Errorf("negative duration in line %d", p.Line)
			}
		}
	})
}
