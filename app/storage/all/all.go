// Package all lists the kinds of storages of this build. Adding one is a folder beside
// this one and a line here.
package all

import (
	"catalogsync/app/storage"
	"catalogsync/app/storage/local"
	"catalogsync/app/storage/s3"
)

// Kinds lists all kinds in display order.
func Kinds() []storage.Kind {
	return []storage.Kind{
		local.Kind(),
		s3.Kind(),
	}
}
