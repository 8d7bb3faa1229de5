package kuwo

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/tidwall/gjson"

	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	chartPage = "https://www.kuwo.cn/rankList/"
	ksong     = "ksong.s"
	musicList = "bang/musicList"
	// chartSize is the page size of the PC client's chart endpoint. The web's answers
	// code -1 to more than webChartSize.
	chartSize, webChartSize = 100, 30
)

func (s *Source) fetchChart(ctx context.Context, id, knownVersion string) (sources.Snapshot, error) {
	if !isID(id) {
		return sources.Snapshot{}, models.Invalid("playlist", models.CodeBadValue, "%q is no Kuwo chart id", id)
	}
	snap, err := gather(knownVersion, chartSize, func(page int) (listing, error) { return s.pcChart(ctx, id, page) })
	if err == nil || !replaceable(err) {
		return snap, err
	}
	snap, webErr := gather(knownVersion, webChartSize, func(page int) (listing, error) { return s.webChart(ctx, id, page) })
	if webErr != nil {
		return sources.Snapshot{}, fmt.Errorf("fetch chart %s from the web: %w (the PC endpoint: %w)", id, webErr, err)
	}
	return snap, nil
}

// pcChart gets a page from the PC client's endpoint; pages count from 0.
func (s *Source) pcChart(ctx context.Context, id string, page int) (listing, error) {
	root, err := s.object(ctx, ksong, "http://kbangserver.kuwo.cn/ksong.s", url.Values{
		"from": {"pc"}, "fmt": {"json"}, "type": {"bang"}, "data": {"content"}, "id": {id},
		"pn": {strconv.Itoa(page)}, "rn": {strconv.Itoa(chartSize)},
		"show_copyright_off": {"0"}, "pcmp4": {"1"}, "isbang": {"1"},
	})
	if err != nil {
		return listing{}, err
	}
	return readPCChart(root, id)
}

// readPCChart reads a chart answer, which tells no result code: name and songs must be there.
func readPCChart(root gjson.Result, id string) (listing, error) {
	rows, err := songRows(ksong, root, "musiclist")
	if err != nil {
		return listing{}, err
	}
	head := headOf(root, "musiclist")
	total, ok := integer(head.Get("num"))
	if !ok {
		return listing{}, shapeError(ksong, root.Raw, "num is missing")
	}
	if head.Get("name").String() == "" && len(rows) == 0 && total <= 0 {
		// How an unknown chart looks; the web's endpoint says so outright.
		e := models.NewError(models.ClassNotFound, models.CodeNotFound, "Kuwo tells nothing of this chart")
		e.Source, e.Endpoint = Name, ksong
		return listing{}, e
	}
	return listing{
		summary: chartSummary(id, head), total: int(max(total, 0)),
		issue: head.Get("currentVolume").String(), rows: rows, read: readPCSong,
	}, nil
}

// webChart gets a page from the web endpoint; its pages count from 1.
func (s *Source) webChart(ctx context.Context, id string, page int) (listing, error) {
	data, err := s.web(ctx, musicList, wapi+"/api/www/bang/bang/musicList", url.Values{
		"bangId": {id}, "pn": {strconv.Itoa(page + 1)}, "rn": {strconv.Itoa(webChartSize)}, "httpsStatus": {"1"},
	})
	if resultCode(err) == codeNothing {
		return listing{}, gone(musicList, "the chart does not exist any more")
	}
	if err != nil {
		return listing{}, err
	}
	return readWebChart(data, id)
}

func readWebChart(data gjson.Result, id string) (listing, error) {
	rows, err := songRows(musicList, data, "musicList")
	if err != nil {
		return listing{}, err
	}
	head := headOf(data, "musicList")
	total, ok := integer(head.Get("num"))
	if !ok {
		return listing{}, shapeError(musicList, data.Raw, "num is missing")
	}
	return listing{
		summary: chartSummary(id, head), total: int(max(total, 0)),
		issue: head.Get("pub").String(), rows: rows, read: readWebSong,
	}, nil
}
