-- In which order and when songs are downloaded.

-- Items of a stage run by priority, then by rank (low first), then by age. The rank is
-- decided when the stage is planned, so that a claim only follows the index.
ALTER TABLE job_items ADD COLUMN rank INTEGER NOT NULL DEFAULT 0;
DROP INDEX job_items_ready;
CREATE INDEX job_items_ready ON job_items (job_stage_id, source, priority DESC, rank, id) WHERE state = 'pending' AND not_before_ms = 0;

-- A song that no source has is searched again later each time.
ALTER TABLE download_tasks ADD COLUMN misses INTEGER NOT NULL DEFAULT 0;
ALTER TABLE download_tasks ADD COLUMN next_try_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job_items ADD COLUMN rest_until_ms INTEGER NOT NULL DEFAULT 0;

-- The operator wants this job's downloads whatever the hours of the day.
ALTER TABLE job_runs ADD COLUMN any_hour INTEGER NOT NULL DEFAULT 0;
