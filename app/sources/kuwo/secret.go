package kuwo

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// errUnusableCookie says that no secret can be made from a cookie's name.
var errUnusableCookie = errors.New("no secret can be made from the cookie's name")

// modulus is 2^31-1, the modulus of the generator behind the secret.
const modulus = 1<<31 - 1

// secretOf makes the value of the header "Secret" from the token cookie's name and value
// and a nonce of eight decimal digits (upstream document, "Headers and the web token").
//
// The rule was written in JavaScript and leans on its numbers: sums are IEEE doubles and
// are written back as text, with an exponent from 1e21 on.
func secretOf(name, value string, nonce int) (string, error) {
	var digits strings.Builder
	for i := range len(name) {
		digits.WriteString(strconv.Itoa(int(name[i])))
	}
	multiplier, err := pick(digits.String())
	if err != nil {
		return "", err
	}
	increment := uint64((len(name) + 1) / 2)
	seed, err := fold(digits.String() + strconv.Itoa(nonce))
	if err != nil {
		return "", err
	}
	x := (multiplier*seed + increment) % modulus
	var out strings.Builder
	for i := range len(value) {
		fmt.Fprintf(&out, "%02x", value[i]^byte(float64(x)/modulus*255))
		x = (multiplier*x + increment) % modulus
	}
	fmt.Fprintf(&out, "%08x", nonce)
	return out.String(), nil
}

// pick reads the number made of every fifth part's first digit; a place past the end
// contributes nothing.
func pick(digits string) (uint64, error) {
	step := len(digits) / 5
	var picked []byte
	for i := 1; i <= 5; i++ {
		if place := i * step; place < len(digits) {
			picked = append(picked, digits[place])
		}
	}
	n, err := strconv.ParseUint(string(picked), 10, 64)
	if err != nil {
		return 0, errUnusableCookie
	}
	return n, nil
}

// fold shortens a number's text to ten characters by adding its head to its rest.
func fold(text string) (uint64, error) {
	const keep = 10
	for len(text) > keep {
		head, rest := leadingInteger(text[:keep]), leadingInteger(text[keep:])
		sum := jsNumber(head + rest)
		if math.IsNaN(head+rest) || len(sum) >= len(text) {
			return 0, errUnusableCookie
		}
		text = sum
	}
	n := leadingInteger(text)
	if math.IsNaN(n) {
		return 0, errUnusableCookie
	}
	return uint64(n), nil
}

// leadingInteger reads the digits that s begins with, as JavaScript's parseInt does.
func leadingInteger(s string) float64 {
	end := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(s)
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	if err != nil {
		return math.NaN()
	}
	return n
}

// jsNumber writes a whole number as JavaScript does.
func jsNumber(f float64) string {
	if f < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'e', -1, 64)
}
