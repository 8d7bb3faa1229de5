package api

import (
	"catalogsync/app/export"
	"catalogsync/handlers/api/openapi"
	"catalogsync/models"
)

// listMedia are the content types of lists for other programs.
var listMedia = map[export.ListFormat]string{
	export.FormatM3U8: "audio/x-mpegurl", export.FormatXSPF: "application/xspf+xml", export.FormatJSPF: "application/jspf+json", export.FormatCSV: "text/csv",
}

func archiveAnswers() []openapi.Answer {
	return []openapi.Answer{
		{Status: 200, Media: "application/zip", About: "The archive, with its exact length."},
		{Status: 206, Media: "application/zip", About: "The part of it that Range asks for."},
		{Status: 304, About: "The same as If-None-Match says."},
		{Status: 416, About: "The range lies outside of the archive."},
	}
}

func exportOperations() []openapi.Operation {
	part := openapi.Int("part", 1, maxPart, "Which part of a split archive.").Like(1)
	list := []openapi.Operation{
		{
			Method: "GET", Path: "/api/playlists/:id/export.zip", Tag: chapterExports, Summary: "The ZIP of one playlist",
			About: "Range works from any byte, also with If-Range. Every file is looked at before the first byte is sent.",
			Query: []openapi.Param{
				instantParam("as_of", "The list as it stood then."), openapi.Flag("partial", "Take what is there."),
				openapi.OneOf("layout", models.ExportLayouts, "shared has each song once."), openapi.Text("split", 0, "The most that a part may have.").Like("4GiB"), part,
			},
			Answers: archiveAnswers(), Fails: fails{409: {models.CodeExportNotReady, models.CodeExportChanged, models.CodeExportEmpty}},
		},
		{
			Method: "GET", Path: "/api/playlists/:id/export-folder", Tag: chapterExports, Summary: "Refresh the playlist's folder on the server",
			About:   "From the present state; nothing is downloaded.",
			Answers: ok(folderJSON{}), Fails: fails{409: {models.CodeExportNotReady}},
		},
		{Method: "GET", Path: "/api/exports", Tag: chapterExports, Summary: "The prepared ZIPs, newest first", Answers: ok(itemsJSON[bundleJSON]{})},
		{
			Method: "GET", Path: "/api/exports/bundles/:name.zip", Tag: chapterExports, Summary: "A prepared ZIP", Query: []openapi.Param{part},
			Answers: archiveAnswers(), Fails: fails{409: {models.CodeExportChanged, models.CodeExportEmpty}, 410: {models.CodeBundleExpired}},
		},
		{Method: "GET", Path: "/api/exports/waiting", Tag: chapterExports, Summary: "Exports that wait for downloads, or waited", Answers: ok(itemsJSON[waitingJSON]{})},
		{
			Method: "DELETE", Path: "/api/exports/waiting/:id", Tag: chapterExports, Summary: "Give a waiting export up; its downloads go on",
			Answers: []openapi.Answer{{Status: 204}},
		},
		{
			Method: "DELETE", Path: "/api/exports/bundles/:name.zip", Tag: chapterExports, Summary: "Remove a prepared ZIP before its time; the songs stay",
			Answers: []openapi.Answer{{Status: 204}},
		},
	}
	for _, format := range export.ListFormats {
		list = append(list, openapi.Operation{
			Method: "GET", Path: "/api/playlists/:id/export." + string(format), Tag: chapterExports, Summary: "The playlist as " + string(format) + ", for other programs",
			Query: []openapi.Param{
				instantParam("as_of", "The list as it stood then."),
				openapi.Text("prefix", maxPrefix, "Stands before the paths of files, which else are seen from the library's folder.").Like("/music/"),
			},
			Answers: []openapi.Answer{{Status: 200, Media: listMedia[format]}, {Status: 304, About: "The same as If-None-Match says."}}, Fails: fails{409: {models.CodeExportNotReady}},
		})
	}
	return list
}
