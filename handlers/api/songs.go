package api

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/catalog"
	"catalogsync/app/revision"
	"catalogsync/models"
)

// SongReader reads songs and artists.
type SongReader interface {
	ListSongs(ctx context.Context, f models.SongFilter) (models.SongList, error)
	GetSong(ctx context.Context, id int64) (models.SongRow, error)
	// FileSources names the sources that files came from, in use or not.
	FileSources(ctx context.Context) ([]string, error)
	ListSongPlaylists(ctx context.Context, songID int64, limit int) ([]models.SongPlaylist, int64, error)
	GetSongAudio(ctx context.Context, songID int64) (models.SongAudio, error)
	ListArtists(ctx context.Context, f models.ArtistFilter) (models.ArtistList, error)
	GetArtist(ctx context.Context, id int64) (models.Artist, error)
	ListArtistPlaylists(ctx context.Context, artistID int64, limit int) ([]models.SongPlaylist, error)
}

// SongSelection acts on songs that were picked.
type SongSelection interface {
	DownloadArtist(ctx context.Context, artistID int64, o catalog.JobOptions) (catalog.SongsResult, error)
}

// FileForbidder takes the word that a song's file is the wrong one.
type FileForbidder interface {
	ForbidFile(ctx context.Context, songID int64, note, actor string) (models.JobRun, error)
}

func (h *handlers) registerSongs(api fiber.Router) {
	if h.Songs == nil {
		return
	}
	live := h.fresh(revision.Songs, revision.Playlists)
	read(api, "/songs", live, h.listSongs)
	api.Post("/songs/download", h.downloadSongs)
	api.Post("/songs/selections", h.keepSongs)
	read(api, "/songs/:id", live, h.showSong)
	read(api, "/songs/:id/audio", h.playSong)
	api.Post("/songs/:id/forbid", h.forbidFile)
	read(api, "/artists", live, h.listArtists)
	read(api, "/artists/:id", live, h.showArtist)
	read(api, "/artists/:id/songs", live, h.listArtistSongs)
	api.Post("/artists/:id/download", h.downloadArtist)
}

// playlistsNamed bounds the playlists that a song or an artist names.
const playlistsNamed = 100

// maxSongKeyword bounds the text that is searched for, in characters.
const maxSongKeyword = 200

// songFilter reads the filters of a list of songs.
func (h *handlers) songFilter(c fiber.Ctx) (models.SongFilter, error) {
	q := readQuery(c)
	f := models.SongFilter{
		Platform: q.oneOf("platform", h.platforms(c)), State: models.SongState(q.oneOf("state", names(models.SongStates))),
		Source: q.oneOf("source", h.fileSources(c.Context())), Quality: models.Quality(q.oneOf("quality", names(models.Qualities))),
		Mislabelled: q.flag("mislabelled"), Keyword: q.text("keyword", maxSongKeyword),
		Place: q.place(), Size: q.number("page_size", defaultPageSize, 1, maxPageSize),
	}
	return f, q.done()
}

// place reads which page is asked for; more than one place is refused.
func (q *query) place() models.Place {
	p := models.Place{After: q.id("after"), Before: q.id("before"), Last: q.oneOf("at", []string{"last"}) != ""}
	if p.After > 0 && (p.Before > 0 || p.Last) || p.Before > 0 && p.Last {
		q.fail(badValue("at", "after | before | at", "give only one of after, before and at"))
	}
	return p
}

func (h *handlers) listSongs(c fiber.Ctx) error {
	f, err := h.songFilter(c)
	if err != nil {
		return err
	}
	list, err := h.Songs.ListSongs(c.Context(), f)
	if err != nil {
		return err
	}
	return c.JSON(placedOf(list.Found, list.Rows, songOf, func(r models.SongRow) int64 { return r.ID }))
}

func (h *handlers) showSong(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err == nil {
		err = noQuery(c)
	}
	if err != nil {
		return err
	}
	row, err := h.Songs.GetSong(c.Context(), id)
	if err != nil {
		return err
	}
	playlists, total, err := h.Songs.ListSongPlaylists(c.Context(), id, playlistsNamed)
	if err != nil {
		return err
	}
	return c.JSON(songDetailJSON{songJSON: songOf(row), Playlists: each(playlists, songPlaylistOf), PlaylistCount: total})
}

func songsAnswer(c fiber.Ctx, r catalog.SongsResult) error {
	out := songsResultJSON{Selected: r.Selected, Queued: r.Queued, Here: r.Here, Refused: r.Refused()}
	if r.Job != nil {
		job := runOf(*r.Job)
		out.Job = &job
	}
	return c.Status(statusOfJobs(r.Job)).JSON(out)
}

func (h *handlers) forbidFile(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	b := readBody(c)
	note := b.text("note", maxSongKeyword)
	if err := b.done(); err != nil {
		return err
	}
	run, err := h.Forbidder.ForbidFile(c.Context(), id, note, origin)
	if err != nil {
		return err
	}
	return c.Status(fiber.StatusAccepted).JSON(runOf(run))
}

// placedJSON is one page of a list that is paged by its rows.
type placedJSON[T any] struct {
	Items []T `json:"items"`
	// Total is the number of rows, or the least number when at_least is set.
	Total   int64 `json:"total"`
	AtLeast bool  `json:"at_least"`
	// Before and After ask for the pages around this one, "" where there is none.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

func placedOf[R, T any](found models.Found, rows []R, shape func(R) T, id func(R) int64) placedJSON[T] {
	page := placedJSON[T]{Items: each(rows, shape), Total: found.Total, AtLeast: found.AtLeast}
	if len(rows) == 0 {
		return page
	}
	if found.Earlier {
		page.Before = strconv.FormatInt(id(rows[0]), 10)
	}
	if found.Later {
		page.After = strconv.FormatInt(id(rows[len(rows)-1]), 10)
	}
	return page
}
