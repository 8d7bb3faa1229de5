package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"sync"

	"github.com/google/jsonschema-go/jsonschema"

	"catalogsync/app/export"
	"catalogsync/app/revision"
	"catalogsync/handlers/api/openapi"
	"catalogsync/jobs"
	"catalogsync/models"
)

// To add a route: mount it in its register function, and describe it in the table of its
// chapter (operations_*.go): method, path as mounted, parameters, fields of the body, a
// value of the Go type of each answer, and the codes that it fails with. Answer with a
// struct, never with a map. A chapter that is new is named in chapters. The tests hold the
// table against the routes, every answer that they get against the shapes, and each
// parameter against its handler.

// operations describes every route below /api.
func operations() []openapi.Operation {
	return slices.Concat(healthOperations(), playlistOperations(), selectionOperations(), songOperations(), decisionOperations(),
		exportOperations(), jobOperations(), scheduleOperations(), maintenanceOperations(), similarOperations(), backupOperations(), storageOperations(), settingsOperations())
}

// The chapters of the description.
const (
	chapterHealth      = "Health and events"
	chapterPlaylists   = "Playlists"
	chapterSelection   = "Selections"
	chapterSongs       = "Songs and artists"
	chapterMatching    = "Matching"
	chapterExports     = "Exports"
	chapterJobs        = "Jobs"
	chapterSchedules   = "Schedules"
	chapterMaintenance = "Maintenance"
	chapterStorages    = "Storages"
	chapterSettings    = "Settings"
)

var chapters = []openapi.Tag{
	{Name: chapterHealth, Description: "How the program does, what changes, and what the log says."},
	{Name: chapterPlaylists, Description: "The playlists, their songs, and what changed on them."},
	{Name: chapterSelection, Description: "Actions on several playlists. An unknown id refuses the whole action and queues nothing; what an unfinished job works on already is listed in busy."},
	{Name: chapterSongs, Description: "The library by songs and artists. Lists are paged by the ids of rows."},
	{Name: chapterMatching, Description: "Why a song has its file, the operator's word about it, and the rules behind."},
	{Name: chapterExports, Description: "ZIPs, lists for other programs, and folders on the server."},
	{Name: chapterJobs, Description: "Jobs, their items, and commands to them."},
	{Name: chapterSchedules, Description: "Jobs that are made by the clock."},
	{Name: chapterMaintenance, Description: "What keeps the library in order."},
	{Name: chapterStorages, Description: "Where the library is copied to, and the copies."},
	{Name: chapterSettings, Description: "Settings with their revisions, sources, and library folders."},
}

const aboutAPI = `Everything that the console does, for programs. Times are RFC 3339 in UTC, null for never; names ending in _ms are milliseconds, sizes are bytes.
HEAD works wherever GET does. A parameter or field that does not exist is refused, never ignored. Lists answer an unchanged If-None-Match with 304.
Every error is application/problem+json with a stable code; its title is in the language of Accept-Language (en, zh).`

// Reference is the description of the API. It is the same for all of a program's life.
var Reference = sync.OnceValues(func() (*openapi.Document, error) {
	return openapi.Build(openapi.Config{
		Info: openapi.Info{Title: "catalogsync", Version: "1", Description: aboutAPI},
		Tags: chapters, Operations: operations(), Known: knownShapes(), Problem: problem{}, ProblemMedia: problemType,
	})
})

// knownShapes are the types that write themselves otherwise than their Go shape says, and
// the enumerations.
func knownShapes() map[reflect.Type]*jsonschema.Schema {
	return map[reflect.Type]*jsonschema.Schema{
		reflect.TypeFor[instant](): {
			Types: []string{"string", "null"}, Format: "date-time", Description: "RFC 3339 in UTC, null for never.", Examples: []any{"2026-11-21T22:45:00.123Z"},
		},
		reflect.TypeFor[json.RawMessage]():         {Description: "JSON as it was kept, null when there is none.", Examples: []any{map[string]any{}}},
		reflect.TypeFor[models.Code]():             {Type: "string", Description: "A stable code; docs/api.md lists them.", Examples: []any{models.CodeNoMatch}},
		reflect.TypeFor[models.PlaylistState]():    enumeration(models.PlaylistStates),
		reflect.TypeFor[models.PoolKind]():         enumeration(models.PoolKinds),
		reflect.TypeFor[models.SongState]():        enumeration(models.SongStates),
		reflect.TypeFor[models.JobState]():         enumeration(models.JobStates),
		reflect.TypeFor[models.ItemState]():        enumeration(models.ItemStates),
		reflect.TypeFor[models.CommandKind]():      enumeration(models.CommandKinds),
		reflect.TypeFor[models.JobType]():          enumeration(jobs.Types()),
		reflect.TypeFor[models.Overlap]():          enumeration(models.Overlaps),
		reflect.TypeFor[models.ScheduleResult]():   enumeration(models.ScheduleResults),
		reflect.TypeFor[models.ScheduleRunState](): enumeration(models.ScheduleRunStates),
		reflect.TypeFor[models.FindingClass]():     enumeration(models.FindingClasses),
		reflect.TypeFor[models.UploadState]():      enumeration(models.UploadStates),
		reflect.TypeFor[models.BackendType]():      {Type: "string", Examples: []any{string(models.BackendObjectStorage)}},
		reflect.TypeFor[models.ImportState]():      enumeration(models.ImportStates),
		reflect.TypeFor[models.OverrideKind]():     enumeration(models.OverrideKinds),
		reflect.TypeFor[models.Quality]():          enumeration(append(slices.Clone(models.Qualities), "")), // "" = not known
		reflect.TypeFor[models.DownloadOrder]():    enumeration(models.DownloadOrders),
		reflect.TypeFor[export.ListFormat]():       enumeration(export.ListFormats),
		reflect.TypeFor[revision.Topic]():          {Type: "string", Examples: []any{string(revision.Jobs)}},
	}
}

func enumeration[T ~string](values []T) *jsonschema.Schema {
	return openapi.OneOf("", values, "").Schema
}

// Parameters that several operations have.
func pageParams() []openapi.Param { return openapi.Paging(maxPageNumber, maxPageSize, defaultPageSize) }

func with(first []openapi.Param, more ...openapi.Param) []openapi.Param {
	return append(slices.Clone(first), more...)
}

func platformParam() openapi.Param {
	return openapi.Text("platform", 0, "A source that can be collected from, or that has left something in the catalog.").Like("qq")
}

func sourcesParam(name, about string) openapi.Param {
	return openapi.Texts(name, about).Like([]string{"qq"})
}

func instantParam(name, about string) openapi.Param {
	return openapi.Text(name, 0, about+" A date (its end, where the program runs) or an instant.").Like("2026-03-01")
}

// ok is the usual answer.
func ok(of any) []openapi.Answer { return []openapi.Answer{{Status: 200, Of: of}} }

func answers(status int, of any, about string) openapi.Answer {
	return openapi.Answer{Status: status, Of: of, About: about}
}

// fails are the codes that an operation fails with, by status.
type fails = map[int][]models.Code
