package config

import (
	"os"
	"path/filepath"
	"runtime"
)

// findSecretsFile is the file named by SECRETS_FILE, by default secrets.env beside the
// env file.
func (l *loader) findSecretsFile(envFile string) (path string, named bool) {
	if v, _ := l.value("SECRETS_FILE", ""); v != "" {
		return v, true
	}
	if envFile == "" {
		return "", false
	}
	return filepath.Join(filepath.Dir(envFile), "secrets.env"), false
}

// readSecretsFile reads a file of KEY=value lines that nobody but its owner and group may
// read. Errors never show what is in it.
func readSecretsFile(path string, required bool) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	if info, err := os.Stat(path); err == nil && openToOthers(info.Mode()) {
		return nil, &Error{Key: "SECRETS_FILE", Origin: path, Message: "can be read or written by every user of this machine; run: chmod 600 " + path}
	}
	values, err := readEnvFile(path, required)
	if err != nil {
		return nil, &Error{Key: "SECRETS_FILE", Origin: path, Message: "cannot be read as KEY=value lines; check that it exists, its permissions and its quotation marks"}
	}
	return values, nil
}

// openToOthers has no meaning on Windows, where access is not told by mode bits.
func openToOthers(mode os.FileMode) bool { return runtime.GOOS != "windows" && mode.Perm()&0o007 != 0 }
