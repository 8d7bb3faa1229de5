package store

import "strings"

// valueRows is the list of placeholders of n rows for a VALUES clause: (?,?),(?,?).
func valueRows(n, columns int) string {
	row := "(" + strings.Repeat("?,", columns-1) + "?)"
	return strings.Repeat(row+",", n-1) + row
}
