package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"catalogsync/app/demo/audio"
)

// song makes one MP3 file of about so many bytes, and tells how long it plays.
func song(size int64) ([]byte, time.Duration, error) {
	bank, err := audio.NewBank()
	if err != nil {
		return nil, 0, err
	}
	length := time.Duration(size/40_000) * time.Second // 320 kbit/s
	spec := audio.Spec{Format: audio.MP3320, Cells: audio.CellsOf(length), Title: "bench"}
	b, err := io.ReadAll(bank.Open(spec))
	return b, length, err
}

// serve sends the same song under every name, from memory, and prints its address.
func serve(ctx context.Context, size int64, latency time.Duration) error {
	body, length, err := song(size)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /file/{name}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		w.Header().Set("Content-Type", "audio/mpeg")
		w.Header().Set("ETag", `"song"`)
		if r.Header.Get("Range") != "" {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
			return
		}
		// In large pieces: the server has the same two cores as whoever is measured.
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body) // who went away has measured nothing
	})
	mux.HandleFunc("GET /grant/{name}", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(latency)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(grant{"/file/" + r.PathValue("name"), int64(len(body)), length.Milliseconds()})
	})
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", ln.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.Serve(ln); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// grant is the answer that a platform gives before it sends a song.
type grant struct {
	Path       string `json:"path"`
	Bytes      int64  `json:"bytes"`
	DurationMS int64  `json:"duration_ms"`
}
