-- What the operator decided about a song's file. The song is named as its platform names
-- it and not by its row, so that nothing that happens to the row takes the word away.
CREATE TABLE match_overrides (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  remote_song_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('pick', 'forbid', 'absent')),
  source TEXT NOT NULL,
  candidate_id TEXT NOT NULL DEFAULT '',
  candidate_json TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  actor TEXT NOT NULL DEFAULT '',
  at_ms INTEGER NOT NULL,
  UNIQUE (platform, remote_song_id, kind, source, candidate_id),
  CHECK ((candidate_id = '') = (kind = 'absent'))
);
-- A song is one recording: two picks would contradict each other.
CREATE UNIQUE INDEX match_overrides_one_pick ON match_overrides (platform, remote_song_id) WHERE kind = 'pick';
