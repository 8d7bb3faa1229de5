//go:build !linux

package export

// swapFolders puts the new folder into place.
func swapFolders(interim, at string) error { return swapByRenames(interim, at) }
