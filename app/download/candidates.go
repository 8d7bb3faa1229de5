package download

import (
	"context"
	"strings"
	"sync"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// searchesAtOnce bounds the sources that are searched at once for one song.
const searchesAtOnce = 4

// direct is the song itself on its own platform, known by id and found without a search.
func (r *run) direct() []sources.Candidate {
	for _, p := range r.providers {
		if p.Name() != r.snap.Platform {
			continue
		}
		if l, ok := p.(sources.Lookup); ok {
			if c, ok := l.CandidateOf(r.snap); ok && !r.said.forbids(c) {
				return []sources.Candidate{c}
			}
		}
	}
	return nil
}

// search asks all sources at once but those that are asked directly, and those of which
// the operator said that they do not have the song. A source that fails is noted and stops
// no other; only the end of ctx is an error.
func (r *run) search(ctx context.Context, direct []sources.Candidate) ([]sources.Candidate, error) {
	var asked []sources.Provider
	for _, p := range r.providers {
		if (len(direct) == 0 || p.Name() != direct[0].Source) && !r.said.absent(p.Name()) {
			asked = append(asked, p)
		}
	}
	if len(asked) == 0 {
		return nil, nil
	}
	r.say("searching")
	query := searchQuery(r.snap)
	found, errs := make([][]sources.Candidate, len(asked)), make([]error, len(asked))
	slots := make(chan struct{}, searchesAtOnce)
	var wg sync.WaitGroup
	for i, p := range asked {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			found[i], errs[i] = p.Search(ctx, query, r.s.SearchLimit)
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var all []sources.Candidate
	for i, p := range asked {
		if errs[i] != nil {
			r.noteSearch(p.Name(), errs[i])
			continue
		}
		for _, c := range found[i][:min(len(found[i]), r.s.SearchLimit)] {
			if keyBytes(c) <= maxKeyBytes {
				all = append(all, bounded(c))
			}
		}
	}
	return all, nil
}

// Bounds of what is kept of a candidate: its texts are an upstream's, and end in a row of
// the database.
const (
	maxTextBytes = 400
	maxArtists   = 24
	maxOffers    = 12
	// maxKeyBytes bounds the ids that resolving a candidate needs. They cannot be cut, so a
	// candidate with more is left out.
	maxKeyBytes = 4 << 10
)

func keyBytes(c sources.Candidate) int {
	n := len(c.Source) + len(c.RemoteID)
	for name, value := range c.Keys {
		n += len(name) + len(value)
	}
	return n
}

func bounded(c sources.Candidate) sources.Candidate {
	for _, text := range []*string{&c.Title, &c.Subtitle, &c.Album, &c.RefusedReason, &c.CoverURL} {
		*text = clip(*text, maxTextBytes)
	}
	c.Offers = c.Offers[:min(len(c.Offers), maxOffers)]
	artists := make([]string, min(len(c.Artists), maxArtists))
	for i := range artists {
		artists[i] = clip(c.Artists[i], maxTextBytes)
	}
	c.Artists = artists
	return c
}

// maxQueryBytes bounds what a hostile title can send to other platforms.
const maxQueryBytes = 120

// searchQuery is the title and the first artist: more words find less everywhere.
func searchQuery(snap models.SongSnapshot) string {
	q := snap.Name
	if names := snap.ArtistNames(); len(names) > 0 {
		q += " " + names[0]
	}
	q = strings.Join(strings.Fields(strings.ToValidUTF8(q, " ")), " ")
	if len(q) > maxQueryBytes {
		q = strings.ToValidUTF8(q[:maxQueryBytes], "")
	}
	return q
}
