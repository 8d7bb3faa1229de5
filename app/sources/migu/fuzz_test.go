package migu

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

func FuzzSearch(f *testing.F) {
	sourcetest.Seed(f, "search*.json")
	f.Add([]byte(`[{"copyrightId":"6","songName":"x","duration":1e300,"audioFormats":[{"formatType":"PQ","asize":-1}]}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = refusedCall(200, nil, body)
		var rows []json.RawMessage
		if json.Unmarshal(body, &rows) != nil {
			return
		}
		found, err := readSearch(rows)
		if err != nil {
			require.Empty(t, found)
			require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
			return
		}
		require.Equal(t, len(rows) == 0, len(found) == 0, "nothing is found in an empty list alone")
		for _, c := range found {
			require.True(t, isID(c.RemoteID))
			require.NotEmpty(t, c.Title)
			require.GreaterOrEqual(t, c.DurationMS, int64(0))
			for _, o := range c.Offers {
				require.GreaterOrEqual(t, o.SizeBytes, int64(0))
			}
		}
	})
}

func FuzzGrant(f *testing.F) {
	sourcetest.Seed(f, "listen*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var e envelope
		if json.Unmarshal(body, &e) != nil {
			return
		}
		for _, tone := range tones {
			stream, err := readGrant(e, tone)
			if err != nil {
				require.Zero(t, stream)
				require.Contains(t, []models.ErrorClass{models.ClassUnavailable, models.ClassPermanent}, models.ClassOf(err))
				continue
			}
			require.NotEmpty(t, upstreamtext.WebAddress(stream.URL))
			require.NotContains(t, stream.URL, "+")
			require.True(t, sources.IsClearContainer(stream.Ext))
			require.Equal(t, tone.quality, stream.Quality)
		}
	})
}

func FuzzDetail(f *testing.F) {
	sourcetest.Seed(f, "detail*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var e envelope
		if json.Unmarshal(body, &e) != nil {
			return
		}
		if d, err := readDetail(e); err == nil {
			require.True(t, isID(string(d.ContentID)))
		}
	})
}
