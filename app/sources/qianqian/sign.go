package qianqian

import (
	"crypto/md5"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
)

// The public id and secret of the platform's web page.
const (
	appID  = "16073360"
	secret = "0b50b02fd0d73a9c4c8c3a781c30845f"
)

// sign is the signature of a call: the MD5 of all parameters in byte order of their names
// (TSID before appid), written k=v and joined by & without any escaping, and the secret.
// A space is signed as a space; one known client signs a plus sign instead.
func sign(params url.Values) string {
	var names []string
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(name + "=" + params.Get(name))
	}
	b.WriteString(secret)
	sum := md5.Sum([]byte(b.String())) // the platform's choice, not a protection of ours
	return hex.EncodeToString(sum[:])
}
