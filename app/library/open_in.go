package library

import (
	"os"

	"catalogsync/models"
)

// OpenIn opens the regular file at locator in the folder of a backend for reading; the
// caller closes it. A file or folder that is not there is ClassNotFound.
func OpenIn(root, locator string) (*os.File, File, error) {
	_, there, err := FindIn(root, locator)
	if err == nil && !there {
		err = models.NotFound("%s is not in %s any more; look for it, or download the song again", locator, root)
	}
	if err != nil {
		return nil, File{}, err
	}
	return (&Library{root: root}).OpenFile(locator)
}
