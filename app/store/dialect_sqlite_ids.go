package store

import "gorm.io/gorm"

// nextID is the first of the ids that the next rows of a table will get. It holds inside of a
// transaction, which has the only writer, and spares reading back each id that was given.
func nextID(tx *gorm.DB, table string) (int64, error) {
	var last int64
	err := tx.Raw("SELECT coalesce(max(id), 0) FROM " + table).Scan(&last).Error
	return last + 1, err
}
