// Package archive is the Internet Archive (archive.org) as a source: its items of audio,
// each one release or one concert, are playlists, and their files are songs.
//
// Facts that shape it:
//   - No key and no login; requests carry a User-Agent that says who asks, one at a time.
//   - Fields are a text or a list of texts, numbers come as texts, and anything may be
//     absent. An unknown item is answered with status 200 and {}.
//   - A song is an uploaded file together with what was derived from it: one original
//     Flac, several MP3. Sizes and MD5 are told, so downloads are checked against them.
//   - Collections hold items or further collections and have no songs of their own; which
//     ones are collected from is the operator's choice.
package archive

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
)

// Name is the source's name in configuration and database.
const Name = "archive"

var (
	_ sources.Collector     = (*Source)(nil)
	_ sources.URLRecogniser = (*Source)(nil)
	_ sources.Expander      = (*Source)(nil)
	_ sources.Provider      = (*Source)(nil)
	_ sources.Lookup        = (*Source)(nil)
	_ sources.Prober        = (*Source)(nil)
	_ sources.Guarded       = (*Source)(nil)
)

// Keys of Options.
const (
	optionCollections = "COLLECTIONS"
	optionContact     = "CONTACT"
)

// Options are the settings of this source. Without a collection it is not in use: nobody
// shall ask a charity's servers without having meant to.
func Options() []sources.Option {
	return []sources.Option{
		{Key: optionCollections, Required: true, Check: checkCollections,
			Help: "Collections of archive.org to collect releases from, separated by commas, such as netlabels,etree. Empty: the Internet Archive is not used."},
		{Key: optionContact, Check: checkContact,
			Help: "How the Internet Archive can reach you, such as an e-mail address; it stands in the User-Agent, as polite programs do."},
	}
}

// Source is the adapter. It is safe for concurrent use.
type Source struct {
	http        *httpclient.Client
	collections []string
	items       *itemCache
}

// New makes the source; c should be made from ClientConfig.
func New(c *httpclient.Client, values map[string]string) (*Source, error) {
	if err := checkCollections(values[optionCollections]); err != nil {
		return nil, err
	}
	return &Source{http: c, collections: splitList(values[optionCollections]), items: newItemCache(time.Now)}, nil
}

// ClientConfig is how the Archive wants to be asked: one request at a time with a pause
// between, by somebody who can be reached. Files come from storage hosts below archive.org.
func ClientConfig(values map[string]string) httpclient.Config {
	agent := "catalogsync (own music library"
	if contact := values[optionContact]; contact != "" {
		agent += "; " + contact
	}
	return httpclient.Config{
		Source:        Name,
		Header:        http.Header{"User-Agent": {agent + ")"}},
		RatePerSecond: 1,
		Concurrency:   1,
		Hosts:         []string{"archive.org"},
	}
}

// Name is "archive".
func (s *Source) Name() string { return Name }

// Circuit tells whether the Archive is being left alone for a while.
func (s *Source) Circuit() sources.CircuitState { return s.http.Circuit() }

// Probe asks for one row of the search, the lightest call that a collect needs.
func (s *Source) Probe(ctx context.Context) error {
	_, err := s.search(ctx, s.inCollections(), sortByDownloads, 1, 1)
	return err
}

// identifier is the form of the names of items and collections.
var identifier = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func splitList(list string) []string {
	parts := strings.Split(list, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}

// mostCollections keeps a query below the length that the search refuses.
const mostCollections = 12

func checkCollections(list string) error {
	names := splitList(list)
	if len(names) == 0 || len(names) > mostCollections || slices.ContainsFunc(names, func(n string) bool { return !identifier.MatchString(n) }) {
		return errors.New("must be one to twelve names of collections as in archive.org/details/<name>, separated by commas")
	}
	return nil
}

func checkContact(contact string) error {
	if len(contact) > 100 || strings.ContainsFunc(contact, func(r rune) bool { return r < ' ' || r > '~' || r == '(' || r == ')' }) {
		return errors.New("must be an e-mail or web address in plain ASCII without brackets")
	}
	return nil
}
