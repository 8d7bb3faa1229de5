package download

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"catalogsync/app/matching"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// run is one song's way through the sources.
type run struct {
	s         *Service
	target    target // the folder that the song goes to
	files     models.SongFiles
	snap      models.SongSnapshot
	providers []sources.Provider // in order of preference
	report    Report
	record    Record
	failures  []failure
	granted   map[candidateKey][]sources.Stream
	matcher   *matching.Matcher
	said      overrides
	// pick is the candidate that the operator picked, nil = none.
	pick *sources.Candidate
	// replaces says that the song has a file, which stays until a new one is whole.
	replaces bool
	// asServed says that a body is to be written as it comes, without tags in front.
	asServed bool
}

// stop marks an error that ends the run: this machine or the database is at fault, so
// another candidate would fare no better.
type stop struct{ error }

func (e stop) Unwrap() error { return e.error }

// mustStop says whether an error ends the run.
func mustStop(ctx context.Context, err error) bool {
	_, is := errors.AsType[stop](err)
	return is || ctx.Err() != nil || models.ClassOf(err) == models.ClassLocal
}

// candidateKey tells candidates apart.
type candidateKey struct{ source, id string }

func keyOf(c sources.Candidate) candidateKey { return candidateKey{c.Source, c.RemoteID} }

// finish is do; that the disk is full is everybody's business.
func (r *run) finish(ctx context.Context) (Result, error) {
	res, err := r.do(ctx)
	return res, r.s.watched(r.target, 0, err)
}

// do takes what the operator picked, if anything. Else it asks the song's own platform
// first: a library whose platforms deliver costs no
// searches. The others are searched when it refuses, or serves less than is good enough.
func (r *run) do(ctx context.Context) (Result, error) {
	if c, ok, err := r.said.picked(); err != nil {
		return Result{}, stop{err}
	} else if ok {
		r.pick = &c
		return r.tryPicked(ctx, c)
	}
	direct := r.direct()
	if len(direct) > 0 {
		res, delivered, err := r.tryDirect(ctx, &direct[0])
		if delivered || err != nil {
			return res, err
		}
	}
	found, err := r.search(ctx, direct)
	if err != nil {
		return Result{}, err
	}
	for _, c := range r.rank(slices.Concat(direct, found)) {
		if r.record.tried(c) {
			continue
		}
		res, delivered, err := r.try(ctx, c)
		if delivered || err != nil {
			return res, err
		}
	}
	return r.giveUp(ctx)
}

// tryDirect takes the song's own candidate when what is granted is good enough; else it
// writes what is granted into the candidate, to be ranked among the others.
func (r *run) tryDirect(ctx context.Context, c *sources.Candidate) (Result, bool, error) {
	if len(r.rank([]sources.Candidate{*c})) == 0 {
		return Result{}, false, nil
	}
	streams, err := r.resolve(ctx, *c)
	if err != nil {
		return Result{}, false, r.lost(ctx, *c, sources.Stream{}, err)
	}
	if streams[0].Quality.Rank() >= min(r.s.GoodEnough.Rank(), r.s.Ceiling("").Rank()) {
		return r.try(ctx, *c)
	}
	c.Offers = nil
	for _, st := range streams {
		c.Offers = append(c.Offers, sources.Offer{Quality: st.Quality, Ext: st.Ext, SizeBytes: st.SizeBytes})
	}
	return Result{}, false, nil
}

// rank keeps the decision and gives the candidates that may be used, best first.
func (r *run) rank(candidates []sources.Candidate) []sources.Candidate {
	r.record.Decision = r.matcher.Under(r.s.Ceiling).Rank(matching.SongOf(r.snap), candidates, r.order(), r.s.Ceiling(""), r.said.rules()...)
	usable := make([]sources.Candidate, len(r.record.Ranked))
	for i, ranked := range r.record.Ranked {
		usable[i] = ranked.Candidate
	}
	return usable
}

// try asks for a candidate's streams and takes the first that holds. A refusal is noted
// and is no error; an error ends the run.
func (r *run) try(ctx context.Context, c sources.Candidate) (Result, bool, error) {
	streams, err := r.resolve(ctx, c)
	if err != nil {
		return Result{}, false, r.lost(ctx, c, sources.Stream{}, err)
	}
	for _, st := range streams {
		res, err := r.obtain(ctx, c, st)
		if err == nil {
			return res, true, nil
		}
		if err := r.lost(ctx, c, st, err); err != nil {
			return Result{}, false, err
		}
		if code := models.CodeOf(err); code == models.CodePreviewOnly || code == models.CodeDurationMismatch {
			break // its other qualities are the same clip, or the same other recording
		}
	}
	return Result{}, false, nil
}

// lost notes why a try failed, or returns the error when it ends the run.
func (r *run) lost(ctx context.Context, c sources.Candidate, st sources.Stream, err error) error {
	if mustStop(ctx, err) {
		return err
	}
	r.note(c, st, err)
	return nil
}

// resolve asks for a candidate's streams, once in a run. There is at least one when there
// is no error.
func (r *run) resolve(ctx context.Context, c sources.Candidate) ([]sources.Stream, error) {
	if streams := r.granted[keyOf(c)]; len(streams) > 0 {
		return streams, nil
	}
	if c.Refused {
		return nil, refusal(cmp.Or(c.RefusedCode, models.CodeWithdrawn), "%s", cmp.Or(c.RefusedReason, "the source does not serve it"))
	}
	p, err := r.s.Sources.Provider(c.Source)
	if err != nil {
		return nil, stop{err}
	}
	r.say(c.Source)
	streams, err := p.Resolve(ctx, c, r.s.Ceiling(p.Name()))
	if err != nil {
		return nil, err
	}
	if len(streams) == 0 {
		return nil, refusal(models.CodeWithdrawn, "the source grants no stream")
	}
	r.granted[keyOf(c)] = streams
	return streams, nil
}

// order is the names of the providers in order of preference.
func (r *run) order() []string {
	names := make([]string, len(r.providers))
	for i, p := range r.providers {
		names[i] = p.Name()
	}
	return names
}

// say reports what is going on before any byte has come.
func (r *run) say(text string) {
	if r.report != nil {
		r.report(0, 0, text)
	}
}
