package app

import "catalogsync/app/download"

// partSettings is what songs get beside their sound, by the settings in effect.
func (a *App) partSettings() download.PartSettings {
	p := a.Settings.Current().Parts
	return download.PartSettings{
		Tags: p.Tags, Cover: p.Covers, Lyrics: p.Lyrics,
		FolderPicture: p.FolderJPG, WordsFile: p.LRC, InfoFile: p.NFO,
	}
}
