package config

import (
	"errors"
	"io/fs"
	"os"

	"github.com/joho/godotenv"
)

// readEnvFile reads KEY=value lines. A file that does not exist is an error only when
// somebody asked for it by name.
func readEnvFile(path string, required bool) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return nil, nil
	}
	if err != nil {
		return nil, &Error{Key: "ENV_FILE", Origin: "env file", Message: "cannot be read; check the path and its permissions", Cause: err}
	}
	defer f.Close()
	values, err := godotenv.Parse(f)
	if err != nil {
		return nil, &Error{Key: "ENV_FILE", Origin: path, Message: "is not a list of KEY=value lines", Cause: err}
	}
	return values, nil
}
