package qq

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	toplistModule = "music.musicToplist.Toplist"
	toplistDetail = "GetDetail"
	toplistPage   = "https://y.qq.com/n/ryqq/toplist/"
	// toplistSize: sources differ on whether more than 100 rows may be asked for.
	toplistSize = 100
	// spokenChart (有声榜) lists audiobooks and spoken shows.
	spokenChart = 75
	// entryPrefix begins the ids of chart entries that are no songs: qqtop_<chart>_<rank>.
	entryPrefix = "qqtop_"
)

// chartPage is one page of a chart.
type chartPage struct {
	chart gjson.Result   // the chart object
	ranks []gjson.Result // simple rows: rank, songId, title; no mid
	infos []gjson.Result // standard songs
}

// rows is the number of entries on the page.
func (p chartPage) rows() int { return max(len(p.ranks), len(p.infos)) }

// begins says that the page begins as another one does, which no later page may.
func (p chartPage) begins(as chartPage) bool {
	if len(p.ranks) > 0 && len(as.ranks) > 0 {
		return p.ranks[0].Raw == as.ranks[0].Raw
	}
	return len(p.infos) > 0 && len(as.infos) > 0 && p.infos[0].Raw == as.infos[0].Raw
}

// stale says that the answer belongs to another period than it should: ranks without songs.
func (p chartPage) stale() bool {
	if len(p.infos) > 0 {
		return false
	}
	for _, r := range p.ranks {
		if r.Get("songId").Int() > 0 {
			return true
		}
	}
	return false
}

func (s *Source) fetchToplist(ctx context.Context, ref models.PlaylistRef, knownVersion string) (sources.Snapshot, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(ref.RemoteID, toplistPrefix), 10, 64)
	if err != nil || id <= 0 {
		return sources.Snapshot{}, models.Invalid("playlist", models.CodeBadValue, "%q is no QQ chart id", ref.RemoteID)
	}
	first, err := s.chartPage(ctx, id, 0)
	if err != nil {
		return sources.Snapshot{}, err
	}
	total := int(max(first.chart.Get("totalNum").Int(), 0))
	snap := sources.Snapshot{Summary: chartSummary(first.chart, id), ClaimedSongs: max(total, first.rows())}
	period := first.chart.Get("period").String()
	if snap.Version = chartVersion(first, period, total); period != "" && snap.Version == knownVersion {
		snap.Unchanged = true
		return snap, nil
	}
	fillChart(&snap, id, first, 0)
	for offset := first.rows(); offset < total; {
		page, err := s.chartPage(ctx, id, offset)
		if err != nil {
			return sources.Snapshot{}, fmt.Errorf("fetch chart %d from %d on: %w", id, offset, err)
		}
		if page.rows() == 0 || offset >= maxPages*toplistSize {
			break
		}
		if page.begins(first) {
			return sources.Snapshot{}, shapeError(toplistDetail, page.chart.Raw, "the first page comes again in place of a later one")
		}
		fillChart(&snap, id, page, offset)
		offset += page.rows()
	}
	if period == "" {
		snap.Version = version(snap.Summary.UpdatedAtMS, snapshotIDs(snap.Songs))
		if snap.Version == knownVersion {
			snap.Songs, snap.Unreadable, snap.Unchanged = nil, 0, true
		}
	}
	return snap, nil
}

// chartVersion changes with the chart's period and with its head; a period never changes
// its entries once it is out.
func chartVersion(p chartPage, period string, total int) string {
	ids := []string{period, p.chart.Get("updateTime").String()}
	for _, r := range p.ranks {
		ids = append(ids, r.Get("songId").String())
	}
	for _, i := range p.infos {
		ids = append(ids, i.Get("mid").String())
	}
	return fmt.Sprintf("%s-%d-%s", period, total, digest(ids))
}

func snapshotIDs(songs []models.SongSnapshot) []string {
	ids := make([]string, 0, len(songs))
	for i := range songs {
		ids = append(ids, songs[i].RemoteID)
	}
	return ids
}

// chartPage gets one page of the current period. A stale period is told by ranks without
// songs; the answer names the right one, which is asked for once.
func (s *Source) chartPage(ctx context.Context, id int64, offset int) (chartPage, error) {
	page, err := s.chartPeriod(ctx, id, offset, "")
	if err != nil || !page.stale() {
		return page, err
	}
	if period := page.chart.Get("period").String(); period != "" {
		if page, err = s.chartPeriod(ctx, id, offset, period); err != nil || !page.stale() {
			return page, err
		}
	}
	if id == spokenChart {
		return page, nil // its entries have no songs to tell
	}
	return chartPage{}, shapeError(toplistDetail, page.chart.Raw, "the chart's ranks come without songs")
}

func (s *Source) chartPeriod(ctx context.Context, id int64, offset int, period string) (chartPage, error) {
	param := map[string]any{"topId": id, "offset": offset, "num": toplistSize, "withTags": true}
	if period != "" {
		param["period"] = period
	}
	data, err := s.musicu(ctx, call{
		key: "detail", module: toplistModule, method: toplistDetail, comm: webComm(), param: param,
	})
	if err != nil {
		return chartPage{}, err
	}
	return readChart(data, id)
}

// readChart reads one page of a chart.
func readChart(data gjson.Result, id int64) (chartPage, error) {
	p := chartPage{chart: data.Get("data")}
	if !p.chart.IsObject() {
		return chartPage{}, shapeError(toplistDetail, data.Raw, "the chart is missing")
	}
	told, ok := integer(p.chart.Get("topId"))
	ranks, infos := p.chart.Get("song"), data.Get("songInfoList")
	switch {
	case ok && told == 0 && p.chart.Get("title").String() == "" && len(ranks.Array()) == 0:
		return chartPage{}, gone(toplistDetail)
	case !ok || told != id:
		return chartPage{}, shapeError(toplistDetail, data.Raw, "the answer is about another chart")
	case !listOrNull(ranks) || !listOrNull(infos) || !ranks.Exists() && !infos.Exists():
		return chartPage{}, shapeError(toplistDetail, data.Raw, "the songs are no list")
	}
	p.ranks, p.infos = ranks.Array(), infos.Array()
	return p, nil
}

func listOrNull(v gjson.Result) bool { return v.IsArray() || v.Type == gjson.Null }

// fillChart appends a page's entries in the order of their ranks.
func fillChart(snap *sources.Snapshot, id int64, p chartPage, offset int) {
	byID := make(map[int64]gjson.Result, len(p.infos))
	for _, info := range p.infos {
		byID[info.Get("id").Int()] = info
	}
	for i := range p.rows() {
		var rank, info gjson.Result
		if i < len(p.ranks) {
			rank = p.ranks[i]
			info = byID[rank.Get("songId").Int()]
		}
		if !info.Exists() && i < len(p.infos) && (len(p.ranks) == 0 || len(p.ranks) == len(p.infos)) {
			info = p.infos[i]
		}
		if entry, ok := chartEntry(id, offset+i+1, rank, info); ok {
			snap.Songs = append(snap.Songs, entry)
		} else {
			snap.Unreadable++
		}
	}
}

// chartEntry makes the snapshot of one entry from its rank row and its song, either of
// which may be missing. False: it cannot be read.
func chartEntry(id int64, place int, rank, info gjson.Result) (models.SongSnapshot, bool) {
	if told := rank.Get("rank").Int(); told > 0 {
		place = int(told)
	}
	entryID := fmt.Sprintf("%s%d_%d", entryPrefix, id, place)
	if info.Exists() {
		s, err := readSong(info.Raw)
		if err != nil {
			return models.SongSnapshot{}, false
		}
		snap := s.snapshot(info.Raw)
		if !s.playable() {
			snap.RemoteID, snap.NotMusic, snap.QQToplistFallback = entryID, true, true
		}
		return snap, true
	}
	songID, ok := integer(rank.Get("songId"))
	title := cleanLine(rank.Get("title").String())
	// An id without its song is a gap in the answer, except where nothing is a song.
	if !ok || title == "" || songID > 0 && id != spokenChart && rank.Get("vid").String() == "" {
		return models.SongSnapshot{}, false
	}
	snap := models.SongSnapshot{
		Platform: Name, RemoteID: entryID, Name: title, NotMusic: true, QQToplistFallback: true,
		CoverURL: webAddress(rank.Get("cover").String()),
		Raw:      models.RawJSON(rank.Raw),
	}
	if singer := cleanLine(rank.Get("singerName").String()); singer != "" {
		snap.Artists = []models.ArtistRef{{RemoteID: rank.Get("singerMid").String(), Name: singer}}
	}
	return snap, true
}

// chartDate reads "2026-03-04" as the start of that day in China.
func chartDate(s string) int64 {
	t, err := time.ParseInLocation("2006-01-02", s, time.FixedZone("CST", 8*60*60))
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}
