-- What is to be copied from the library to another storage.
CREATE TABLE upload_tasks (
  id INTEGER PRIMARY KEY,
  file_asset_id INTEGER NOT NULL REFERENCES file_assets (id) ON DELETE CASCADE,
  target_backend_id INTEGER NOT NULL REFERENCES storage_backends (id) ON DELETE CASCADE,
  target_locator TEXT NOT NULL,
  source_location_id INTEGER REFERENCES file_locations (id) ON DELETE SET NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'uploading', 'succeeded', 'failed', 'skipped')),
  upload_id TEXT NOT NULL DEFAULT '',
  bytes_done INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error_code TEXT NOT NULL DEFAULT '',
  last_error TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  UNIQUE (file_asset_id, target_backend_id, target_locator)
);
CREATE INDEX upload_tasks_by_source ON upload_tasks (source_location_id);
CREATE INDEX upload_tasks_open ON upload_tasks (target_backend_id, id) WHERE state IN ('pending', 'uploading');
CREATE INDEX job_items_by_location ON job_items (file_location_id) WHERE file_location_id IS NOT NULL;
