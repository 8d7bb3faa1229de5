package app

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"

	"catalogsync/models"
)

// instanceLock keeps a second process away from the same database. The lock is the
// operating system's, so it ends with the process however that ends; the file beside
// it only says who holds it.
type instanceLock struct {
	lock    *flock.Flock
	pidFile string
}

// lockInstance takes the lock beside the database, or says which process holds it.
func lockInstance(dbPath string) (*instanceLock, error) {
	if err := os.MkdirAll(filepath.Dir(dbPath), 0o755); err != nil {
		return nil, models.NewError(models.ClassLocal, models.CodeDatabase,
			"the database folder %s cannot be made; choose another with --data, --db or DB_PATH", filepath.Dir(dbPath)).WithCause(err)
	}
	l := &instanceLock{lock: flock.New(dbPath + ".lock"), pidFile: dbPath + ".pid"}
	held, err := l.lock.TryLock()
	if err != nil {
		return nil, models.NewError(models.ClassLocal, models.CodeDatabase,
			"the lock file %s.lock cannot be written; check that this user may write to the folder", dbPath).WithCause(err)
	}
	if !held {
		return nil, l.heldBy(dbPath)
	}
	if err := os.WriteFile(l.pidFile, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		return nil, fmt.Errorf("write %s: %w", l.pidFile, err)
	}
	return l, nil
}

func (l *instanceLock) heldBy(dbPath string) error {
	who := "another catalogsync"
	if b, err := os.ReadFile(l.pidFile); err == nil {
		if pid := strings.TrimSpace(string(b)); pid != "" {
			who += " (process " + pid + ")"
		}
	}
	return models.NewError(models.ClassLocal, models.CodeInstanceLocked,
		"%s already works on %s; use its console, stop it first, or choose another data folder with --data", who, dbPath)
}

// release gives the lock back; the files stay, so that no one locks a deleted file. No
// lock at all is fine.
func (l *instanceLock) release() error {
	if l == nil {
		return nil
	}
	err := os.Remove(l.pidFile)
	if os.IsNotExist(err) {
		err = nil
	}
	if e := l.lock.Unlock(); e != nil {
		return e
	}
	return err
}
