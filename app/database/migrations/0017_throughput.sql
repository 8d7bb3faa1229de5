-- What the stages did, by hour, for the picture of throughput. Kept beside the jobs, whose
-- details are removed for their age.
CREATE TABLE throughput_hours (
  hour_ms INTEGER NOT NULL,
  stage TEXT NOT NULL,
  succeeded INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (hour_ms, stage)
) WITHOUT ROWID;
