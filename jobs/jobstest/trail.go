package jobstest

import (
	"github.com/stretchr/testify/require"

	"catalogsync/app/database"
	"catalogsync/models"
)

// Trail has the database itself note every change of a job's or an item's state.
func Trail(t require.TestingT, db *database.DB) {
	for _, table := range []string{"job_runs", "job_items"} {
		require.NoError(t, db.Write.Exec(`CREATE TABLE trail_of_`+table+` (row_id INTEGER, was TEXT, became TEXT)`).Error)
		require.NoError(t, db.Write.Exec(`CREATE TRIGGER note_`+table+` AFTER UPDATE OF state ON `+table+` WHEN OLD.state <> NEW.state
			BEGIN INSERT INTO trail_of_`+table+` VALUES (NEW.id, OLD.state, NEW.state); END`).Error)
	}
}

// step is a change that was seen.
type step struct {
	RowID       int64
	Was, Became string
}

// CheckTrail compares every change that was seen with the tables of allowed ones.
func CheckTrail(t require.TestingT, db *database.DB) {
	jobs := map[[2]string]bool{}
	for from, events := range models.JobTransitions {
		for _, to := range events {
			jobs[[2]string{string(from), string(to)}] = true
		}
	}
	items := map[[2]string]bool{}
	for from, events := range models.ItemTransitions {
		for _, to := range events {
			items[[2]string{string(from), string(to)}] = true
		}
	}
	for table, allowed := range map[string]map[[2]string]bool{"job_runs": jobs, "job_items": items} {
		var steps []step
		require.NoError(t, db.Read.Raw(`SELECT row_id, was, became FROM trail_of_`+table).Scan(&steps).Error)
		for _, s := range steps {
			require.True(t, allowed[[2]string{s.Was, s.Became}], "%s %d went from %s to %s", table, s.RowID, s.Was, s.Became)
		}
		require.NoError(t, db.Write.Exec(`DELETE FROM trail_of_`+table).Error)
	}
}
