package cli

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"

	"catalogsync/config"
)

// The log file and when it makes way for a new one.
const (
	logFileName    = "catalogsync.log"
	logFileMB      = 20
	logFilesToKeep = 5
)

// logger makes the program's log: on standard error, where quiet leaves warnings and
// errors alone, and whole in the log file when a folder for it is configured.
func (e *env) logger(c *config.Config, quiet bool) *slog.Logger {
	level := levelOf(c)
	shown := level
	if quiet {
		shown = max(level, slog.LevelWarn)
	}
	log := slog.New(logHandler(e.errOut, c.LogFormat, shown))
	if c.LogDir == "" {
		return log
	}
	file, err := openLogFile(c.LogDir)
	if err != nil {
		log.Warn("there is no log file, only this log; check LOG_DIR", "error", err)
		return log
	}
	e.logFiles = append(e.logFiles, file)
	return slog.New(slog.NewMultiHandler(log.Handler(), logHandler(file, c.LogFormat, level)))
}

func levelOf(c *config.Config) slog.Level {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return slog.LevelInfo // the settings were checked; an empty one means the default
	}
	return level
}

func logHandler(w io.Writer, format string, level slog.Level) slog.Handler {
	opts := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.NewJSONHandler(w, opts)
	}
	return slog.NewTextHandler(w, opts)
}

// openLogFile tries the file before anything depends on it: the rotating writer opens it
// with the first line, when nobody hears of an error any more.
func openLogFile(dir string) (io.WriteCloser, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of the log: %w", err)
	}
	path := filepath.Join(dir, logFileName)
	probe, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log file: %w", err)
	}
	if err := probe.Close(); err != nil {
		return nil, fmt.Errorf("open the log file: %w", err)
	}
	return &lumberjack.Logger{Filename: path, MaxSize: logFileMB, MaxBackups: logFilesToKeep}, nil
}

// closeLogs closes the log files when the command is over.
func (e *env) closeLogs() {
	for _, f := range e.logFiles {
		if err := f.Close(); err != nil {
			fmt.Fprintln(e.errOut, "catalogsync: close the log file:", err)
		}
	}
	e.logFiles = nil
}
