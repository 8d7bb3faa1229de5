package api

import (
	"catalogsync/handlers/api/openapi"
	"catalogsync/jobs"
	"catalogsync/models"
)

// scheduleFields are those of a schedule; required says that it is a new one.
func scheduleFields(required bool) []openapi.Param {
	named := []openapi.Param{
		openapi.Text("name", maxTitle, "Of its own, at most 80 characters.").Like("Charts"),
		openapi.Text("cron", maxTitle, "minute hour day month weekday, or @hourly, @daily, @weekly, @monthly, @yearly, @every 6h; not more often than each minute.").Like("0 7 * * *"),
		openapi.OneOf("job_type", jobs.Types(), "What its jobs do.").Like(models.JobSyncDownload),
	}
	for i := range named {
		named[i].Required = required
	}
	return append(with(named,
		openapi.Text("time_zone", maxTitle, "Such as Asia/Shanghai; Local is the zone of the server.").Like("Asia/Shanghai"),
		openapi.Flag("enabled", "Whether it runs; true unless given."),
		openapi.OneOf("overlap", models.Overlaps, "When its last job has not ended; skip unless given."),
		openapi.Flag("catch_up", "Run once after a start when a run was missed."),
	), scopeFields()...)
}

func scheduleOperations() []openapi.Operation {
	wrong := fails{400: {models.CodeBadCron, models.CodeNameTaken, models.CodeTooLarge, models.CodeNotInThisBuild}, 404: {models.CodeNotFound}}
	return []openapi.Operation{
		{Method: "GET", Path: "/api/schedules", Tag: chapterSchedules, Summary: "All schedules", Answers: ok(itemsJSON[scheduleJSON]{})},
		{
			Method: "POST", Path: "/api/schedules", Tag: chapterSchedules, Summary: "Add a schedule", Body: scheduleFields(true),
			Answers: []openapi.Answer{answers(201, scheduleJSON{}, "The schedule; Location is its address.")}, Fails: wrong,
		},
		{
			Method: "GET", Path: "/api/schedules/preview", Tag: chapterSchedules, Summary: "The next five runs of an expression that is not kept yet",
			Query: []openapi.Param{
				openapi.Text("cron", maxKeyword, "The expression.").Must().Like("0 7 * * *"),
				openapi.Text("time_zone", maxKeyword, "Local unless given.").Like("Asia/Shanghai"),
			},
			Answers: ok(nextRunsJSON{}), Fails: fails{400: {models.CodeBadCron}},
		},
		{Method: "GET", Path: "/api/schedules/:id", Tag: chapterSchedules, Summary: "One schedule", Answers: ok(scheduleJSON{})},
		{
			Method: "PATCH", Path: "/api/schedules/:id", Tag: chapterSchedules, Summary: "Change the fields that the body has", Body: scheduleFields(false),
			Answers: ok(scheduleJSON{}), Fails: wrong,
		},
		{
			Method: "DELETE", Path: "/api/schedules/:id", Tag: chapterSchedules, Summary: "Remove a schedule with its reports; its jobs stay",
			Answers: []openapi.Answer{{Status: 204}},
		},
		{
			Method: "POST", Path: "/api/schedules/:id/run", Tag: chapterSchedules, Summary: "Make its job now",
			Answers: []openapi.Answer{answers(202, scheduleRunJSON{}, "The run.")}, Fails: fails{409: {models.CodeScheduleRunning, models.CodeNotInThisBuild}},
		},
		{
			Method: "GET", Path: "/api/schedules/:id/runs", Tag: chapterSchedules, Summary: "Its runs, latest first", Query: pageParams(), Polled: true,
			Answers: ok(listJSON[scheduleRunJSON]{}),
		},
		{Method: "GET", Path: "/api/schedules/:id/runs/:run_id", Tag: chapterSchedules, Summary: "One run", Polled: true, Answers: ok(scheduleRunJSON{})},
	}
}
