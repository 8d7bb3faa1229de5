package storage

import (
	"context"
	"encoding/json"
	"fmt"

	"catalogsync/models"
)

// Kind is a kind of storage as console, command line and hub know it.
type Kind struct {
	Type    models.BackendType
	Options []Option
	// Secrets are the endings of the settings that hold what must not be in the database;
	// each is read from <credential prefix>_<ending>.
	Secrets []Secret
	// Limits bound what is asked of one backend of the kind, and of all of them together.
	Limits, KindLimits Limits
	// Check judges settings, each by itself and together; ClassInvalid with the field.
	Check func(s Settings) error
	// Open connects. Errors are *Error.
	Open func(ctx context.Context, c Config) (Backend, error)
}

// Option is a setting of a kind.
type Option struct {
	Key      string // as in config_json, e.g. base_prefix
	Required bool
	Choices  []string // nil = others are allowed
	Help     string
}

// Secret is something that only environment and secrets file hold.
type Secret struct {
	Ending   string // e.g. ACCESS_KEY_ID
	Required bool
}

// OptionCredentialPrefix names where a backend's secrets are.
const OptionCredentialPrefix = "credential_env_prefix"

// OptionBasePrefix is where uploads go below the root.
const OptionBasePrefix = "base_prefix"

// Settings are the values of a backend's options by key; they hold no secret.
type Settings map[string]string

// ParseSettings reads a backend's config_json.
func ParseSettings(b models.StorageBackend) (Settings, error) {
	s := Settings{}
	if b.ConfigJSON == "" || b.Type == models.BackendLocalFS {
		return s, nil
	}
	if err := json.Unmarshal([]byte(b.ConfigJSON), &s); err != nil {
		return nil, fmt.Errorf("read settings of storage %s: %w", b.Name, err)
	}
	return s, nil
}

// JSON is the settings as they are stored; empty ones are left out.
func (s Settings) JSON() (string, error) {
	kept := Settings{}
	for k, v := range s {
		if v != "" {
			kept[k] = v
		}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

// Config is what a backend is opened with.
type Config struct {
	Name     string
	Root     string // of local folders
	Settings Settings
	// Secrets are by ending.
	Secrets map[string]string
}

// Limits bound requests; zero fields do not.
type Limits struct {
	Concurrency   int
	RatePerSecond float64
}
