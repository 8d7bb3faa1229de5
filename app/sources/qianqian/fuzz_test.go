package qianqian

import (
	"encoding/json"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/app/sources/sourcetest"
	"catalogsync/app/sources/upstreamtext"
	"catalogsync/models"
)

// dataOf is the data of an answer as the parsers get it.
func dataOf(body []byte) (json.RawMessage, bool) {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return nil, false
	}
	data, err := e.good("fuzz")
	return data, err == nil
}

func FuzzSearch(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		data, ok := dataOf(body)
		if !ok {
			return
		}
		found, err := readSearch(data)
		if err != nil {
			require.Empty(t, found)
			require.Equal(t, models.CodeUpstreamShape, models.CodeOf(err))
			return
		}
		for _, c := range found {
			require.True(t, isID(c.RemoteID))
			require.NotEmpty(t, c.Title)
			require.GreaterOrEqual(t, c.DurationMS, int64(0))
			for _, o := range c.Offers {
				require.True(t, sources.IsClearContainer(o.Ext))
				require.GreaterOrEqual(t, o.SizeBytes, int64(0))
			}
		}
	})
}

func FuzzLink(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		data, ok := dataOf(body)
		if !ok {
			return
		}
		for _, r := range rates {
			stream, _, err := readLink(data, r, sources.Candidate{DurationMS: 197_000})
			if err != nil {
				require.Zero(t, stream)
				require.Contains(t, []models.ErrorClass{models.ClassUnavailable, models.ClassPermanent}, models.ClassOf(err))
				continue
			}
			require.NotEmpty(t, upstreamtext.WebAddress(stream.URL))
			require.True(t, sources.IsClearContainer(stream.Ext))
			require.GreaterOrEqual(t, stream.SizeBytes, int64(0))
		}
	})
}

func FuzzInfo(f *testing.F) {
	sourcetest.Seed(f, "*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		data, ok := dataOf(body)
		if !ok {
			return
		}
		if row, found, err := readInfo(data); err != nil || !found {
			require.Zero(t, row)
		}
	})
}

// FuzzSign checks that a signature does not depend on how a text travels.
func FuzzSign(f *testing.F) {
	f.Add("河边 & wind", "T1")
	f.Fuzz(func(t *testing.T, word, id string) {
		params := url.Values{"word": {word}, "TSID": {id}, "appid": {appID}}
		travelled, err := url.ParseQuery(params.Encode())
		require.NoError(t, err)
		require.Equal(t, sign(params), sign(travelled))
		require.Len(t, sign(params), 32)
		require.Equal(t, withoutPunctuation(word), withoutPunctuation(withoutPunctuation(word)))
	})
}
