package models

// DuplicateGroup is a file that one backend has more than once: active locations of one
// asset, of which one is kept.
type DuplicateGroup struct {
	FileAssetID int64
	BackendID   int64
	SongID      int64
	SongName    string
	Singers     string
	Keep        DuplicateFile
	Drop        []DuplicateFile
}

// DuplicateFile is one of the locations.
type DuplicateFile struct {
	LocationID int64
	Locator    string
	// Exists says that the file is on disk.
	Exists    bool
	SizeBytes int64
}

// DropBytes is the size of the files that would go.
func (g *DuplicateGroup) DropBytes() int64 {
	var sum int64
	for _, f := range g.Drop {
		if f.Exists {
			sum += f.SizeBytes
		}
	}
	return sum
}
