package views

import "catalogsync/models"

// Base is part of every view model.
type Base struct {
	Lang string // a known language, e.g. zh
}

// Language is the language that the model is shown in.
func (b Base) Language() string { return b.Lang }

// Shell is what the layout shows around every page.
type Shell struct {
	Base
	Title      string // of the page, in the reader's language
	Menu       string // the active entry: dashboard, playlists, jobs
	Path       string // of this page with its query, to come back to
	Version    string
	Languages  []string
	LoaderJSON string // the list of third-party files for js/loader.js
	Styles     []string
	Insecure   bool // the console listens beyond loopback without access control
	Demo       bool
	Exports    ExportMenu // prepared ZIPs and those that wait
	Offers     ExportOffers
}

// Poll is how a fragment keeps itself up to date: it asks URL again every EveryMS
// milliseconds with the tag of what it shows.
type Poll struct {
	URL     string
	Tag     string
	EveryMS int
}

// Poll intervals of live fragments, in milliseconds.
const (
	PollBusyMS = 1500
	PollCalmMS = 4000 // numbers that only sum up
	PollIdleMS = 10_000
)

// Busy is the poll with the interval for something that runs, or for rest.
func (p Poll) Busy(busy bool) Poll {
	p.EveryMS = PollIdleMS
	if busy {
		p.EveryMS = PollBusyMS
	}
	return p
}

// Pager is the place in a paged list. URL of another page is made by the list itself.
type Pager struct {
	Page, Pages int
	Total       int64
	First, Last int64 // numbers of the first and last row shown, from 1; 0 when empty
	PrevURL     string
	NextURL     string
}

// NewPager makes the pager of a list of total rows; url gives the address of a page.
func NewPager(p models.Page, total int64, url func(page int) string) Pager {
	g := Pager{Page: max(p.Number, 1), Pages: p.Pages(total), Total: total}
	if total > 0 && g.Page <= g.Pages {
		g.First = int64(p.Offset()) + 1
		g.Last = min(total, int64(p.Offset()+p.Size))
	}
	if g.Page > 1 {
		g.PrevURL = url(min(g.Page-1, g.Pages))
	}
	if g.Page < g.Pages {
		g.NextURL = url(g.Page + 1)
	}
	return g
}

// Toast is the answer to a pressed button: a sentence, and perhaps where to go next.
type Toast struct {
	Base
	Kind  string // success, info, warning, danger
	Title string
	Lines []string
	Links []Link
	// DownloadURL is a file that the browser starts to fetch by itself.
	DownloadURL string
	// Partial are the fields of a form that exports what is here now; nil = no such offer.
	Partial map[string]string
	// UndoURL takes back what was done; "" = it cannot be.
	UndoURL string
}

// Link is a text with an address.
type Link struct{ Text, URL string }

// ErrorPage is shown instead of a page that could not be made.
type ErrorPage struct {
	Shell
	Status    int
	Heading   string
	Message   string
	Field     string // the offending parameter, if any
	Hint      string // what to do
	BackURL   string
	Reference string // of the log entry, for internal errors
}
