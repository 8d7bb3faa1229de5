package hub_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/app/storage"
	"catalogsync/app/storage/hub"
	"catalogsync/app/storage/local"
	"catalogsync/models"
)

const kindOfTest models.BackendType = "test"

// world is a hub over storages that can be slow, dead, or gone.
type world struct {
	hub    *hub.Hub
	mu     sync.Mutex
	rows   map[int64]models.StorageBackend
	opened map[string]int
	closed atomic.Int64
	probed atomic.Int64
	hold   map[string]chan struct{} // dialling waits for it
	dead   atomic.Bool
}

type backend struct {
	*local.Backend
	w *world
}

func (b backend) Probe(ctx context.Context) error {
	b.w.probed.Add(1)
	if b.w.dead.Load() {
		return &storage.Error{Code: models.CodeStorageUnreachable, Op: "probe"}
	}
	return b.Backend.Probe(ctx)
}

func (b backend) Close() error { b.w.closed.Add(1); return nil }

func newWorld(t *testing.T, limits storage.Limits) *world {
	w := &world{rows: map[int64]models.StorageBackend{}, opened: map[string]int{}, hold: map[string]chan struct{}{}}
	dir := t.TempDir()
	w.hub = hub.New(hub.Options{
		Now: time.Now, Secret: func(key string) string { return strings.TrimSuffix(key, "_KEY")[:1] },
		Find: func(_ context.Context, id int64) (models.StorageBackend, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if row, ok := w.rows[id]; ok {
				return row, nil
			}
			return models.StorageBackend{}, models.NotFound("there is no storage %d", id)
		},
		Kinds: []storage.Kind{{Type: kindOfTest, Limits: limits, Open: func(_ context.Context, c storage.Config) (storage.Backend, error) {
			w.mu.Lock()
			w.opened[c.Name]++
			hold := w.hold[c.Name]
			w.mu.Unlock()
			if hold != nil {
				<-hold
			}
			if w.dead.Load() {
				return nil, &storage.Error{Code: models.CodeStorageUnreachable, Op: "open"}
			}
			b, err := local.New(dir)
			return backend{b, w}, err
		}}},
	})
	for id, name := range map[int64]string{1: "one", 2: "two"} {
		w.rows[id] = models.StorageBackend{ID: id, Name: name, Type: kindOfTest, Enabled: true, UpdatedAtMS: 1}
	}
	return w
}

func (w *world) use(t *testing.T, id int64) error {
	return w.hub.Do(t.Context(), id, func(b storage.Backend) error {
		return b.List(t.Context(), storage.Root, func(storage.Entry) error { return nil })
	})
}

// However many ask at once, one backend is connected once, and nobody waits for another.
func TestOneConnectionPerBackend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, storage.Limits{})
		w.hold["one"] = make(chan struct{})
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if err := w.use(t, 1); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		require.NoError(t, w.use(t, 2), "another backend does not wait for a slow one")
		close(w.hold["one"])
		all.Wait()
		require.Equal(t, map[string]int{"one": 1, "two": 1}, w.opened)
	})
}

// The calls to one backend at once are bounded.
func TestBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, storage.Limits{Concurrency: 3})
		var now, most atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				err := w.hub.Do(t.Context(), 1, func(storage.Backend) error {
					if n := now.Add(1); n > most.Load() {
						most.Store(n)
					}
					time.Sleep(time.Second) // of the bubble's clock
					now.Add(-1)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		require.Equal(t, int64(3), most.Load())
	})
}

// The pace of calls is bounded.
func TestPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, storage.Limits{RatePerSecond: 2})
		began := time.Now()
		for range 10 {
			require.NoError(t, w.use(t, 1))
		}
		require.GreaterOrEqual(t, time.Since(began), 4*time.Second)
	})
}

// A connection that was idle is probed; a dead one is dropped and made anew.
func TestIdleProbeAndRedial(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, storage.Limits{})
		require.NoError(t, w.use(t, 1))
		require.NoError(t, w.use(t, 1))
		require.Zero(t, w.probed.Load(), "one that was just used is not probed")
		time.Sleep(2 * time.Minute)
		require.NoError(t, w.use(t, 1))
		require.Equal(t, int64(1), w.probed.Load())
		require.Equal(t, 1, w.opened["one"])

		time.Sleep(2 * time.Minute)
		w.dead.Store(true)
		err := w.use(t, 1)
		require.Equal(t, models.CodeStorageUnreachable, models.CodeOf(err))
		require.Contains(t, err.Error(), "one", "the storage is named")
		require.Equal(t, int64(1), w.closed.Load(), "the dead one is closed")
		require.Equal(t, hub.StateFailing, w.hub.Health(w.rows[1]).State)
		w.dead.Store(false)
		require.NoError(t, w.use(t, 1))
		require.Equal(t, 3, w.opened["one"], "the first, the one that failed, and the new one")
		require.Equal(t, hub.StateOK, w.hub.Health(w.rows[1]).State)
	})
}

// A call that finds the storage dead makes the next one connect anew; others that still
// use the old connection are let finish.
func TestDropsWhatFailed(t *testing.T) {
	w := newWorld(t, storage.Limits{})
	lease, err := w.hub.Hold(t.Context(), 1)
	require.NoError(t, err)
	err = w.hub.Do(t.Context(), 1, func(storage.Backend) error {
		return &storage.Error{Code: models.CodeStorageUnreachable, Op: "list"}
	})
	require.Equal(t, models.CodeStorageUnreachable, models.CodeOf(err))
	require.Zero(t, w.closed.Load(), "somebody still uses it")
	require.NoError(t, w.use(t, 1))
	require.Equal(t, 2, w.opened["one"])
	require.NoError(t, lease.Release(nil))
	require.Equal(t, int64(1), w.closed.Load())
	require.NoError(t, lease.Release(nil), "twice is once")
	require.NoError(t, w.hub.Close())
	require.Equal(t, int64(2), w.closed.Load())
}

// An edited backend is connected anew, a disabled one is refused, an unknown one too.
func TestEditsAndRefusals(t *testing.T) {
	w := newWorld(t, storage.Limits{})
	require.NoError(t, w.use(t, 1))
	row := w.rows[1]
	row.UpdatedAtMS++
	w.rows[1] = row
	require.NoError(t, w.use(t, 1))
	require.Equal(t, 2, w.opened["one"])
	require.Equal(t, int64(1), w.closed.Load())

	row.Enabled = false
	w.rows[1] = row
	require.Equal(t, models.CodeStorageDisabled, models.CodeOf(w.use(t, 1)))
	require.Equal(t, hub.StateDisabled, w.hub.Health(row).State)
	require.Equal(t, models.CodeNotFound, models.CodeOf(w.use(t, 9)))
	w.rows[3] = models.StorageBackend{ID: 3, Name: "odd", Type: "cloud_drive", Enabled: true}
	require.Equal(t, models.CodeNotInThisBuild, models.CodeOf(w.use(t, 3)))
}

// What is wrong with one file says nothing of the storage.
func TestHealthIsOfTheStorage(t *testing.T) {
	w := newWorld(t, storage.Limits{})
	err := w.hub.Do(t.Context(), 1, func(b storage.Backend) error {
		_, err := b.Stat(t.Context(), "nowhere")
		return err
	})
	require.Equal(t, models.CodeNotFound, models.CodeOf(err))
	require.Equal(t, hub.StateOK, w.hub.Health(w.rows[1]).State)
	h := w.hub.Check(t.Context(), w.rows[1])
	require.Equal(t, hub.StateOK, h.State)
	require.Positive(t, h.Space.Total)
	require.Equal(t, hub.StateUnknown, w.hub.Health(w.rows[2]).State)
}

// Secrets come from where Secret reads them; one that is missing is told by its name only.
func TestMissingSecret(t *testing.T) {
	h := hub.New(hub.Options{Now: time.Now, Secret: func(string) string { return "" },
		Kinds: []storage.Kind{{Type: kindOfTest, Secrets: []storage.Secret{{Ending: "KEY", Required: true}},
			Open: func(context.Context, storage.Config) (storage.Backend, error) {
				return nil, errors.New("opened without a key")
			}}}})
	_, err := h.TryOut(t.Context(), models.StorageBackend{Name: "main", Type: kindOfTest, ConfigJSON: `{"credential_env_prefix":"MAIN_S3"}`}, "x")
	require.Equal(t, models.CodeStorageKeysMissing, models.CodeOf(err))
	require.Contains(t, err.Error(), "MAIN_S3_KEY")
}
