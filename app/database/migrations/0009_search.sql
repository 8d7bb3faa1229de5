-- Indexes of pairs of characters, which find any substring, of Chinese too. They hold no
-- text and are filled behind the writes that they follow: rows up to indexed_to, but for
-- those in search_queue, are in them.
CREATE VIRTUAL TABLE song_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE playlist_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
CREATE VIRTUAL TABLE artist_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');

CREATE TABLE search_progress (
  kind TEXT PRIMARY KEY CHECK (kind IN ('songs', 'playlists', 'artists')),
  indexed_to INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO search_progress (kind) VALUES ('songs'), ('playlists'), ('artists');

CREATE TABLE search_queue (
  kind TEXT NOT NULL,
  row_id INTEGER NOT NULL,
  PRIMARY KEY (kind, row_id)
) WITHOUT ROWID;

CREATE TRIGGER songs_renamed AFTER UPDATE OF search_key ON songs WHEN old.search_key <> new.search_key BEGIN
  INSERT OR IGNORE INTO search_queue (kind, row_id) VALUES ('songs', new.id);
END;
CREATE TRIGGER songs_removed AFTER DELETE ON songs BEGIN
  INSERT OR IGNORE INTO search_queue (kind, row_id) VALUES ('songs', old.id);
END;
CREATE TRIGGER playlists_renamed AFTER UPDATE OF name_key ON playlists WHEN old.name_key <> new.name_key BEGIN
  INSERT OR IGNORE INTO search_queue (kind, row_id) VALUES ('playlists', new.id);
END;
CREATE TRIGGER playlists_removed AFTER DELETE ON playlists BEGIN
  INSERT OR IGNORE INTO search_queue (kind, row_id) VALUES ('playlists', old.id);
END;
CREATE TRIGGER artists_renamed AFTER UPDATE OF name_key ON artists WHEN old.name_key <> new.name_key BEGIN
  INSERT OR IGNORE INTO search_queue (kind, row_id) VALUES ('artists', new.id);
END;
CREATE TRIGGER artists_removed AFTER DELETE ON artists BEGIN
  INSERT OR IGNORE INTO search_queue (kind, row_id) VALUES ('artists', old.id);
END;
