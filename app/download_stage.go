package app

import (
	"catalogsync/config"
	"catalogsync/jobs/stages"
	"catalogsync/models"
)

// downloadStage makes what runs download stages.
func (a *App) downloadStage(c *config.Config) *stages.Download {
	d := stages.NewDownload(orderedDownloads{a.downloads, a.downloadOrder}, a.Store, nil)
	d.Order, d.MaxQuality, d.Now = models.DownloadOrder(c.DownloadOrder), models.Quality(c.QualityCeiling), a.now
	return d
}
