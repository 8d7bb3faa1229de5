package s3_test

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
	"catalogsync/app/storage/s3"
	"catalogsync/app/storage/storagetest"
	"catalogsync/models"
)

// tryOut is the code of what is wrong with a storage of these settings.
func tryOut(t *testing.T, s storage.Settings, secrets map[string]string) (models.Code, error) {
	t.Helper()
	b := open(t, s, secrets)
	_, err := storage.TryOut(t.Context(), b, "music", "x")
	require.NoError(t, b.Close())
	return storage.CodeOf(err), storage.Explain("main", err)
}

// Each thing that can be wrong with a bucket has a code, and so a sentence, of its own: as
// a real server answers.
func TestWhatIsWrong(t *testing.T) {
	server := storagetest.StartVersityGW(t)
	require.NoError(t, os.Mkdir(filepath.Join(server.Root, "music"), 0o755))
	change := func(key, value string) storage.Settings {
		s := server.Settings("music")
		s[key] = value
		return s
	}
	said := map[string]models.Code{}
	expect := func(name string, want models.Code, s storage.Settings, secrets map[string]string) {
		t.Run(name, func(t *testing.T) {
			code, err := tryOut(t, s, secrets)
			require.Equal(t, want, code, "%v", err)
			require.NotContains(t, err.Error(), "cssecret12")
			require.NotContains(t, said, err.Error())
			said[err.Error()] = code
		})
	}
	t.Run("nothing", func(t *testing.T) {
		_, err := tryOut(t, server.Settings("music"), server.Secrets())
		require.NoError(t, err)
		left, err := os.ReadDir(filepath.Join(server.Root, "music"))
		require.NoError(t, err)
		for _, e := range left {
			require.True(t, strings.HasPrefix(e.Name(), "."), "%s was left behind", e.Name())
		}
	})
	expect("wrong secret key", models.CodeStorageAuth, server.Settings("music"), map[string]string{"ACCESS_KEY_ID": "csadmin", "SECRET_ACCESS_KEY": "wrong-secret"})
	expect("unknown access key", models.CodeStorageAuth, server.Settings("music"), map[string]string{"ACCESS_KEY_ID": "nobody", "SECRET_ACCESS_KEY": "cssecret12"})
	expect("missing bucket", models.CodeStorageRootMissing, change("bucket", "nowhere"), server.Secrets())
	expect("wrong region", models.CodeStorageRegion, change("region", "eu-central-9"), server.Secrets())
	expect("https to a server of http", models.CodeStorageTLS, change("endpoint", "https://"+server.Address), server.Secrets())
	closed := httptest.NewServer(nil)
	closed.Close()
	expect("nobody listens", models.CodeStorageUnreachable, change("endpoint", closed.URL), server.Secrets())
}

func TestReadOnlyServer(t *testing.T) {
	server := storagetest.StartVersityGW(t, "--readonly")
	require.NoError(t, os.Mkdir(filepath.Join(server.Root, "music"), 0o755))
	code, err := tryOut(t, server.Settings("music"), server.Secrets())
	require.Equal(t, models.CodeStorageReadOnly, code, "%v", err)
}

// The clock of a bubble stands in the year 2000: the server sees requests that are signed
// for another time.
func TestSkewedClock(t *testing.T) {
	server := storagetest.StartVersityGW(t)
	require.NoError(t, os.Mkdir(filepath.Join(server.Root, "music"), 0o755))
	synctest.Test(t, func(t *testing.T) {
		b := open(t, server.Settings("music"), server.Secrets())
		_, err := storage.TryOut(t.Context(), b, "", "x")
		require.Equal(t, models.CodeStorageClock, storage.CodeOf(err), "%v", err)
		require.NoError(t, b.Close())
		synctest.Wait()
	})
}

// A certificate that nobody signed is told apart from a server that is not there, and so is
// a server that answers nothing of S3.
func TestStrangeServers(t *testing.T) {
	secrets := map[string]string{"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}
	settings := func(url string) storage.Settings {
		return storage.Settings{"bucket": "music", "endpoint": url, "region": "us-east-1"}
	}
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>welcome to my router</html>"))
	})
	own := httptest.NewUnstartedServer(page)
	own.Config.ErrorLog = nil
	own.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	own.StartTLS()
	t.Cleanup(own.Close)
	code, err := tryOut(t, settings(own.URL), secrets)
	require.Equal(t, models.CodeStorageTLS, code, "%v", err)
	code, err = tryOut(t, settings(strings.Replace(own.URL, "https:", "http:", 1)), secrets)
	require.Equal(t, models.CodeStorageTLS, code, "%v", err)

	plain := httptest.NewServer(page)
	t.Cleanup(plain.Close)
	code, err = tryOut(t, settings(plain.URL), secrets)
	require.NotEmpty(t, code, "%v", err)
	require.NotEqual(t, models.CodeInternal, code)
	for status, want := range map[int]models.Code{
		http.StatusServiceUnavailable: models.CodeStorageBusy, http.StatusForbidden: models.CodeStorageDenied, http.StatusInsufficientStorage: models.CodeStorageFull,
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(s.Close)
		code, err := tryOut(t, settings(s.URL), secrets)
		require.Equal(t, want, code, "%d: %v", status, err)
	}
}

func TestCheck(t *testing.T) {
	good := storage.Settings{"bucket": "music", "endpoint": "https://s3.example.com", "base_prefix": "a/b", "addressing_style": "path", "public_base_url": "https://cdn.example.com/x"}
	require.NoError(t, s3.Check(good))
	for key, values := range map[string][]string{
		"bucket":           {"", "ab", "a/b", "x?y", strings.Repeat("x", 64)},
		"endpoint":         {"", "s3.example.com", "ftp://x", "https://", "https://x/path", "https://user:secret@x", "https://x?y"},
		"base_prefix":      {"..", "a/../b", "./", "x\x00"},
		"addressing_style": {"dns"},
		"public_base_url":  {"cdn", "javascript:alert(1)"},
	} {
		for _, v := range values {
			s := storage.Settings{}
			for k, old := range good {
				s[k] = old
			}
			s[key] = v
			err := s3.Check(s)
			require.Equal(t, models.ClassInvalid, models.ClassOf(err), "%s=%q", key, v)
			require.NotContains(t, err.Error(), "secret")
		}
	}
}

func TestPublicURL(t *testing.T) {
	b := open(t, storage.Settings{"bucket": "music", "endpoint": "http://127.0.0.1:1", "public_base_url": "https://cdn.example.com/m/"}, nil)
	require.Equal(t, "https://cdn.example.com/m/a%20b/%E6%AD%8C%23%3F.flac", b.(storage.PublicLinker).PublicURL("a b/歌#?.flac"))
}

// A server that froze holds nobody up for ever: the connection notices.
func TestClosedMidway(t *testing.T) {
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	code, err := tryOut(t, storage.Settings{"bucket": "music", "endpoint": "http://" + ln.Addr().String(), "region": "us-east-1"}, map[string]string{"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"})
	require.Equal(t, models.CodeStorageUnreachable, code, "%v", err)
}
