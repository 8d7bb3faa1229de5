-- What became of each part of a song: its sound, cover, tags and words. No row = todo.
CREATE TABLE song_parts (
  song_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  part TEXT NOT NULL CHECK (part IN ('audio', 'cover', 'info', 'lyrics', 'translation')),
  state TEXT NOT NULL CHECK (state IN ('todo', 'running', 'ok', 'skipped', 'failed', 'given_up', 'blocked')),
  attempts INTEGER NOT NULL DEFAULT 0,
  last_error_code TEXT NOT NULL DEFAULT '',
  last_error TEXT NOT NULL DEFAULT '',
  next_try_at_ms INTEGER NOT NULL DEFAULT 0,
  source TEXT NOT NULL DEFAULT '',
  quality TEXT NOT NULL DEFAULT '',
  content_hash TEXT NOT NULL DEFAULT '',
  updated_at_ms INTEGER NOT NULL,
  reset_id INTEGER,
  PRIMARY KEY (song_id, part)
) WITHOUT ROWID;
-- Parts that are to be tried again; most are ok.
CREATE INDEX song_parts_open ON song_parts (part, state, song_id) WHERE state NOT IN ('ok', 'skipped');

-- What the source served, before tags were written into it; '' and 0 = the file as it is.
ALTER TABLE file_assets ADD COLUMN served_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE file_assets ADD COLUMN served_bytes INTEGER NOT NULL DEFAULT 0;

-- Songs that were here before parts were told apart have their sound.
INSERT INTO song_parts (song_id, part, state, source, quality, content_hash, updated_at_ms)
  SELECT s.id, 'audio', 'ok', coalesce(a.source, ''), coalesce(a.quality, ''), coalesce(a.sha256, ''), s.updated_at_ms
  FROM songs s LEFT JOIN download_tasks t ON t.song_id = s.id LEFT JOIN file_assets a ON a.id = t.file_asset_id
  WHERE s.downloaded;
