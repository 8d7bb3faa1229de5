// Package models holds the rows of the database and the pure rules about them:
// states with their transitions, error classes, quality labels. It imports only
// the standard library, so every other room may import it.
//
// Conventions: instants are int64 Unix milliseconds in UTC (suffix MS, 0 = never);
// durations are milliseconds (suffix MS); sizes are bytes (suffix Bytes).
package models

import "time"

// NowMS is t as Unix milliseconds, the form in which all rows keep instants.
func NowMS(t time.Time) int64 { return t.UTC().UnixMilli() }
