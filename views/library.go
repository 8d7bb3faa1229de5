package views

// Addresses of the library's folders.
const (
	URLLibrarySpace  = "/library/space"
	URLLibraryFolder = "/library/folder"
)

// Space is the prompt for another folder when the disk is full.
type Space struct {
	Base
	Poll
	Full         bool
	Folder       string // the full one
	ReserveBytes int64
	SinceMS      int64
}

// FolderURL takes the answer.
func (Space) FolderURL() string { return URLLibraryFolder }
