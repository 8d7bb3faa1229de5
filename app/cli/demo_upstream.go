package cli

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"

	"catalogsync/app/demo"
	"catalogsync/app/sources/all"
	"catalogsync/models"
)

// upstreamFlags shape the demo upstream.
type upstreamFlags struct {
	Playlists int    `default:"30" placeholder:"N" help:"Playlists and charts in all."`
	Songs     int    `default:"240" placeholder:"N" help:"Different songs on them in all."`
	Seed      int64  `default:"1" placeholder:"N" help:"Another seed makes another catalogue; the same seed the same."`
	Faults    string `placeholder:"LIST" help:"Faults to answer with, e.g. all=0.1 or status_429=0.1,stalled=0.05,latency=50ms."`
}

// upstream builds the demo upstream that the flags describe.
func (f *upstreamFlags) upstream() (*demo.Server, error) {
	if f.Playlists < 1 || f.Songs < 1 {
		return nil, models.Invalid("--playlists/--songs", models.CodeBadValue, "must be at least 1")
	}
	faults, err := demo.ParseFaults(f.Faults)
	if err != nil {
		return nil, models.Invalid("--faults", models.CodeBadValue, "%v", err)
	}
	return demo.New(demo.Config{Playlists: f.Playlists, Songs: f.Songs, Seed: f.Seed, Hostile: true, Faults: faults})
}

// demoUpstreamCmd serves the demo upstream alone.
type demoUpstreamCmd struct {
	upstreamFlags `embed:""`
	Port          int `default:"18090" help:"Port on loopback, 0 = any free one."`
}

// Help shows an example.
func (demoUpstreamCmd) Help() string {
	return "Example:\n  catalogsync demo-upstream --port 18090\nIt prints the settings under which another catalogsync uses it and no real platform."
}

// Run serves until Ctrl-C.
func (c *demoUpstreamCmd) Run(e *env) error {
	s, err := c.upstream()
	if err != nil {
		return err
	}
	base, err := s.Start(e.ctx, net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)))
	if err != nil {
		return models.NewError(models.ClassLocal, models.CodePortInUse, "cannot listen on port %d; choose another with --port", c.Port).WithCause(err)
	}
	fmt.Fprintf(e.out, "The demo upstream is at %s: netease, qq and kuwo with %d playlists and %d songs. Ctrl-C stops it.\n", base, c.Playlists, c.Songs)
	settings := all.AtStandIn(base, demo.Sources()...)
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(e.out, "export %s=%s\n", key, settings[key])
	}
	select {
	case <-e.stop:
	case <-e.ctx.Done():
	}
	return s.Close()
}
