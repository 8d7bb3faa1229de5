package subsonic

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"

	"catalogsync/app/sources"
)

// Keys of the options.
const (
	optionURL      = "URL"
	optionUser     = "USER"
	optionPassword = "PASSWORD"
	optionAPIKey   = "API_KEY"
	optionLogin    = "LOGIN"
)

// Options are the settings of one server.
func Options() []sources.Option {
	return []sources.Option{
		{Key: optionURL, Required: true, Check: checkAddress, Help: "Address of your own Subsonic server (Navidrome, gonic, supysonic, …), such as http://192.168.1.5:4533. Without it there is no such source."},
		{Key: optionUser, Help: "User on that server."},
		{Key: optionPassword, Secret: true, Help: "That user's password."},
		{Key: optionAPIKey, Secret: true, Help: "API key in place of user and password, for servers that give them out (OpenSubsonic)."},
		{Key: optionLogin, Default: loginAuto, Choices: loginWays, Check: checkLogin, Help: "How to log in: auto (API key if there is one, else token, and the password itself where the server knows no tokens), token (never send the password), password, or api_key."},
	}
}

func nameOf(values map[string]string) string { return cmp.Or(values[sources.ValueName], Name) }

func checkAddress(v string) error {
	_, err := parseBase(v)
	return err
}

func checkLogin(v string) error {
	if !slices.Contains(loginWays, v) {
		return errors.New("must be auto, token, password or api_key")
	}
	return nil
}

// parseBase reads a server's address as people copy it from their browser: the web pages
// of the servers (/app/… of Navidrome, /admin/… of gonic) and /rest lead to it.
func parseBase(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, errors.New("must be an address that begins with http:// or https://")
	case u.User != nil:
		return nil, errors.New("must not hold a user or password; they have settings of their own")
	}
	return &url.URL{Scheme: u.Scheme, Host: strings.ToLower(u.Host), Path: basePath(u.Path)}, nil
}

// basePath is a path without what belongs to the server's own pages.
func basePath(path string) string {
	for _, page := range []string{"/rest", "/app", "/admin"} {
		if i := strings.LastIndex(path+"/", page+"/"); i >= 0 {
			path = path[:i]
			break
		}
	}
	return strings.TrimRight(path, "/")
}
