package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"

	"catalogsync/app"
	"catalogsync/config"
	"catalogsync/models"
)

// webFlags say where the console listens.
type webFlags struct {
	Host     string `placeholder:"HOST" help:"Address to listen on (default 127.0.0.1)."`
	Port     int    `default:"-1" placeholder:"PORT" help:"Port to listen on, 0 = any free one (default 18080)."`
	Insecure bool   `help:"Allow an address other than loopback although there is no login."`
}

func (f *webFlags) values() map[string]string {
	v := map[string]string{"WEB_HOST": f.Host}
	if f.Port >= 0 {
		v["WEB_PORT"] = strconv.Itoa(f.Port)
	}
	return v
}

// serveCmd starts the console.
type serveCmd struct {
	dataFlags `embed:""`
	webFlags  `embed:""`
}

// Help shows an example.
func (serveCmd) Help() string {
	return "Example:\n  catalogsync serve --data ./data --port 18080"
}

// Run serves until Ctrl-C.
func (c *serveCmd) Run(e *env) error {
	conf, err := e.load(c.dataFlags.values(), c.webFlags.values())
	if err != nil {
		return err
	}
	ln, err := listen(e.ctx, conf, c.Insecure)
	if err != nil {
		return err
	}
	again := newRestart()
	a, err := app.New(e.ctx, app.Options{Config: conf, Version: version, Logger: e.logger(conf, false), Insecure: c.Insecure, Restart: again.ask()})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	e.restart = again.asked
	fmt.Fprintf(e.out, "catalogsync is at %s (database %s, library %s). Ctrl-C stops it.\n", address(ln), a.DatabasePath(), a.LibraryRoot())
	if err := errors.Join(e.serve(a, ln, func() error { return nil }), a.Close()); err != nil {
		return err
	}
	return again.carryOut(e)
}

// serve runs runner and console until Ctrl-C, then drains; begin is called once the
// runner runs.
func (e *env) serve(a *app.App, ln net.Listener, begin func() error) error {
	if err := a.StartRunner(e.ctx); err != nil {
		return errors.Join(err, ln.Close())
	}
	if err := begin(); err != nil {
		return errors.Join(err, ln.Close())
	}
	a.StartSchedules(e.ctx)
	served := make(chan error, 1)
	go func() { served <- a.Serve(ln) }()
	select {
	case err := <-served:
		return err
	case <-e.stop:
	case <-e.restart:
	case <-e.ctx.Done():
	}
	drain, cancel := context.WithTimeout(e.ctx, drainTime)
	defer cancel()
	return errors.Join(a.Shutdown(drain), <-served)
}

// listen opens the console's port. Anything but loopback is refused while there is no
// login, unless the operator insists.
func listen(ctx context.Context, c *config.Config, insecure bool) (net.Listener, error) {
	if !isLoopback(c.WebHost) && !insecure {
		return nil, models.NewError(models.ClassInvalid, models.CodeNotLoopback,
			"listening on %s would open the console to everybody who reaches this machine, and it has no login yet; leave --host out, or add --insecure if you want that", c.WebHost)
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", net.JoinHostPort(c.WebHost, strconv.Itoa(c.WebPort)))
	if err != nil {
		return nil, models.NewError(models.ClassLocal, models.CodePortInUse,
			"cannot listen on %s port %d; if another program has it, choose one with --port, or --port 0 for any free one", c.WebHost, c.WebPort).WithCause(err)
	}
	return ln, nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func address(ln net.Listener) string { return "http://" + ln.Addr().String() }
