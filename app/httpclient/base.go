package httpclient

import (
	"errors"
	"net"
	"net/url"
	"strings"
)

// baseAddress leads requests for real hosts to a stand-in:
// https://<host>/<path> → <base>/<host>/<path>. The zero value leads nowhere.
type baseAddress struct {
	scheme, host, path string // path without the slash at its end
}

func parseBase(address string) (baseAddress, error) {
	if address == "" {
		return baseAddress{}, nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return baseAddress{}, errors.New("it is no address")
	case u.Scheme != "http" && u.Scheme != "https":
		return baseAddress{}, errors.New("it must begin with http:// or https://")
	case u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return baseAddress{}, errors.New("it must be http(s)://host[:port][/path] and nothing more")
	}
	return baseAddress{scheme: u.Scheme, host: u.Host, path: strings.TrimRight(u.EscapedPath(), "/")}, nil
}

func (b baseAddress) isSet() bool { return b.host != "" }

// holds tells whether u is on the stand-in itself.
func (b baseAddress) holds(u *url.URL) bool {
	return b.isSet() && strings.EqualFold(dialAddress(u.Scheme, u.Host), b.dial())
}

// dial is the stand-in's host:port as a dialer gets it, "" when there is none.
func (b baseAddress) dial() string {
	if !b.isSet() {
		return ""
	}
	return dialAddress(b.scheme, b.host)
}

// wire is where a request for the real address u really goes.
func (b baseAddress) wire(u *url.URL) *url.URL {
	if !b.isSet() || b.holds(u) {
		return u
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	w := &url.URL{Scheme: b.scheme, Host: b.host, RawQuery: u.RawQuery}
	setEscapedPath(w, b.path+"/"+u.Host+path)
	return w
}

// real undoes wire: an address on the stand-in becomes the one that it stands for, so
// that pace, allowed hosts and relative redirects are judged by real names.
func (b baseAddress) real(u *url.URL) *url.URL {
	if !b.holds(u) {
		return u
	}
	rest, ok := strings.CutPrefix(u.EscapedPath(), b.path+"/")
	if !ok {
		return u
	}
	host, path, _ := strings.Cut(rest, "/")
	if !strings.Contains(host, ".") || strings.ContainsAny(host, "%@ ") {
		return u
	}
	r := &url.URL{Scheme: "https", Host: host, RawQuery: u.RawQuery}
	setEscapedPath(r, "/"+path)
	return r
}

func setEscapedPath(u *url.URL, escaped string) {
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		plain = escaped
	}
	u.Path, u.RawPath = plain, escaped
}

// dialAddress is host:port as a dialer gets it.
func dialAddress(scheme, host string) string {
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "443"
	if scheme == "http" {
		port = "80"
	}
	return net.JoinHostPort(strings.Trim(host, "[]"), port)
}
