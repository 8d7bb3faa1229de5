package settings

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"catalogsync/config"
)

// document is an env file of which single values can be changed while comments, order,
// unknown keys, quotation and line ends stay as they are.
type document struct {
	lines   []line
	newline string
}

// line is a statement or what stands between statements. A quoted value may go over
// several lines of the file; they are one line here.
type line struct {
	text string // without the line end
	key  string // "" = comment, blank, or unreadable
	head string // what stands before the value: "export KEY = "
	tail string // what stands behind it: " # why"
}

var (
	assignment = regexp.MustCompile(`^(\s*(?:export\s+)?([A-Za-z0-9_.]+)\s*[=:][ \t]*)(.*)$`)
	commented  = regexp.MustCompile(`^\s*#\s*([A-Za-z0-9_.]+)=`)
	lineEnd    = regexp.MustCompile(`\r*\n`)
	bareValue  = regexp.MustCompile(`^[A-Za-z0-9_./:,@%+=~*?&-]*$`)
)

func parseDocument(content []byte) *document {
	d := &document{newline: "\n"}
	text := string(content)
	if strings.Contains(text, "\r\n") {
		d.newline = "\r\n"
	}
	// At the very end too: a carriage return alone there would become another line end.
	text = lineEnd.ReplaceAllString(strings.TrimRight(text, "\r"), "\n")
	text = strings.TrimSuffix(text, "\n")
	if text == "" {
		return d
	}
	raw := strings.Split(text, "\n")
	for i := 0; i < len(raw); i++ {
		l, used := readLine(raw[i:])
		d.lines = append(d.lines, l)
		i += used - 1
	}
	return d
}

// readLine reads the statement that begins with the first line, and how many it takes.
func readLine(raw []string) (line, int) {
	m := assignment.FindStringSubmatch(raw[0])
	if m == nil || strings.HasPrefix(strings.TrimSpace(raw[0]), "#") {
		return line{text: raw[0]}, 1
	}
	l := line{text: raw[0], key: m[2], head: m[1]}
	rest := m[3]
	if rest == "" || (rest[0] != '"' && rest[0] != '\'') {
		if i := strings.Index(" "+rest, " #"); i >= 0 {
			l.tail = strings.TrimRight(rest[:max(i-1, 0)], " \t")
			l.tail = rest[len(l.tail):]
		}
		return l, 1
	}
	for used := 1; used <= len(raw); used++ {
		whole := strings.Join(append([]string{rest}, raw[1:used]...), "\n")
		if end := closingQuote(whole); end > 0 {
			l.text, l.tail = l.head+whole, whole[end+1:]
			return l, used
		}
	}
	return l, 1
}

// closingQuote is where the quotation ends that s begins with, -1 when it does not.
func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		if s[i] == s[0] && s[i-1] != '\\' {
			return i
		}
	}
	return -1
}

// set gives a key a value, "" to unset it.
func (d *document) set(key, value string) {
	last := -1
	for i, l := range d.lines {
		if l.key == key {
			last = i
		}
	}
	switch {
	case value == "":
		d.unset(key)
	case last >= 0:
		d.lines[last] = statement(d.lines[last].head, key, value, d.lines[last].tail)
	default:
		d.add(statement(key+"=", key, value, ""))
	}
}

// unset takes the key's statements out; a comment that stands behind one stays.
func (d *document) unset(key string) {
	kept := d.lines[:0]
	for _, l := range d.lines {
		switch {
		case l.key != key:
			kept = append(kept, l)
		case strings.Contains(l.tail, "#"):
			kept = append(kept, line{text: strings.TrimLeft(l.tail, " \t")})
		}
	}
	d.lines = kept
}

// add puts a new statement behind the line that has it as a comment, as in the example
// file, else at the end.
func (d *document) add(l line) {
	for i, old := range d.lines {
		if m := commented.FindStringSubmatch(old.text); old.key == "" && m != nil && m[1] == l.key {
			d.lines = append(d.lines[:i+1], append([]line{l}, d.lines[i+1:]...)...)
			return
		}
	}
	d.lines = append(d.lines, l)
}

func statement(head, key, value, tail string) line {
	return line{text: head + quote(value) + tail, key: key, head: head, tail: tail}
}

// quote writes a value so that it is read back as it is, nothing expanded.
func quote(value string) string {
	switch {
	case bareValue.MatchString(value):
		return value
	case !strings.ContainsAny(value, "'\\\n\r"):
		return "'" + value + "'"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "\n", `\n`, "\r", `\r`).Replace(value) + `"`
}

func (d *document) bytes() []byte {
	var b bytes.Buffer
	for _, l := range d.lines {
		b.WriteString(strings.ReplaceAll(l.text, "\n", d.newline) + d.newline)
	}
	return b.Bytes()
}

// edited is content with the changes made, and its values as they will be read. The result
// is read again: when a change did not arrive, or another key was touched, it is an error.
func edited(content []byte, changes map[string]string) ([]byte, map[string]string, error) {
	before, err := config.ParseEnv(bytes.NewReader(content))
	if err != nil {
		return nil, nil, fmt.Errorf("it is not a list of KEY=value lines")
	}
	d := parseDocument(content)
	for _, key := range sortedKeys(changes) {
		d.set(key, changes[key])
	}
	out := d.bytes()
	after, err := config.ParseEnv(bytes.NewReader(out))
	if err != nil {
		return nil, nil, fmt.Errorf("a value cannot be written in it")
	}
	for key, value := range changes {
		if after[key] != value {
			return nil, nil, fmt.Errorf("the value of %s cannot be written in it; edit the file by hand", key)
		}
	}
	for _, key := range append(sortedKeys(before), sortedKeys(after)...) {
		if _, changed := changes[key]; !changed && before[key] != after[key] {
			return nil, nil, fmt.Errorf("%s would be changed, too; edit the file by hand", key)
		}
	}
	return out, after, nil
}
