-- "All that match a filter", held by the server while the operator works with it.
CREATE TABLE saved_selections (
  id INTEGER PRIMARY KEY,
  token TEXT NOT NULL UNIQUE,
  subject TEXT NOT NULL CHECK (subject IN ('playlists', 'songs')),
  filter_json TEXT NOT NULL,
  count INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER NOT NULL
);
CREATE INDEX saved_selections_by_expiry ON saved_selections (expires_at_ms);

-- Actions on many playlists, each with what it was about and what came of it.
CREATE TABLE bulk_actions (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('download', 'sync', 'want', 'unwant', 'export')),
  origin TEXT NOT NULL,
  filter_json TEXT NOT NULL DEFAULT '',
  options_json TEXT NOT NULL DEFAULT '',
  playlists_json TEXT NOT NULL,
  selected INTEGER NOT NULL,
  job_run_id INTEGER NOT NULL DEFAULT 0,
  result_json TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL,
  applied_at_ms INTEGER NOT NULL DEFAULT 0,
  undone_at_ms INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX bulk_actions_by_job ON bulk_actions (job_run_id) WHERE job_run_id > 0;

-- The marks that an action changed, which undoing it takes back.
CREATE TABLE bulk_marks (
  bulk_action_id INTEGER NOT NULL REFERENCES bulk_actions (id) ON DELETE CASCADE,
  playlist_id INTEGER NOT NULL REFERENCES playlists (id) ON DELETE CASCADE,
  PRIMARY KEY (bulk_action_id, playlist_id)
) WITHOUT ROWID;
CREATE INDEX bulk_marks_by_playlist ON bulk_marks (playlist_id);

-- Exports that wait for downloads; they outlive the tab that asked for them.
CREATE TABLE waiting_exports (
  id INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  playlists_json TEXT NOT NULL,
  form_json TEXT NOT NULL,
  jobs_json TEXT NOT NULL,
  playlists INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'failed')),
  bundle_name TEXT NOT NULL DEFAULT '',
  missing INTEGER NOT NULL DEFAULT 0,
  error_code TEXT NOT NULL DEFAULT '',
  error_text TEXT NOT NULL DEFAULT '',
  seen_at_ms INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER NOT NULL DEFAULT 0,
  expires_at_ms INTEGER NOT NULL
);
CREATE INDEX waiting_exports_by_state ON waiting_exports (state, id);
