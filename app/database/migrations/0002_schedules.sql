-- Schedules --------------------------------------------------------------------
CREATE TABLE schedules (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL DEFAULT 'Local',
  job_type TEXT NOT NULL,
  scope_json TEXT NOT NULL DEFAULT '{}',
  enabled INTEGER NOT NULL DEFAULT 0,
  overlap TEXT NOT NULL DEFAULT 'skip' CHECK (overlap IN ('skip', 'queue')),
  catch_up INTEGER NOT NULL DEFAULT 0,
  armed_at_ms INTEGER NOT NULL DEFAULT 0,
  next_run_ms INTEGER NOT NULL DEFAULT 0,
  last_run_ms INTEGER NOT NULL DEFAULT 0,
  last_job_id INTEGER NOT NULL DEFAULT 0,
  last_result TEXT NOT NULL DEFAULT '',
  last_finished_ms INTEGER NOT NULL DEFAULT 0,
  alerted_at_ms INTEGER NOT NULL DEFAULT 0,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
);
CREATE INDEX schedules_due ON schedules (next_run_ms) WHERE enabled = 1;

CREATE TABLE schedule_runs (
  id INTEGER PRIMARY KEY,
  schedule_id INTEGER NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
  planned_ms INTEGER NOT NULL,
  job_run_id INTEGER,
  state TEXT NOT NULL CHECK (state IN ('fired', 'skipped', 'missed', 'caught_up')),
  origin TEXT NOT NULL DEFAULT 'schedule',
  job_title TEXT NOT NULL DEFAULT '',
  report_json TEXT NOT NULL DEFAULT '',
  created_at_ms INTEGER NOT NULL,
  finished_at_ms INTEGER NOT NULL DEFAULT 0,
  UNIQUE (schedule_id, planned_ms)
);
CREATE INDEX schedule_runs_open ON schedule_runs (id) WHERE finished_at_ms = 0;
CREATE INDEX schedule_runs_by_job ON schedule_runs (job_run_id) WHERE job_run_id IS NOT NULL;

-- Every database gets the nightly schedule once, switched off: whoever deletes it has it
-- deleted.
INSERT INTO schedules (name, cron, time_zone, job_type, created_at_ms, updated_at_ms)
VALUES ('Nightly catalog sync', '30 3 * * *', 'Local', 'catalog_sync', unixepoch() * 1000, unixepoch() * 1000);
