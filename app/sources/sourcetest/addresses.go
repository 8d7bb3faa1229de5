package sourcetest

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/sources"
	"catalogsync/models"
)

func (f Fixture) testAddresses(t *testing.T) {
	s, w := openAs[sources.URLRecogniser](t, f)
	for address, want := range f.URLs {
		ref, ok, err := s.RecogniseURL(parse(t, address))
		require.NoError(t, err, address)
		require.True(t, ok, address)
		require.Equal(t, want, ref, address)
	}
	for _, address := range f.NotPlaylists {
		_, ok, err := s.RecogniseURL(parse(t, address))
		require.True(t, ok, address)
		require.Equal(t, models.ClassInvalid, models.ClassOf(err), address)
		require.Equal(t, models.CodeBadURL, models.CodeOf(err), address)
	}
	for _, address := range append([]string{"https://music.example/playlist?id=1", "https://example.com/"}, f.Foreign...) {
		_, ok, err := s.RecogniseURL(parse(t, address))
		require.NoError(t, err, address)
		require.False(t, ok, address)
	}
	require.Zero(t, w.count(), "recognising asks nobody")
	f.testShortLinks(t)
}

func (f Fixture) testShortLinks(t *testing.T) {
	s, _ := f.open(t)
	resolver, ok := s.(sources.ShortLinkResolver)
	if !ok {
		return
	}
	for address, want := range f.ShortLinks {
		target, ok, err := resolver.ResolveShortLink(t.Context(), parse(t, address))
		require.NoError(t, err, address)
		require.True(t, ok, address)
		ref, ok, err := s.(sources.URLRecogniser).RecogniseURL(target)
		require.NoError(t, err, address)
		require.True(t, ok, address)
		require.Equal(t, want, ref, address)
	}
	_, ok, err := resolver.ResolveShortLink(t.Context(), parse(t, "https://example.com/x"))
	require.NoError(t, err)
	require.False(t, ok)
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}
