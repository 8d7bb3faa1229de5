package subsonic

import (
	"context"
	"sync/atomic"

	"github.com/tidwall/gjson"

	"catalogsync/models"
)

// methodExtensions lists what an OpenSubsonic server can do beyond the API.
const methodExtensions = "getOpenSubsonicExtensions"

// abilities are what a server can do beyond the API. The zero value is a server of before
// the extensions.
type abilities struct {
	formPost   bool // takes calls as forms
	songLyrics bool // has words by a song's id
}

// server is what is known of the server, learned once a process.
type server struct {
	name  string        // of the source
	turn  chan struct{} // holds one element while nobody is learning
	known atomic.Pointer[abilities]
}

func newServer(name string) *server {
	s := &server{name: name, turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	return s
}

// abilities gives what is known, or learns it; others wait meanwhile.
func (s *server) abilities(ctx context.Context, learn func(context.Context) (abilities, error)) (abilities, error) {
	if known := s.known.Load(); known != nil {
		return *known, nil
	}
	select {
	case <-s.turn:
	case <-ctx.Done():
		e := models.NewError(models.ClassTransient, models.CodeInterrupted, "waiting for the server's abilities was canceled")
		e.Source, e.Endpoint = s.name, methodExtensions
		return abilities{}, e.WithCause(ctx.Err())
	}
	defer func() { s.turn <- struct{}{} }()
	if known := s.known.Load(); known != nil {
		return *known, nil
	}
	learned, err := learn(ctx)
	if err != nil {
		return abilities{}, err
	}
	s.known.Store(&learned)
	return learned, nil
}

// learn asks for the extensions. A server that refuses the question for any other reason
// than the login has none.
func (s *Source) learn(ctx context.Context) (abilities, error) {
	root, err := s.call(ctx, methodExtensions, nil, false)
	if code, told := failedCode(err); told && (code < codeWrongPassword || code >= codeForbidden) || notThere(err) {
		return abilities{}, nil
	}
	if err != nil {
		return abilities{}, err
	}
	return readAbilities(root), nil
}

// readAbilities reads the list of extensions; what cannot be read is not there.
func readAbilities(root gjson.Result) abilities {
	var can abilities
	list, err := rows(root.Get("openSubsonicExtensions"))
	if err != nil {
		return can
	}
	for _, e := range list {
		switch e.Get("name").String() {
		case "formPost":
			can.formPost = true
		case "songLyrics":
			can.songLyrics = true
		}
	}
	return can
}
