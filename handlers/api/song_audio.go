package api

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/library"
	"catalogsync/models"
)

// audioTypes are the content types of containers, by the ending of their names. The
// ending is that of the real container, whatever the source called the file.
var audioTypes = map[string]string{
	"mp3": "audio/mpeg", "flac": "audio/flac", "m4a": "audio/mp4", "mp4": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg",
	"opus": "audio/ogg", "wav": "audio/wav", "ape": "audio/x-ape", "wma": "audio/x-ms-wma",
}

// audioType is application/octet-stream for what is no known container: a browser then
// refuses to play it instead of guessing.
func audioType(ext string) string {
	if t, known := audioTypes[ext]; known {
		return t
	}
	return fiber.MIMEOctetStream
}

// playSong streams a song's file, whole or the part that was asked for, so that a player
// can jump.
func (h *handlers) playSong(c fiber.Ctx) error {
	id, err := pathID(c, "id")
	if err == nil {
		err = noQuery(c)
	}
	if err != nil {
		return err
	}
	song, err := h.Songs.GetSongAudio(c.Context(), id)
	if err != nil {
		return err
	}
	f, info, err := library.OpenIn(song.Root, song.Locator)
	if err != nil {
		return err
	}
	return h.sendAudio(c, f, info, song)
}

// audioTag is the checksum of the file as it was written, with size and time as they are
// now: a file that somebody changed since is another one.
func audioTag(song models.SongAudio, info library.File) string {
	return fmt.Sprintf(`"%.32s-%x-%x"`, song.SHA256, info.SizeBytes, info.ModTimeMS)
}

// sendAudio closes f when all was sent, or when nothing is.
func (h *handlers) sendAudio(c fiber.Ctx, f *os.File, info library.File, song models.SongAudio) error {
	tag := audioTag(song, info)
	c.Set(fiber.HeaderCacheControl, "private, no-cache, no-transform")
	c.Set(fiber.HeaderETag, tag)
	c.Set(fiber.HeaderAcceptRanges, "bytes")
	c.Set(fiber.HeaderContentType, audioType(song.Ext))
	if matchesTag(c.Get(fiber.HeaderIfNoneMatch), tag) {
		return errors.Join(f.Close(), c.SendStatus(fiber.StatusNotModified))
	}
	part := byteRange{0, info.SizeBytes}
	asked, ifRange := c.Get(fiber.HeaderRange), c.Get(fiber.HeaderIfRange)
	if asked != "" && c.Method() == fiber.MethodGet && (ifRange == "" || ifRange == tag) {
		r, ok, satisfiable := parseRange(asked, info.SizeBytes)
		if !satisfiable {
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes */%d", info.SizeBytes))
			return errors.Join(f.Close(), c.SendStatus(fiber.StatusRequestedRangeNotSatisfiable))
		}
		if ok {
			part = r
			c.Status(fiber.StatusPartialContent)
			c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", r.from, r.from+r.length-1, info.SizeBytes))
		}
	}
	if _, err := f.Seek(part.from, io.SeekStart); err != nil {
		return errors.Join(f.Close(), fmt.Errorf("seek in file of song: %w", err))
	}
	// The deadlines set while sending stay on the connection, so no other request may follow.
	c.Response().SetConnectionClose()
	return c.SendStream(&audioBody{file: f, left: io.LimitReader(f, part.length), conn: c.RequestCtx().Conn(), stall: h.StallTimeout}, bodySize(part.length))
}

// audioBody is the body of a response; the server closes it when it is done with it.
type audioBody struct {
	file  *os.File
	left  io.Reader
	conn  net.Conn
	stall time.Duration
}

func (b *audioBody) Read(p []byte) (int, error) { return b.left.Read(p) }

// WriteTo sends the part, and gives a client up that takes nothing for the stall time: a
// player that is paused keeps its connection open for ever.
func (b *audioBody) WriteTo(w io.Writer) (int64, error) {
	out := &deadlineWriter{w: w, conn: b.conn, limit: b.stall}
	_, err := io.CopyBuffer(out, struct{ io.Reader }{b.left}, make([]byte, 64<<10))
	return out.sent, err
}

func (b *audioBody) Close() error { return b.file.Close() }
