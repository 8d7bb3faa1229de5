// Package config loads the settings: flag before environment before secrets file
// before env file before default, each key in one table (options.go).
package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Origin says where a value came from.
type Origin string

const (
	FromFlag    Origin = "flag"
	FromEnv     Origin = "environment"
	FromSecrets Origin = "secrets file"
	FromFile    Origin = "env file"
	FromDefault Origin = "default"
)

// Error is a setting that cannot be used.
type Error struct {
	Key     string
	Origin  string
	Message string
	Cause   error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("%s (%s) %s", e.Key, e.Origin, e.Message)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// Secret is a text that never prints.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// Config is the loaded settings.
type Config struct {
	LibraryDir string
	DBPath     string
	InputDir   string
	LogDir     string // "" = no log file
	EnvFile    string
	// SecretsFile is where secret settings are kept beside the environment; it need not
	// exist.
	SecretsFile string

	WebHost     string
	WebPort     int
	LocalAssets bool
	BundleTTL   time.Duration

	Sources         []string // empty = all
	DownloadSources []string
	DownloadLayout  string
	DownloadWorkers int
	DownloadOrder   string
	DownloadHours   Hours     // by the machine's clock
	Bandwidth       Bandwidth // by the machine's clock
	SyncWorkers     int
	CollectPages    int
	SyncRest        time.Duration // longest time between two syncs of an unchanged playlist, 0 = none rests
	SyncLossShare   float64       // 0 … 1
	Parts           Parts
	QualityCeiling  string
	MatchThreshold  float64
	MatchWeights    MatchWeights
	ReserveBytes    int64
	// MinFreeMemory (bytes) and MaxCPUPercent hold back heavy stages; 0 and 100 = do not look.
	MinFreeMemory int64
	MaxCPUPercent int
	// Retention is how long the details of finished jobs are kept; 0 = for ever.
	Retention time.Duration
	// RecycleFor is how long the recycle bin keeps files, 0 = for ever; ScrubBytes of the
	// library are read again a day.
	RecycleFor time.Duration
	ScrubBytes int64
	RetryBase  time.Duration
	// OutageLimit is how long items wait for a source that blocks.
	OutageLimit time.Duration

	// ExportFolders is scoped, all or off.
	ExportFolders    string
	ExportFoldersDir string
	CatalogExport    CatalogExport

	Upload Upload
	Object Object

	NotifyURLs     []string
	NotifyKinds    []string
	NotifyLanguage string

	BackupDir  string
	BackupKeep int // 0 = all

	LogLevel  string
	LogFormat string

	// Source holds the settings of the sources of the build by name, instances included.
	Source map[string]Source

	options []Option
	value   func(key, def string) (string, Origin)
	reload  func(file, secrets map[string]string) (*Config, error)
}

// Parts says what songs get beside their sound: in their files, and beside them.
type Parts struct {
	Tags, Covers, Lyrics bool
	FolderJPG, LRC, NFO  bool
}

// Inputs are where values come from, highest precedence first.
type Inputs struct {
	// Flags maps keys to texts given on the command line.
	Flags map[string]string
	// Environ is the process environment as KEY=value.
	Environ []string
	// Sources are the kinds whose SOURCE_<NAME>_… keys are read.
	Sources []SourceKind
	// Checks judge values whose rules other packages know, by key. Their errors continue a
	// sentence that begins with the setting's name.
	Checks map[string]func(string) error
}

// Load gathers, checks and types all settings. The error is an *Error.
func Load(in Inputs) (*Config, error) {
	env := map[string]string{}
	for _, kv := range in.Environ {
		if k, v, ok := strings.Cut(kv, "="); ok {
			env[k] = v
		}
	}
	l := &loader{flags: in.Flags, env: env, options: withChecks(Options, in.Checks)}
	envFile, named := l.findEnvFile()
	file, err := readEnvFile(envFile, named)
	if err != nil {
		return nil, err
	}
	secretsFile, named := l.findSecretsFile(envFile)
	secrets, err := readSecretsFile(secretsFile, named)
	if err != nil {
		return nil, err
	}
	return l.load(in.Sources, Config{EnvFile: envFile, SecretsFile: secretsFile}, file, secrets)
}

// load reads all settings with the given contents of the two files; files names them.
func (l *loader) load(kinds []SourceKind, files Config, file, secrets map[string]string) (*Config, error) {
	l = &loader{flags: l.flags, env: l.env, secrets: secrets, file: file, options: l.options}
	c := &files
	c.value = l.value // a function, so that no secret is in what a Config prints
	c.reload = func(file, secrets map[string]string) (*Config, error) {
		return l.load(kinds, Config{EnvFile: c.EnvFile, SecretsFile: c.SecretsFile}, file, secrets)
	}
	for _, o := range l.options {
		if err := l.check(o); err != nil {
			return nil, err
		}
	}
	ofSources, options, err := l.sources(kinds)
	if err != nil {
		return nil, err
	}
	c.Source, c.options = ofSources, append(slices.Clone(l.options), options...)
	return c, l.fill(c)
}

type loader struct {
	flags, env, secrets, file map[string]string
	options                   []Option
}

// withChecks gives options the checks that were handed in.
func withChecks(options []Option, checks map[string]func(string) error) []Option {
	list := slices.Clone(options)
	for i, o := range list {
		if check, ok := checks[o.Key]; ok {
			list[i].check = check
		}
	}
	return list
}

// value finds a key; an empty text counts as not set, so that "KEY=" in an env file
// means the default.
func (l *loader) value(key, def string) (string, Origin) {
	for _, from := range []struct {
		values map[string]string
		origin Origin
	}{{l.flags, FromFlag}, {l.env, FromEnv}, {l.secrets, FromSecrets}, {l.file, FromFile}} {
		if v := strings.TrimSpace(from.values[key]); v != "" {
			return v, from.origin
		}
	}
	return def, FromDefault
}

func (l *loader) check(o Option) error {
	v, origin := l.value(o.Key, o.Default)
	if v == "" || o.check == nil {
		return nil
	}
	if err := o.check(v); err != nil {
		shown := fmt.Sprintf("%q ", v)
		if o.Secret {
			shown = ""
		}
		return &Error{Key: o.Key, Origin: string(origin), Message: shown + err.Error()}
	}
	return nil
}

func (l *loader) findEnvFile() (path string, named bool) {
	if v, _ := l.value("ENV_FILE", ""); v != "" {
		return v, true
	}
	if home := l.appHome(); home != "" {
		return filepath.Join(home, "config", "catalogsync.env"), false
	}
	db, _ := l.value("DB_PATH", filepath.Join(defaultDataDir, "catalogsync.db"))
	return filepath.Join(filepath.Dir(db), "catalogsync.env"), false
}

func (l *loader) appHome() string {
	if v, _ := l.value("APP_HOME", ""); v != "" {
		return v
	}
	if v, _ := l.value("ROOT_DIR", ""); v != "" {
		return filepath.Join(v, "catalogsync")
	}
	return ""
}

// defaultDataDir is where everything lives when nothing is configured.
const defaultDataDir = "data"

func (l *loader) fill(c *Config) error {
	text := func(key string) string {
		i := slices.IndexFunc(Options, func(o Option) bool { return o.Key == key })
		v, _ := l.value(key, Options[i].Default)
		return v
	}
	number := func(key string) int { n, _ := strconv.Atoi(text(key)); return n } // checked by Load
	list := func(key string) []string { return SplitList(text(key)) }

	home, root := l.appHome(), text("ROOT_DIR")
	under := func(dir, inHome, fallback string) string {
		if dir != "" {
			return filepath.Join(dir, inHome)
		}
		return fallback
	}
	or := func(v, def string) string {
		if v != "" {
			return v
		}
		return def
	}
	c.LibraryDir = or(text("LIBRARY_DIR"), under(root, "library", filepath.Join(defaultDataDir, "library")))
	c.DBPath = or(text("DB_PATH"), under(home, "data/catalogsync.db", filepath.Join(defaultDataDir, "catalogsync.db")))
	c.InputDir = or(text("INPUT_DIR"), under(home, "inputs", ""))
	c.LogDir = or(text("LOG_DIR"), under(home, "logs", ""))

	c.WebHost, c.WebPort = text("WEB_HOST"), number("WEB_PORT")
	c.LocalAssets = text("ASSETS") == "local"
	c.BundleTTL = time.Duration(number("EXPORT_BUNDLE_HOURS")) * time.Hour
	c.Sources, c.DownloadSources = list("SOURCES"), list("DOWNLOAD_SOURCES")
	c.DownloadLayout = text("DOWNLOAD_LAYOUT")
	c.Parts = Parts{
		Tags: text("TAGS") == "on", Covers: text("COVERS") == "embed", Lyrics: text("LYRICS") == "embed",
		FolderJPG: text("FOLDER_JPG") == "on", LRC: text("LRC") == "on", NFO: text("NFO") == "on",
	}
	c.SyncRest, c.SyncLossShare = time.Duration(number("SYNC_REST_DAYS"))*24*time.Hour, float64(number("SYNC_LOSS_PERCENT"))/100
	c.DownloadWorkers, c.SyncWorkers, c.CollectPages = number("DOWNLOAD_WORKERS"), number("SYNC_WORKERS"), number("COLLECT_PAGES")
	c.QualityCeiling = text("QUALITY_CEILING")
	c.MatchThreshold, _ = strconv.ParseFloat(text("MATCH_THRESHOLD"), 64)
	c.MatchWeights, _ = ParseMatchWeights(text("MATCH_WEIGHTS"))
	c.DownloadOrder = text("DOWNLOAD_ORDER")
	c.DownloadHours, _ = ParseHours(text("DOWNLOAD_HOURS"), time.Local)
	c.Bandwidth, _ = ParseBandwidth(text("BANDWIDTH_LIMIT"), time.Local)
	c.ReserveBytes = int64(number("DISK_RESERVE_MB")) << 20
	c.MinFreeMemory, c.MaxCPUPercent = int64(number("MIN_FREE_MEMORY_MB"))<<20, number("MAX_CPU_PERCENT")
	c.Retention = time.Duration(number("RETENTION_DAYS")) * 24 * time.Hour
	c.RecycleFor = time.Duration(number("RECYCLE_DAYS")) * 24 * time.Hour
	c.ScrubBytes = int64(number("SCRUB_GB_PER_NIGHT")) * 1e9
	c.RetryBase, _ = time.ParseDuration(text("RETRY_BASE"))
	c.OutageLimit, _ = time.ParseDuration(text("OUTAGE_LIMIT"))
	c.NotifyURLs, c.NotifyKinds, c.NotifyLanguage = strings.Fields(text("NOTIFY_URLS")), list("NOTIFY_KINDS"), text("NOTIFY_LANGUAGE")
	c.BackupDir, c.BackupKeep = or(text("BACKUP_DIR"), filepath.Join(filepath.Dir(c.DBPath), "backups")), number("BACKUP_KEEP")
	c.Upload = Upload{Workers: number("UPLOAD_WORKERS"), Sources: list("UPLOAD_SOURCES"), PlaylistIDs: text("UPLOAD_PLAYLIST_IDS"), Limit: number("UPLOAD_LIMIT")}
	c.Object = Object{
		Name: text("OBJECT_BACKEND_NAME"), Bucket: text("OBJECT_BUCKET"), Endpoint: text("OBJECT_ENDPOINT"), Region: text("OBJECT_REGION"),
		BasePrefix: text("OBJECT_BASE_PREFIX"), AddressingStyle: text("OBJECT_ADDRESSING_STYLE"), PublicBaseURL: text("OBJECT_PUBLIC_BASE_URL"),
		CredentialPrefix: text("OBJECT_CREDENTIAL_ENV_PREFIX"),
	}
	c.LogLevel, c.LogFormat = text("LOG_LEVEL"), text("LOG_FORMAT")
	c.ExportFolders = text("EXPORT_FOLDERS")
	c.ExportFoldersDir = or(text("EXPORT_FOLDERS_DIR"), filepath.Join(filepath.Dir(c.LibraryDir), "playlists"))
	return l.catalogExport(c, text)
}

// SplitList splits a list at commas; spaces and empty parts are dropped.
func SplitList(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
