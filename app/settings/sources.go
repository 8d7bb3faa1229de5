package settings

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"catalogsync/app/sources"
	"catalogsync/config"
	"catalogsync/models"
)

// SourceKind is one kind of source of the build.
type SourceKind struct {
	Name, Title        string
	Collects, Provides bool
}

// Source is one source as the operator set it up.
type Source struct {
	Name, Title        string
	Collects, Provides bool
	// Absent says why it is not in use, "" = it is.
	Absent sources.Absence
	// Missing are the keys without which it cannot be used.
	Missing    []string
	Credential Credential
	// Place is its place among the download sources from 1, 0 = not among them.
	Place int
}

// Credential is what is known of a source's login.
type Credential struct {
	State sources.CredentialState
	At    time.Time // when it was asked about, zero = never
}

// SourceList lists all sources that can be set up, in display order.
func (s *Service) SourceList() []Source {
	c := s.Current()
	var list []Source
	for _, k := range s.Kinds {
		for name, set := range c.Source {
			if set.Kind == k.Name {
				list = append(list, s.source(c, k, name))
			}
		}
	}
	place := func(x Source) int {
		return slices.IndexFunc(s.Kinds, func(k SourceKind) bool { return k.Name == c.Source[x.Name].Kind })
	}
	slices.SortFunc(list, func(a, b Source) int { return cmp.Or(place(a)-place(b), strings.Compare(a.Name, b.Name)) })
	return list
}

func (s *Service) source(c *config.Config, k SourceKind, name string) Source {
	x := Source{Name: name, Title: k.Title, Collects: k.Collects, Provides: k.Provides, Missing: c.Source[name].Missing}
	if _, instance, ok := strings.Cut(name, k.Name+"-"); ok {
		x.Title += " · " + instance
	}
	x.Absent, _ = s.Sources.Absent(name)
	x.Place = slices.Index(c.DownloadSources, name) + 1
	x.Credential = Credential{State: sources.CredentialNone}
	if c.Source[name].Credential {
		s.read.RLock()
		known, ok := s.credentials[name]
		s.read.RUnlock()
		if x.Credential = known; !ok {
			x.Credential.State = sources.CredentialUnknown
		}
	}
	return x
}

// Test is what came of asking a source.
type Test struct {
	// Err is why it does not answer, nil = it does..
	Err  error
	Took time.Duration
	// Credential is what came of asking about the login; CredentialErr why that is not known.
	Credential    sources.CredentialState
	CredentialErr error
}

// testTimeout is long enough for a polite client that is busy with a job.
const testTimeout = 20 * time.Second

// TestSource asks a source by one light request, and about its login when one is set. An
// unknown name is a ClassNotFound error.
func (s *Service) TestSource(ctx context.Context, name string) (Test, error) {
	set, ok := s.Current().Source[name]
	if !ok {
		return Test{}, models.NotFound("there is no source %q", name)
	}
	if why, absent := s.Sources.Absent(name); absent {
		return Test{}, models.NewError(models.ClassConflict, models.CodeSourceNotInUse, "source %s is not in use (%s); enable it or fill in what it needs first", name, why)
	}
	ctx, cancel := context.WithTimeout(ctx, testTimeout)
	defer cancel()
	t := Test{Credential: sources.CredentialNone}
	began := s.Now()
	if p, ok := sources.Role[sources.Prober](s.Sources, name); ok {
		t.Err = p.Probe(ctx)
	} else {
		t.Err = models.NewError(models.ClassPermanent, models.CodeNotInThisBuild, "this source has no test")
	}
	t.Took = s.Now().Sub(began)
	if !set.Credential {
		return t, nil
	}
	t.Credential = sources.CredentialUnknown
	if p, ok := sources.Role[sources.CredentialProber](s.Sources, name); ok {
		t.Credential, t.CredentialErr = p.ProbeCredential(ctx)
		if t.CredentialErr != nil {
			t.Credential = sources.CredentialUnknown
		}
		s.read.Lock()
		s.credentials[name] = Credential{State: t.Credential, At: s.Now()}
		s.read.Unlock()
	}
	return t, nil
}

// forgetCredentials drops what was known of logins whose sources were changed.
func (s *Service) forgetCredentials(changes []models.ConfigChange) {
	s.read.Lock()
	defer s.read.Unlock()
	for _, c := range changes {
		if o, ok := s.now.Setting(c.Key); ok && o.Source != "" {
			delete(s.credentials, o.Source)
		}
	}
}
