package app

import (
	"context"

	"catalogsync/app/i18n"
	"catalogsync/app/notify"
	"catalogsync/models"
	"catalogsync/views"
)

// notifySettings are the operator's wishes as they are now.
func (a *App) notifySettings() notify.Settings {
	c := a.Settings.Current()
	s := notify.Settings{URLs: c.NotifyURLs}
	for _, kind := range c.NotifyKinds {
		s.Kinds = append(s.Kinds, notify.Kind(kind))
	}
	return s
}

// startNotifications looks for news until background ends. It wants the schedules, so only
// a program that runs them tells of anything.
func (a *App) startNotifications(background context.Context) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	printer := func() *i18n.Printer { return texts.Printer(a.Settings.Current().NotifyLanguage) }
	watch := notify.Watch{
		Ended: a.Store.ListEndedJobs, Now: a.now,
		Title:   func(j models.JobRun) string { return views.JobTitle(printer(), j) },
		Outages: func() []models.SourceOutage { return a.Runner.Live().Outages },
		Full:    a.fullFolder, Late: a.lateSchedules,
		Texts: func() notify.Texts { return printer() },
	}
	a.background.Go(func() { a.Notify.Run(background, watch) })
	return nil
}

// fullFolder is the folder that downloads wait for, "" = there is room.
func (a *App) fullFolder() string {
	shortage, short := a.downloads.Shortage()
	if !short {
		return ""
	}
	return shortage.Folder
}

// lateSchedules are the schedules with an alert, by name.
func (a *App) lateSchedules(ctx context.Context) (map[string]string, error) {
	list, err := a.Schedules.List(ctx)
	late := map[string]string{}
	for _, s := range list {
		if s.Alert != nil {
			late[s.Name] = s.Alert.String()
		}
	}
	return late, err
}
