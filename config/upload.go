package config

import (
	"slices"
	"strconv"
	"strings"
)

// Upload is what catalogsync upload does when it is not told otherwise.
type Upload struct {
	Workers     int
	Sources     []string // empty = all
	PlaylistIDs string   // separated by commas, "" = all
	Limit       int      // files, 0 = all
}

// Object is the bucket that the settings describe; Name "" = none.
type Object struct {
	Name, Bucket, Endpoint, Region, BasePrefix, AddressingStyle, PublicBaseURL string
	// CredentialPrefix begins the settings that hold the keys.
	CredentialPrefix string
}

// credentialEndings are the endings of the settings that hold a storage's keys. Their
// beginnings are the operator's to choose, so the table of options cannot list them.
var credentialEndings = []string{"_ACCESS_KEY_ID", "_SECRET_ACCESS_KEY", "_SESSION_TOKEN", "_USER", "_PASSWORD", "_PRIVATE_KEY_FILE", "_TOKEN"}

// Credential reads a setting that holds a storage's key, "" = not set. The secrets file is
// read anew, so that keys that were put there meanwhile count.
func (c *Config) Credential(key string) Secret {
	if !slices.ContainsFunc(credentialEndings, func(ending string) bool { return strings.HasSuffix(key, ending) }) {
		return ""
	}
	v, origin := c.value(key, "")
	if origin == FromFlag || origin == FromEnv {
		return Secret(v)
	}
	if secrets, err := readSecretsFile(c.SecretsFile, false); err == nil && secrets[key] != "" {
		return Secret(strings.TrimSpace(secrets[key]))
	}
	return Secret(v)
}

func checkNumbers(v string) error {
	for _, part := range SplitList(v) {
		if n, err := strconv.ParseInt(part, 10, 64); err != nil || n < 1 {
			return &Fault{"numbers", nil, "must be numbers separated by commas, such as 12,15"}
		}
	}
	return nil
}
