package config

import (
	"errors"
	"runtime"
	"strings"
	"time"
)

// CatalogExport is the command that runs after a download stage.
type CatalogExport struct {
	// Args is the program and its arguments; empty = none is configured.
	Args    []string
	Workdir string // "" = the program's own
	Timeout time.Duration
}

func (l *loader) catalogExport(c *Config, text func(string) string) error {
	const key = "CATALOG_EXPORT_COMMAND"
	e := &c.CatalogExport
	e.Workdir = text("CATALOG_EXPORT_WORKDIR")
	e.Timeout, _ = time.ParseDuration(text("CATALOG_EXPORT_TIMEOUT")) // checked by Load
	command, from := l.value(key, "")
	if strings.TrimSpace(command) == "" {
		return nil
	}
	if text("CATALOG_EXPORT_SHELL") == "on" {
		e.Args = shellArgs(command, runtime.GOOS == "windows")
		return nil
	}
	args, err := SplitCommand(command, runtime.GOOS == "windows")
	if err != nil {
		return &Error{Key: key, Origin: string(from), Message: "cannot be split into arguments", Cause: err}
	}
	e.Args = args
	return nil
}

func shellArgs(command string, windows bool) []string {
	if windows {
		return []string{"cmd.exe", "/D", "/S", "/C", command}
	}
	return []string{"/bin/sh", "-c", command}
}

// SplitCommand splits a command line into arguments as a POSIX shell would, and expands
// nothing: '…' is literal, in "…" a backslash stands before " \ $ and `, outside of quotes
// before anything. On Windows a backslash is a character of paths and nothing else.
func SplitCommand(line string, windows bool) ([]string, error) {
	s := splitter{windows: windows}
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		if s.escapes(runes, i) {
			i++
			s.add(runes[i])
			continue
		}
		s.take(runes[i])
	}
	if s.quote != 0 {
		return nil, errors.New("a quotation mark (" + string(s.quote) + ") is not closed")
	}
	s.end()
	if len(s.args) == 0 || s.args[0] == "" {
		return nil, errors.New("it names no program")
	}
	return s.args, nil
}

// splitter is the state between two characters.
type splitter struct {
	windows bool
	quote   rune // 0 = outside
	word    strings.Builder
	begun   bool // the word exists, be it empty as in ""
	args    []string
}

// escapes says that the character at i is a backslash that takes away the meaning of the
// next one.
func (s *splitter) escapes(runes []rune, i int) bool {
	if s.windows || runes[i] != '\\' || s.quote == '\'' || i+1 == len(runes) {
		return false
	}
	return s.quote == 0 || strings.ContainsRune("\"\\$`", runes[i+1])
}

func (s *splitter) take(r rune) {
	switch {
	case s.quote == r:
		s.quote = 0
	case s.quote == 0 && (r == '"' || r == '\''):
		s.quote, s.begun = r, true
	case s.quote == 0 && strings.ContainsRune(" \t\r\n", r):
		s.end()
	default:
		s.add(r)
	}
}

func (s *splitter) add(r rune) {
	s.begun = true
	s.word.WriteRune(r)
}

func (s *splitter) end() {
	if s.begun {
		s.args = append(s.args, s.word.String())
	}
	s.word.Reset()
	s.begun = false
}
