package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"catalogsync/app/sources"
	"catalogsync/app/tagging"
	"catalogsync/models"
)

const (
	// partTimeout bounds how long a song waits for its words or its cover.
	partTimeout = 15 * time.Second
	// maxCoverBytes bounds a cover; platforms have some of several MiB.
	maxCoverBytes = 5 << 20
)

// fetchParts gets the named light parts, words and cover at the same time. Whatever goes
// wrong is noted with the part and no error.
func (s *Service) fetchParts(ctx context.Context, origins []origin, settings PartSettings, parts []models.PartName) *extras {
	x := newExtras(settings)
	words := slices.Contains(parts, models.PartLyrics) || slices.Contains(parts, models.PartTranslation)
	var lyrics, cover = newExtras(settings), newExtras(settings)
	var wg sync.WaitGroup
	if words {
		wg.Go(func() { s.fetchWords(ctx, lyrics, origins) })
	}
	if slices.Contains(parts, models.PartCover) {
		wg.Go(func() { s.fetchCover(ctx, cover, origins) })
	}
	wg.Wait()
	if words {
		x.words = lyrics.words
		x.parts[models.PartLyrics], x.parts[models.PartTranslation] = lyrics.parts[models.PartLyrics], lyrics.parts[models.PartTranslation]
	}
	if slices.Contains(parts, models.PartCover) {
		x.cover, x.parts[models.PartCover] = cover.cover, cover.parts[models.PartCover]
	}
	return x
}

// fetchWords takes the words of the first origin that has them.
func (s *Service) fetchWords(ctx context.Context, x *extras, origins []origin) {
	var trouble error
	for _, o := range origins {
		f, ok := sources.Role[sources.LyricsFetcher](s.Sources, o.source)
		if !ok {
			continue
		}
		words, err := s.askWords(ctx, f, o.candidate)
		if err != nil {
			trouble = worse(trouble, err)
			continue
		}
		if words.Original == "" {
			continue
		}
		x.words = words
		x.ok(models.PartLyrics, o.source, "", []byte(words.Original))
		if words.Translation == "" {
			x.skip(models.PartTranslation, models.CodePartAbsent, "the words have no translation")
		} else {
			x.ok(models.PartTranslation, o.source, "", []byte(words.Translation))
		}
		return
	}
	for _, part := range []models.PartName{models.PartLyrics, models.PartTranslation} {
		if trouble != nil {
			x.fail(part, trouble)
		} else {
			x.skip(part, models.CodePartAbsent, "no source that was asked has words of it")
		}
	}
}

func (s *Service) askWords(ctx context.Context, f sources.LyricsFetcher, c sources.Candidate) (sources.Lyrics, error) {
	ctx, cancel := context.WithTimeout(ctx, partTimeout)
	defer cancel()
	words, err := f.FetchLyrics(ctx, c)
	return words, late(ctx, err)
}

// fetchCover takes the first picture that can be used.
func (s *Service) fetchCover(ctx context.Context, x *extras, origins []origin) {
	var trouble error
	for _, o := range origins {
		opener, ok := sources.Role[sources.Opener](s.Sources, o.source)
		if !ok || o.candidate.CoverURL == "" {
			continue
		}
		p, err := s.askCover(ctx, opener, o.candidate.CoverURL)
		if err != nil {
			trouble = worse(trouble, err)
			continue
		}
		x.cover = p
		x.ok(models.PartCover, o.source, p.Size(), p.Bytes)
		return
	}
	if trouble != nil {
		x.fail(models.PartCover, trouble)
		return
	}
	x.skip(models.PartCover, models.CodePartAbsent, "no source that was asked names a cover")
}

func (s *Service) askCover(ctx context.Context, o sources.Opener, address string) (tagging.Picture, error) {
	ctx, cancel := context.WithTimeout(ctx, partTimeout)
	defer cancel()
	body, err := o.Open(ctx, sources.Stream{URL: address}, 0, "")
	if err != nil {
		return tagging.Picture{}, late(ctx, err)
	}
	defer body.Close()
	if body.Length > maxCoverBytes {
		return tagging.Picture{}, tooLarge()
	}
	b, err := io.ReadAll(io.LimitReader(body, maxCoverBytes+1))
	if err != nil {
		return tagging.Picture{}, late(ctx, readError(ctx, err))
	}
	if len(b) > maxCoverBytes {
		return tagging.Picture{}, tooLarge()
	}
	p, err := tagging.ParsePicture(b)
	if err != nil {
		return p, models.NewError(models.ClassTransient, models.CodeNotPicture, "the cover cannot be used: %s", err)
	}
	return p, nil
}

func tooLarge() error {
	return models.NewError(models.ClassUnavailable, models.CodeTooLarge, "the cover is larger than %d bytes", maxCoverBytes)
}

// late turns the end of a part's own time into an error of its source.
func late(ctx context.Context, err error) error {
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return models.NewError(models.ClassTransient, models.CodeTimeout, "no answer within %s", partTimeout).WithCause(fmt.Errorf("ask for a part: %w", err))
	}
	return err
}

// worse keeps the error that leaves most hope: a part that one source refused for good may
// still come from the other.
func worse(a, b error) error {
	if a == nil || models.ClassOf(a) == models.ClassUnavailable {
		return b
	}
	return a
}
