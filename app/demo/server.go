package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"catalogsync/app/demo/catalog"
	"catalogsync/app/demo/wire"
)

const (
	maxRequestBody    = 1 << 20
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
)

// Server is the demo upstream. It is safe for concurrent use.
type Server struct {
	cfg       Config
	catalog   *catalog.Catalog
	library   *wire.Library
	platforms []wire.Platform
	stats     *stats
	faults    sync.Map // platform name → *dial

	mu      sync.Mutex
	running *http.Server
}

// dial is one platform's faults and the number of draws made from them.
type dial struct {
	Faults
	seed  uint64
	draws atomic.Uint64
}

// SetFaults changes a platform's faults at once; "" is all platforms.
func (s *Server) SetFaults(platform string, f Faults) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("set faults: %w", err)
	}
	known := false
	for i, p := range s.platforms {
		if platform == "" || platform == p.Name() {
			known = true
			s.faults.Store(p.Name(), &dial{Faults: f.withDefaults(), seed: s.catalog.Seed() + uint64(i)})
		}
	}
	if !known {
		return fmt.Errorf("set faults: unknown platform %q; known are netease, qq, kuwo", platform)
	}
	return nil
}

// Start listens on a loopback address such as 127.0.0.1:0 and serves until ctx ends or
// Close is called. It returns the base URL.
func (s *Server) Start(ctx context.Context, addr string) (string, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("start demo upstream: %w", err)
	}
	if a, ok := listener.Addr().(*net.TCPAddr); !ok || !a.IP.IsLoopback() {
		return "", errors.Join(fmt.Errorf("start demo upstream: %s is not a loopback address", addr), listener.Close())
	}
	srv := &http.Server{Handler: s, ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running != nil {
		return "", errors.Join(errors.New("start demo upstream: it is already running"), listener.Close())
	}
	s.running = srv
	go func() { _ = srv.Serve(listener) }() // ends with Close, which reports
	context.AfterFunc(ctx, func() { _ = s.Close() })
	return "http://" + listener.Addr().String(), nil
}

// Close stops listening and ends what is being served at once.
func (s *Server) Close() error {
	s.mu.Lock()
	srv := s.running
	s.running = nil
	s.mu.Unlock()
	if srv == nil {
		return nil
	}
	return srv.Close()
}

// ServeHTTP answers /<host>/<path> as the host's platform does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.stats.request()
	host, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	host, path = strings.ToLower(host), "/"+path
	for _, p := range s.platforms {
		e, ok := p.Find(host, path)
		if !ok {
			continue
		}
		defer s.stats.enter(host)()
		now := s.cfg.Now()
		s.stats.endpoint(p.Name(), e.Name, now)
		r.Body = http.MaxBytesReader(w, r.Body, maxRequestBody)
		s.serve(w, p, e, &wire.Call{Request: r, Host: host, Path: path, Now: now,
			DuplicatePage: func() bool { return s.hit(p.Name(), FaultDuplicatePage) },
			Count:         func(name string) { s.stats.endpoint(p.Name(), name, now) },
		})
		return
	}
	wire.HTML(w, http.StatusNotFound, "404 Not Found")
}
