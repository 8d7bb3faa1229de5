package sourcetest

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

// operation is one call of a source that must be told from its failure. size is how
// much came of it; incomplete says that the answer itself tells of missing parts.
type operation struct {
	name string
	run  func(ctx context.Context, s sources.Source) (size int, incomplete bool, err error)
}

func (f Fixture) operations(s sources.Source) []operation {
	var list []operation
	if c, ok := s.(sources.Collector); ok {
		for _, pool := range c.Pools() {
			list = append(list, operation{"page of " + string(pool.Kind), func(ctx context.Context, s sources.Source) (int, bool, error) {
				page, err := s.(sources.Collector).FetchPage(ctx, pool, "")
				return len(page.Playlists), false, err
			}})
		}
		for _, ref := range []models.PlaylistRef{f.Playlist, f.Toplist} {
			if ref.RemoteID != "" {
				list = append(list, operation{"fetch of " + string(ref.Kind), func(ctx context.Context, s sources.Source) (int, bool, error) {
					snap, err := s.(sources.Collector).FetchPlaylist(ctx, ref, "")
					described := len(snap.Songs) - snap.Undescribed()
					return described, snap.Unreadable > 0 || snap.ClaimedSongs > described, err
				}})
			}
		}
	}
	if _, ok := s.(sources.Searcher); ok && f.Query != "" {
		list = append(list, operation{"search", func(ctx context.Context, s sources.Source) (int, bool, error) {
			found, err := s.(sources.Searcher).Search(ctx, f.Query, 10)
			return len(found), false, err
		}})
	}
	if _, ok := s.(sources.Resolver); ok && f.Playable.RemoteID != "" {
		list = append(list, operation{"resolve", func(ctx context.Context, s sources.Source) (int, bool, error) {
			streams, err := s.(sources.Resolver).Resolve(ctx, f.Playable, models.QualityUnknown)
			return len(streams), false, err
		}})
	}
	return list
}

// fault is a way in which upstreams fail.
type fault struct {
	name   string
	damage damage
	// classes are those that the error may have; nil = any, and a result that is not
	// empty is good too, since a change deep inside may leave parts readable.
	classes []models.ErrorClass
}

func (f Fixture) faults() []fault {
	broken := []models.ErrorClass{models.ClassTransient, models.ClassPermanent}
	wrong := []models.ErrorClass{models.ClassPermanent, models.ClassTransient, models.ClassUnavailable}
	empty := wrong
	if f.EmptyIsGone {
		empty = append(slices.Clone(wrong), models.ClassNotFound)
	}
	list := []fault{
		{"web page", instead(200, "<!DOCTYPE html><html><body>login</body></html>"), []models.ErrorClass{models.ClassRiskControl}},
		{"rate limit", instead(429, ""), []models.ErrorClass{models.ClassRateLimited}},
		{"server error", instead(503, "<html>bad gateway</html>"), []models.ErrorClass{models.ClassTransient}},
		{"empty body", instead(200, ""), []models.ErrorClass{models.ClassTransient}},
		{"cut body", edited(func(b []byte) []byte { return b[:len(b)*2/3] }), broken},
		{"empty object", instead(200, `{}`), empty},
		{"empty list", instead(200, `[]`), wrong},
		{"null", instead(200, `null`), wrong},
		{"text", instead(200, `"busy"`), wrong},
		{"number", instead(200, `0`), wrong},
		{"lists as text", edited(reshape(func(any) any { return "x" })), nil},
		{"rows as numbers", edited(reshape(numbersOnly)), nil},
		{"lists as objects", edited(reshape(func(any) any { return map[string]any{"a": 1} })), nil},
	}
	if f.RiskControl != "" {
		list = append(list, fault{"risk control", instead(200, f.RiskControl), []models.ErrorClass{models.ClassRiskControl}})
	}
	return list
}

func (f Fixture) testFaults(t *testing.T) {
	s, _ := f.open(t)
	for _, op := range f.operations(s) {
		for _, fl := range f.faults() {
			if f.BareList && op.name == "search" && fl.name == "empty list" {
				continue
			}
			t.Run(op.name+"/"+fl.name, func(t *testing.T) { f.testFault(t, op, fl, false) })
			t.Run(op.name+"/late "+fl.name, func(t *testing.T) { f.testFault(t, op, fl, true) })
		}
	}
}

// testFault runs op against a failing upstream; late failures begin with the second request.
func (f Fixture) testFault(t *testing.T, op operation, fl fault, late bool) {
	s, w := f.open(t)
	fl.damage.late = late
	w.damage = &fl.damage
	size, incomplete, err := op.run(t.Context(), s)
	if late && w.count() < 2 {
		require.NoError(t, err)
		return
	}
	if err == nil && (fl.classes == nil || late) {
		require.True(t, size > 0 || incomplete, "an unreadable answer became an empty one")
		return
	}
	e := f.requireTyped(t, err)
	require.Zero(t, size, "an error comes without data")
	if fl.classes != nil {
		require.Contains(t, fl.classes, e.Class, "%v", err)
	}
	if e.Class == models.ClassRiskControl && !late {
		require.LessOrEqual(t, w.count(), max(f.MostWhenBlocked, 1), "risk control is not asked again")
	}
}

// reshape replaces the lists in a JSON body; other bodies become an empty list.
func reshape(change func(list any) any) func([]byte) []byte {
	return func(body []byte) []byte {
		var v any
		if json.Unmarshal(body, &v) != nil {
			return []byte(`[]`)
		}
		changed, err := json.Marshal(replaceLists(v, change))
		if err != nil {
			return nil
		}
		return changed
	}
}

func replaceLists(v any, change func(any) any) any {
	switch v := v.(type) {
	case []any:
		return change(v)
	case map[string]any:
		for key, inner := range v {
			v[key] = replaceLists(inner, change)
		}
	}
	return v
}

// numbersOnly keeps a list's length and loses what its rows say.
func numbersOnly(list any) any {
	rows, _ := list.([]any)
	numbers := make([]any, len(rows))
	for i := range numbers {
		numbers[i] = i
	}
	return numbers
}
