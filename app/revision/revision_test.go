package revision

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSinceTellsWhichTopicsChanged(t *testing.T) {
	t.Parallel()
	c := New()
	all, tag := c.Since("")
	require.Equal(t, Topics(), all, "nothing is known of a caller without a tag")
	changed, same := c.Since(tag)
	require.Empty(t, changed)
	require.Equal(t, tag, same)

	c.Bump(Jobs, Songs)
	c.Bump(Jobs)
	changed, next := c.Since(tag)
	require.Equal(t, []Topic{Songs, Jobs}, changed)
	require.NotEqual(t, tag, next)
	changed, _ = c.Since(next)
	require.Empty(t, changed)
}

func TestSinceOfAForeignTagTellsEverything(t *testing.T) {
	t.Parallel()
	c := New()
	_, own := c.Since("")
	_, foreign := New().Since("")
	for _, tag := range []string{foreign, own + "-1", c.Tag(Jobs), strings.Replace(own, "-0", "-?", 1), "x", strings.Repeat("-", 100)} {
		changed, now := c.Since(tag)
		require.Equal(t, Topics(), changed, tag)
		require.Equal(t, own, now)
	}
}

func TestChangedIsClosedByTheNextBump(t *testing.T) {
	t.Parallel()
	c := New()
	changed := c.Changed()
	select {
	case <-changed:
		t.Fatal("nothing changed yet")
	default:
	}
	c.Bump(Exports)
	<-changed
}
