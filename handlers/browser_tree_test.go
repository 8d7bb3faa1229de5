package handlers_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
	"catalogsync/app/revision"
	"catalogsync/handlers/web"
	"catalogsync/models"
)

// crowd is a job of 200 playlists with 500 songs each.
type crowd struct{ *fakeConsole }

func (c crowd) ListJobPlaylists(_ context.Context, _ int64, p models.Page) ([]models.JobPlaylistRow, int64, error) {
	c.queries.Add(1)
	var rows []models.JobPlaylistRow
	for i := p.Offset(); i < min(200, p.Offset()+p.Size); i++ {
		list := models.Playlist{ID: int64(i + 1), Platform: "qq", Name: fmt.Sprint("List ", i+1), CollectedSongCount: 500, DownloadedCount: c.queries.Load() % 500}
		rows = append(rows, models.JobPlaylistRow{Playlist: list, Position: i})
	}
	return rows, 200, nil
}

func (c crowd) ListJobPlaylistSongs(_ context.Context, _, list int64, p models.Page) ([]models.JobSongRow, int64, error) {
	c.queries.Add(1)
	var rows []models.JobSongRow
	for i := p.Offset(); i < min(500, p.Offset()+p.Size); i++ {
		id := list*1000 + int64(i)
		row := models.JobSongRow{SongID: id, Position: i, Name: fmt.Sprint("Song ", id), Singers: "somebody", ItemID: id, ItemState: models.ItemPending}
		if i%10 == 0 {
			row.ItemState, row.ProgressDone, row.ProgressTotal = models.ItemRunning, c.queries.Load()%100, 100
		}
		rows = append(rows, row)
	}
	return rows, 500, nil
}

// opened is how many playlists the test opens, 50 songs each.
const opened = 12

// A page of the Task Center on which much is open stays light, keeps its place, and
// asks for what can be seen.
func TestBrowserTaskCenterIsSmoothAtAHundredThousandSongs(t *testing.T) {
	b := apptest.Browser(t, "en")
	f := newFake()
	url, d := serve(t, f, func(d *web.Deps) { d.LocalAssets, d.Jobs = true, crowd{f} })
	b.Open(url + "/dashboard")
	b.WaitFor(`document.querySelector("#tree-tasks[data-htmx-powered]")`)
	apptest.Eval[bool](b, `(() => { performance.setResourceTimingBufferSize(100000); window.long = []; new PerformanceObserver(l => long.push(...l.getEntries().map(e => e.duration))).observe({type: "longtask"}); return true })()`)
	b.Click("#task-12-node > summary")
	b.WaitFor(`document.querySelectorAll("#task-12-children .node").length === 25`)
	rows := `document.querySelectorAll("#tree-tasks .song, #tree-tasks .node-item").length`
	most := 0
	for i := 1; i <= opened; i++ {
		apptest.Eval[bool](b, fmt.Sprintf(`(() => { const n = document.getElementById("task-12-p-%d-node"); n.open = true; n.scrollIntoView({behavior: "instant"}); return true })()`, i))
		b.WaitFor(fmt.Sprintf(`document.querySelectorAll("#task-12-p-%d-children .song").length === 50`, i))
		most = max(most, apptest.Eval[int](b, rows))
	}

	// At the last one, while everything changes all the time.
	end := fmt.Sprintf(`document.getElementById("task-12-p-%d-node")`, opened)
	top := apptest.Eval[float64](b, end+`.getBoundingClientRect().top`)
	for range 4 {
		asked := `performance.getEntriesByType("resource").filter(e => /tree.12$/.test(new URL(e.name).pathname)).length`
		n := apptest.Eval[int](b, asked)
		d.Revision.Bump(revision.Jobs, revision.Songs, revision.Progress, revision.Playlists)
		b.WaitFor(fmt.Sprintf("%s > %d", asked, n))
		most = max(most, apptest.Eval[int](b, rows))
	}
	require.InDelta(t, top, apptest.Eval[float64](b, end+`.getBoundingClientRect().top`), 2, "the page moved")
	require.LessOrEqual(t, most, 200)
	apptest.Eval[bool](b, `(document.getElementById("task-12-node").scrollIntoView({behavior: "instant"}), true)`)
	b.WaitFor(`document.querySelectorAll("#task-12-p-1-children .song").length === 50`)
	require.Equal(t, opened, apptest.Eval[int](b, `document.querySelectorAll("#task-12-children .node[open]").length`), "all are still open")
	long := apptest.Eval[[]float64](b, `window.long`)
	t.Logf("rows in the page %d at most; %d long tasks: %.0f ms", most, len(long), long)
	for _, ms := range long {
		require.Less(t, ms, 1000.0, "no task holds the page that long, even on a busy machine")
	}
}
