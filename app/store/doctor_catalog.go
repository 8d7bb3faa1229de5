package store

import "catalogsync/models"

// Steps of walks over rows that a flaw query reads about thirty others for, and over rows
// that it reads alone.
const (
	wideStep   = 1_000
	narrowStep = 20_000
)

const (
	aPlaylist = `'playlist ' || p.id || ' (' || p.name || ')'`
	aSong     = `'song ' || s.id || ' (' || s.name || ')'`
	// hasLinks is true of playlists p with a song on them.
	hasLinks = `EXISTS (SELECT 1 FROM playlist_songs ps WHERE ps.playlist_id = p.id AND ps.gone_at_ms = 0)`
)

// catalogFlaws are the invariants of the catalogue.
var catalogFlaws = map[models.Invariant][]flawQuery{
	models.InvariantPlaylistCounters: {{"playlists", wideStep, `
		SELECT ` + aPlaylist + ` || ': says ' || p.collected_song_count || ' songs, ' || p.downloaded_count || ' downloaded, ' || p.skipped_count
			|| ' skipped; has ' || p.songs || ', ' || p.downloaded || ', ' || p.skipped
		FROM (SELECT p.id, p.name, p.collected_song_count, p.downloaded_count, p.skipped_count,
				CASE WHEN p.synced_at_ms = 0 THEN p.track_count ELSE count(s.id) END AS songs,
				` + countedDownloaded + ` AS downloaded, ` + countedSkipped + ` AS skipped
			FROM playlists p
			LEFT JOIN playlist_songs ps ON ps.playlist_id = p.id AND ps.gone_at_ms = 0
			LEFT JOIN songs s ON s.id = ps.song_id
			WHERE p.id > @after AND p.id <= @upto GROUP BY p.id) p
		WHERE p.collected_song_count <> p.songs OR p.downloaded_count <> p.downloaded OR p.skipped_count <> p.skipped`}},

	models.InvariantPlaylistPositions: {{"playlists", wideStep, `
		SELECT ` + aPlaylist + ` || ': ' || c.songs || ' songs at positions ' || c.first || ' to ' || c.last || ', ' || c.places || ' different ones'
		FROM (SELECT playlist_id, count(*) AS songs, min(position) AS first, max(position) AS last, count(DISTINCT position) AS places
			FROM playlist_songs WHERE playlist_id > @after AND playlist_id <= @upto AND gone_at_ms = 0 GROUP BY playlist_id) c
		JOIN playlists p ON p.id = c.playlist_id
		WHERE c.first <> 0 OR c.last <> c.songs - 1 OR c.places <> c.songs`}},

	models.InvariantOccurrences: {{"playlists", wideStep, `
		SELECT ` + aPlaylist + ` || ': song ' || o.song_id || ' stands there as number ' || o.occurrence || ' and should be number ' || o.number
		FROM (SELECT playlist_id, song_id, occurrence,
				row_number() OVER (PARTITION BY playlist_id, song_id ORDER BY position, occurrence) - 1 AS number
			FROM playlist_songs WHERE playlist_id > @after AND playlist_id <= @upto AND gone_at_ms = 0) o
		JOIN playlists p ON p.id = o.playlist_id
		WHERE o.occurrence <> o.number`}},

	models.InvariantEmptyReason: {{"playlists", wideStep, `
		SELECT ` + aPlaylist + ` || CASE WHEN p.empty_reason = '' THEN ': empty without a reason'
			ELSE ': the reason ' || p.empty_reason || ' does not fit' END
		FROM playlists p WHERE p.id > @after AND p.id <= @upto AND (
			(p.synced_at_ms > 0 AND p.empty_reason NOT IN ('source_empty', 'parse_failed') AND NOT ` + hasLinks + `)
			OR (p.empty_reason <> '' AND (p.synced_at_ms = 0 OR ` + hasLinks + `)))`}},

	models.InvariantUnsyncedLinks: {{"playlists", wideStep, `
		SELECT ` + aPlaylist + ` || ': has songs and was never synced'
		FROM playlists p WHERE p.id > @after AND p.id <= @upto AND p.synced_at_ms = 0
			AND EXISTS (SELECT 1 FROM playlist_songs ps WHERE ps.playlist_id = p.id)`}},

	models.InvariantDownloaded: {{"songs", narrowStep, `
		SELECT ` + aSong + ` || CASE WHEN s.downloaded THEN ': marked as downloaded and has no file' ELSE ': has a file and is not marked as downloaded' END
		FROM songs s WHERE s.id > @after AND s.id <= @upto
			AND s.downloaded <> EXISTS (SELECT 1 FROM file_locations l JOIN storage_backends b ON b.id = l.backend_id
				WHERE l.song_id = s.id AND l.status = 'active' AND b.type = 'local_fs')`}},

	models.InvariantAvailability: {{"songs", narrowStep, `
		SELECT ` + aSong + ` || CASE WHEN s.availability = '' THEN ': may be downloaded and yet says ' || s.availability_code || ' ' || s.availability_reason
			ELSE ': is ' || s.availability || ' and does not say why' END
		FROM songs s WHERE s.id > @after AND s.id <= @upto AND (
			(s.availability = '' AND (s.availability_code <> '' OR s.availability_reason <> ''))
			OR (s.availability <> '' AND s.availability_code = ''))`}},

	models.InvariantArtistCounts: {{"artists", wideStep, `
		SELECT 'artist ' || a.id || ' (' || a.name || '): says ' || a.song_count || ' songs; has ' || a.songs
		FROM (SELECT a.id, a.name, a.song_count, (SELECT count(*) FROM artist_songs l WHERE l.artist_id = a.id) AS songs
			FROM artists a WHERE a.id > @after AND a.id <= @upto) a
		WHERE a.song_count <> a.songs`}},

	models.InvariantArtistPools: {{"playlists", wideStep, `
		SELECT 'artist ' || m.artist_id || ' is not in the pool ' || m.platform || ' ' || m.kind
		FROM (SELECT DISTINCT ap.id AS pool, ap.platform, ap.kind, l.artist_id
			FROM playlist_songs ps
			JOIN artist_songs l ON l.song_id = ps.song_id
			JOIN pool_playlists pp ON pp.playlist_id = ps.playlist_id
			JOIN playlist_pools pl ON pl.id = pp.pool_id
			JOIN artist_pools ap ON ap.platform = pl.platform AND ap.kind = pl.kind
			WHERE ps.playlist_id > @after AND ps.playlist_id <= @upto) m
		WHERE NOT EXISTS (SELECT 1 FROM pool_artists pa WHERE pa.artist_pool_id = m.pool AND pa.artist_id = m.artist_id)`}},
}
