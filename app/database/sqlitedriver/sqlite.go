// Package sqlite puts the current modernc.org/sqlite driver under the GORM
// dialect glebarez/sqlite, whose own driver is a frozen copy of an older one.
//
// The frozen copy pins a SQLite release inside the range of the WAL-reset
// corruption bug (fixed in 3.51.3), binds parameters in quadratic time, and does
// not end a running SELECT when its context is cancelled. The main go.mod
// replaces github.com/glebarez/go-sqlite by this module; the dialect needs
// nothing of it but the registered driver name "sqlite" and the type Error.
package sqlite

import "modernc.org/sqlite"

// Error is the driver's error, which the dialect inspects to translate unique
// and foreign key violations into GORM's own errors.
type Error = sqlite.Error
