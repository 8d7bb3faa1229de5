package download

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	demoaudio "catalogsync/app/demo/audio"
	"catalogsync/app/sources"
	"catalogsync/models"
)

func TestSongOfItsOwnPlatformIsFiledWithoutAnySearch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	body := file(t, demoaudio.MP3320, songSeconds, 1)
	sum5 := md5.Sum(body)
	b.netease.songs["1"] = served{body: body, stream: sources.Stream{SizeBytes: int64(len(body)), MD5: hex.EncodeToString(sum5[:])}}
	var lastDone, lastTotal int64
	res, err := b.Download(t.Context(), id, nil, func(done, total int64, _ string) { lastDone, lastTotal = done, total })
	require.NoError(t, err)
	require.Equal(t, Result{Source: "netease", Bytes: int64(len(body)), Quality: models.Quality320, Ext: "mp3"}, res)
	require.Equal(t, []int64{int64(len(body)), int64(len(body))}, []int64{lastDone, lastTotal})
	require.Zero(t, b.qq.searches.Load()+b.netease.searches.Load())

	require.Equal(t, []string{"netease/阿木/阿木, Lin - 山路.mp3"}, b.files())
	onDisk, err := os.ReadFile(filepath.Join(b.dir, b.files()[0]))
	require.NoError(t, err)
	require.Equal(t, body, onDisk)
	var asset models.FileAsset
	require.NoError(t, b.db.Read.Take(&asset, "song_id = ?", id).Error)
	sum := sha256.Sum256(body)
	require.Equal(t, hex.EncodeToString(sum[:]), asset.SHA256)
	require.Equal(t, crc32.ChecksumIEEE(body), asset.CRC32)
	require.InDelta(t, songSeconds*1000, asset.DurationMS, 300)
	var location models.FileLocation
	require.NoError(t, b.db.Read.Take(&location, "song_id = ?", id).Error)
	info, err := os.Stat(filepath.Join(b.dir, location.Locator))
	require.NoError(t, err)
	require.True(t, location.IsPrimary)
	require.Equal(t, info.ModTime().UnixMilli(), location.ModTimeMS)
	require.True(t, b.row(id).Downloaded)
	require.Equal(t, [2]int64{1, 0}, b.counters())
	require.Equal(t, models.TaskSucceeded, b.task(id).State)
	b.requireSound()

	again, err := b.download(id)
	require.NoError(t, err)
	require.True(t, again.Skipped)
	require.Equal(t, "netease", again.Source)
	require.EqualValues(t, 1, b.netease.opens.Load(), "what is there is not fetched again")
}

// bad bodies, each with what it costs the candidate.
func TestBadBodiesNeverBecomeSongs(t *testing.T) {
	t.Parallel()
	good := file(t, demoaudio.MP3320, songSeconds, 1)
	damaged := append([]byte(nil), good...)
	for i := len(good) / 2; i < len(good)/2+4096; i++ {
		damaged[i] ^= 0x5a
	}
	m4a := append([]byte("\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00"), good...)
	cases := map[string]struct {
		served
		class models.ErrorClass
		code  models.Code
	}{
		"connection breaks":     {served{body: good, cut: len(good) / 2}, models.ClassTransient, models.CodeNetwork},
		"ends early":            {served{body: good[:len(good)/2], length: int64(len(good))}, models.ClassTransient, models.CodeLengthMismatch},
		"half of it as all":     {served{body: good[:len(good)/2], stream: sources.Stream{SizeBytes: int64(len(good))}}, models.ClassTransient, models.CodeLengthMismatch},
		"html":                  {served{body: []byte("<!DOCTYPE html><html>安全验证</html>")}, models.ClassTransient, models.CodeNotAudio},
		"html as big as a song": {served{body: append([]byte("<html>"), good...)}, models.ClassTransient, models.CodeNotAudio},
		"json":                  {served{body: []byte(`{"code":-460,"msg":"Cheating"}`)}, models.ClassTransient, models.CodeNotAudio},
		"nothing":               {served{}, models.ClassTransient, models.CodeUpstreamEmpty},
		"wrong checksum":        {served{body: good, stream: sources.Stream{MD5: "00112233445566778899aabbccddeeff"}}, models.ClassTransient, models.CodeChecksumMismatch},
		"damaged inside":        {served{body: damaged}, models.ClassTransient, models.CodeLengthMismatch},
		"a damaged container":   {served{body: m4a}, models.ClassTransient, models.CodeNotAudio},
		"protected":             {served{body: []byte("CTENFDAM\x01\x00\x00\x00")}, models.ClassUnavailable, models.CodeProtected},
		"another format":        {served{body: []byte("wvpk\x96\x0f\x00\x00\x34\x00\x00\x00")}, models.ClassUnavailable, models.CodeNotAudio},
		"preview":               {served{body: file(t, demoaudio.MP3128, 6, 1)}, models.ClassUnavailable, models.CodePreviewOnly},
		"announced preview":     {served{body: good, stream: sources.Stream{DurationMS: 6000}}, models.ClassUnavailable, models.CodePreviewOnly},
		"longer recording":      {served{body: file(t, demoaudio.MP3128, 31, 1)}, models.ClassUnavailable, models.CodeDurationMismatch},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			id := b.song()
			b.netease.songs["1"] = c.served
			res, err := b.download(id)
			require.Empty(t, b.files())
			require.False(t, b.row(id).Downloaded)
			if c.class == models.ClassUnavailable {
				require.NoError(t, err)
				require.True(t, res.Skipped)
				require.Equal(t, c.code, res.Code)
				require.Equal(t, models.AvailabilityUnavailable, b.row(id).Availability)
				require.Equal(t, c.code, b.row(id).AvailabilityCode)
				require.Equal(t, [2]int64{0, 1}, b.counters())
			} else {
				require.Equal(t, c.class, models.ClassOf(err))
				require.Equal(t, c.code, models.CodeOf(err))
				require.Equal(t, models.AvailabilityOpen, b.row(id).Availability)
				require.Equal(t, models.TaskFailed, b.task(id).State)
			}
			b.requireSound()

			// Whatever the first source did, the second delivers.
			b.qq.songs["q"] = served{body: good}
			b.qq.found = []sources.Candidate{candidate("q", "山路")}
			res, err = b.download(id)
			require.NoError(t, err)
			require.Equal(t, "qq", res.Source)
			require.Equal(t, []string{"qq/阿木/阿木, Lin - 山路.mp3"}, b.files())
			require.Equal(t, models.AvailabilityOpen, b.row(id).Availability)
			require.Equal(t, [2]int64{1, 0}, b.counters())
			var record Record
			require.NoError(t, json.Unmarshal([]byte(b.task(id).DecisionJSON), &record))
			require.Len(t, record.Tries, 2)
			require.Equal(t, c.code, record.Tries[0].Code)
			require.Empty(t, record.Tries[1].Code)
			require.Len(t, record.Ranked, 2)
			b.requireSound()
		})
	}
}

func TestReasonsOfAllSourcesAreKept(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{refused: unavailable(models.CodePaid)}
	b.qq.found = []sources.Candidate{
		{Source: "qq", RemoteID: "x", Title: "山路", Artists: []string{"阿木", "Lin"}, DurationMS: songSeconds * 1000, Refused: true, RefusedCode: models.CodeWithdrawn, RefusedReason: "no longer served"},
		{Source: "qq", RemoteID: "y", Title: "河口", Artists: []string{"别人"}, DurationMS: 1000},
	}
	res, err := b.download(id)
	require.NoError(t, err)
	require.Equal(t, Result{Skipped: true, Code: models.CodePaid, Reason: "netease: not for you; qq: no longer served"}, res)
	require.Equal(t, res.Reason, b.row(id).AvailabilityReason)
	require.Equal(t, []string{"山路 阿木"}, b.qq.queries)
	require.Zero(t, b.qq.opens.Load())

	before := b.task(id)
	again, err := b.download(id)
	require.NoError(t, err)
	require.Equal(t, res, again)
	after := b.task(id)
	require.Equal(t, before.Misses+1, after.Misses)
	require.Greater(t, after.NextTryMS, before.NextTryMS, "a song that nobody has rests longer each time")
	before.UpdatedAtMS, before.Misses, before.NextTryMS = after.UpdatedAtMS, after.Misses, after.NextTryMS
	require.Equal(t, before, after, "the same happenings leave the same record")
}

func TestNoMatchIsSkipped(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	res, err := b.download(id)
	require.NoError(t, err)
	require.Equal(t, models.CodeNoMatch, res.Code)
	require.EqualValues(t, 1, b.netease.searches.Load(), "a song that its platform cannot name is searched there too")
}

func TestOneFailingSourceStopsNoOther(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.searchErr = models.NewError(models.ClassRateLimited, models.CodeRateLimited, "slower please")
	b.qq.songs["q"] = served{body: file(t, demoaudio.FLAC, songSeconds, 1), stream: sources.Stream{Ext: "flac", Quality: models.QualityLossless}}
	b.qq.found = []sources.Candidate{candidate("q", "山路")}
	res, err := b.download(id)
	require.NoError(t, err)
	require.Equal(t, "qq", res.Source)
	require.Equal(t, models.QualityLossless, res.Quality)
}

// A song stays open as long as one source may still have it, and the error that costs no
// attempt is the one that is returned.
func TestHopeOutweighsRefusals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{refused: transient()}
	b.qq.searchErr = models.NewError(models.ClassRiskControl, models.CodeRiskControl, "prove that you are human")
	_, err := b.download(id)
	require.Equal(t, models.ClassRiskControl, models.ClassOf(err))
	b.qq.searchErr = nil
	_, err = b.download(id)
	require.Equal(t, models.ClassTransient, models.ClassOf(err))
	require.Equal(t, models.AvailabilityOpen, b.row(id).Availability)
	b.netease.songs["1"] = served{refused: unavailable(models.CodePaid)}
	res, err := b.download(id)
	require.NoError(t, err)
	require.True(t, res.Skipped)
}

func TestBetterQualityIsLookedForWhenTheOwnPlatformServesLittle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3128, songSeconds, 1), stream: sources.Stream{Quality: models.Quality128}}
	b.qq.songs["q"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1), stream: sources.Stream{Quality: models.Quality320}}
	c := candidate("q", "山路")
	c.Offers = []sources.Offer{{Quality: models.Quality320, Ext: "mp3"}}
	b.qq.found = []sources.Candidate{c}
	res, err := b.download(id)
	require.NoError(t, err)
	require.Equal(t, "qq", res.Source)
	require.Equal(t, models.Quality320, res.Quality)
}

func TestFileIsStoredAsWhatItIs(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3192, songSeconds, 1), stream: sources.Stream{Ext: "flac", Quality: models.QualityLossless}}
	res, err := b.download(id)
	require.NoError(t, err)
	require.Equal(t, models.Quality192, res.Quality)
	require.Equal(t, []string{"netease/阿木/阿木, Lin - 山路.mp3"}, b.files())
	var asset models.FileAsset
	require.NoError(t, b.db.Read.Take(&asset, "song_id = ?", id).Error)
	require.Equal(t, models.QualityLossless, asset.ClaimedQuality)
	require.Equal(t, models.Quality192, asset.Quality)
}

func TestNonMusicIsSkippedWithItsNote(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	marked := snapshot("2", "第一集")
	marked.QQToplistFallback = true
	ids := b.songs(snapshot("qqtop_1", "有声书"), marked)
	for _, id := range ids {
		res, err := b.download(id)
		require.NoError(t, err)
		require.Equal(t, Result{Skipped: true, Code: models.CodeNotMusic, Reason: models.NonMusicNote}, res)
		require.Equal(t, models.AvailabilityNotMusic, b.row(id).Availability)
	}
	require.Equal(t, [2]int64{0, 2}, b.counters())
	require.Zero(t, b.qq.searches.Load())
}

func TestUnknownSourceAndSongAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	_, err := b.Download(t.Context(), id, []string{"nosuch"}, nil)
	require.Equal(t, models.CodeUnknownSource, models.CodeOf(err))
	_, err = b.download(4711)
	require.Equal(t, models.CodeNotFound, models.CodeOf(err))
}

func TestCancelLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	body := file(t, demoaudio.MP3320, songSeconds, 1)
	b.netease.songs["1"] = served{body: body[:len(body)/2], length: int64(len(body)), hang: true}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := b.Download(ctx, id, nil, func(done, _ int64, _ string) {
		if done == int64(len(body)/2) {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, b.files())
	entries, err := os.ReadDir(b.dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	b.requireSound()
}

func TestOneSongIsNeverFetchedTwiceAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	b.netease.songs["1"] = served{body: file(t, demoaudio.MP3320, songSeconds, 1)}
	b.netease.opened = make(chan struct{})
	results := make(chan Result, 2)
	for range 2 {
		go func() {
			res, err := b.download(id)
			if err == nil {
				results <- res
			}
		}()
	}
	<-b.netease.opened // a second Open would block for ever
	first, second := <-results, <-results
	require.NotEqual(t, first.Skipped, second.Skipped)
	require.EqualValues(t, 1, b.netease.opens.Load())
}

func TestEndlessUpstreamTextsAreBounded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	id := b.song()
	c := candidate("q", long("山路", 1_000_000))
	c.Artists = make([]string, 100_000)
	b.qq.found = []sources.Candidate{c, candidate("r", "山路")}
	b.qq.songs["r"] = served{refused: models.NewError(models.ClassUnavailable, models.CodePaid, "%s", long("不", 100_000))}
	_, err := b.download(id)
	require.NoError(t, err)
	require.Less(t, len(b.task(id).DecisionJSON), 8<<10)
	require.Less(t, len(b.row(id).AvailabilityReason), 400)
}
