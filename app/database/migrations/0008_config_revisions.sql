-- What was changed in the settings, by whom. Values of secrets are in none of it.
CREATE TABLE config_revisions (
  id INTEGER PRIMARY KEY,
  author TEXT NOT NULL,
  rollback_of INTEGER NOT NULL DEFAULT 0,
  changes_json TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL
);
