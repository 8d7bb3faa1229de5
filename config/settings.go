package config

import (
	"io"
	"slices"

	"github.com/joho/godotenv"
)

// Settings lists every setting there is, those of the loaded sources included.
func (c *Config) Settings() []Option { return slices.Clone(c.options) }

// Setting finds a setting by its key.
func (c *Config) Setting(key string) (Option, bool) {
	i := slices.IndexFunc(c.options, func(o Option) bool { return o.Key == key })
	if i < 0 {
		return Option{}, false
	}
	return c.options[i], true
}

// Value is the text that a setting has and where it came from; of a secret, too, so mind
// where it goes. A key that is no setting has none.
func (c *Config) Value(key string) (string, Origin) {
	o, ok := c.Setting(key)
	if !ok {
		return "", FromDefault
	}
	return c.value(key, o.Default)
}

// With is what would be loaded with these contents of the env file and the secrets file,
// flags and environment being the same. The error is an *Error.
func (c *Config) With(file, secrets map[string]string) (*Config, error) {
	return c.reload(file, secrets)
}

// byHand are settings that only somebody with access to the machine may change: they run
// programs, or decide where data is.
var byHand = []string{"CATALOG_EXPORT_COMMAND", "CATALOG_EXPORT_WORKDIR", "CATALOG_EXPORT_SHELL", "BACKUP_DIR"}

// ofConsole are the groups of settings that the console changes, sources aside.
var ofConsole = []string{"Jobs", "Matching", "Parts of a song", "After a download", "Notifications", "Backups"}

// ByHand says that a setting is changed in the env file only: it runs programs, or decides
// where data is, or who can reach the program.
func (o Option) ByHand() bool {
	return o.Source == "" && !slices.Contains(ofConsole, o.Group) || slices.Contains(byHand, o.Key)
}

// IsSecret says that a key is a secret setting.
func (c *Config) IsSecret(key string) bool {
	o, ok := c.Setting(key)
	return ok && o.Secret
}

// ParseEnv reads KEY=value lines.
func ParseEnv(r io.Reader) (map[string]string, error) { return godotenv.Parse(r) }
