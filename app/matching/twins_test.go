package matching

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhichSongsAreTwins(t *testing.T) {
	t.Parallel()
	slowBoat := Song{Platform: "qq", RemoteID: "1", Title: "慢船", Artists: []string{"林阿七"}, Album: "河", DurationMS: 201_000}
	for name, c := range map[string]struct {
		other Song
		twins bool
	}{
		"the same on another platform":  {Song{Title: "慢船", Artists: []string{"林阿七"}, Album: "河", DurationMS: 201_400}, true},
		"written wide and traditional":  {Song{Title: "慢船", Artists: []string{"林阿七 (Aqi Lin)"}, DurationMS: 202_000}, true},
		"on a collection":               {Song{Title: "慢船", Artists: []string{"林阿七"}, Album: "精选集", DurationMS: 201_000}, true},
		"a live version":                {Song{Title: "慢船 (Live)", Artists: []string{"林阿七"}, DurationMS: 201_000}, false},
		"a live album":                  {Song{Title: "慢船", Artists: []string{"林阿七"}, Album: "林阿七演唱会", DurationMS: 201_000}, false},
		"an accompaniment":              {Song{Title: "慢船 (伴奏)", Artists: []string{"林阿七"}, DurationMS: 201_000}, false},
		"another singer":                {Song{Title: "慢船", Artists: []string{"周初八"}, DurationMS: 201_000}, false},
		"with a partner who is another": {Song{Title: "慢船", Artists: []string{"林阿七", "周初八"}, DurationMS: 206_000}, false},
		"three seconds longer":          {Song{Title: "慢船", Artists: []string{"林阿七"}, Album: "河", DurationMS: 204_100}, false},
		"a length that nobody knows":    {Song{Title: "慢船", Artists: []string{"林阿七"}, Album: "河"}, false},
		"no artist":                     {Song{Title: "慢船", Album: "河", DurationMS: 201_000}, false},
		"part two":                      {Song{Title: "慢船 2", Artists: []string{"林阿七"}, DurationMS: 201_000}, false},
		"a translated title":            {Song{Title: "Slow Boat", Artists: []string{"林阿七"}, DurationMS: 201_000}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.other.Platform, c.other.RemoteID = "netease", "1"
			for _, pair := range [][2]Song{{slowBoat, c.other}, {c.other, slowBoat}} {
				s, twins := New().Twins(pair[0], pair[1], false)
				require.Equal(t, c.twins, twins, "%+v", s)
			}
			if c.twins {
				shared := slices.ContainsFunc(TwinKeys(slowBoat.Title, slowBoat.Artists), func(k uint64) bool {
					return slices.Contains(TwinKeys(c.other.Title, c.other.Artists), k)
				})
				require.True(t, shared, "twins that share no block are never found")
			}
		})
	}
}

// The same bytes speak louder than a length that one platform rounds, and never louder
// than another version.
func TestTheSameBytesAreNearlyEnough(t *testing.T) {
	t.Parallel()
	a := Song{Title: "Paper Moon Harbour", Artists: []string{"The Quiet Few"}, DurationMS: 180_000}
	b := Song{Title: "Paper Moon Harbour", Artists: []string{"The Quiet Few"}, DurationMS: 184_000}
	_, twins := New().Twins(a, b, false)
	require.False(t, twins)
	_, twins = New().Twins(a, b, true)
	require.True(t, twins)
	b.Title += " (Live)"
	_, twins = New().Twins(a, b, true)
	require.False(t, twins)
}

func TestSongsOfNobodyHaveNoTwins(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		artists []string
	}{{"慢船", nil}, {"慢船", []string{"群星"}}, {"慢船", []string{"未知歌手", ""}}, {"", []string{"林阿七"}}, {"()", []string{"林阿七"}}} {
		require.Empty(t, TwinKeys(c.name, c.artists), "%v", c)
	}
	many := make([]string, 200)
	for i := range many {
		many[i] = string(rune('A'+i%26)) + string(rune('a'+i/26)) + " Band"
	}
	require.Len(t, TwinKeys("Everybody", many), maxTwinKeys)
}
