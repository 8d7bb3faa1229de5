package cli

import (
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"catalogsync/models"
)

// healthcheckCmd is what a container engine runs to learn whether the console is well.
type healthcheckCmd struct {
	dataFlags `embed:""`
	Port      int `help:"Port of the console (default WEB_PORT)."`
}

// Run asks the console on this machine.
func (c *healthcheckCmd) Run(e *env) error {
	conf, err := e.load(c.values())
	if err != nil {
		return err
	}
	port := conf.WebPort
	if c.Port > 0 {
		port = c.Port
	}
	req, err := http.NewRequestWithContext(e.ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", strconv.Itoa(port))+"/healthz", nil)
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 4 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return models.NewError(models.ClassLocal, models.CodeNetwork, "the console does not answer on port %d", port).WithCause(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return models.NewError(models.ClassLocal, models.CodeUpstreamStatus, "the console answers %s", resp.Status)
	}
	_, err = fmt.Fprintln(e.out, "ok")
	return err
}
