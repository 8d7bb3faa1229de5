package httpclient

import (
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"catalogsync/models"
)

// maxHeaderBytes bounds the head of an answer.
const maxHeaderBytes = 256 << 10

// newTransport makes the source's connections: kept open, HTTP/2 where offered, every
// dialled address looked at unless the operator configured it.
func newTransport(cfg Config, base baseAddress, own map[string]bool) (*http.Transport, error) {
	t := &http.Transport{
		TLSHandshakeTimeout:   cfg.ConnectTimeout,
		ResponseHeaderTimeout: cfg.HeaderTimeout,
		ForceAttemptHTTP2:     true, // a dialer of one's own turns it off otherwise

		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    32,
		IdleConnTimeout:        90 * time.Second,
	}
	configured := maps.Clone(own)
	if base.isSet() {
		configured[base.dial()] = true
	}
	if cfg.Proxy != "" {
		proxy, err := url.Parse(cfg.Proxy)
		if err != nil || proxy.Host == "" {
			return nil, errors.New("the proxy must be http://, https:// or socks5:// with a host and port")
		}
		t.Proxy = http.ProxyURL(proxy)
		configured[dialAddress(proxy.Scheme, proxy.Host)] = true
	}
	t.DialContext = guardedDial(configured, cfg.ConnectTimeout)
	return t, nil
}

// configuredAddresses are the operator's own servers as host:port.
func configuredAddresses(addresses []string) (map[string]bool, error) {
	own := map[string]bool{}
	for _, address := range addresses {
		u, err := url.Parse(address)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" {
			return nil, errors.New("it must begin with http:// or https:// and name a host")
		}
		own[dialAddress(u.Scheme, u.Host)] = true
	}
	return own, nil
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// guardedDial refuses addresses of this machine and its network, after names were
// resolved, so that a public name that points inside does not help. Behind a proxy it
// is the proxy that resolves names; there only literal addresses are refused (checkTarget).
func guardedDial(configured map[string]bool, timeout time.Duration) dialFunc {
	open := &net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second}
	guarded := &net.Dialer{Timeout: timeout, KeepAlive: 30 * time.Second, Control: refuseInside}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if configured[address] {
			return open.DialContext(ctx, network, address)
		}
		return guarded.DialContext(ctx, network, address)
	}
}

func refuseInside(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || isInside(ap.Addr()) {
		return forbidden("its host resolves to an address of this machine or its network")
	}
	return nil
}

var (
	carrierNAT = netip.MustParsePrefix("100.64.0.0/10")
	thisNet    = netip.MustParsePrefix("0.0.0.0/8")
	nat64      = netip.MustParsePrefix("64:ff9b::/96")
)

// isInside tells addresses that no music platform has. 198.18.0.0/15 is left out on
// purpose: transparent proxies hand it out as the address of every public name.
func isInside(a netip.Addr) bool {
	a = a.Unmap()
	if nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	return a.IsLoopback() || a.IsPrivate() || a.IsUnspecified() || a.IsMulticast() ||
		a.IsLinkLocalUnicast() || a.IsInterfaceLocalMulticast() ||
		carrierNAT.Contains(a) || thisNet.Contains(a)
}

// checkTarget judges a real address before it is asked: scheme, credentials, literal
// addresses, and, for those that came from an upstream, the source's own domains.
func (c *Client) checkTarget(u *url.URL, anyHost bool) error {
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return forbidden("only http and https are followed")
	case host == "" || u.User != nil:
		return forbidden("the address has no host or holds a password")
	case c.base.holds(u), c.own[dialAddress(u.Scheme, u.Host)]:
		return nil
	case host == "localhost" || strings.HasSuffix(host, ".localhost"):
		return forbidden("it points to this machine")
	}
	if ip, err := netip.ParseAddr(host); err == nil && isInside(ip) {
		return forbidden("it points to this machine or its network")
	}
	if !anyHost && !c.ownHost(host) {
		return forbidden("host " + Excerpt(host) + " is none of this source's hosts")
	}
	return nil
}

// ownHost tells whether host is one of the domains of Config.Hosts.
func (c *Client) ownHost(host string) bool {
	if len(c.cfg.Hosts) == 0 {
		return true
	}
	for _, domain := range c.cfg.Hosts {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

func forbidden(why string) error {
	return models.NewError(models.ClassPermanent, models.CodeForbiddenAddress, "an address was not asked: %s", why)
}
