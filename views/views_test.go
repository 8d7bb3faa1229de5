package views

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

func newEngine(t testing.TB) *Engine {
	t.Helper()
	texts, err := i18n.Load()
	require.NoError(t, err)
	e, err := New(texts, Options{AssetURL: func(name string) string { return "/static/x/" + name }, RemoteCovers: true})
	require.NoError(t, err) // renders everything with its zero view model
	return e
}

func TestEveryViewRendersEmpty(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	for name, vm := range registry {
		var b strings.Builder
		require.NoError(t, e.Render(&b, name, vm))
		require.NotContains(t, b.String(), "<no value>", name)
	}
}

func TestAViewModelOfAnotherTemplateIsRefused(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	require.Error(t, e.Render(io.Discard, "fragments/jobs/table", Health{}))
	require.Error(t, e.Render(io.Discard, "fragments/none", Health{}))
	require.Error(t, e.Render(io.Discard, "fragments/jobs/table", 3))
}

// Every text key, state and icon that templates and handlers name must exist.
func TestTemplatesNameOnlyTextsThatExist(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	literal := regexp.MustCompile(`\b[tn] "([a-z0-9_.]+)"`)
	names, err := templateNames()
	require.NoError(t, err)
	for _, name := range names {
		b, err := templates.ReadFile(name + extension)
		require.NoError(t, err)
		for _, m := range literal.FindAllStringSubmatch(string(b), -1) {
			for _, lang := range texts.Languages() {
				require.True(t, texts.Printer(lang).Has(m[1]), "%s names the text %s", name, m[1])
			}
		}
	}
}

func TestEnumeratedTextsExist(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	var keys []string
	add := func(prefix string, values ...any) {
		for _, v := range values {
			keys = append(keys, prefix+fmt.Sprint(v))
		}
	}
	for key := range badges {
		kind, state, _ := strings.Cut(key, ".")
		if state == "" {
			state = "none"
		}
		add("state."+kind+".", state)
	}
	for _, s := range models.JobStates {
		add("state.job.", s)
	}
	for _, s := range models.ItemStates {
		add("state.item.", s)
	}
	for _, s := range models.PlaylistStates {
		add("state.playlist.", s)
	}
	for _, k := range models.PoolKinds {
		add("pool.", k)
	}
	for _, s := range models.PlaylistSorts {
		add("sort.", s)
	}
	for _, q := range models.Qualities {
		add("quality.", q)
	}
	for _, k := range models.CommandKinds {
		add("job.action.", k)
		add("toast.command.", k)
	}
	add("job.type.", models.JobCatalogSync, models.JobCollectOnly, models.JobSyncOnly, models.JobSyncDownload, models.JobDownloadOnly,
		models.JobUploadOnly, models.JobDownloadUpload, models.JobScan, models.JobBeatsync, models.JobReconcile, models.JobImport, models.JobParts, models.JobDedupe, models.JobSimilar)
	add("stage.", models.StageCollect, models.StageSync, models.StageDownload, models.StageUpload, models.StageScan, models.StageNotify,
		models.StageAlign, models.StageTrim, models.StageReconcile, models.StageImport, models.StageParts, models.StageDedupe, models.StageSimilar)
	add("overlap.", models.OverlapSkip, models.OverlapQueue)
	for _, s := range models.ScheduleRunStates {
		add("schedule.run.", s)
	}
	for _, line := range NewReportLines(texts.Printer("en"), &models.ScheduleReport{}) {
		keys = append(keys, line.Label)
	}
	add("change.", models.ChangeAdded, models.ChangeRemoved, models.ChangeMoved)
	for _, lang := range texts.Languages() {
		for _, key := range keys {
			require.True(t, texts.Printer(lang).Has(key), "%s: %s", lang, key)
		}
	}
}

func TestIconsExist(t *testing.T) {
	t.Parallel()
	sprite, err := os.ReadFile("../static/img/icons.svg")
	require.NoError(t, err)
	used := map[string]bool{}
	for _, b := range badges {
		used[b.icon] = true
	}
	named := regexp.MustCompile(`icon "([a-z0-9-]+)"`)
	names, err := templateNames()
	require.NoError(t, err)
	for _, name := range names {
		b, err := templates.ReadFile(name + extension)
		require.NoError(t, err)
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			used[m[1]] = true
		}
	}
	for name := range used {
		require.Contains(t, string(sprite), `id="`+name+`"`, "icon %s", name)
	}
}

// The security policy forbids inline scripts, styles and handlers.
func TestTemplatesHaveNothingInline(t *testing.T) {
	t.Parallel()
	inline := regexp.MustCompile(`(?i)\sstyle\s*=|\son[a-z]+\s*=|javascript:|hx-on|<style|<script(?:\s[^>]*)?>[^<]`)
	names, err := templateNames()
	require.NoError(t, err)
	for _, name := range names {
		b, err := templates.ReadFile(name + extension)
		require.NoError(t, err)
		require.NotRegexp(t, inline, string(b), name)
		require.NotContains(t, string(b), "{{define", "%s: one file, one template", name)
	}
}

func TestCoverURLLetsOnlyHTTPSThrough(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://img.example/a.jpg": "https://img.example/a.jpg",
		"http://img.example/a.jpg":  "", "javascript:alert(1)": "", "data:image/png;base64,AA": "", "//img.example/a": "", "https:": "", "": "",
	} {
		require.Equal(t, want, coverURL(raw, true), raw)
		require.Empty(t, coverURL(raw, false), raw)
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ done, total, want int64 }{{0, 0, 0}, {1, 0, 0}, {0, 5, 0}, {199, 200, 99}, {200, 200, 100}, {300, 200, 100}, {-1, 5, 0}, {1 << 62, 1 << 62, 100}} {
		require.EqualValues(t, c.want, percent(c.done, c.total), "%+v", c)
	}
}

func TestCompact(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n      int64
		en, zh string
	}{{0, "0", "0"}, {999, "999", "999"}, {1_000, "1K", "1000"}, {12_345, "12.3K", "1.2万"}, {123_456_789, "123.4M", "1.2亿"}} {
		require.Equal(t, c.en, Compact("en", c.n))
		require.Equal(t, c.zh, Compact("zh", c.n))
	}
}

func TestSpeedIsBlankBeforeItIsKnown(t *testing.T) {
	t.Parallel()
	require.Empty(t, speed(0))
	require.Equal(t, "1.5 MiB/s", speed(1.5*(1<<20)))
}

func TestCoverageSegmentsFillTheBar(t *testing.T) {
	t.Parallel()
	c := NewCoverage([]models.CoverageRow{
		{Platform: "qq", State: models.PlaylistUnsynced, Playlists: 1, Songs: 10},
		{Platform: "qq", State: models.PlaylistDownloaded, Playlists: 2, Songs: 20, Downloaded: 19, Skipped: 1},
		{Platform: "kuwo", State: models.PlaylistPartial, Playlists: 7, Songs: 70, Downloaded: 7},
	})
	require.EqualValues(t, 10, c.Playlists)
	require.EqualValues(t, 100-26-1, c.Missing())
	for _, p := range c.Platforms {
		end := 0
		for _, s := range p.Segments {
			require.Equal(t, end, s.X)
			end += s.Width
		}
		require.Equal(t, 1000, end, p.Platform)
	}
}

func TestPlaylistsURLLeavesDefaultsOut(t *testing.T) {
	t.Parallel()
	require.Equal(t, "/playlists", PlaylistsURL(models.PlaylistFilter{Sort: models.SortPlays, Page: models.Page{Number: 1, Size: DefaultPageSize}}))
	require.Equal(t, "/playlists?platform=qq&keyword=a%26b+%E6%AD%8C&wanted_only=1&page_size=20&sort=name&page=3", PlaylistsURL(models.PlaylistFilter{
		Platform: "qq", Keyword: "a&b 歌", WantedOnly: true, Sort: models.SortName, Page: models.Page{Number: 3, Size: 20},
	}))
}

func TestPager(t *testing.T) {
	t.Parallel()
	url := func(n int) string { return fmt.Sprint("/p/", n) }
	g := NewPager(models.Page{Number: 2, Size: 50}, 120, url)
	require.Equal(t, Pager{Page: 2, Pages: 3, Total: 120, First: 51, Last: 100, PrevURL: "/p/1", NextURL: "/p/3"}, g)
	g = NewPager(models.Page{Number: 9, Size: 50}, 120, url)
	require.Equal(t, "/p/3", g.PrevURL, "a page after the last leads back to the last")
	require.Empty(t, g.NextURL)
}

// Handlers name text keys too.
func TestHandlersNameOnlyTextsThatExist(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	files, err := os.ReadDir("../handlers/web")
	require.NoError(t, err)
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), "../handlers/web/"+f.Name(), nil, 0)
		require.NoError(t, err)
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 2 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			lit, isText := call.Args[1].(*ast.BasicLit)
			if ok && isText && (sel.Sel.Name == "text" || sel.Sel.Name == "count") {
				require.True(t, texts.Printer("en").Has(strings.Trim(lit.Value, `"`)), "%s names %s", f.Name(), lit.Value)
			}
			return true
		})
	}
}

func BenchmarkPlaylistTable(b *testing.B) {
	e := newEngine(b)
	vm := PlaylistTable{Base: Base{Lang: "zh"}}
	for i := range 100 {
		vm.Rows = append(vm.Rows, models.PlaylistRow{Playlist: models.Playlist{ID: int64(i), Name: "深夜的城市电台", Platform: "qq", SyncedAtMS: 1, CollectedSongCount: 40, DownloadedCount: 7}})
	}
	for b.Loop() {
		if err := e.Render(io.Discard, "fragments/playlists/table", vm); err != nil {
			b.Fatal(err)
		}
	}
}

// The runner writes English; a Chinese console must show none of it where it is known.
func TestRunnerTextIsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	zh, en := texts.Printer("zh"), texts.Printer("en")
	for text, want := range map[string]string{
		"the job starts":                         "",
		"the job is completed_with_errors":       "完成（有失败）",
		"the job pauses: the disk is full":       "the disk is full",
		"download is planned":                    "下载",
		"sync starts with 8 workers":             "同步 · 并发 8",
		"download: 10 done, 2 skipped, 1 failed": "下载 · 完成 10，跳过 2，失败 1",
		"pause applied":                          "暂停",
		"pause rejected: pause is not possible while the job is completed": "暂停 · 任务处于“已完成”状态，无法“暂停”",
		"page 3: +20, total 60":                              "第 3 页：+20，累计 60",
		"try 1 of 3 failed":                                  "第 1 / 3 次失败，下次尝试",
		"waits for the download lane":                        "等待下载通道空闲",
		"waits for memory: 10 MiB available, 200 MiB needed": "等待内存：可用 10 MiB，需要 200 MiB",
		"waits for the CPU: 99% busy, 95% allowed":           "等待处理器空闲：占用 99%，上限 95%",
		"netease · lossless":                                 "网易云音乐 · 无损",
		"the source asks to wait (rate_limited)":             zh.T("error.rate_limited"),
		"kuwo":                                               "酷我音乐",
		"Rock · 2024 <b>":                                    "Rock · 2024 <b>",
		"nobody knows this":                                  "nobody knows this",
	} {
		require.Equal(t, want, RunnerText(zh, text), text)
	}
	require.Equal(t, "QQ Music · 320k", RunnerText(en, "qq · 320k"))
	require.Equal(t, "QQ Music · Charts", itemTitle(en, "qq 排行榜"))
	require.Equal(t, "夜车 排行榜", itemTitle(en, "夜车 排行榜"))
}

// The share of the known items falls whenever an earlier stage finds more of them.
func TestJobPercentDoesNotFallWhenAStageFindsItems(t *testing.T) {
	t.Parallel()
	stage := func(name models.StageName, state models.StageState, done, total int64) models.JobStage {
		return models.JobStage{Name: name, State: state, Succeeded: done, Total: total}
	}
	job := func(stages ...models.JobStage) int {
		return JobCard{JobDetail: models.JobDetail{JobRun: models.JobRun{State: models.JobRunning}, Stages: stages}}.Percent()
	}
	syncing := job(stage(models.StageCollect, models.StageCompleted, 6, 6), stage(models.StageSync, models.StageRunning, 29, 30), stage(models.StageDownload, models.StagePending, 0, 0))
	loading := job(stage(models.StageCollect, models.StageCompleted, 6, 6), stage(models.StageSync, models.StageCompleted, 30, 30), stage(models.StageDownload, models.StageRunning, 0, 600))
	require.Positive(t, syncing)
	require.GreaterOrEqual(t, loading, syncing)
	require.Equal(t, 99, job(stage(models.StageDownload, models.StageRunning, 600, 600)), "100 only when the job has ended")
}
