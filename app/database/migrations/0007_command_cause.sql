-- A retry of failed items may mean those of one cause only: a stage, a source, an error
-- code; an empty column does not narrow.
ALTER TABLE job_commands ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE job_commands ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE job_commands ADD COLUMN error_code TEXT NOT NULL DEFAULT '';
