package main

import (
	"bytes"
	"context"
	"database/sql"
	"html/template"
	"net"
	"net/http"
	"path/filepath"
	"strconv"

	_ "modernc.org/sqlite" // the driver "sqlite", the same as the program's
)

// bare is the least that a page can be: one query, one template.
type bare struct {
	url    string
	db     *sql.DB
	server *http.Server
}

var bareTemplate = template.Must(template.New("bare").Parse(`<!doctype html><html><head><title>Rows</title></head><body><table>
{{range .}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>
{{end}}</table></body></html>`))

// serveBare answers /<number of a page> with the rows of that page's query.
func serveBare(ctx context.Context, path string, pages []page) (*bare, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(30000)&_pragma=query_only(1)&_pragma=cache_size(-16384)")
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(4)
	db.SetMaxOpenConns(4)
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &bare{url: "http://" + ln.Addr().String(), db: db}
	b.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // it answers this program alone
		n, err := strconv.Atoi(r.URL.Path[1:])
		if err == nil {
			err = b.render(r.Context(), w, pages[n].bare)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})}
	go func() { _ = b.server.Serve(ln) }() // until it is closed
	return b, nil
}

func (b *bare) render(ctx context.Context, w http.ResponseWriter, query string) error {
	rows, err := b.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	var list [][]any
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		list = append(list, values)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := bareTemplate.Execute(&out, list); err != nil {
		return err
	}
	_, err = w.Write(out.Bytes())
	return err
}

func (b *bare) close() {
	_ = b.server.Close()
	_ = b.db.Close() // it was only read
}
