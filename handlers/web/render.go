package web

import (
	"errors"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"catalogsync/app/i18n"
	"catalogsync/app/revision"
	"catalogsync/handlers/middleware"
	"catalogsync/views"
)

// Headers of htmx; they are named nowhere else.
const (
	headerRequest     = "HX-Request"
	headerRequestType = "HX-Request-Type"
	headerSource      = "HX-Source"
	headerPollTag     = "HX-PTag"
	headerTrigger     = "HX-Trigger"
	headerPushURL     = "HX-Push-Url"
	headerRedirect    = "HX-Redirect"
)

// eventChanged tells the page that a button changed something: every fragment asks anew.
const eventChanged = "changed"

// wantsFragment says that htmx asks for a part. A history restore asks for the whole page.
func wantsFragment(c fiber.Ctx) bool {
	return c.Get(headerRequest) == "true" && c.Get(headerRequestType) != "full"
}

// page answers with a whole page.
func (h *Handlers) page(c fiber.Ctx, name string, vm views.Localized) error {
	noStore(c)
	return c.Render(name, vm)
}

// live answers a fragment's poll. When none of the topics changed since the tag that the
// browser sends, the answer is 304 before anything is read. When they changed but the
// fragment came out the same, it is 304 as well, so that the browser touches nothing. A
// fragment without topics is compared by its content alone.
func (h *Handlers) live(c fiber.Ctx, name string, build func() (views.Localized, error), topics ...revision.Topic) error {
	noStore(c)
	tag := h.tag(c, topics...)
	sentTag, sentHash, _ := strings.Cut(c.Get(headerPollTag), "~")
	if len(topics) > 0 && sentTag == tag {
		return c.SendStatus(fiber.StatusNotModified)
	}
	vm, err := build()
	if err != nil {
		return err
	}
	if err := c.Render(name, vm); err != nil {
		return err
	}
	hash := bodyHash(c.Response().Body())
	c.Set(headerPollTag, tag+"~"+hash)
	if sentHash == hash {
		c.Response().ResetBody()
		return c.SendStatus(fiber.StatusNotModified)
	}
	return compress(c)
}

// tag names what a fragment shows now: the counters of its topics, and what else decides
// how it looks.
func (h *Handlers) tag(c fiber.Ctx, topics ...revision.Topic) string {
	return h.Revision.Tag(topics...) + "-" + middleware.LanguageOf(c) + "-" + bodyHash([]byte(c.OriginalURL()))
}

// tagFor is the tag that a poll of url will compare, for a fragment inside a page.
func (h *Handlers) tagFor(c fiber.Ctx, url string, topics ...revision.Topic) string {
	return h.Revision.Tag(topics...) + "-" + middleware.LanguageOf(c) + "-" + bodyHash([]byte(url))
}

// poll is the polling attributes of a fragment. A page carries the tag of what it shows;
// take it before reading anything. A fragment's answer carries its tag in a header.
func (h *Handlers) poll(c fiber.Ctx, url string, topics ...revision.Topic) views.Poll {
	p := views.Poll{URL: url, EveryMS: views.PollIdleMS}
	if !wantsFragment(c) {
		p.Tag = h.tagFor(c, url, topics...)
	}
	return p
}

// base is the part of every view model.
func base(c fiber.Ctx) views.Base { return views.Base{Lang: middleware.LanguageOf(c)} }

// shell is what the layout shows; titleKey names the page's title.
func (h *Handlers) shell(c fiber.Ctx, menu, title string) views.Shell {
	s := views.Shell{
		Base: base(c), Title: title, Menu: menu, Path: c.OriginalURL(), Version: h.Version,
		Languages: h.Texts.Languages(), LoaderJSON: h.loaderJSON, Styles: h.styles,
		Insecure: h.Insecure, Demo: h.Demo,
	}
	var errMenu, errOffers error
	s.Exports, errMenu = h.buildExportMenu(c)
	s.Offers, errOffers = h.buildExportOffers(c)
	s.Exports.Current = menu == "exports"
	if err := errors.Join(errMenu, errOffers); err != nil {
		// A page is worth more than the list of its exports.
		h.Logger.Warn("list exports for the header", "error", err)
	}
	return s
}

// printer gives the texts of the reader's language.
func (h *Handlers) printer(c fiber.Ctx) *i18n.Printer {
	return h.Texts.Printer(middleware.LanguageOf(c))
}

// text is a text in the reader's language.
func (h *Handlers) text(c fiber.Ctx, key string, pairs ...any) string {
	return h.printer(c).T(key, pairs...)
}

// count is a text with a number in the reader's language.
func (h *Handlers) count(c fiber.Ctx, key string, n int, pairs ...any) string {
	return h.printer(c).N(key, int64(n), pairs...)
}

// toast answers a pressed button, and makes every fragment ask anew. Without htmx the
// browser is sent to the page where the result is seen.
func (h *Handlers) toast(c fiber.Ctx, t views.Toast, page string) error {
	if c.Get(headerRequest) != "true" {
		return c.Redirect().Status(fiber.StatusSeeOther).To(page)
	}
	noStore(c)
	t.Base = base(c)
	c.Set(headerTrigger, eventChanged)
	return c.Render("fragments/toasts_update", t)
}

// noStore keeps answers out of caches and apart by what decides their look.
func noStore(c fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderVary, headerRequest+", "+headerRequestType+", Accept-Language, Cookie")
}

func bodyHash(b []byte) string {
	f := fnv.New64a()
	f.Write(b)
	return strconv.FormatUint(f.Sum64(), 36)
}
