package views

import "catalogsync/models"

// URLAPIDocs is the description of the API for people, URLAPIDocument the one for programs.
const (
	URLAPIDocs     = "/api/docs"
	URLAPIDocument = "/api/openapi.json"
)

// APIDocsPage lists the operations of the API.
type APIDocsPage struct {
	Shell
	List   APIList
	Origin string // where the program is, as the reader calls it
}

// APIList is the operations that match a keyword, by chapter.
type APIList struct {
	Base
	Keyword  string
	Chapters []APIChapter
	Count    int
}

// APIChapter is a chapter of the description.
type APIChapter struct {
	Name, About string
	Operations  []APIOperation
}

// APIOperation is one method on one path.
type APIOperation struct {
	URL, Method, Path, Summary string
}

// APIOperationPage is all that is told of one operation.
type APIOperationPage struct {
	Shell
	Operation      APIOperation
	Chapter, About string
	Params, Fields []APIParam
	HasBody        bool
	Answers        []APIAnswer
	Errors         []APIError
	Curl           string
}

// APIParam is a parameter, or a field of a body.
type APIParam struct {
	Name, In, Kind, About string
	Required              bool
}

// APIAnswer is an answer when all went well; Example is JSON, "" for what is none.
type APIAnswer struct {
	Status                int
	About, Media, Example string
}

// APIError is a code that an operation fails with.
type APIError struct {
	Status int
	Code   models.Code
}
