package all

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/httpclient"
	"catalogsync/app/sources"
	"catalogsync/models"
)

// shelf is an adapter with settings of its own, for the tests.
type shelf struct{ name, url string }

func (s *shelf) Name() string          { return s.name }
func (s *shelf) Pools() []sources.Pool { return nil }
func (s *shelf) FetchPage(context.Context, sources.Pool, string) (sources.Page, error) {
	return sources.Page{}, nil
}
func (s *shelf) FetchPlaylist(context.Context, models.PlaylistRef, string) (sources.Snapshot, error) {
	return sources.Snapshot{}, nil
}

func shelfAdapter(config func(map[string]string) httpclient.Config) adapter {
	options := func() []sources.Option {
		return []sources.Option{{Key: "URL", Required: true}, {Key: "MODE", Default: "plain"}}
	}
	return configurable[*shelf]("shelf", "Shelf", config, options, func(c *httpclient.Client, values map[string]string) (sources.Source, error) {
		if (c == nil) != (config == nil) {
			return nil, models.Invalid("client", models.CodeBadValue, "comes when there is a configuration")
		}
		return &shelf{name: values[sources.ValueName], url: values["MODE"] + " " + values["URL"]}, nil
	}).several()
}

func TestRolesAreToldFromTheType(t *testing.T) {
	t.Parallel()
	k := shelfAdapter(nil).Kind
	require.True(t, k.Collects)
	require.False(t, k.Provides)
	require.False(t, k.Network)
	for _, k := range List() {
		require.True(t, k.Collects || k.Provides, k.Name)
		require.NotEmpty(t, k.Title)
	}
}

func TestAnInstanceHasItsOwnNameAndValues(t *testing.T) {
	t.Parallel()
	network := func(map[string]string) httpclient.Config { return httpclient.Config{Source: "shelf"} }
	for _, config := range []func(map[string]string) httpclient.Config{nil, network} {
		a := shelfAdapter(config)
		s, why, err := a.open("shelf-home", Settings{Kind: "shelf", Values: map[string]string{"URL": "https://x.example"}})
		require.NoError(t, err)
		require.Empty(t, why)
		require.Equal(t, "shelf-home", s.Name())
		require.Equal(t, "plain https://x.example", s.(*shelf).url)
	}
}

func TestASourceWithoutARequiredSettingIsNotMade(t *testing.T) {
	t.Parallel()
	a := shelfAdapter(nil)
	s, why, err := a.open("shelf", DefaultSettings)
	require.NoError(t, err)
	require.Nil(t, s)
	require.Equal(t, sources.NotConfigured, why)
	_, why, err = a.open("shelf", Settings{Disabled: true, Values: map[string]string{"URL": "https://x.example"}})
	require.NoError(t, err)
	require.Equal(t, sources.Disabled, why)
}

func TestInstancesStandBehindTheirKind(t *testing.T) {
	t.Parallel()
	names := shelfAdapter(nil).names(map[string]Settings{"shelf-b": {Kind: "shelf"}, "shelf": {Kind: "shelf"}, "shelf-a": {Kind: "shelf"}, "qq": {Kind: "qq"}})
	require.Equal(t, []string{"shelf", "shelf-a", "shelf-b"}, names)
}

func TestADisabledSourceIsKnown(t *testing.T) {
	t.Parallel()
	r, err := New(map[string]Settings{"qq": {Kind: "qq", Disabled: true, RatePerSecond: -1}})
	require.NoError(t, err)
	require.NotContains(t, r.CollectorNames(), "qq")
	usable, absent, err := r.CheckProviders([]string{"kuwo", "qq"})
	require.NoError(t, err)
	require.Equal(t, []string{"kuwo"}, usable)
	require.Equal(t, []string{"qq"}, absent)
	_, err = r.Collector("qq")
	require.ErrorContains(t, err, "disabled")
	_, err = r.Collector("nobody")
	require.ErrorContains(t, err, `unknown source "nobody"`)
}
