-- Catalog core -----------------------------------------------------------------
CREATE TABLE playlist_pools (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  kind TEXT NOT NULL,
  collected_at_ms INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (platform, kind)
);

CREATE TABLE playlists (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  remote_playlist_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  cover_url TEXT NOT NULL DEFAULT '',
  creator TEXT NOT NULL DEFAULT '',
  web_url TEXT NOT NULL DEFAULT '',
  play_count INTEGER NOT NULL DEFAULT 0,
  track_count INTEGER NOT NULL DEFAULT 0,
  wanted INTEGER NOT NULL DEFAULT 0,
  priority INTEGER NOT NULL DEFAULT 0,
  version_tag TEXT NOT NULL DEFAULT '',
  synced_at_ms INTEGER NOT NULL DEFAULT 0,
  sync_checked_ms INTEGER NOT NULL DEFAULT 0,
  sync_error TEXT NOT NULL DEFAULT '',
  sync_error_code TEXT NOT NULL DEFAULT '',
  empty_reason TEXT NOT NULL DEFAULT '',
  metadata_json TEXT NOT NULL DEFAULT '',
  collected_at_ms INTEGER NOT NULL DEFAULT 0,
  collected_digest TEXT NOT NULL DEFAULT '',
  collected_song_count INTEGER NOT NULL DEFAULT 0,
  downloaded_count INTEGER NOT NULL DEFAULT 0,
  skipped_count INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (platform, remote_playlist_id)
);
CREATE INDEX playlists_by_play_count ON playlists (play_count DESC, id);
CREATE INDEX playlists_by_platform_play_count ON playlists (platform, play_count DESC, id);
CREATE INDEX playlists_by_name ON playlists (name_key, id);
CREATE INDEX playlists_by_synced ON playlists (synced_at_ms, id);
CREATE INDEX playlists_wanted ON playlists (id) WHERE wanted = 1;
CREATE INDEX playlists_by_songs ON playlists (collected_song_count DESC, id);
CREATE INDEX playlists_by_missing ON playlists ((collected_song_count - downloaded_count - skipped_count) DESC, id);
-- Everything that the coverage counts, so that it reads this index alone.
CREATE INDEX playlists_coverage ON playlists (platform, synced_at_ms, collected_song_count, downloaded_count, skipped_count);

CREATE TABLE pool_playlists (
  pool_id INTEGER NOT NULL REFERENCES playlist_pools (id) ON DELETE CASCADE,
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL,
  PRIMARY KEY (pool_id, playlist_id)
) WITHOUT ROWID;
CREATE INDEX pool_playlists_by_playlist ON pool_playlists (playlist_id);

CREATE TABLE songs (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  remote_song_id TEXT NOT NULL,
  name TEXT NOT NULL,
  singers TEXT NOT NULL DEFAULT '',
  album TEXT NOT NULL DEFAULT '',
  duration_ms INTEGER NOT NULL DEFAULT 0,
  ext TEXT NOT NULL DEFAULT '',
  file_size_bytes INTEGER NOT NULL DEFAULT 0,
  quality_label TEXT NOT NULL DEFAULT '',
  cover_url TEXT NOT NULL DEFAULT '',
  metadata_json TEXT NOT NULL DEFAULT '',
  search_key TEXT NOT NULL DEFAULT '',
  availability TEXT NOT NULL DEFAULT '' CHECK (availability IN ('', 'not_music', 'unavailable')),
  availability_code TEXT NOT NULL DEFAULT '',
  availability_reason TEXT NOT NULL DEFAULT '',
  downloaded INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (platform, remote_song_id)
);

CREATE TABLE playlist_songs (
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  song_id INTEGER NOT NULL REFERENCES songs (id),
  occurrence INTEGER NOT NULL DEFAULT 0,
  position INTEGER NOT NULL,
  seen_from_ms INTEGER NOT NULL,
  gone_at_ms INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (playlist_id, song_id, occurrence)
) WITHOUT ROWID;
CREATE INDEX playlist_songs_by_song ON playlist_songs (song_id);
CREATE INDEX playlist_songs_by_position ON playlist_songs (playlist_id, position) WHERE gone_at_ms = 0;

CREATE TABLE playlist_changes (
  id INTEGER PRIMARY KEY,
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  song_id INTEGER NOT NULL REFERENCES songs (id),
  occurrence INTEGER NOT NULL DEFAULT 0,
  kind TEXT NOT NULL CHECK (kind IN ('added', 'removed', 'moved')),
  from_position INTEGER NOT NULL,
  to_position INTEGER NOT NULL,
  at_ms INTEGER NOT NULL
);
CREATE INDEX playlist_changes_by_playlist ON playlist_changes (playlist_id, at_ms, id);

CREATE TABLE artists (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  remote_artist_id TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  song_count INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (platform, name_key)
);

CREATE TABLE artist_songs (
  artist_id INTEGER NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  song_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (artist_id, song_id)
) WITHOUT ROWID;
CREATE INDEX artist_songs_by_song ON artist_songs (song_id);

CREATE TABLE artist_pools (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  kind TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (platform, kind)
);

CREATE TABLE pool_artists (
  artist_pool_id INTEGER NOT NULL REFERENCES artist_pools (id) ON DELETE CASCADE,
  artist_id INTEGER NOT NULL REFERENCES artists (id) ON DELETE CASCADE,
  PRIMARY KEY (artist_pool_id, artist_id)
) WITHOUT ROWID;
CREATE INDEX pool_artists_by_artist ON pool_artists (artist_id);

-- Storage ----------------------------------------------------------------------
CREATE TABLE storage_backends (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  root TEXT NOT NULL DEFAULT '',
  config_json TEXT NOT NULL DEFAULT '',
  is_default INTEGER NOT NULL DEFAULT 0,
  enabled INTEGER NOT NULL DEFAULT 1,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
);

CREATE TABLE file_assets (
  id INTEGER PRIMARY KEY,
  song_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  source TEXT NOT NULL,
  source_song_id TEXT NOT NULL DEFAULT '',
  quality TEXT NOT NULL DEFAULT '',
  claimed_quality TEXT NOT NULL DEFAULT '',
  ext TEXT NOT NULL,
  codec TEXT NOT NULL DEFAULT '',
  file_size_bytes INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  bitrate_bps INTEGER NOT NULL DEFAULT 0,
  sample_rate_hz INTEGER NOT NULL DEFAULT 0,
  bit_depth INTEGER NOT NULL DEFAULT 0,
  channels INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL,
  crc32 INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (song_id, sha256)
);

CREATE TABLE file_locations (
  id INTEGER PRIMARY KEY,
  file_asset_id INTEGER NOT NULL REFERENCES file_assets (id) ON DELETE CASCADE,
  song_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  backend_id INTEGER NOT NULL REFERENCES storage_backends (id),
  locator TEXT NOT NULL,
  locator_key TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('placing', 'active', 'inactive', 'missing')),
  is_primary INTEGER NOT NULL DEFAULT 0,
  public_url TEXT NOT NULL DEFAULT '',
  mod_time_ms INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (file_asset_id, backend_id, locator)
);
CREATE INDEX file_locations_by_song ON file_locations (song_id, status);
CREATE INDEX file_locations_by_key ON file_locations (backend_id, locator_key);
CREATE INDEX file_locations_placing ON file_locations (id) WHERE status = 'placing';
-- Two songs never own one file.
CREATE UNIQUE INDEX file_locations_active_path ON file_locations (backend_id, locator) WHERE status = 'active';

CREATE TABLE song_backend_presence (
  song_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  backend_id INTEGER NOT NULL REFERENCES storage_backends (id) ON DELETE CASCADE,
  active_files INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  PRIMARY KEY (song_id, backend_id)
) WITHOUT ROWID;

CREATE TABLE download_tasks (
  id INTEGER PRIMARY KEY,
  song_id INTEGER NOT NULL UNIQUE REFERENCES songs (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  chosen_source TEXT NOT NULL DEFAULT '',
  chosen_song_id TEXT NOT NULL DEFAULT '',
  file_asset_id INTEGER REFERENCES file_assets (id) ON DELETE SET NULL,
  decision_json TEXT NOT NULL DEFAULT '',
  last_error_code TEXT NOT NULL DEFAULT '',
  last_error TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
);

-- Jobs -------------------------------------------------------------------------
CREATE TABLE job_runs (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'pause_requested', 'paused', 'completed', 'completed_with_errors', 'failed', 'canceled')),
  title TEXT NOT NULL DEFAULT '',
  scope_json TEXT NOT NULL DEFAULT '{}',
  origin TEXT NOT NULL DEFAULT '',
  priority INTEGER NOT NULL DEFAULT 0,
  current_stage TEXT NOT NULL DEFAULT '',
  pause_reason TEXT NOT NULL DEFAULT '',
  error_code TEXT NOT NULL DEFAULT '',
  error_text TEXT NOT NULL DEFAULT '',
  items_total INTEGER NOT NULL DEFAULT 0,
  items_done INTEGER NOT NULL DEFAULT 0,
  items_failed INTEGER NOT NULL DEFAULT 0,
  items_skipped INTEGER NOT NULL DEFAULT 0,
  bytes_done INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  started_at_ms INTEGER NOT NULL DEFAULT 0,
  finished_at_ms INTEGER NOT NULL DEFAULT 0,
  updated_at_ms INTEGER NOT NULL
);
CREATE INDEX job_runs_live ON job_runs (priority DESC, id) WHERE state IN ('queued', 'running', 'pause_requested', 'paused');
CREATE INDEX job_runs_by_state ON job_runs (state, id);

CREATE TABLE job_stages (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  ordinal INTEGER NOT NULL,
  name TEXT NOT NULL,
  lane TEXT NOT NULL,
  state TEXT NOT NULL,
  workers INTEGER NOT NULL DEFAULT 0,
  total INTEGER NOT NULL DEFAULT 0,
  pending INTEGER NOT NULL DEFAULT 0,
  running INTEGER NOT NULL DEFAULT 0,
  succeeded INTEGER NOT NULL DEFAULT 0,
  skipped INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  interrupted INTEGER NOT NULL DEFAULT 0,
  canceled INTEGER NOT NULL DEFAULT 0,
  bytes_done INTEGER NOT NULL DEFAULT 0,
  message TEXT NOT NULL DEFAULT '',
  planned_at_ms INTEGER NOT NULL DEFAULT 0,
  started_at_ms INTEGER NOT NULL DEFAULT 0,
  finished_at_ms INTEGER NOT NULL DEFAULT 0,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (job_run_id, ordinal)
);

CREATE TABLE job_items (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  job_stage_id INTEGER NOT NULL REFERENCES job_stages (id) ON DELETE CASCADE,
  item_key TEXT NOT NULL,
  title TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL DEFAULT '',
  playlist_id INTEGER,
  song_id INTEGER,
  file_location_id INTEGER,
  state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'succeeded', 'skipped', 'failed', 'interrupted', 'canceled')),
  priority INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  waits INTEGER NOT NULL DEFAULT 0,
  not_before_ms INTEGER NOT NULL DEFAULT 0,
  wait_reason TEXT NOT NULL DEFAULT '',
  error_class TEXT NOT NULL DEFAULT '',
  error_code TEXT NOT NULL DEFAULT '',
  error_text TEXT NOT NULL DEFAULT '',
  progress_done INTEGER NOT NULL DEFAULT 0,
  progress_total INTEGER NOT NULL DEFAULT 0,
  progress_unit TEXT NOT NULL DEFAULT '',
  progress_text TEXT NOT NULL DEFAULT '',
  result_source TEXT NOT NULL DEFAULT '',
  started_at_ms INTEGER NOT NULL DEFAULT 0,
  finished_at_ms INTEGER NOT NULL DEFAULT 0,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (job_stage_id, item_key)
);
-- Ready and waiting items are kept apart, so that a claim costs the same however many
-- items wait for a blocked source.
CREATE INDEX job_items_ready ON job_items (job_stage_id, source, priority DESC, id) WHERE state = 'pending' AND not_before_ms = 0;
CREATE INDEX job_items_waiting ON job_items (job_stage_id, not_before_ms) WHERE state = 'pending' AND not_before_ms > 0;
CREATE INDEX job_items_active ON job_items (job_run_id, job_stage_id) WHERE state IN ('running', 'interrupted');
CREATE INDEX job_items_failed ON job_items (job_run_id, error_code) WHERE state = 'failed';
CREATE INDEX job_items_by_job ON job_items (job_run_id, id);
CREATE INDEX job_items_by_song ON job_items (job_run_id, song_id) WHERE song_id IS NOT NULL;
CREATE INDEX job_items_by_playlist ON job_items (job_run_id, playlist_id, song_id) WHERE playlist_id IS NOT NULL;

CREATE TABLE job_playlists (
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  position INTEGER NOT NULL DEFAULT 0,
  finished_at_ms INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (job_run_id, playlist_id)
) WITHOUT ROWID;
CREATE INDEX job_playlists_by_playlist ON job_playlists (playlist_id);

CREATE TABLE job_workers (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  job_stage_id INTEGER NOT NULL REFERENCES job_stages (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  item_id INTEGER,
  item_title TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'idle',
  progress_text TEXT NOT NULL DEFAULT '',
  progress_done INTEGER NOT NULL DEFAULT 0,
  progress_total INTEGER NOT NULL DEFAULT 0,
  bytes_per_second REAL NOT NULL DEFAULT 0,
  items_per_second REAL NOT NULL DEFAULT 0,
  eta_ms INTEGER NOT NULL DEFAULT 0,
  items_done INTEGER NOT NULL DEFAULT 0,
  bytes_done INTEGER NOT NULL DEFAULT 0,
  heartbeat_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (job_run_id, name)
);

CREATE TABLE job_commands (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  item_id INTEGER,
  priority INTEGER NOT NULL DEFAULT 0,
  origin TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL CHECK (state IN ('pending', 'applied', 'rejected')),
  reason TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL,
  answered_ms INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX job_commands_pending ON job_commands (id) WHERE state = 'pending';
CREATE INDEX job_commands_by_job ON job_commands (job_run_id, id);

CREATE TABLE job_events (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  job_stage_id INTEGER,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  data_json TEXT NOT NULL DEFAULT '',
  at_ms INTEGER NOT NULL
);
CREATE INDEX job_events_by_job ON job_events (job_run_id, id);

CREATE TABLE job_logs (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  job_stage_id INTEGER,
  item_id INTEGER,
  level TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL,
  data_json TEXT NOT NULL DEFAULT '',
  at_ms INTEGER NOT NULL
);
CREATE INDEX job_logs_by_job ON job_logs (job_run_id, id);

-- Export -----------------------------------------------------------------------
CREATE TABLE export_bundles (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL DEFAULT '',
  scope_json TEXT NOT NULL,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
);
