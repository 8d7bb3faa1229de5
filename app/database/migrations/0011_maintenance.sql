-- When a file's bytes were last compared with its checksum; 0 = never since it was placed.
ALTER TABLE file_locations ADD COLUMN checked_at_ms INTEGER NOT NULL DEFAULT 0;
CREATE INDEX file_locations_unchecked ON file_locations ((CASE WHEN checked_at_ms > created_at_ms THEN checked_at_ms ELSE created_at_ms END), id) WHERE status = 'active';

-- One comparison of database and disks.
CREATE TABLE maintenance_looks (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('reconcile', 'scrub')),
  job_run_id INTEGER NOT NULL DEFAULT 0,
  deep INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  bytes_read INTEGER NOT NULL DEFAULT 0,
  found INTEGER NOT NULL DEFAULT 0,
  unreachable TEXT NOT NULL DEFAULT '',
  started_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER NOT NULL DEFAULT 0
);

-- What was found and is not settled. subject names the row or file that it is about, so
-- that each is found once however often it is looked at.
CREATE TABLE maintenance_findings (
  id INTEGER PRIMARY KEY,
  look_id INTEGER NOT NULL REFERENCES maintenance_looks (id) ON DELETE CASCADE,
  class TEXT NOT NULL CHECK (class IN ('missing', 'moved', 'changed', 'damaged', 'extra', 'leftover', 'part', 'orphan')),
  subject TEXT NOT NULL UNIQUE,
  backend_id INTEGER REFERENCES storage_backends (id) ON DELETE CASCADE,
  location_id INTEGER REFERENCES file_locations (id) ON DELETE CASCADE,
  file_asset_id INTEGER REFERENCES file_assets (id) ON DELETE CASCADE,
  song_id INTEGER REFERENCES songs (id) ON DELETE CASCADE,
  locator TEXT NOT NULL DEFAULT '',
  found_locator TEXT NOT NULL DEFAULT '',
  size_bytes INTEGER NOT NULL DEFAULT 0,
  found_bytes INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  failed TEXT NOT NULL DEFAULT '',
  found_at_ms INTEGER NOT NULL
);
CREATE INDEX maintenance_findings_by_class ON maintenance_findings (class, id);
CREATE INDEX maintenance_findings_by_look ON maintenance_findings (look_id, id);
CREATE INDEX maintenance_findings_by_location ON maintenance_findings (location_id) WHERE location_id IS NOT NULL;
CREATE INDEX maintenance_findings_by_asset ON maintenance_findings (file_asset_id) WHERE file_asset_id IS NOT NULL;
CREATE INDEX maintenance_findings_by_song ON maintenance_findings (song_id) WHERE song_id IS NOT NULL;

-- Files of a folder that was imported, and which song each one is.
CREATE TABLE import_files (
  id INTEGER PRIMARY KEY,
  job_run_id INTEGER NOT NULL REFERENCES job_runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('matched', 'adopted', 'known', 'unmatched', 'refused')),
  song_id INTEGER REFERENCES songs (id) ON DELETE SET NULL,
  score REAL NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '',
  UNIQUE (job_run_id, path)
);
CREATE INDEX import_files_by_state ON import_files (job_run_id, state, id);
CREATE INDEX import_files_by_song ON import_files (song_id) WHERE song_id IS NOT NULL;
