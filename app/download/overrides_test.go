package download

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// say keeps a word of the operator about the song "1".
func (b *bench) say(kind models.OverrideKind, source, id string, c *sources.Candidate) {
	b.t.Helper()
	o := models.MatchOverride{Platform: "netease", RemoteSongID: "1", Kind: kind, Source: source, CandidateID: id, Actor: "web"}
	if c != nil {
		text, err := json.Marshal(c)
		require.NoError(b.t, err)
		o.CandidateJSON = string(text)
	}
	require.NoError(b.t, b.store.SaveOverride(b.t.Context(), &o))
}

// offered makes qq find and serve a candidate whose file has a tune of its own.
func (b *bench) offered(id string, tune uint64) sources.Candidate {
	b.t.Helper()
	c := sources.Candidate{Source: "qq", RemoteID: id, Title: "山路", Artists: []string{"阿木", "Lin"}, DurationMS: songSeconds * 1000}
	b.qq.found = append(b.qq.found, c)
	b.qq.songs[id] = served{stream: sources.Stream{Quality: models.Quality320, Ext: "mp3"}, body: file(b.t, demoaudio.MP3320, songSeconds, tune)}
	return c
}

func (b *bench) record(songID int64) Record {
	b.t.Helper()
	var rec Record
	require.NoError(b.t, json.Unmarshal([]byte(b.task(songID).DecisionJSON), &rec))
	return rec
}

func TestTheOperatorsWordIsAskedFirst(t *testing.T) {
	t.Parallel()
	t.Run("a forbidden candidate gives way to the next", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		id := b.song()
		b.netease.songs["1"] = served{refused: unavailable(models.CodePaid)}
		b.offered("wrong", 1)
		b.offered("right", 2)
		b.say(models.OverrideForbid, "qq", "wrong", nil)
		_, err := b.download(id)
		require.NoError(t, err)
		require.Equal(t, "right", b.task(id).ChosenSongID)
		require.Equal(t, matching.ReasonForbidden, b.record(id).Lost[0].Reason.Code)
	})
	t.Run("a source that does not have it is not asked", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		id := b.song()
		b.netease.songs["1"] = served{refused: unavailable(models.CodePaid)}
		b.offered("x", 1)
		b.say(models.OverrideAbsent, "qq", "", nil)
		res, err := b.download(id)
		require.NoError(t, err)
		require.True(t, res.Skipped)
		require.Empty(t, b.qq.queries)
	})
	t.Run("the song's own platform can be said not to have it", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		id := b.song()
		b.offered("x", 1)
		b.say(models.OverrideAbsent, "netease", "", nil)
		_, err := b.download(id)
		require.NoError(t, err)
		require.Equal(t, "qq", b.task(id).ChosenSource)
		require.Zero(t, b.netease.opens.Load())
	})
	t.Run("a picked candidate is taken whatever its score, and alone", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		id := b.song()
		c := b.offered("live", 3)
		c.Title, c.DurationMS = "别的 (Live)", 30_000
		b.qq.songs["live"] = served{stream: sources.Stream{Quality: models.Quality320, Ext: "mp3"}, body: file(t, demoaudio.MP3320, 30, 3)}
		b.say(models.OverridePick, "qq", "live", &c)
		_, err := b.download(id)
		require.NoError(t, err)
		require.Equal(t, "live", b.task(id).ChosenSongID)
		require.Empty(t, b.qq.queries, "nobody is searched")
		require.Zero(t, b.netease.opens.Load())
	})
	t.Run("a pick that is refused brings no other file", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		id := b.song()
		c := b.offered("x", 1)
		b.qq.songs["x"] = served{refused: unavailable(models.CodePaid)}
		b.say(models.OverridePick, "qq", "x", &c)
		res, err := b.download(id)
		require.NoError(t, err)
		require.True(t, res.Skipped)
		require.Equal(t, models.CodePaid, res.Code)
		require.Empty(t, b.files())
	})
}

func (b *bench) replace(songID int64) (Result, error) {
	return b.Replace(b.t.Context(), songID, []string{"netease", "qq"}, nil)
}

func TestAFileIsReplacedOnlyByAWholeOne(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{refused: unavailable(models.CodePaid)}
	first := b.offered("first", 1)
	b.say(models.OverridePick, "qq", "first", &first)
	_, err := b.download(id)
	require.NoError(t, err)
	old := b.files()
	require.Len(t, old, 1)
	was, err := os.ReadFile(filepath.Join(b.dir, old[0]))
	require.NoError(t, err)

	second := b.offered("second", 2)
	whole := b.qq.songs["second"]
	broken := whole
	broken.cut = 1000
	b.qq.songs["second"] = broken
	b.say(models.OverridePick, "qq", "second", &second)
	_, err = b.replace(id)
	require.Error(t, err)
	is, err := os.ReadFile(filepath.Join(b.dir, old[0]))
	require.NoError(t, err)
	require.Equal(t, was, is, "a broken body leaves the file")
	require.True(t, b.row(id).Downloaded)
	require.Equal(t, models.TaskSucceeded, b.task(id).State)
	require.NotEmpty(t, b.task(id).LastError)

	b.qq.songs["second"] = served{refused: unavailable(models.CodeWithdrawn)}
	res, err := b.replace(id)
	require.NoError(t, err)
	require.True(t, res.Skipped)
	require.Contains(t, res.Reason, "the file stays as it was")
	require.Empty(t, b.row(id).Availability, "the song is still here")

	b.qq.songs["second"] = whole
	_, err = b.replace(id)
	require.NoError(t, err)
	files := b.files()
	require.Len(t, files, 1)
	is, err = os.ReadFile(filepath.Join(b.dir, files[0]))
	require.NoError(t, err)
	require.Equal(t, whole.body, is)
	require.Equal(t, "second", b.task(id).ChosenSongID)
	b.requireSound()

	res, err = b.replace(id)
	require.NoError(t, err)
	require.True(t, res.Skipped, "the very same file replaces nothing")
	require.Equal(t, files, b.files())
	rec := b.record(id)
	require.Len(t, rec.Candidates(), 2, "the others stay to choose from")
	b.requireSound()
}

func TestAFileOfAnotherKindTakesThePlaceOfTheOld(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{refused: unavailable(models.CodePaid)}
	first := b.offered("first", 1)
	b.say(models.OverridePick, "qq", "first", &first)
	_, err := b.download(id)
	require.NoError(t, err)
	old := b.files()
	second := b.offered("second", 2)
	b.qq.songs["second"] = served{stream: sources.Stream{Quality: models.QualityLossless, Ext: "flac"}, body: file(t, demoaudio.FLAC, songSeconds, 2)}
	b.say(models.OverridePick, "qq", "second", &second)
	_, err = b.replace(id)
	require.NoError(t, err)
	require.Len(t, b.files(), 1)
	require.NotEqual(t, old, b.files(), "another name")
	b.requireSound()
}

// What stood beside a file goes with it, unless somebody else wrote it.
func TestWhatStoodBesideAReplacedFileGoes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	settings := PartSettings{WordsFile: true, InfoFile: true}
	sings := &singer{fakeSource: b.netease, words: someWords}
	b.useParts(settings, b.store, sings, b.qq)
	id := b.song()
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	_, err := b.download(id)
	require.NoError(t, err)
	require.Len(t, b.files(), 3)
	folder := filepath.Join(b.dir, "netease", "阿木")
	words := filepath.Join(folder, "阿木, Lin - 山路.lrc")
	text, err := os.ReadFile(words)
	require.NoError(t, err)

	b.netease.songs["1"] = served{body: file(t, demoaudio.FLAC, songSeconds, 2), stream: sources.Stream{Quality: models.QualityLossless, Ext: "flac"}}
	_, err = b.replace(id)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"netease/阿木/阿木, Lin - 山路.flac", "netease/阿木/阿木, Lin - 山路.lrc", "netease/阿木/阿木, Lin - 山路.nfo"}, b.files(),
		"they belong to the new file as well")

	c := b.offered("other", 3)
	b.say(models.OverridePick, "qq", "other", &c)
	_, err = b.replace(id)
	require.NoError(t, err)
	for _, left := range b.files() {
		require.True(t, strings.HasPrefix(left, "qq/"), left)
	}
	require.NoDirExists(t, folder)

	require.NoError(t, os.MkdirAll(folder, 0o755))
	mine := strings.ReplaceAll(string(text), wordsMark, "")
	require.NoError(t, os.WriteFile(filepath.Join(b.dir, "qq", "阿木", "阿木, Lin - 山路.lrc"), []byte(mine), 0o600))
	b.offered("third", 4)
	c.RemoteID = "third"
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 5)}
	own := c
	own.Source, own.RemoteID = "netease", "1"
	b.say(models.OverridePick, "netease", "1", &own)
	_, err = b.replace(id)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(b.dir, "qq", "阿木", "阿木, Lin - 山路.lrc"), "what somebody else wrote stays")
}

func TestARecordStaysBounded(t *testing.T) {
	t.Parallel()
	var rec Record
	for range 40 {
		c := sources.Candidate{Source: "qq", RemoteID: "x", Title: long("长", 130), Album: long("长", 130), Artists: []string{long("人", 130), long("人", 130)}, CoverURL: long("u", 400)}
		rec.Ranked = append(rec.Ranked, matching.Ranked{Candidate: c})
		for range 3 {
			rec.Lost = append(rec.Lost, matching.Loser{Candidate: c})
		}
	}
	text, err := rec.encode()
	require.NoError(t, err)
	require.LessOrEqual(t, len(text), maxRecordBytes)
	require.Len(t, rec.Lost, 120, "the record itself is left alone")
	var back Record
	require.NoError(t, json.Unmarshal([]byte(text), &back))
	require.Len(t, back.Ranked, 40, "losers go first")
}
