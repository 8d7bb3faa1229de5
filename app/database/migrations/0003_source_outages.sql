-- Times during which a source blocked this program; the items that wait for its end
-- name it in wait_source.
CREATE TABLE source_outages (
  source TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  until_ms INTEGER NOT NULL DEFAULT 0,
  code TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL DEFAULT '',
  probes INTEGER NOT NULL DEFAULT 0,
  closed_at_ms INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source, since_ms)
) WITHOUT ROWID;
CREATE UNIQUE INDEX source_outages_open ON source_outages (source) WHERE state = 'open';

ALTER TABLE job_items ADD COLUMN wait_source TEXT NOT NULL DEFAULT '';
-- Items that wait for a source are kept apart from those that wait for a time, so that a
-- turn of the dispatcher costs the same however many there are of them.
DROP INDEX job_items_waiting;
CREATE INDEX job_items_waiting ON job_items (job_stage_id, not_before_ms) WHERE state = 'pending' AND not_before_ms > 0 AND wait_source = '';
CREATE INDEX job_items_stopped ON job_items (wait_source, job_stage_id) WHERE state = 'pending' AND wait_source <> '';
