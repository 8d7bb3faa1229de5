package main

import "net/http"

// pollTag is the header that tells what a fragment showed.
const pollTag = "HX-PTag"

// page is a page of the console and the query of its bare form: the rows that it shows, with
// the columns that it shows, in the best way that the indexes allow. Pages without one are
// held to the limits alone.
type page struct {
	name, url, bare string
	fragment        bool
}

// header is what a browser sends for it.
func (p page) header() http.Header {
	if p.fragment {
		return fragment()
	}
	return http.Header{}
}

func fragment() http.Header {
	header := http.Header{}
	header.Set("HX-Request", "true")
	header.Set("HX-Request-Type", "partial")
	return header
}

// What the bare pages show of a song and of a playlist.
const (
	bareSongs = `SELECT s.id, s.platform, s.name, s.singers, s.album, s.duration_ms, s.cover_url, s.downloaded, s.availability, s.failed,
		a.source, a.quality, a.ext, a.file_size_bytes, a.bitrate_bps, a.sample_rate_hz, t.last_error_code
		FROM songs s LEFT JOIN song_files f ON f.song_id = s.id LEFT JOIN file_assets a ON a.id = f.file_asset_id
		LEFT JOIN download_tasks t ON t.song_id = s.id `
	barePlaylists = `SELECT p.id, p.platform, p.name, p.cover_url, p.creator, p.play_count, p.collected_song_count, p.downloaded_count, p.skipped_count,
		p.wanted, p.synced_at_ms, p.sync_error_code, (SELECT group_concat(pl.kind) FROM pool_playlists pp JOIN playlist_pools pl ON pl.id = pp.pool_id
			WHERE pp.playlist_id = p.id) AS pools FROM playlists p `
	bareArtists = `SELECT id, platform, name, song_count, downloaded_count FROM artists `
	bareState   = `CASE WHEN s.downloaded THEN 'here' WHEN s.availability <> '' THEN s.availability WHEN s.failed THEN 'failed' ELSE 'missing' END`
	bareJobs    = `SELECT r.*, s.name, s.state, s.total, s.succeeded, s.skipped, s.failed FROM job_runs r LEFT JOIN job_stages s ON s.job_run_id = r.id `
	bareItems   = `SELECT id, title, source, state, attempts, error_code, error_text, finished_at_ms FROM job_items `
	bareLogs    = `SELECT id, job_run_id, level, source, text, at_ms FROM job_logs `
)

var pages = []page{
	{name: "songs", url: "/songs", bare: bareSongs + `ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, last page", url: "/songs?at=last", bare: bareSongs + `ORDER BY s.id LIMIT 50`},
	{name: "songs in the middle", url: "/songs?after=500000", bare: bareSongs + `WHERE s.id < 500000 ORDER BY s.id DESC LIMIT 50`},
	{name: "songs of a platform and state", url: "/songs?platform=qq&state=missing", bare: bareSongs + `WHERE ` + bareState + ` = 'missing' AND s.platform = 'qq' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs of a state, last page", url: "/songs?state=unavailable&at=last", bare: bareSongs + `WHERE ` + bareState + ` = 'unavailable' ORDER BY s.id LIMIT 50`},
	{name: "songs of a source and quality", url: "/songs?source=kuwo&quality=128k",
		bare: bareSongs + `WHERE f.source = 'kuwo' AND f.quality = '128k' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, mislabelled", url: "/songs?mislabelled=1", bare: bareSongs + `WHERE f.mislabelled ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, common keyword", url: "/songs?keyword=的", bare: bareSongs + `WHERE s.search_key LIKE '%的%' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, rare keyword", url: "/songs?keyword=live+at+47118", bare: bareSongs + `WHERE s.search_key LIKE '%live at 47118%' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, two words", url: "/songs?keyword=夜雨+live", bare: bareSongs + `WHERE s.search_key LIKE '%夜雨%' AND s.search_key LIKE '%live%' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, keyword and state", url: "/songs?keyword=的&state=unavailable&platform=kuwo",
		bare: bareSongs + `WHERE s.search_key LIKE '%的%' AND ` + bareState + ` = 'unavailable' AND s.platform = 'kuwo' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, keyword and quality", url: "/songs?keyword=的&mislabelled=1&quality=320k",
		bare: bareSongs + `WHERE s.search_key LIKE '%的%' AND f.mislabelled AND f.quality = '320k' ORDER BY s.id DESC LIMIT 50`},
	{name: "songs, keyword of nothing", url: "/songs?keyword=zzzz"},

	{name: "playlists", url: "/playlists", bare: barePlaylists + `ORDER BY p.play_count DESC, p.id LIMIT 50`},
	{name: "playlists, last page", url: "/playlists?page=2000", bare: barePlaylists + `ORDER BY p.play_count, p.id DESC LIMIT 50`},
	{name: "playlists by name", url: "/playlists?sort=name", bare: barePlaylists + `ORDER BY p.name_key, p.id LIMIT 50`},
	{name: "playlists by name, middle", url: "/playlists?sort=name&page=1000", bare: barePlaylists + `WHERE p.name_key >= '安' ORDER BY p.name_key, p.id LIMIT 50`},
	{name: "playlists by missing", url: "/playlists?sort=progress",
		bare: barePlaylists + `ORDER BY (collected_song_count - downloaded_count - skipped_count) DESC, p.id LIMIT 50`},
	{name: "playlists of a platform by sync", url: "/playlists?platform=qq&sort=synced",
		bare: barePlaylists + `WHERE p.platform = 'qq' ORDER BY p.synced_at_ms DESC, p.id LIMIT 50`},
	{name: "playlists of a state by songs", url: "/playlists?status=partial&sort=songs",
		bare: barePlaylists + `WHERE p.synced_at_ms > 0 AND p.downloaded_count > 0 AND p.downloaded_count + p.skipped_count < p.collected_song_count
			ORDER BY p.collected_song_count DESC, p.id LIMIT 50`},
	{name: "playlists, unsynced, last page", url: "/playlists?status=unsynced&platform=kugou&page=10",
		bare: barePlaylists + `WHERE p.synced_at_ms = 0 AND p.platform = 'kugou' ORDER BY p.play_count, p.id DESC LIMIT 50`},
	{name: "playlists of a pool", url: "/playlists?pool_kind=toplist",
		bare: barePlaylists + `WHERE p.id IN (SELECT pp.playlist_id FROM pool_playlists pp JOIN playlist_pools pl ON pl.id = pp.pool_id WHERE pl.kind = 'toplist')
			ORDER BY p.play_count DESC, p.id LIMIT 50`},
	{name: "playlists, wanted", url: "/playlists?wanted_only=1&sort=name", bare: barePlaylists + `WHERE p.wanted ORDER BY p.name_key, p.id LIMIT 50`},
	{name: "playlists, common keyword", url: "/playlists?keyword=的", bare: barePlaylists + `WHERE p.name_key LIKE '%的%' ORDER BY p.play_count DESC, p.id LIMIT 50`},
	{name: "playlists, rare keyword", url: "/playlists?keyword=vol.+98765", bare: barePlaylists + `WHERE p.name_key LIKE '%vol. 98765%' ORDER BY p.play_count DESC, p.id LIMIT 50`},
	{name: "playlists, keyword and state", url: "/playlists?keyword=雨&status=partial&sort=name",
		bare: barePlaylists + `WHERE p.name_key LIKE '%雨%' AND p.synced_at_ms > 0 AND p.downloaded_count > 0
			AND p.downloaded_count + p.skipped_count < p.collected_song_count ORDER BY p.name_key, p.id LIMIT 50`},
	{name: "a playlist", url: "/playlists/1234",
		bare: bareSongs + `JOIN playlist_songs l ON l.song_id = s.id WHERE l.playlist_id = 1234 AND l.gone_at_ms = 0 ORDER BY l.position LIMIT 100`},

	{name: "artists", url: "/artists", bare: bareArtists + `ORDER BY song_count DESC, name_key, id LIMIT 50`},
	{name: "artists, last page", url: "/artists?at=last", bare: bareArtists + `ORDER BY song_count, name_key DESC, id DESC LIMIT 50`},
	{name: "artists of a platform, keyword", url: "/artists?keyword=风&platform=qq",
		bare: bareArtists + `WHERE name_key LIKE '%风%' AND platform = 'qq' ORDER BY song_count DESC, name_key, id LIMIT 50`},
	{name: "an artist", url: "/artists/777", bare: bareSongs + `JOIN artist_songs l ON l.song_id = s.id WHERE l.artist_id = 777 ORDER BY s.id DESC LIMIT 50`},

	{name: "jobs", url: "/jobs", bare: bareJobs + `ORDER BY r.id DESC LIMIT 50`},
	{name: "jobs of a state, last page", url: "/jobs?state=completed&page=2", bare: bareJobs + `WHERE r.state = 'completed' ORDER BY r.id LIMIT 50`},
	{name: "a job", url: "/jobs/499"},
	{name: "failed items of a job", url: "/jobs/498/items?error_code=timeout", fragment: true,
		bare: bareItems + `WHERE job_run_id = 498 AND state = 'failed' AND error_code = 'timeout' ORDER BY id LIMIT 50`},
	{name: "failed items, last page", url: "/jobs/498/items?error_code=upstream_shape&page=5", fragment: true,
		bare: bareItems + `WHERE job_run_id = 498 AND state = 'failed' AND error_code = 'upstream_shape' ORDER BY id DESC LIMIT 50`},
	{name: "tree of a job", url: "/jobs/499/tree", fragment: true},
	{name: "items by API, last page", url: "/api/jobs/498/items?page_size=50&page=200", bare: bareItems + `WHERE job_run_id = 498 ORDER BY id DESC LIMIT 50`},

	{name: "log", url: "/logs", bare: bareLogs + `ORDER BY id DESC LIMIT 200`},
	{name: "log, errors of a source", url: "/logs?level=error&source=qq", bare: bareLogs + `WHERE level = 'error' AND source = 'qq' ORDER BY id DESC LIMIT 200`},
	{name: "log, text", url: "/logs?text=song+77777", bare: bareLogs + `WHERE lower(text) LIKE '%song 77777%' AND id > 980000 ORDER BY id DESC LIMIT 200`},
	{name: "log of an old job", url: "/logs?job=3", bare: bareLogs + `WHERE job_run_id = 3 ORDER BY id DESC LIMIT 200`},

	{name: "schedules", url: "/schedules", bare: `SELECT * FROM schedules ORDER BY name LIMIT 100`},
	{name: "exports", url: "/exports", bare: `SELECT * FROM export_bundles ORDER BY id DESC LIMIT 100`},
	{name: "dashboard", url: "/dashboard"},
	{name: "coverage", url: "/dashboard/coverage", fragment: true},
	{name: "recent jobs", url: "/dashboard/recent", fragment: true, bare: bareJobs + `ORDER BY r.id DESC LIMIT 10`},
	{name: "task center", url: "/tasks", fragment: true},
	{name: "maintenance", url: "/maintenance"},
	{name: "playlists by API", url: "/api/playlists?page_size=50", bare: barePlaylists + `ORDER BY p.play_count DESC, p.id LIMIT 50`},
	{name: "songs by API", url: "/api/songs?page_size=50", bare: bareSongs + `ORDER BY s.id DESC LIMIT 50`},
}
