-- What playlists held when, and what a doubtful fetch would have removed.

-- When a sync last changed the list: a playlist that rests is fetched less often.
ALTER TABLE playlists ADD COLUMN changed_at_ms INTEGER NOT NULL DEFAULT 0;
UPDATE playlists SET changed_at_ms = coalesce(
  (SELECT max(c.at_ms) FROM playlist_changes c WHERE c.playlist_id = playlists.id), synced_at_ms);

-- What becomes of songs that left: they stay shown, or after some days they are unlinked,
-- or their files go into the recycle bin.
ALTER TABLE playlists ADD COLUMN gone_policy TEXT NOT NULL DEFAULT '' CHECK (gone_policy IN ('', 'unlink', 'recycle'));
ALTER TABLE playlists ADD COLUMN gone_days INTEGER NOT NULL DEFAULT 0;
CREATE INDEX playlists_by_gone_policy ON playlists (id) WHERE gone_policy <> '';

-- One row a playlist whose last fetches were not believed.
CREATE TABLE held_changes (
  playlist_id INTEGER PRIMARY KEY REFERENCES playlists (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'dismissed')),
  code TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  songs INTEGER NOT NULL,
  fetches INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  set_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
);
CREATE INDEX held_changes_waiting ON held_changes (playlist_id) WHERE state = 'waiting';

-- The places on the list that would go.
CREATE TABLE held_songs (
  playlist_id INTEGER NOT NULL REFERENCES held_changes (playlist_id) ON DELETE CASCADE,
  song_id INTEGER NOT NULL REFERENCES songs (id),
  occurrence INTEGER NOT NULL,
  PRIMARY KEY (playlist_id, song_id, occurrence)
) WITHOUT ROWID;
CREATE INDEX held_songs_by_song ON held_songs (song_id);
