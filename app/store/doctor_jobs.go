package store

import "catalogsync/models"

// Steps of walks over jobs and stages, whose items may be many.
const (
	jobStep   = 200
	stageStep = 50
)

const (
	aJob    = `'job ' || r.id`
	aStage  = `'job ' || st.job_run_id || ', ' || st.name`
	anItem  = `'job ' || i.job_run_id || ', item ' || i.id || ' (' || i.title || ')'`
	unended = `('pending', 'running', 'interrupted')`
)

// notPruned is true of jobs that have all their items; the others cannot be recounted.
func notPruned(jobID string) string {
	return `NOT EXISTS (SELECT 1 FROM job_events e WHERE e.job_run_id = ` + jobID + ` AND e.kind = '` + models.EventHistoryPruned + `')`
}

// jobFlaws are the invariants of the jobs.
var jobFlaws = map[models.Invariant][]flawQuery{
	models.InvariantJobStates: {
		{"job_runs", narrowStep, `
		SELECT ` + aJob + ` || CASE WHEN r.state NOT IN @job_states THEN ': no job is ever ' || r.state
			ELSE ': is ' || r.state || ' and ' || CASE WHEN r.finished_at_ms > 0 THEN 'has' ELSE 'has no' END || ' time of its end' END
		FROM job_runs r WHERE r.id > @after AND r.id <= @upto
			AND (r.state NOT IN @job_states OR (r.finished_at_ms > 0) = (r.state IN @live_states))`},
		{"job_stages", narrowStep, `
		SELECT ` + aStage + ` || CASE WHEN st.state NOT IN @stage_states THEN ': no stage is ever ' || st.state
			ELSE ': is ' || st.state || ' and ' || CASE WHEN st.finished_at_ms > 0 THEN 'has' ELSE 'has no' END || ' time of its end' END
		FROM job_stages st WHERE st.id > @after AND st.id <= @upto
			AND (st.state NOT IN @stage_states OR (st.finished_at_ms > 0) = (st.state IN @open_stages))`},
		{"job_items", narrowStep, `
		SELECT ` + anItem + ` || ': no item is ever ' || i.state
		FROM job_items i WHERE i.id > @after AND i.id <= @upto AND i.state NOT IN @item_states`},
	},

	models.InvariantItemJob: {{"job_items", narrowStep, `
		SELECT ` + anItem + ` || ': its stage is of job ' || st.job_run_id
		FROM job_items i JOIN job_stages st ON st.id = i.job_stage_id
		WHERE i.id > @after AND i.id <= @upto AND st.job_run_id <> i.job_run_id`}},

	models.InvariantStagesOfJob: {{"job_runs", narrowStep, `
		SELECT ` + aJob + ` || CASE WHEN r.state IN @live_states THEN ': is ' || r.state || ' and all its stages are over'
			ELSE ': is ' || r.state || ' and a stage is not over' END
		FROM job_runs r WHERE r.id > @after AND r.id <= @upto AND r.state <> 'failed'
			AND (r.state IN @live_states) <> EXISTS (SELECT 1 FROM job_stages st WHERE st.job_run_id = r.id AND st.state IN @open_stages)`}},

	models.InvariantFinalItems: {{"job_stages", stageStep, `
		SELECT ` + anItem + ` || ': is ' || i.state || ' and the job is ' || r.state
		FROM job_stages st JOIN job_runs r ON r.id = st.job_run_id
		JOIN job_items i ON i.job_stage_id = st.id AND i.state IN ` + unended + `
		WHERE st.id > @after AND st.id <= @upto
			AND (r.state IN ('completed', 'completed_with_errors') OR (r.state = 'canceled' AND st.state <> 'canceled'))`}},

	models.InvariantRunningItems: {{"job_runs", jobStep, `
		SELECT ` + anItem + ` || ': is ' || i.state || ' and the job is ' || r.state
		FROM job_runs r JOIN job_items i ON i.job_run_id = r.id AND i.state IN ('running', 'interrupted')
		WHERE r.id > @after AND r.id <= @upto AND r.state IN ('queued', 'paused')`}},

	models.InvariantStageCounters: {{"job_stages", stageStep, `
		SELECT c.stage || ': says ' || c.total || ' items (' || c.pending || ' pending, ' || c.running || ' running, ' || c.succeeded || ' succeeded, '
			|| c.skipped || ' skipped, ' || c.failed || ' failed, ' || c.interrupted || ' interrupted, ' || c.canceled || ' canceled); has '
			|| c.n_total || ' (' || c.n_pending || ', ' || c.n_running || ', ' || c.n_succeeded || ', ' || c.n_skipped || ', ' || c.n_failed
			|| ', ' || c.n_interrupted || ', ' || c.n_canceled || ')'
		FROM (SELECT ` + aStage + ` AS stage, st.total, st.pending, st.running, st.succeeded, st.skipped, st.failed, st.interrupted, st.canceled,
				count(i.id) AS n_total,
				count(CASE i.state WHEN 'pending' THEN 1 END) AS n_pending,
				count(CASE i.state WHEN 'running' THEN 1 END) AS n_running,
				count(CASE i.state WHEN 'succeeded' THEN 1 END) AS n_succeeded,
				count(CASE i.state WHEN 'skipped' THEN 1 END) AS n_skipped,
				count(CASE i.state WHEN 'failed' THEN 1 END) AS n_failed,
				count(CASE i.state WHEN 'interrupted' THEN 1 END) AS n_interrupted,
				count(CASE i.state WHEN 'canceled' THEN 1 END) AS n_canceled
			FROM job_stages st LEFT JOIN job_items i ON i.job_stage_id = st.id
			WHERE st.id > @after AND st.id <= @upto AND ` + notPruned("st.job_run_id") + ` GROUP BY st.id) c
		WHERE c.total <> c.n_total OR c.pending <> c.n_pending OR c.running <> c.n_running OR c.succeeded <> c.n_succeeded
			OR c.skipped <> c.n_skipped OR c.failed <> c.n_failed OR c.interrupted <> c.n_interrupted OR c.canceled <> c.n_canceled`}},

	models.InvariantJobSums: {{"job_runs", jobStep, `
		SELECT ` + aJob + ` || ': says ' || r.items_total || ' items, ' || r.items_done || ' done, ' || r.items_failed || ' failed, ' || r.items_skipped
			|| ' skipped, ' || r.bytes_done || ' bytes; its stages have ' || c.total || ', ' || c.done || ', ' || c.failed || ', ' || c.skipped || ', ' || c.bytes
		FROM job_runs r JOIN (SELECT job_run_id, sum(total) AS total, sum(succeeded + skipped + failed + canceled) AS done,
				sum(failed) AS failed, sum(skipped) AS skipped, sum(bytes_done) AS bytes
			FROM job_stages WHERE job_run_id > @after AND job_run_id <= @upto GROUP BY job_run_id) c ON c.job_run_id = r.id
		WHERE r.items_total <> c.total OR r.items_done <> c.done OR r.items_failed <> c.failed OR r.items_skipped <> c.skipped OR r.bytes_done <> c.bytes`}},

	models.InvariantCommands: {{"job_commands", narrowStep, `
		SELECT 'job ' || c.job_run_id || ', command ' || c.id || ': ' || CASE WHEN c.kind NOT IN @kinds THEN 'there is no command ' || c.kind
			WHEN c.state = 'pending' THEN c.kind || ' was passed over' ELSE c.kind || ' is ' || c.state || ' without a time' END
		FROM job_commands c WHERE c.id > @after AND c.id <= @upto AND (c.kind NOT IN @kinds
			OR (c.state = 'pending' AND (c.answered_ms <> 0 OR c.id < (SELECT coalesce(max(id), 0) FROM job_commands WHERE state <> 'pending')))
			OR (c.state <> 'pending' AND c.answered_ms = 0))`}},

	models.InvariantJobPlaylists: {
		{"job_runs", jobStep, `
		SELECT ` + aJob + ` || ': is ' || r.state || ' and playlist ' || jp.playlist_id || ' is not finished in it'
		FROM job_runs r JOIN job_playlists jp ON jp.job_run_id = r.id AND jp.finished_at_ms = 0
		WHERE r.id > @after AND r.id <= @upto AND r.state IN ('completed', 'completed_with_errors')`},
		{"job_runs", jobStep, `
		SELECT ` + aJob + ` || ': playlist ' || t.playlist_id || ' has items and is not named by the job'
		FROM (SELECT DISTINCT job_run_id, playlist_id FROM job_items
			WHERE job_run_id > @after AND job_run_id <= @upto AND playlist_id IS NOT NULL) t
		JOIN job_runs r ON r.id = t.job_run_id JOIN playlists p ON p.id = t.playlist_id
		WHERE NOT EXISTS (SELECT 1 FROM job_playlists jp WHERE jp.job_run_id = t.job_run_id AND jp.playlist_id = t.playlist_id)`},
	},

	models.LeftRunningItems: {{"job_runs", jobStep, `
		SELECT ` + anItem + `
		FROM job_runs r JOIN job_items i ON i.job_run_id = r.id AND i.state IN ('running', 'interrupted')
		WHERE r.id > @after AND r.id <= @upto AND r.state IN ('running', 'pause_requested', 'failed', 'canceled')`}},

	models.LeftCanceledItems: {{"job_stages", stageStep, `
		SELECT ` + anItem + `
		FROM job_stages st JOIN job_runs r ON r.id = st.job_run_id AND r.state = 'canceled'
		JOIN job_items i ON i.job_stage_id = st.id AND i.state = 'pending'
		WHERE st.id > @after AND st.id <= @upto AND st.state = 'canceled'`}},

	models.LeftCommands: {{"job_commands", narrowStep, `
		SELECT 'job ' || c.job_run_id || ': ' || c.kind
		FROM job_commands c WHERE c.id > @after AND c.id <= @upto AND c.state = 'pending' AND c.answered_ms = 0`}},
}
