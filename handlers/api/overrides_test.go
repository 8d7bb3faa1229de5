package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/download"
	"catalogsync/app/download/correction"
	"catalogsync/app/matching"
	"catalogsync/app/matching/replay"
	"catalogsync/app/sources"
	"catalogsync/app/store"
	"catalogsync/handlers/api"
	"catalogsync/models"
)

// withCorrections lets the server take corrections and replay decisions.
func withCorrections(d *api.Deps) {
	st := d.Jobs.(*store.Store)
	d.Corrections = correction.New(st, enqueuer{d.Runner.(*runner)}, d.Providers)
	d.Replays = replay.New(st, func() matching.Rules { return matching.Rules{Settings: matching.DefaultSettings()} })
}

// decidedSong is a song that kuwo delivered; qq's candidate is seven seconds longer.
func decidedSong(t *testing.T, s *server) models.Song {
	t.Helper()
	song := models.Song{Platform: "netease", RemoteSongID: "1", Name: "海风", Singers: "林阿七", DurationMS: 222_000, Downloaded: true}
	s.insert(&song)
	candidate := func(source, id string, longer int64) sources.Candidate {
		return sources.Candidate{Source: source, RemoteID: id, Title: "海风", Artists: []string{"林阿七"}, DurationMS: 222_000 + longer*1000, Keys: map[string]string{"mid": id}}
	}
	record := download.Record{
		Decision: matching.New().Rank(matching.Song{Platform: "netease", RemoteID: "1", Title: "海风", Artists: []string{"林阿七"}, DurationMS: 222_000},
			[]sources.Candidate{candidate("kuwo", "k", 0), candidate("qq", "q", 7), candidate("qq", "far", 47)}, []string{"kuwo", "qq"}, models.QualityLossless),
		Tries: []download.Try{{Source: "kuwo", RemoteID: "k", Quality: models.Quality320}},
	}
	text, err := json.Marshal(record)
	require.NoError(t, err)
	s.insert(&models.DownloadTask{SongID: song.ID, State: models.TaskSucceeded, ChosenSource: "kuwo", ChosenSongID: "k", DecisionJSON: string(text), UpdatedAtMS: 1})
	return song
}

func TestDecisionTellsCandidatesPartsAndReasons(t *testing.T) {
	t.Parallel()
	s := newServer(t, withCorrections)
	decidedSong(t, s)
	var d struct {
		Candidates []struct {
			Source, Verdict string
			RemoteID        string `json:"remote_id"`
			Score           struct {
				Total           float64
				Title, Duration float64
				Album           *float64
			}
			Reason struct{ Code, Text string }
		}
		Settings matching.Settings
		Sources  []string
	}
	a := s.do(http.MethodGet, "/api/songs/1/decision", "")
	require.Equal(t, http.StatusOK, a.StatusCode)
	require.NoError(t, json.Unmarshal(a.body, &d))
	require.Len(t, d.Candidates, 3)
	require.Equal(t, "chosen", d.Candidates[0].Verdict)
	require.Equal(t, "kuwo", d.Candidates[0].Source)
	require.Equal(t, "usable", d.Candidates[1].Verdict)
	require.InDelta(t, 0.6, d.Candidates[1].Score.Duration, 1e-9)
	require.Nil(t, d.Candidates[1].Score.Album, "unknown is not zero")
	require.Equal(t, "47 s longer", d.Candidates[2].Reason.Text)
	require.InDelta(t, 0.78, d.Settings.Threshold, 1e-9)
	require.Equal(t, []string{"kuwo", "qq"}, d.Sources)
	require.NotContains(t, string(a.body), "mid", "what resolving needs is nobody's business")
	require.Equal(t, http.StatusNotFound, s.do(http.MethodGet, "/api/songs/99/decision", "").StatusCode)
}

func TestOverridesAreSaidListedAndTakenBack(t *testing.T) {
	t.Parallel()
	s := newServer(t, withCorrections)
	decidedSong(t, s)
	say := func(body string) answer { return s.do(http.MethodPost, "/api/songs/1/overrides", body) }
	list := func() string { return string(s.do(http.MethodGet, "/api/songs/1/overrides", "").body) }

	a := say(`{"kind":"pick","source":"qq","remote_id":"far","note":"the long one"}`)
	require.Equal(t, http.StatusCreated, a.StatusCode, string(a.body))
	require.Contains(t, list(), "the long one")

	require.Equal(t, http.StatusCreated, say(`{"kind":"pick","source":"qq","remote_id":"q"}`).StatusCode)
	require.Equal(t, 1, strings.Count(list(), `"pick"`), "a song has one pick")
	require.Equal(t, http.StatusCreated, say(`{"kind":"absent","source":"qq"}`).StatusCode)
	require.NotContains(t, list(), `"pick"`, "what is not there cannot be picked")
	require.Equal(t, http.StatusCreated, say(`{"kind":"forbid","source":"kuwo","remote_id":"k"}`).StatusCode)

	var items struct{ Items []struct{ ID int64 } }
	require.NoError(t, json.Unmarshal([]byte(list()), &items))
	require.Len(t, items.Items, 2)
	for _, o := range items.Items {
		path := "/api/songs/1/overrides/" + jsonNumber(o.ID)
		require.Equal(t, http.StatusNoContent, s.do(http.MethodDelete, path, "").StatusCode)
		require.Equal(t, http.StatusNotFound, s.do(http.MethodDelete, path, "").StatusCode)
	}
	require.JSONEq(t, `{"items":[]}`, list())
}

func jsonNumber(n int64) string {
	text, _ := json.Marshal(n)
	return string(text)
}

func TestBadOverridesNameTheField(t *testing.T) {
	t.Parallel()
	s := newServer(t, withCorrections)
	decidedSong(t, s)
	for body, field := range map[string]string{
		`{"kind":"like","source":"qq","remote_id":"q"}`:                                             "kind",
		`{"kind":"forbid","source":"nowhere","remote_id":"q"}`:                                      "source",
		`{"kind":"forbid","source":"qq"}`:                                                           "remote_id",
		`{"kind":"absent","source":"qq","remote_id":"q"}`:                                           "remote_id",
		`{"kind":"pick","source":"qq","remote_id":"never seen"}`:                                    "remote_id",
		`{"kind":"forbid","source":"qq","remote_id":"q","note":"` + strings.Repeat("长", 301) + `"}`: "note",
		`{"kind":"forbid","source":"qq","remote_id":"q","force":true}`:                              "force",
	} {
		a := s.do(http.MethodPost, "/api/songs/1/overrides", body)
		require.Equal(t, http.StatusBadRequest, a.StatusCode, body)
		var p struct{ Field string }
		require.NoError(t, json.Unmarshal(a.body, &p))
		require.Equal(t, field, p.Field, body)
	}
}

func TestASongIsDownloadedAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t, withCorrections)
	decidedSong(t, s)
	a := s.do(http.MethodPost, "/api/songs/1/download", "{}")
	require.Equal(t, http.StatusAccepted, a.StatusCode, string(a.body))
	var run struct {
		Title string
		Scope models.JobScope
	}
	require.NoError(t, json.Unmarshal(a.body, &run))
	require.Equal(t, "海风 – 林阿七", run.Title)
	require.Equal(t, models.JobScope{SongIDs: []int64{1}, Replace: true}, run.Scope)
}

func TestReplayTellsWhatWouldDiffer(t *testing.T) {
	t.Parallel()
	s := newServer(t, withCorrections)
	decidedSong(t, s)
	var r struct {
		Decisions, Differ int
		Differences       []struct{ After struct{ Source string } }
	}
	a := s.do(http.MethodPost, "/api/matching/replay", `{"threshold":0.9,"weights":{"title":35,"artists":30,"duration":25,"album":10}}`)
	require.Equal(t, http.StatusOK, a.StatusCode, string(a.body))
	require.NoError(t, json.Unmarshal(a.body, &r))
	require.Equal(t, 1, r.Decisions)
	require.Zero(t, r.Differ, "the surely same one stays")
	a = s.do(http.MethodPost, "/api/matching/replay", `{"download_sources":["qq","kuwo"]}`)
	require.Equal(t, http.StatusOK, a.StatusCode, string(a.body))
	for _, bad := range []string{`{"threshold":0.1}`, `{"threshold":"high"}`, `{"weights":{"title":-1}}`, `{"quality_ceiling":"best"}`, `{"weight":1}`} {
		require.Equal(t, http.StatusBadRequest, s.do(http.MethodPost, "/api/matching/replay", bad).StatusCode, bad)
	}
	require.Contains(t, string(s.do(http.MethodGet, "/api/matching", "").body), `"threshold":0.78`)
}
