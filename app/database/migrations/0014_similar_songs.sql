-- Songs of different platforms that look like one recording, and what the operator said.
-- twin_id is the song that has the file of song_id once they are merged.
CREATE TABLE similar_pairs (
  id INTEGER PRIMARY KEY,
  song_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  twin_id INTEGER NOT NULL REFERENCES songs (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('open', 'rejected', 'merged')),
  score REAL NOT NULL,
  score_json TEXT NOT NULL DEFAULT '',
  same_bytes INTEGER NOT NULL DEFAULT 0,
  seen_at_ms INTEGER NOT NULL,
  found_at_ms INTEGER NOT NULL,
  decided_at_ms INTEGER NOT NULL DEFAULT 0,
  shared_location_id INTEGER REFERENCES file_locations (id) ON DELETE SET NULL,
  former_json TEXT NOT NULL DEFAULT ''
);
-- Two songs are asked about once, whichever of them comes first.
CREATE UNIQUE INDEX similar_pairs_once ON similar_pairs (min(song_id, twin_id), max(song_id, twin_id));
CREATE INDEX similar_pairs_by_state ON similar_pairs (state, score DESC, id);
CREATE INDEX similar_pairs_by_song ON similar_pairs (song_id);
CREATE INDEX similar_pairs_by_twin ON similar_pairs (twin_id);
CREATE INDEX similar_pairs_by_location ON similar_pairs (shared_location_id) WHERE shared_location_id IS NOT NULL;
-- A song has the file of one other song at most.
CREATE UNIQUE INDEX similar_pairs_merged_once ON similar_pairs (twin_id) WHERE state = 'merged';
