package doctor_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/doctor"
	"catalogsync/models"
)

func TestSoundDatabaseIsClean(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	report := w.examine(doctor.Options{Fix: true, Deep: true})
	require.True(t, report.OK, "%+v", report)
	require.Zero(t, report.Fixed)
	for _, c := range report.Checks {
		require.True(t, c.OK)
		require.Empty(t, c.Notes, c.Name)
		require.NotEmpty(t, c.Title)
	}
	text, err := json.Marshal(report.Checks[0])
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"database","title":"The database file is whole.","ok":true,"findings":[],"fixed":0}`, string(text))
}

// breaks lists one way or more to break each invariant, and whether it can be mended.
var breaks = []struct {
	check, name string
	mendable    bool
	do          func(w *world)
}{
	{"database", "a page that nothing uses", false, sql(`PRAGMA writable_schema = ON`, `DELETE FROM sqlite_schema WHERE name = 'playlists_by_name'`, `PRAGMA schema_version = 999`, `PRAGMA writable_schema = OFF`)},
	{"foreign_keys", "a link to no song", false, sql(`PRAGMA foreign_keys = OFF`, `DELETE FROM songs WHERE remote_song_id = 'a2'`)},
	{"files", "a file that is gone", true, func(w *world) { require.NoError(w, os.Remove(w.path("qq/A/a1.mp3"))) }},
	{"files", "a file that was cut", false, func(w *world) { w.write("qq/A/a1.mp3", "short") }},
	{"files", "a file that was changed", false, func(w *world) { w.write("qq/A/a1.mp3", "QQ/A/A1.MP3") }},
	{"unknown_files", "a file of nobody", false, func(w *world) { w.write("qq/Z/z.mp3", "sound") }},
	{"unknown_files", "a file that was replaced", false, sql(`UPDATE file_locations SET status = 'inactive' WHERE locator = 'qq/A/a1.mp3'`)},
	{"unknown_files", "a missing file that is back", true, sql(`UPDATE file_locations SET status = 'missing' WHERE locator = 'qq/A/a1.mp3'`)},
	{"file_one_path", "two songs, one file", false, sql(`DROP INDEX file_locations_active_path`, `UPDATE file_locations SET locator = 'qq/A/a1.mp3'`)},
	{"file_one_location", "a file twice", false, func(w *world) {
		w.write("qq/A/a1.mp32", "qq/A/a1.mp3")
		w.exec(`INSERT INTO file_locations (file_asset_id, song_id, backend_id, locator, status, created_at_ms, updated_at_ms)
			SELECT file_asset_id, song_id, backend_id, locator || '2', status, 0, 0 FROM file_locations WHERE locator = 'qq/A/a1.mp3'`)
	}},
	{"file_song", "a file of two songs", false, sql(`UPDATE file_assets SET song_id = (SELECT id FROM songs WHERE remote_song_id = 'a2') WHERE sha256 = (SELECT min(sha256) FROM file_assets)`)},
	{"song_presence", "a wrong count", true, sql(`UPDATE song_backend_presence SET active_files = 7`)},
	{"song_presence", "a row too few", true, sql(`DELETE FROM song_backend_presence`)},
	{"song_presence", "a row too many", true, sql(`INSERT INTO song_backend_presence SELECT s.id, b.id, 1, 0 FROM songs s, storage_backends b WHERE s.remote_song_id = 'a2'`)},
	{"song_downloaded", "marked without a file", true, sql(`UPDATE songs SET downloaded = 1 WHERE remote_song_id = 'a2'`)},
	{"song_downloaded", "a file without a mark", true, sql(`UPDATE songs SET downloaded = 0 WHERE remote_song_id = 'a1'`)},
	{"part_audio", "a file without its sound", true, sql(`DELETE FROM song_parts WHERE part = 'audio'`)},
	{"part_audio", "a sound without its file", true, sql(`INSERT INTO song_parts (song_id, part, state, updated_at_ms) SELECT id, 'audio', 'ok', 0 FROM songs WHERE remote_song_id = 'a2'
		ON CONFLICT DO UPDATE SET state = 'ok'`)},
	{"merged_songs", "the file of another song", false, sql(`INSERT INTO similar_pairs (song_id, twin_id, state, score, seen_at_ms, found_at_ms, shared_location_id)
		SELECT l.song_id, (SELECT id FROM songs WHERE remote_song_id = 'a2'), 'merged', 1, 0, 0, l.id FROM file_locations l WHERE l.locator = 'qq/A/a1.mp3'`)},
	{"song_availability", "no reason", false, sql(`UPDATE songs SET availability_code = '' WHERE remote_song_id = 'c1'`)},
	{"song_availability", "a reason for nothing", false, sql(`UPDATE songs SET availability_code = 'paid' WHERE remote_song_id = 'a1'`)},
	{"playlist_unsynced", "songs before any sync", false, sql(`INSERT INTO playlist_songs (playlist_id, song_id, position, seen_from_ms) SELECT p.id, s.id, 0, 0 FROM playlists p, songs s
		WHERE p.remote_playlist_id = '4' AND s.remote_song_id = 'a2'`)},
	{"playlist_positions", "a gap", true, sql(`UPDATE playlist_songs SET position = 9 WHERE position = 3 AND gone_at_ms = 0`)},
	{"playlist_positions", "not from 0", true, sql(`UPDATE playlist_songs SET position = position + 1 WHERE gone_at_ms = 0`)},
	{"playlist_positions", "a place taken twice", true, sql(`UPDATE playlist_songs SET position = 1 WHERE position = 2 AND gone_at_ms = 0`)},
	{"playlist_occurrences", "a wrong number", false, sql(`UPDATE playlist_songs SET occurrence = 5 WHERE occurrence = 1`)},
	{"playlist_counters", "songs", true, sql(`UPDATE playlists SET collected_song_count = collected_song_count + 1 WHERE remote_playlist_id = '1'`)},
	{"playlist_counters", "downloaded", true, sql(`UPDATE playlists SET downloaded_count = 0`)},
	{"playlist_counters", "skipped", true, sql(`UPDATE playlists SET skipped_count = 5 WHERE remote_playlist_id = '4'`)},
	{"playlist_empty_reason", "empty without", false, sql(`UPDATE playlists SET empty_reason = '' WHERE remote_playlist_id = '3'`)},
	{"playlist_empty_reason", "not empty with", false, sql(`UPDATE playlists SET empty_reason = 'source_empty' WHERE remote_playlist_id = '1'`)},
	{"playlist_empty_reason", "never synced with", false, sql(`UPDATE playlists SET empty_reason = 'parse_failed' WHERE remote_playlist_id = '4'`)},
	{"artist_song_counts", "a wrong count", true, sql(`UPDATE artists SET song_count = 9 WHERE name_key = (SELECT min(name_key) FROM artists)`)},
	{"artist_pools", "artists that are missing", true, sql(`DELETE FROM pool_artists`)},
	{"song_failed", "listed without a failure", true, sql(`UPDATE songs SET failed = 1 WHERE remote_song_id = 'a1'`)},
	{"song_files", "another file", true, sql(`UPDATE song_files SET file_location_id = 99`)},
	{"song_files", "described otherwise", true, sql(`UPDATE song_files SET quality = 'hires'`)},
	{"song_files", "no file", true, sql(`DELETE FROM song_files`)},
	{"song_file_kinds", "a wrong count", true, sql(`UPDATE song_file_kinds SET files = files + 3`)},
	{"song_file_kinds", "no count", true, sql(`DELETE FROM song_file_kinds`)},
	{"song_file_kinds", "a count of nothing", true, sql(`INSERT INTO song_file_kinds VALUES ('kuwo', 'kuwo', '128k', 0, 4)`)},
	{"artist_downloads", "a wrong count", true, sql(`UPDATE artists SET downloaded_count = 9`)},
	{"search_index", "a song that is not in it", true, sql(`UPDATE search_progress SET indexed_to = 1 WHERE kind = 'songs'`)},
	{"search_index", "an artist that is gone", true, sql(`INSERT INTO artist_grams (rowid, grams) VALUES (1000, 'x')`)},
	{"job_states", "an unknown job state", false, sql(`PRAGMA ignore_check_constraints = ON`, `UPDATE job_runs SET state = 'lost' WHERE id = 1`)},
	{"job_states", "a finished job without an end", false, sql(`UPDATE job_runs SET finished_at_ms = 0 WHERE id = 1`)},
	{"job_states", "an unfinished job with an end", false, sql(`UPDATE job_runs SET finished_at_ms = 5 WHERE id = 2`)},
	{"job_states", "an unknown stage state", false, sql(`UPDATE job_stages SET state = 'lost' WHERE job_run_id = 1`)},
	{"job_states", "an unknown item state", false, sql(`PRAGMA ignore_check_constraints = ON`, `UPDATE job_items SET state = 'lost' WHERE id = 1`)},
	{"item_job", "an item of two jobs", false, sql(`UPDATE job_items SET job_run_id = 2 WHERE id = 1`)},
	{"job_stages", "an unfinished job with nothing to do", false, sql(`UPDATE job_stages SET state = 'completed', finished_at_ms = 5 WHERE job_run_id = 2`)},
	{"job_stages", "a finished job with something to do", false, sql(`UPDATE job_stages SET state = 'running', finished_at_ms = 0 WHERE job_run_id = 1`)},
	{"job_final_items", "a finished job with an item that waits", false, sql(`UPDATE job_items SET state = 'pending' WHERE id = 1`)},
	{"job_running_items", "an item that runs in a paused job", false, sql(`UPDATE job_items SET state = 'running' WHERE job_run_id = 2`)},
	{"stage_counters", "of a finished job", true, sql(`UPDATE job_stages SET succeeded = succeeded + 1, failed = 0 WHERE job_run_id = 1`)},
	{"stage_counters", "of an unfinished job", true, sql(`UPDATE job_stages SET pending = 0 WHERE job_run_id = 2`)},
	{"job_sums", "items", true, sql(`UPDATE job_runs SET items_done = items_done + 1 WHERE id = 1`)},
	{"job_sums", "bytes", true, sql(`UPDATE job_runs SET bytes_done = 1 WHERE id = 1`)},
	{"job_playlists", "an unfinished playlist of a finished job", true, sql(`UPDATE job_playlists SET finished_at_ms = 0 WHERE job_run_id = 1`)},
	{"job_playlists", "a playlist that is not named", true, sql(`DELETE FROM job_playlists`)},
	{"job_commands", "passed over", false, sql(`UPDATE job_commands SET state = 'pending', answered_ms = 0 WHERE id = (SELECT min(id) FROM job_commands)`)},
	{"job_commands", "answered at no time", false, sql(`UPDATE job_commands SET answered_ms = 0`)},
	{"job_commands", "unknown", false, sql(`UPDATE job_commands SET kind = 'dance'`)},
}

func sql(statements ...string) func(w *world) {
	return func(w *world) {
		for _, s := range statements {
			w.exec(s)
		}
	}
}

func TestBrokenInvariantsAreFoundAndMended(t *testing.T) {
	t.Parallel()
	for _, b := range breaks {
		t.Run(b.check+"/"+b.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b.do(w)
			report := w.examine(doctor.Options{Deep: true})
			require.False(t, report.OK)
			require.Positive(t, report.Found)
			require.Zero(t, report.Fixed)
			check := found(t, report, b.check)
			require.False(t, check.OK)
			for _, f := range check.Findings {
				require.Positive(t, f.Count)
				require.NotEmpty(t, f.Examples)
				require.LessOrEqual(t, len(f.Examples), 5)
				require.Equal(t, b.mendable, f.Mendable, f.Text)
			}

			mended := w.examine(doctor.Options{Deep: true, Fix: true})
			require.Equal(t, check.Findings, found(t, mended, b.check).Findings, "looking alone mends nothing")
			again := found(t, w.examine(doctor.Options{Deep: true}), b.check)
			if !b.mendable {
				require.Zero(t, found(t, mended, b.check).Fixed)
				require.Equal(t, check.Findings, again.Findings)
				return
			}
			require.Positive(t, found(t, mended, b.check).Fixed)
			require.Empty(t, again.Findings)
		})
	}
}

// Every check is broken at least once above.
func TestEveryCheckIsTried(t *testing.T) {
	t.Parallel()
	var tried []string
	for _, b := range breaks {
		tried = append(tried, b.check)
	}
	for _, c := range newWorld(t).examine(doctor.Options{}).Checks {
		require.Contains(t, tried, c.Name)
	}
}

func TestMendedDatabaseIsCleanAsAWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, os.Remove(w.path("qq/A/a1.mp3")))
	for _, b := range breaks {
		if b.mendable && b.check != "files" && b.check != "unknown_files" {
			b.do(w)
		}
	}
	report := w.examine(doctor.Options{Fix: true})
	require.Equal(t, report.Found, report.Fixed, "%+v", report)
	again := w.examine(doctor.Options{Deep: true})
	require.True(t, again.OK, "%+v", again)
	var song models.Song
	require.NoError(t, w.db.Read.Take(&song, "remote_song_id = 'a1'").Error)
	require.False(t, song.Downloaded, "its file is gone, so it can be downloaded again")
}

func TestWhatAKilledProcessLeavesIsNoFault(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(`UPDATE job_runs SET state = 'running' WHERE id = 2`)
	w.exec(`UPDATE job_stages SET state = 'running', running = 1, pending = pending - 1 WHERE job_run_id = 2`)
	w.exec(`UPDATE job_items SET state = 'running' WHERE id = (SELECT min(id) FROM job_items WHERE job_run_id = 2)`)
	_, err := w.store.AddCommand(t.Context(), models.JobCommand{JobRunID: 1, Kind: models.CommandRetryFailed, Origin: "web"})
	require.NoError(t, err)
	w.beginFile("a2", "qq/A/a2.mp3")
	w.write("qq/A/a3.mp3.part", "half")
	w.write("qq/A/a3.mp3.part.json", `{"song_id": 3}`)
	w.write("qq/A/.a3.mp3.part.mp3", "half, with tags")
	w.write(".stfolder/marker", "somebody else's")
	report := w.examine(doctor.Options{Deep: true})
	require.True(t, report.OK, "%+v", report)
	for _, name := range []string{"unknown_files", "file_one_path", "job_running_items", "job_commands"} {
		require.Len(t, found(t, report, name).Notes, 1, name)
	}
	w.write("qq/A/a2.mp3", "qq/A/a2.mp3")
	require.True(t, w.examine(doctor.Options{}).OK, "a file that got its name and was not confirmed is known")
}

// An empty folder is most likely a disk that is not mounted: nothing is marked missing.
func TestUnmountedLibraryIsNotMended(t *testing.T) {
	t.Parallel()
	for name, unmount := range map[string]func(w *world){
		"empty": func(w *world) {
			require.NoError(w, os.Rename(w.library.Root(), w.library.Root()+"2"))
			require.NoError(w, os.Mkdir(w.library.Root(), 0o755))
		},
		"not there": func(w *world) { require.NoError(w, os.Rename(w.library.Root(), w.library.Root()+"2")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			unmount(w)
			report := w.examine(doctor.Options{Fix: true})
			check := found(t, report, "files")
			require.Len(t, check.Findings, 1)
			require.Contains(t, check.Findings[0].Text, "mount its disk")
			require.EqualValues(t, 2, check.Findings[0].Count)
			require.Zero(t, report.Fixed)
			require.NoError(t, os.RemoveAll(w.library.Root()))
			require.NoError(t, os.Rename(w.library.Root()+"2", w.library.Root()))
			require.True(t, w.examine(doctor.Options{Deep: true}).OK)
		})
	}
}

// A job whose items were removed for their age keeps what it counted.
func TestPrunedJobsKeepTheirCounters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for {
		step, err := w.store.PruneJob(t.Context(), 1, 1<<60, 2)
		require.NoError(t, err)
		require.True(t, w.examine(doctor.Options{}).OK)
		if step.Done {
			break
		}
	}
	w.exec(`UPDATE job_runs SET items_done = 0 WHERE id = 1`)
	w.examine(doctor.Options{Fix: true})
	detail, err := w.store.GetJob(t.Context(), 1)
	require.NoError(t, err)
	require.EqualValues(t, 6, detail.ItemsDone)
	require.EqualValues(t, 1, detail.ItemsFailed)
}

// Names are other people's text and must not steer a terminal.
func TestExamplesAreSafeToPrint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec("UPDATE playlists SET downloaded_count = 99, name = ? WHERE remote_playlist_id = '1'", "\x1b[2J坏\n名\u202e")
	example := found(t, w.examine(doctor.Options{}), "playlist_counters").Findings[0].Examples[0]
	require.NotContains(t, example, "\x1b")
	require.NotContains(t, example, "\n")
	require.NotContains(t, example, "\u202e")
	require.Contains(t, example, "坏")
}
