package views

// uploadSentences are what is said about copies to storages.
var uploadSentences = []runnerSentence{
	sentence(`it is there already`, numbers("runner.upload_there")),
	sentence(`it was there already`, numbers("runner.upload_there")),
	sentence(`the file has another name now`, numbers("runner.upload_renamed")),
	sentence(`the file is not in the library any more`, numbers("error.source_file_gone")),
	sentence(`(\d+) objects listed: (\d+) as recorded, (\d+) missing or of another size, (\d+) unknown`,
		numbers("storage.verified_result", "Objects", "Right", "Missing", "Unknown")),
}
