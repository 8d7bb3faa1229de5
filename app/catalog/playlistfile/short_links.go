package playlistfile

import (
	"context"
	"fmt"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// ShortLinkResolversOf lists the sources that can follow short links of their own.
func ShortLinkResolversOf(list []sources.Source) []sources.ShortLinkResolver {
	var out []sources.ShortLinkResolver
	for _, s := range list {
		if r, ok := s.(sources.ShortLinkResolver); ok {
			out = append(out, r)
		}
	}
	return out
}

// ResolveShortLinks looks again at the lines whose address no platform took for a
// playlist, and asks the platforms whether it is a short link of theirs. It is a step of
// its own because it goes to the network, one request for each such line. A link that
// cannot be followed stays a bad line; the error is ctx's alone.
func ResolveShortLinks(ctx context.Context, r Result, resolvers []sources.ShortLinkResolver, recognisers []Recogniser) (Result, error) {
	lines := append([]line(nil), r.lines...)
	for i := range lines {
		if lines[i].address == nil || lines[i].ref.RemoteID != "" {
			continue
		}
		lines[i].resolve(ctx, resolvers, recognisers)
		if err := ctx.Err(); err != nil {
			return r, fmt.Errorf("resolve short links: %w", err)
		}
	}
	resolved := Result{lines: lines}
	resolved.sort()
	return resolved, nil
}

func (l *line) resolve(ctx context.Context, resolvers []sources.ShortLinkResolver, recognisers []Recogniser) {
	for _, r := range resolvers {
		target, ok, err := r.ResolveShortLink(ctx, l.address)
		switch {
		case err != nil:
			l.err = invalid(models.CodeOf(err), "the short link could not be followed: %v", err)
			return
		case !ok:
			continue
		}
		ref, bad := recognise(target, recognisers)
		if bad != nil {
			l.err = bad
			return
		}
		l.settle(ref)
		return
	}
}
