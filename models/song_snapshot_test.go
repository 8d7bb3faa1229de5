package models

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMergeAddsAndNeverTakesAway(t *testing.T) {
	t.Parallel()
	full := SongSnapshot{Platform: "qq", RemoteID: "1", Name: "夜车", Artists: []ArtistRef{{RemoteID: "9", Name: "阿木"}}, Album: "潮",
		DurationMS: 222_000, Keys: map[string]string{"mid": "m"}, Raw: RawJSON(`{"from":"detail"}`)}
	for _, c := range []struct {
		name  string
		newer SongSnapshot
		want  func(*SongSnapshot)
	}{
		{"nothing new leaves the raw answer alone", SongSnapshot{RemoteID: "1", Name: "夜车", Artists: []ArtistRef{{Name: "阿木"}}, Raw: RawJSON(`{"from":"chart"}`)}, func(*SongSnapshot) {}},
		{"a new name brings its raw answer", SongSnapshot{Name: "夜车 2", Raw: RawJSON(`{"from":"chart"}`)}, func(s *SongSnapshot) {
			s.Name, s.Raw = "夜车 2", RawJSON(`{"from":"chart"}`)
		}},
		{"a further key joins the others", SongSnapshot{Keys: map[string]string{"media": "x"}}, func(s *SongSnapshot) {
			s.Keys = map[string]string{"mid": "m", "media": "x"}
		}},
		{"another artist replaces the list", SongSnapshot{Artists: []ArtistRef{{Name: "周末"}, {Name: "阿木"}}}, func(s *SongSnapshot) {
			s.Artists = []ArtistRef{{Name: "周末"}, {RemoteID: "9", Name: "阿木"}}
		}},
		{"an id alone tells nothing", SongSnapshot{RemoteID: "1", Undescribed: true}, func(*SongSnapshot) {}},
		{"a mark that it is no music", SongSnapshot{NotMusic: true}, func(s *SongSnapshot) { s.NotMusic = true }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := full
			c.want(&want)
			require.Equal(t, want, full.Merge(c.newer))
			require.Equal(t, map[string]string{"mid": "m"}, full.Keys, "the older snapshot is not touched")
			require.Equal(t, full, SongSnapshot{}.Merge(full))
			require.Equal(t, full, SongSnapshot{Platform: "qq", RemoteID: "1", Undescribed: true}.Merge(full))
		})
	}
}

func TestNonMusic(t *testing.T) {
	t.Parallel()
	for _, s := range []SongSnapshot{{RemoteID: "qqtop_62_1"}, {QQToplistFallback: true}, {NotMusic: true}} {
		require.True(t, s.NonMusic())
	}
	require.False(t, (&SongSnapshot{RemoteID: "62"}).NonMusic())
}
