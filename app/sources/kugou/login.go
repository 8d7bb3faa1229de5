package kugou

import (
	"crypto/md5"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// login is what the web player's calls repeat of the operator's cookie.
type login struct {
	set         bool // a cookie is there, whatever it holds
	token, user string
	mid, uuid   string // the browser's id, told twice
	device      string // "-" = none is registered
}

// known: both parts that make a login are there.
func (l *login) known() bool { return l.token != "" && l.user != "" }

// loginOf reads a cookie, "name=value; …". Browsers keep some of the values together in
// one cookie KuGoo=KugooID=…&t=….
func loginOf(cookie string) *login {
	values := map[string]string{}
	for pair := range strings.SplitSeq(cookie, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		if name != "KuGoo" {
			values[name] = value
			continue
		}
		for inner := range strings.SplitSeq(value, "&") {
			innerName, innerValue, _ := strings.Cut(inner, "=")
			values[innerName] = innerValue
		}
	}
	or := func(names ...string) string {
		for _, name := range names {
			if values[name] != "" {
				return values[name]
			}
		}
		return ""
	}
	l := &login{set: strings.TrimSpace(cookie) != "", token: or("t"), user: or("KugooID"), mid: or("mid", "kg_mid"), uuid: or("uuid"), device: or("dfid", "kg_dfid")}
	if l.uuid == "" {
		l.uuid = l.mid
	}
	if l.device == "" {
		l.device = "-"
	}
	return l
}

// params are the signed parameters of a web player's call about the song that key names.
func (l *login) params(key, value string, now time.Time) url.Values {
	q := url.Values{
		"srcappid": {"2919"}, "clientver": {"20000"}, "clienttime": {strconv.FormatInt(now.UnixMilli(), 10)},
		"mid": {l.mid}, "uuid": {l.uuid}, "dfid": {l.device}, "appid": {"1014"}, "platid": {"4"},
		"token": {l.token}, "userid": {l.user}, key: {value},
	}
	q.Set("signature", signature(q))
	return q
}

// salt is the public one of the platform's web player.
const salt = "NVPh5oo715z5DIWAeQlhMDsWXXQV4hwt"

// signature is the MD5 of all parameters as k=v, sorted, joined by nothing, between two salts.
func signature(params url.Values) string {
	var pairs []string
	for name := range params {
		pairs = append(pairs, name+"="+params.Get(name))
	}
	slices.Sort(pairs)
	sum := md5.Sum([]byte(salt + strings.Join(pairs, "") + salt)) // the platform's choice, not a protection of ours
	return hex.EncodeToString(sum[:])
}
