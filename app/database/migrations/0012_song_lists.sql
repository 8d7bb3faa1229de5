-- What the lists of songs and artists are narrowed by, so that each page costs the same at
-- any number of songs. All of it is derived, and kept by triggers whoever writes the facts.

-- The last download of the song ended in failure, for which it may be tried again at once.
ALTER TABLE songs ADD COLUMN failed INTEGER NOT NULL DEFAULT 0;
UPDATE songs SET failed = 1 WHERE id IN (SELECT song_id FROM download_tasks WHERE state = 'failed');

CREATE TRIGGER download_tasks_tried AFTER INSERT ON download_tasks WHEN new.state = 'failed' BEGIN
  UPDATE songs SET failed = 1 WHERE id = new.song_id;
END;
CREATE TRIGGER download_tasks_tried_again AFTER UPDATE OF state ON download_tasks WHEN (old.state = 'failed') <> (new.state = 'failed') BEGIN
  UPDATE songs SET failed = (new.state = 'failed') WHERE id = new.song_id;
END;
CREATE TRIGGER download_tasks_forgotten AFTER DELETE ON download_tasks WHEN old.state = 'failed' BEGIN
  UPDATE songs SET failed = 0 WHERE id = old.song_id;
END;

-- The state of a song is written here as queries write it, word for word.
CREATE INDEX songs_by_state ON songs (CASE WHEN downloaded THEN 'here' WHEN availability <> '' THEN availability WHEN failed THEN 'failed' ELSE 'missing' END, id);
CREATE INDEX songs_by_state_platform ON songs (CASE WHEN downloaded THEN 'here' WHEN availability <> '' THEN availability WHEN failed THEN 'failed' ELSE 'missing' END, platform, id);
CREATE INDEX songs_by_platform ON songs (platform, id);

-- The file of each song that is here: the primary one among its active local files.
CREATE TABLE song_files (
  song_id INTEGER PRIMARY KEY REFERENCES songs (id) ON DELETE CASCADE,
  file_asset_id INTEGER NOT NULL,
  file_location_id INTEGER NOT NULL,
  platform TEXT NOT NULL,
  source TEXT NOT NULL,
  quality TEXT NOT NULL,
  mislabelled INTEGER NOT NULL
);
CREATE INDEX song_files_by_kind ON song_files (platform, source, quality, mislabelled, song_id);

-- Which kinds of files there are, and how many of each.
CREATE TABLE song_file_kinds (
  platform TEXT NOT NULL,
  source TEXT NOT NULL,
  quality TEXT NOT NULL,
  mislabelled INTEGER NOT NULL,
  files INTEGER NOT NULL,
  PRIMARY KEY (platform, source, quality, mislabelled)
) WITHOUT ROWID;

CREATE TRIGGER song_files_added AFTER INSERT ON song_files BEGIN
  INSERT INTO song_file_kinds (platform, source, quality, mislabelled, files) VALUES (new.platform, new.source, new.quality, new.mislabelled, 1)
    ON CONFLICT DO UPDATE SET files = files + 1;
END;
CREATE TRIGGER song_files_removed AFTER DELETE ON song_files BEGIN
  UPDATE song_file_kinds SET files = files - 1
    WHERE platform = old.platform AND source = old.source AND quality = old.quality AND mislabelled = old.mislabelled;
END;

-- Files whose claimed quality is another than the real one are mislabelled.
CREATE VIEW counting_files AS
  SELECT l.song_id, a.id AS file_asset_id, l.id AS file_location_id, s.platform, a.source, a.quality,
    a.claimed_quality <> '' AND a.claimed_quality <> a.quality AS mislabelled, l.is_primary
  FROM file_locations l
  JOIN file_assets a ON a.id = l.file_asset_id
  JOIN songs s ON s.id = l.song_id
  JOIN storage_backends b ON b.id = l.backend_id
  WHERE l.status = 'active' AND b.type = 'local_fs';

CREATE TRIGGER file_locations_added AFTER INSERT ON file_locations WHEN new.status = 'active' BEGIN
  DELETE FROM song_files WHERE song_id = new.song_id;
  INSERT INTO song_files SELECT song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled
    FROM counting_files WHERE song_id = new.song_id ORDER BY is_primary DESC, file_location_id LIMIT 1;
END;
CREATE TRIGGER file_locations_changed AFTER UPDATE OF status, is_primary, file_asset_id, song_id, backend_id ON file_locations
WHEN old.status = 'active' OR new.status = 'active' BEGIN
  DELETE FROM song_files WHERE song_id IN (old.song_id, new.song_id);
  INSERT INTO song_files SELECT song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled
    FROM counting_files WHERE song_id = new.song_id ORDER BY is_primary DESC, file_location_id LIMIT 1;
  INSERT INTO song_files SELECT song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled
    FROM counting_files WHERE song_id = old.song_id AND old.song_id <> new.song_id ORDER BY is_primary DESC, file_location_id LIMIT 1;
END;
CREATE TRIGGER file_locations_removed AFTER DELETE ON file_locations WHEN old.status = 'active' BEGIN
  DELETE FROM song_files WHERE song_id = old.song_id;
  INSERT INTO song_files SELECT song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled
    FROM counting_files WHERE song_id = old.song_id ORDER BY is_primary DESC, file_location_id LIMIT 1;
END;
-- A file that is described anew is another kind.
CREATE TRIGGER file_assets_described AFTER UPDATE OF source, quality, claimed_quality ON file_assets
WHEN old.source <> new.source OR old.quality <> new.quality OR old.claimed_quality <> new.claimed_quality BEGIN
  DELETE FROM song_files WHERE song_id = new.song_id;
  INSERT INTO song_files SELECT song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled
    FROM counting_files WHERE song_id = new.song_id ORDER BY is_primary DESC, file_location_id LIMIT 1;
END;

-- The files that there are already.
INSERT INTO song_files SELECT song_id, file_asset_id, file_location_id, platform, source, quality, mislabelled
  FROM (SELECT *, row_number() OVER (PARTITION BY song_id ORDER BY is_primary DESC, file_location_id) AS place FROM counting_files)
  WHERE place = 1;

-- How many songs of an artist are here.
ALTER TABLE artists ADD COLUMN downloaded_count INTEGER NOT NULL DEFAULT 0;
UPDATE artists SET downloaded_count = (SELECT count(*) FROM artist_songs l JOIN songs s ON s.id = l.song_id WHERE l.artist_id = artists.id AND s.downloaded);

CREATE TRIGGER songs_here AFTER UPDATE OF downloaded ON songs WHEN old.downloaded <> new.downloaded BEGIN
  UPDATE artists SET downloaded_count = downloaded_count + new.downloaded - old.downloaded
    WHERE id IN (SELECT artist_id FROM artist_songs WHERE song_id = new.id);
END;
-- Before, because the links go with the song and find it no more.
CREATE TRIGGER songs_here_removed BEFORE DELETE ON songs WHEN old.downloaded BEGIN
  UPDATE artists SET downloaded_count = downloaded_count - 1 WHERE id IN (SELECT artist_id FROM artist_songs WHERE song_id = old.id);
END;
CREATE TRIGGER artist_songs_added AFTER INSERT ON artist_songs
WHEN (SELECT downloaded FROM songs WHERE id = new.song_id) BEGIN
  UPDATE artists SET downloaded_count = downloaded_count + 1 WHERE id = new.artist_id;
END;
CREATE TRIGGER artist_songs_removed AFTER DELETE ON artist_songs
WHEN (SELECT downloaded FROM songs WHERE id = old.song_id) BEGIN
  UPDATE artists SET downloaded_count = downloaded_count - 1 WHERE id = old.artist_id;
END;

CREATE INDEX artists_by_songs ON artists (song_count DESC, name_key, id);
CREATE INDEX artists_by_platform_songs ON artists (platform, song_count DESC, name_key, id);
