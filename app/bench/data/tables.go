package main

// table is what fills one or more tables. The statements name sizes as @songs and the like;
// n(i) are the numbers from 1, words(k, w) invented words.
type table struct {
	name       string
	statements []string
}

// platformOf is the platform of a row by its number; of a hundred rows qq has forty.
func platformOf(i string) string {
	return `CASE WHEN ` + i + ` % 100 < 40 THEN 'qq' WHEN ` + i + ` % 100 < 70 THEN 'netease' WHEN ` + i + ` % 100 < 90 THEN 'kuwo'
		WHEN ` + i + ` % 100 < 95 THEN 'migu' ELSE 'kugou' END`
}

// wordOf is a word by some number.
func wordOf(k string) string { return `(SELECT w FROM words WHERE k = (` + k + `) % @words)` }

// linkedSong is song number j of playlist p: one of the same platform, each once.
const linkedSong = `1 + ((p.id * 7433 + j.i * 7919) % (@songs / 100)) * 100 + (p.id - 1) % 100`

// listLength is how many songs a playlist p has.
const listLength = `(13 + (p.id * 37) % 42)`

var tables = []table{
	{"artists", []string{`
		INSERT INTO artists (id, platform, remote_artist_id, name, name_key, created_at_ms, updated_at_ms)
		SELECT i, ` + platformOf("(i - 1)") + `, 'a' || i, ` + wordOf("i * 31") + ` || ' ' || i, ` + wordOf("i * 31") + ` || ' ' || i, @now, @now
		FROM n WHERE i <= @artists`}},

	{"songs", []string{`
		INSERT INTO songs (id, platform, remote_song_id, name, singers, album, duration_ms, ext, file_size_bytes, quality_label, cover_url,
			metadata_json, search_key, availability, availability_code, availability_reason, downloaded, created_at_ms, updated_at_ms)
		SELECT i, platform, 's' || i, name, singers, album, 120000 + (i * 7919) % 240000, 'flac', 20000000 + (i * 104729) % 30000000, 'lossless',
			'https://p.example/' || i || '.jpg', printf('{"platform":"%s","remote_id":"s%d","name":"%s","raw":"%.*c"}', platform, i, name, 800, 'm'),
			lower(name || ' ' || singers || ' ' || album), gone, CASE gone WHEN '' THEN '' WHEN 'not_music' THEN 'not_music' ELSE 'paid' END,
			CASE gone WHEN '' THEN '' ELSE 'every source refused it' END, i % 10 < 7, @now - (i * 7919) % 30 * @day, @now
		FROM (SELECT i, ` + platformOf("(i - 1)") + ` AS platform,
				` + wordOf("i * 17") + ` || ` + wordOf("i * 101 + 7") + ` || CASE i % 4 WHEN 0 THEN ' (Live at ' || (i * 7919 % 100000) || ')' ELSE '' END AS name,
				(SELECT name FROM artists a WHERE a.id = 1 + (i * 31 % (@artists / 100)) * 100 + (i - 1) % 100) AS singers,
				` + wordOf("i / 10 * 13") + ` AS album,
				CASE WHEN i % 40 = 7 THEN 'unavailable' WHEN i % 400 = 18 THEN 'not_music' ELSE '' END AS gone
			FROM n WHERE i <= @songs)`}},

	{"artists' songs", []string{
		`INSERT INTO artist_songs (artist_id, song_id, position) SELECT 1 + (i * 31 % (@artists / 100)) * 100 + (i - 1) % 100, i, 0 FROM n WHERE i <= @songs ORDER BY 1, 2`,
		`INSERT OR IGNORE INTO artist_songs (artist_id, song_id, position) SELECT 1 + (i * 97 % (@artists / 100)) * 100 + (i - 1) % 100, i, 1 FROM n WHERE i <= @songs AND i % 5 = 0`,
	}},

	{"playlists", []string{`
		INSERT INTO playlists (id, platform, remote_playlist_id, kind, name, name_key, description, cover_url, creator, play_count, track_count, wanted,
			version_tag, synced_at_ms, sync_checked_ms, changed_at_ms, metadata_json, collected_at_ms, created_at_ms, updated_at_ms)
		SELECT id, platform, 'p' || id, 'playlist', name, lower(name), printf('%.*c', 120, 'd'), 'https://p.example/l/' || id || '.jpg', ` + wordOf("id * 3") + `,
			(id * 104729) % 9999991, ` + listLength + `, id % 50 = 0, CASE WHEN synced THEN 'v1' ELSE '' END, synced, synced, synced,
			printf('%.*c', 300, 'm'), @now, @now - @day * 40, @now
		FROM (SELECT i AS id, ` + platformOf("(i - 1)") + ` AS platform, ` + wordOf("i * 19") + ` || ' Vol. ' || i AS name,
			CASE WHEN i % 10 = 3 THEN 0 ELSE @now - (i * 7919) % (30 * @day) END AS synced FROM n WHERE i <= @playlists) p`,
		`INSERT INTO playlist_pools (id, platform, kind, collected_at_ms, created_at_ms, updated_at_ms)
			SELECT row_number() OVER (ORDER BY platform, kind), platform, kind, @now, @now, @now FROM (SELECT DISTINCT platform FROM playlists) p
			JOIN (SELECT 'playlist_square' AS kind UNION SELECT 'toplist' UNION SELECT 'manual_file') k`,
		`INSERT INTO artist_pools (id, platform, kind, created_at_ms, updated_at_ms) SELECT id, platform, kind, @now, @now FROM playlist_pools`,
		`INSERT INTO pool_playlists (pool_id, playlist_id, first_seen_ms, last_seen_ms)
			SELECT pp.id, p.id, @now - @day * 40, @now FROM playlist_pools pp JOIN playlists p ON p.platform = pp.platform
			WHERE pp.kind = CASE WHEN p.id % 20 = 1 THEN 'toplist' WHEN p.id % 100 = 2 THEN 'manual_file' ELSE 'playlist_square' END ORDER BY 1, 2`,
	}},

	{"links", []string{`
		INSERT INTO playlist_songs (playlist_id, song_id, occurrence, position, seen_from_ms)
		SELECT p.id, ` + linkedSong + `, 0, j.i - 1, p.synced_at_ms FROM playlists p JOIN n j ON j.i <= ` + listLength + ` WHERE p.synced_at_ms > 0 ORDER BY 1, 2`, `
		INSERT INTO playlist_changes (playlist_id, song_id, occurrence, kind, from_position, to_position, at_ms)
		SELECT playlist_id, song_id, 0, 'added', -1, position, seen_from_ms FROM playlist_songs`}},

	// Seven songs of ten are here, three of these with a better file as well.
	{"files", []string{`
		INSERT INTO file_assets (id, song_id, source, source_song_id, quality, claimed_quality, ext, codec, file_size_bytes, duration_ms, bitrate_bps,
			sample_rate_hz, channels, sha256, crc32, created_at_ms, updated_at_ms)
		SELECT i, i, CASE i % 4 WHEN 0 THEN 'kuwo' WHEN 1 THEN 'qq' ELSE 'netease' END, 's' || i, CASE i % 7 WHEN 0 THEN '128k' ELSE '320k' END,
			CASE i % 11 WHEN 0 THEN 'lossless' ELSE '' END, 'mp3', 'mp3', 4000000 + (i * 7919) % 9000000, 120000 + (i * 7919) % 240000, 320000, 44100, 2,
			printf('%064x', i), i, @now - (i * 7919) % 30 * @day, @now FROM n WHERE i <= @songs AND i % 10 < 7`, `
		INSERT INTO file_assets (id, song_id, source, source_song_id, quality, ext, codec, file_size_bytes, duration_ms, bitrate_bps,
			sample_rate_hz, bit_depth, channels, sha256, crc32, created_at_ms, updated_at_ms)
		SELECT @songs + i, i, 'migu', 's' || i, 'lossless', 'flac', 'flac', 20000000 + (i * 104729) % 30000000, 120000 + (i * 7919) % 240000, 900000, 44100, 16, 2,
			printf('%064x', @songs + i), i, @now - (i * 7919) % 20 * @day, @now FROM n WHERE i <= @songs AND i % 10 < 3`, `
		INSERT INTO file_locations (id, file_asset_id, song_id, backend_id, locator, locator_key, status, is_primary, mod_time_ms, created_at_ms, updated_at_ms)
		SELECT a.id, a.id, a.song_id, @backend, locator, lower(locator), 'active', a.id > @songs OR a.song_id % 10 >= 3, @now, a.created_at_ms, @now
		FROM (SELECT a.id, a.song_id, a.created_at_ms, a.source || '/' || s.singers || '/' || s.name || ' [' || a.id || '].' || a.ext AS locator
			FROM file_assets a JOIN songs s ON s.id = a.song_id) a`,
		`INSERT INTO song_backend_presence (song_id, backend_id, active_files, updated_at_ms) SELECT song_id, backend_id, count(*), @now FROM file_locations GROUP BY 1, 2`,
		`INSERT INTO song_parts (song_id, part, state, source, quality, content_hash, updated_at_ms)
			SELECT song_id, 'audio', 'ok', source, quality, sha256, @now FROM file_assets WHERE id <= @songs`,
		`INSERT INTO download_tasks (song_id, state, chosen_source, chosen_song_id, file_asset_id, decision_json, attempts, created_at_ms, updated_at_ms)
			SELECT song_id, 'succeeded', source, source_song_id, id, '{"candidates":[]}', 1, @now, @now FROM file_assets WHERE id <= @songs`,
		`INSERT INTO download_tasks (song_id, state, decision_json, last_error_code, last_error, attempts, created_at_ms, updated_at_ms)
			SELECT i, 'failed', '{"candidates":[]}', 'timeout', 'the source did not answer in time', 3, @now, @now FROM n WHERE i <= @songs AND i % 50 = 9`,
	}},

	{"jobs", []string{`
		INSERT INTO job_runs (id, type, state, title, origin, created_at_ms, started_at_ms, finished_at_ms, updated_at_ms)
		SELECT i, CASE i % 2 WHEN 0 THEN 'download_only' ELSE 'sync_only' END,
			CASE i % 10 WHEN 4 THEN 'canceled' WHEN 5 THEN 'completed' WHEN 6 THEN 'completed' ELSE 'completed_with_errors' END, '', 'schedule',
			at, at + 1000, at + 3600000, at + 3600000 FROM (SELECT i, @now - (@jobs - i) * @day / 8 AS at FROM n WHERE i <= @jobs)`, `
		INSERT INTO job_stages (id, job_run_id, ordinal, name, lane, state, workers, planned_at_ms, started_at_ms, finished_at_ms, updated_at_ms)
		SELECT id, id, 0, CASE type WHEN 'sync_only' THEN 'sync' ELSE 'download' END, CASE type WHEN 'sync_only' THEN 'catalog' ELSE 'download' END, state, 8,
			started_at_ms, started_at_ms, finished_at_ms, finished_at_ms FROM job_runs`}},

	{"items", []string{`
		INSERT INTO job_items (id, job_run_id, job_stage_id, item_key, title, source, playlist_id, song_id, state, attempts, error_class, error_code, error_text,
			result_source, started_at_ms, finished_at_ms, updated_at_ms)
		SELECT (j.id - 1) * @items + k.i, j.id, j.id, j.type || ':' || k.i, ` + wordOf("j.id * 7919 + k.i") + `, ` + platformOf("k.i") + `,
			CASE j.type WHEN 'sync_only' THEN 1 + (j.id * 7919 + k.i) % @playlists END, CASE j.type WHEN 'download_only' THEN 1 + (j.id * 7919 + k.i) % @songs END,
			o.state, 1, CASE o.state WHEN 'failed' THEN 'transient' ELSE '' END, CASE o.state WHEN 'failed' THEN CASE k.i % 3 WHEN 0 THEN 'timeout' ELSE 'upstream_shape' END ELSE '' END,
			CASE o.state WHEN 'failed' THEN 'the source did not answer in time' ELSE '' END, CASE o.state WHEN 'succeeded' THEN 'qq' ELSE '' END,
			j.started_at_ms, j.started_at_ms + k.i, j.started_at_ms + k.i
		FROM job_runs j JOIN (SELECT i FROM n WHERE i <= @items) k
		JOIN (SELECT 0 AS r, 'skipped' AS state UNION ALL SELECT 1, 'failed' UNION ALL SELECT 2, 'canceled' UNION ALL SELECT 3, 'succeeded') o
			ON o.r = CASE WHEN k.i % 20 = 1 THEN 0 WHEN k.i % 25 = 2 AND j.state = 'completed_with_errors' THEN 1 WHEN k.i % 2 = 0 AND j.state = 'canceled' THEN 2 ELSE 3 END`, `
		UPDATE job_stages SET total = c.total, succeeded = c.succeeded, skipped = c.skipped, failed = c.failed, canceled = c.canceled
		FROM (SELECT job_stage_id, count(*) AS total, sum(state = 'succeeded') AS succeeded, sum(state = 'skipped') AS skipped, sum(state = 'failed') AS failed,
			sum(state = 'canceled') AS canceled FROM job_items GROUP BY job_stage_id) c WHERE c.job_stage_id = job_stages.id`, `
		UPDATE job_runs SET items_total = s.total, items_done = s.total, items_failed = s.failed, items_skipped = s.skipped FROM job_stages s WHERE s.job_run_id = job_runs.id`, `
		INSERT OR IGNORE INTO job_playlists (job_run_id, playlist_id, position, finished_at_ms)
		SELECT i.job_run_id, i.playlist_id, i.id - (i.job_run_id - 1) * @items - 1, r.finished_at_ms FROM job_items i JOIN job_runs r ON r.id = i.job_run_id
		WHERE i.playlist_id IS NOT NULL ORDER BY 1, 2`}},

	{"log", []string{`
		INSERT INTO job_logs (id, job_run_id, job_stage_id, level, source, text, at_ms)
		SELECT i, 1 + (i - 1) * @jobs / @logs, 1 + (i - 1) * @jobs / @logs, CASE i % 50 WHEN 7 THEN 'error' WHEN 8 THEN 'warn' ELSE 'info' END,
			` + platformOf("i") + `, ` + wordOf("i") + ` || ': done with song ' || i, @now - (@logs - i) * 1000 FROM n WHERE i <= @logs`, `
		INSERT INTO job_events (job_run_id, kind, actor, text, at_ms) SELECT j.id, 'stage_started', 'runner', 'event ' || k.i, j.started_at_ms + k.i
		FROM job_runs j JOIN n k ON k.i <= 20`}},

	{"the rest", []string{`
		INSERT INTO schedules (name, cron, time_zone, job_type, last_result, created_at_ms, updated_at_ms)
		SELECT 'Schedule ' || i, '0 ' || (i % 24) || ' * * *', 'Local', 'sync_only', 'completed', @now, @now FROM n WHERE i <= 50`, `
		INSERT INTO schedule_runs (schedule_id, planned_ms, state, created_at_ms, finished_at_ms)
		SELECT s.id, @now - i * @day, 'fired', @now - i * @day, @now - i * @day + 1000 FROM schedules s JOIN n ON i <= 100`, `
		INSERT INTO export_bundles (name, title, scope_json, size_bytes, created_at_ms, expires_at_ms)
		SELECT printf('%032x', i), ` + wordOf("i") + `, '{"playlist_ids":[' || i || ']}', i * 1000000, @now, @now + 365 * @day FROM n WHERE i <= 200`}},
}
