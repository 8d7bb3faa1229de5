package app

import (
	"fmt"

	"catalogsync/app/download"
	"catalogsync/jobs"
)

// diskGate holds downloads back while their disk has no room.
type diskGate struct{ downloads *download.Service }

// Closed says so, and which folder is full.
func (g diskGate) Closed() (reason string, closed bool) {
	shortage, short := g.downloads.Shortage()
	if !short {
		return "", false
	}
	return fmt.Sprintf("waits for disk space: the disk that holds %s is full", shortage.Folder), true
}

var _ jobs.Gate = diskGate{}

// Downloads tells of the folders that songs are filed in, and lets downloads go to another.
func (a *App) Downloads() *download.Service { return a.downloads }
