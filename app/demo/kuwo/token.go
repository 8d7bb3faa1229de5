package kuwo

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"catalogsync/app/demo/wire"
)

const (
	// tokenCookie is the name that the home page's cookie has at present.
	tokenCookie       = "Hm_Iuvt_cdb524f42f23cer9b268564v7y735ewrq2324"
	tokenCookiePrefix = "Hm_Iuvt_"
	tokenHeader       = "Secret"
	tokenLife         = time.Hour
	tokenLength       = 32
	nonceHexDigits    = 8

	secretModulus  = math.MaxInt32
	secretNumerals = 10
)

// home sets the token's cookie. Its value is a time and a signature, so that nothing
// needs to be remembered.
func (p *Platform) home(w http.ResponseWriter, c *wire.Call) {
	http.SetCookie(w, &http.Cookie{Name: tokenCookie, Value: p.token(c.Now.Unix()), Path: "/"})
	wire.HTML(w, http.StatusOK, "酷我音乐")
}

func (p *Platform) token(issued int64) string {
	x := p.catalog.Seed() ^ uint64(issued)*0x9E3779B97F4A7C15
	return fmt.Sprintf("%016x%016x", issued, (x^x>>31)*0x94D049BB133111EB)
}

// withToken answers only callers that bring the cookie and the header made from it.
func (p *Platform) withToken(serve func(http.ResponseWriter, *wire.Call)) func(http.ResponseWriter, *wire.Call) {
	return func(w http.ResponseWriter, c *wire.Call) {
		for _, cookie := range c.Cookies() {
			if strings.HasPrefix(cookie.Name, tokenCookiePrefix) && p.validToken(cookie.Value, c.Now) &&
				validSecret(cookie.Name, cookie.Value, c.Header.Get(tokenHeader)) {
				serve(w, c)
				return
			}
		}
		illegal(w)
	}
}

func (p *Platform) validToken(value string, now time.Time) bool {
	if len(value) != tokenLength {
		return false
	}
	issued, err := strconv.ParseInt(value[:tokenLength/2], 16, 64)
	return err == nil && value == p.token(issued) && now.Sub(time.Unix(issued, 0)) < tokenLife
}

// validSecret makes the header again, with the nonce at its end.
func validSecret(name, value, header string) bool {
	if len(header) <= nonceHexDigits {
		return false
	}
	nonce, err := strconv.ParseInt(header[len(header)-nonceHexDigits:], 16, 64)
	return err == nil && strings.EqualFold(header, secret(name, value, nonce))
}

// secret is the header Secret of a cookie and a nonce: the cookie's value, veiled by a
// sequence that starts from its name and the nonce, then the nonce.
func secret(name, value string, nonce int64) string {
	codes := ""
	for _, b := range []byte(name) {
		codes += strconv.Itoa(int(b))
	}
	step, picked := len(codes)/5, ""
	for i := 1; i <= 5; i++ {
		if at := step * i; at < len(codes) {
			picked += codes[at : at+1]
		}
	}
	factor, _ := strconv.Atoi(picked) // five digits
	offset := (len(name) + 1) / 2

	x := (factor*shrink(codes+strconv.FormatInt(nonce, 10)) + offset) % secretModulus
	var out strings.Builder
	for _, b := range []byte(value) {
		fmt.Fprintf(&out, "%02x", int(b)^int(float64(x)/secretModulus*255))
		x = (factor*x + offset) % secretModulus
	}
	fmt.Fprintf(&out, "%08x", nonce)
	return out.String()
}

// shrink adds the first ten digits to the rest until no more than ten are left, in the
// arithmetic and with the number texts of the page's script.
func shrink(s string) int {
	for len(s) > secretNumerals {
		s = scriptNumber(leadingNumber(s[:secretNumerals]) + leadingNumber(s[secretNumerals:]))
	}
	return int(leadingNumber(s))
}

// leadingNumber is the integer that s begins with.
func leadingNumber(s string) float64 {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	if err != nil {
		return 0
	}
	return n
}

func scriptNumber(n float64) string {
	if n >= 1e21 {
		return strconv.FormatFloat(n, 'e', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}
