package config

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Option is one setting: everything that the loader, the help, the example env file
// and the settings page need to know of it.
type Option struct {
	Key string
	// Default is the text used when nothing sets the key; "" may mean "derived", which
	// Help then explains.
	Default string
	Help    string
	// Secret values are shown as set or not set, nothing else.
	Secret bool
	// Group orders the example file and the settings page.
	Group string
	// Source is the source whose setting it is, "" = none.
	Source string
	// Choices are the allowed values, nil = others are allowed.
	Choices []string
	// Live: a change takes effect while the program runs; else at its next start.
	Live  bool
	check func(string) error
}

// Check tells what is wrong with a value; "" means the default and is always right. The
// error is a *Fault where the rule is one of this table's own.
func (o Option) Check(value string) error {
	if value == "" || o.check == nil {
		return nil
	}
	return o.check(value)
}

// Fault is a value that breaks a rule. The message continues a sentence that begins with
// the setting's name.
type Fault struct {
	// Rule names the rule, for translations, and Params fills its placeholders.
	Rule    string
	Params  map[string]any
	Message string
}

func (f *Fault) Error() string { return f.Message }

// qualities are the names of models.Qualities, best first.
var qualities = []string{"hires", "lossless", "320k", "192k", "128k", "low"}

// downloadOrders are the names of models.DownloadOrders.
var downloadOrders = []string{"completion", "first_come"}

// switches and embedding are the values of settings of the parts of a song.
var (
	switches  = []string{"on", "off"}
	embedding = []string{"embed", "off"}
)

// Options lists every setting but the per-source ones, which SourceOptions lists.
var Options = []Option{
	{Key: "ROOT_DIR", Group: "Folders", Help: "One folder for everything: <ROOT_DIR>/library and <ROOT_DIR>/catalogsync/{config,data,inputs,logs}. Empty: the folders below, by default in ./data."},
	{Key: "APP_HOME", Group: "Folders", Help: "Folder of configuration, database, inputs and logs. Default <ROOT_DIR>/catalogsync."},
	{Key: "LIBRARY_DIR", Group: "Folders", Help: "Folder that downloaded songs are filed in. Default <ROOT_DIR>/library, or ./data/library."},
	{Key: "DB_PATH", Group: "Folders", Help: "The database file. Default <APP_HOME>/data/catalogsync.db, or ./data/catalogsync.db."},
	{Key: "INPUT_DIR", Group: "Folders", Help: "Folder that relative playlist files are looked for in, after the current one."},
	{Key: "LOG_DIR", Group: "Folders", Help: "Folder for catalogsync.log beside the log on standard error. Empty: none, unless APP_HOME or ROOT_DIR is set."},
	{Key: "SECRETS_FILE", Group: "Folders", Help: "File of KEY=value lines for secrets (cookies, passwords, keys), readable by its owner only. Default: secrets.env beside the env file."},

	{Key: "WEB_HOST", Default: "127.0.0.1", Group: "Console", Help: "Address that the console listens on. Anything but loopback is refused without --insecure.", check: checkHost},
	{Key: "WEB_PORT", Default: "18080", Group: "Console", Help: "Port that the console listens on, 0 = any free one.", check: checkInt(0, 65535)},
	{Key: "ASSETS", Default: "cdn", Group: "Console", Help: "cdn: style and script come from a CDN, with the embedded copies as fallback; local: never ask a CDN.", check: checkOneOf("cdn", "local")},
	{Key: "EXPORT_BUNDLE_HOURS", Default: "24", Group: "Console", Help: "Hours that a prepared ZIP stays available.", check: checkInt(1, 24*365)},

	{Key: "SOURCES", Group: "Jobs", Help: "Platforms to collect and sync when a job does not say, separated by commas. Empty: all."},
	{Key: "DOWNLOAD_SOURCES", Live: true, Default: "qq,kuwo,migu,qianqian,kugou,netease,subsonic,jamendo,archive,folder", Group: "Jobs", Help: "Sources to download from, in order of preference. Names of sources that are not in use are left out."},
	{Key: "DOWNLOAD_LAYOUT", Default: "platform_first_artist", Group: "Jobs", Help: "How songs are filed: platform_first_artist is <platform>/<first artist>/<file>. Or a template such as {first_artist}/{album}[ ({year})]/[{track} ]{title}: what is in brackets is left out when a field of it is not known. Songs that are here stay where they are."},
	{Key: "DOWNLOAD_WORKERS", Default: "10", Group: "Jobs", Help: "Songs downloaded at once.", check: checkInt(1, 64)},
	{Key: "DOWNLOAD_ORDER", Default: "completion", Choices: downloadOrders, Group: "Jobs", Help: "Order of songs of the same priority. completion: what completes the most playlists per byte first; first_come: playlist after playlist.", check: checkOneOf(downloadOrders...)},
	{Key: "DOWNLOAD_HOURS", Group: "Jobs", Help: "Hours in which downloads begin, such as 22:00-07:00,Sat-Sun 12:00-18:00, by this machine's clock. What runs when they end is finished. Empty: at any time.", check: checkHours},
	{Key: "BANDWIDTH_LIMIT", Live: true, Group: "Jobs", Help: "Bytes a second of all downloads together, such as 5MB, or by this machine's clock, such as 08:00-23:00=2MB,else=unlimited. Empty: unlimited.", check: checkBandwidth},
	{Key: "SYNC_WORKERS", Default: "8", Group: "Jobs", Help: "Playlists synced at once.", check: checkInt(1, 64)},
	{Key: "SYNC_REST_DAYS", Live: true, Default: "7", Group: "Jobs", Help: "Longest time between two syncs of a playlist that does not change, in days: after 7 days without a change it is fetched every 2 days, after 30 every 4, after 90 every 7, never more rarely than this. Wanted playlists are fetched by every job, selected ones always. 0: every job fetches everything.", check: checkInt(0, 365)},
	{Key: "SYNC_LOSS_PERCENT", Live: true, Default: "30", Group: "Jobs", Help: "Part of a playlist's songs whose sudden loss is not believed: they stay, and the console asks what to do. Up to 5 songs may always leave; a chart is only held when it gets shorter by half.", check: checkInt(1, 100)},
	{Key: "COLLECT_PAGES", Live: true, Default: "400", Group: "Jobs", Help: "Pages fetched of one pool at most.", check: checkInt(1, 100000)},
	{Key: "QUALITY_CEILING", Live: true, Choices: qualities, Default: "lossless", Group: "Jobs", Help: "Best quality to ask for: hires, lossless, 320k, 192k, 128k, low.", check: checkOneOf(qualities...)},
	{Key: "DISK_RESERVE_MB", Default: "200", Group: "Jobs", Help: "Mebibytes to leave free on the library's disk.", check: checkInt(0, 1<<30)},
	{Key: "MIN_FREE_MEMORY_MB", Default: "200", Group: "Jobs", Help: "Mebibytes of memory that must be available before a heavy stage begins; it waits until they are. 0: do not look.", check: checkInt(0, 1<<30)},
	{Key: "MAX_CPU_PERCENT", Default: "95", Group: "Jobs", Help: "Load of all processors, averaged over half a minute, above which no heavy stage begins for up to two minutes. 100: do not look.", check: checkInt(1, 100)},
	{Key: "RETENTION_DAYS", Default: "30", Group: "Jobs", Help: "Days that items, logs and events of finished jobs are kept; the jobs with their sums stay. 0: for ever.", check: checkInt(0, 36500)},
	{Key: "RECYCLE_DAYS", Default: "30", Group: "Jobs", Help: "Days that files stay in the recycle bin (.recycle in the library folder). 0: for ever.", check: checkInt(0, 36500)},
	{Key: "SCRUB_GB_PER_NIGHT", Default: "5", Group: "Jobs", Help: "Gigabytes of the library that are read again once a day to find damage, those not read for longest first. 0: none.", check: checkInt(0, 100000)},
	{Key: "RETRY_BASE", Default: "1s", Group: "Jobs", Help: "First delay before a failed item is tried again; it doubles each time. A source that blocks is left alone for five times as long.", check: checkDuration(time.Millisecond, time.Hour)},
	{Key: "OUTAGE_LIMIT", Default: "24h", Group: "Jobs", Help: "How long items wait for a source that blocks. It is asked now and then by one request, and they go on when it serves again; after this time they fail.", check: checkDuration(time.Second, 30*24*time.Hour)},

	{Key: "TAGS", Live: true, Default: "on", Choices: switches, Group: "Parts of a song", Help: "on: write title, artists, album and the like into songs' files. The sound stays as it is, bit by bit. Files of servers and folders of your own are never changed.", check: checkOneOf(switches...)},
	{Key: "COVERS", Live: true, Default: "embed", Choices: embedding, Group: "Parts of a song", Help: "embed: put covers into songs' files.", check: checkOneOf(embedding...)},
	{Key: "FOLDER_JPG", Live: true, Default: "off", Choices: switches, Group: "Parts of a song", Help: "on: put the first cover of each folder there as folder.jpg.", check: checkOneOf(switches...)},
	{Key: "LYRICS", Live: true, Default: "embed", Choices: embedding, Group: "Parts of a song", Help: "embed: put words and their translation into songs' files.", check: checkOneOf(embedding...)},
	{Key: "LRC", Live: true, Default: "off", Choices: switches, Group: "Parts of a song", Help: "on: put the words beside songs as .lrc, each line followed by its translation where there is one.", check: checkOneOf(switches...)},
	{Key: "NFO", Live: true, Default: "off", Choices: switches, Group: "Parts of a song", Help: "on: put what is known of songs beside them as .nfo (XML).", check: checkOneOf(switches...)},

	{Key: "MATCH_THRESHOLD", Live: true, Default: "0.78", Group: "Matching", Help: "How sure it must be that a source's song is the wanted one, from 0.5 to 1. Below, it is never used, however good its quality.", check: checkThreshold},
	{Key: "MATCH_WEIGHTS", Live: true, Default: "title=35,artists=30,duration=25,album=10", Group: "Matching", Help: "How much title, artists, length and album count when songs are compared. The console shows what other weights would change.", check: checkMatchWeights},

	{Key: "EXPORT_FOLDERS", Choices: []string{"scoped", "all", "off"}, Default: "scoped", Group: "After a download", Help: "Playlist folders that jobs keep current: scoped: of jobs that name playlists or take the wanted ones; all: of every job that downloads; off: none, they are made on request only.", check: checkOneOf("scoped", "all", "off")},
	{Key: "EXPORT_FOLDERS_DIR", Group: "After a download", Help: "Where the playlist folders <platform>/<name>/ are. On the library's file system they take no space. Default: playlists beside LIBRARY_DIR."},
	{Key: "CATALOG_EXPORT_COMMAND", Group: "After a download", Help: "Command to run once per download stage that ends, split like a shell would, but without a shell. Empty: none."},
	{Key: "CATALOG_EXPORT_WORKDIR", Group: "After a download", Help: "Folder that the command runs in. Empty: the program's own."},
	{Key: "CATALOG_EXPORT_TIMEOUT", Default: "10m", Group: "After a download", Help: "Time after which the command is ended with all that it started.", check: checkDuration(time.Second, 24*time.Hour)},
	{Key: "CATALOG_EXPORT_SHELL", Choices: []string{"off", "on"}, Default: "off", Group: "After a download", Help: "on: hand the command to the system's shell as it is.", check: checkOneOf("off", "on")},

	{Key: "NOTIFY_URLS", Live: true, Secret: true, Group: "Notifications", Help: "Where news are sent to, separated by spaces: telegram://token@telegram?chats=@me, bark://:key@api.day.app, smtp://user:password@host:587/?from=a@b&to=c@d, discord://…, ntfy://…, gotify://…, generic+https://host/path for a webhook, ServerChan's address among them."},
	{Key: "NOTIFY_KINDS", Live: true, Default: "job_failed,disk_full,source_blocked,schedule_late", Group: "Notifications", Help: "What is told of: job_failed, job_done, disk_full, source_blocked, schedule_late. A cause is told of once while it lasts.", check: checkListOf("job_failed", "job_done", "disk_full", "source_blocked", "schedule_late")},
	{Key: "NOTIFY_LANGUAGE", Live: true, Default: "en", Choices: []string{"en", "zh"}, Group: "Notifications", Help: "Language of notifications: en or zh.", check: checkOneOf("en", "zh")},

	{Key: "BACKUP_DIR", Group: "Backups", Help: "Folder of the backups: database and settings without secrets, one file each. Default: backups beside the database. Another disk is a better place."},
	{Key: "BACKUP_KEEP", Default: "7", Group: "Backups", Help: "Backups that stay when another is made; the oldest go. 0: all.", check: checkInt(0, 10000)},

	{Key: "UPLOAD_WORKERS", Default: "4", Group: "Uploads", Help: "Files uploaded at once.", check: checkInt(1, 64)},
	{Key: "UPLOAD_SOURCES", Group: "Uploads", Help: "Platforms whose songs catalogsync upload takes when it is not told, separated by commas. Empty: all."},
	{Key: "UPLOAD_PLAYLIST_IDS", Group: "Uploads", Help: "Playlists whose songs catalogsync upload takes when it is not told, by number, separated by commas. Empty: all songs.", check: checkNumbers},
	{Key: "UPLOAD_LIMIT", Group: "Uploads", Help: "Files that catalogsync upload takes at most when it is not told. Empty: all.", check: checkInt(1, 1<<30)},
	{Key: "OBJECT_BACKEND_NAME", Group: "Uploads", Help: "Name of the bucket below. catalogsync upload registers it, or takes its settings over when they changed. Empty: storages are registered on the storage page or with catalogsync register-object-backend."},
	{Key: "OBJECT_BUCKET", Group: "Uploads", Help: "The bucket. It must exist."},
	{Key: "OBJECT_ENDPOINT", Group: "Uploads", Help: "Address of the server, such as https://s3.example.com.", check: checkURL("http", "https")},
	{Key: "OBJECT_REGION", Group: "Uploads", Help: "Region of the bucket, such as us-east-1 or auto. Empty: it is asked for."},
	{Key: "OBJECT_BASE_PREFIX", Group: "Uploads", Help: "Folder in the bucket that uploads go below. Empty: none."},
	{Key: "OBJECT_ADDRESSING_STYLE", Choices: []string{"auto", "path", "virtual"}, Group: "Uploads", Help: "path: https://host/bucket/key; virtual: https://bucket.host/key; auto: as the server usually wants it.", check: checkOneOf("auto", "path", "virtual")},
	{Key: "OBJECT_PUBLIC_BASE_URL", Group: "Uploads", Help: "Address under which everybody can read the bucket, for links. Empty: none.", check: checkURL("http", "https")},
	{Key: "OBJECT_CREDENTIAL_ENV_PREFIX", Group: "Uploads", Help: "Beginning of the settings that hold the keys: <PREFIX>_ACCESS_KEY_ID, <PREFIX>_SECRET_ACCESS_KEY and, where one is needed, <PREFIX>_SESSION_TOKEN. They are read from the environment and the secrets file. Default: CATALOGSYNC_ and the name in capitals."},

	{Key: "LOG_LEVEL", Default: "info", Group: "Logs", Help: "debug, info, warn or error.", check: checkOneOf("debug", "info", "warn", "error")},
	{Key: "LOG_FORMAT", Default: "text", Group: "Logs", Help: "text or json.", check: checkOneOf("text", "json")},
}

func checkOneOf(allowed ...string) func(string) error {
	return func(v string) error {
		if slices.Contains(allowed, v) {
			return nil
		}
		list := strings.Join(allowed, ", ")
		return &Fault{"one_of", map[string]any{"Want": list}, "must be one of " + list}
	}
}

func checkListOf(allowed ...string) func(string) error {
	one := checkOneOf(allowed...)
	return func(v string) error {
		for _, part := range SplitList(v) {
			if err := one(part); err != nil {
				return err
			}
		}
		return nil
	}
}

func checkInt(low, high int) func(string) error {
	return func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < low || n > high {
			return &Fault{"number", map[string]any{"Low": low, "High": high}, fmt.Sprintf("must be a whole number from %d to %d", low, high)}
		}
		return nil
	}
}

func checkDuration(low, high time.Duration) func(string) error {
	return func(v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < low || d > high {
			return &Fault{"duration", map[string]any{"Low": low, "High": high}, fmt.Sprintf("must be a duration such as 500ms or 2s, from %s to %s", low, high)}
		}
		return nil
	}
}

func checkRate(v string) error {
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || !(f >= 0 && f <= 100000) {
		return &Fault{"rate", nil, "must be requests a second, such as 0.8, or 0 for unlimited"}
	}
	return nil
}

func checkURL(schemes ...string) func(string) error {
	return func(v string) error {
		u, err := url.Parse(v)
		if err != nil || u.Host == "" || !slices.Contains(schemes, u.Scheme) {
			want := strings.Join(schemes, "://, ") + "://"
			return &Fault{"url", map[string]any{"Want": want}, "must be an address that begins with " + want}
		}
		return nil
	}
}

// checkBaseURL wants what the client can lead requests to.
func checkBaseURL(v string) error {
	if err := checkURL("http", "https")(v); err != nil {
		return err
	}
	if u, _ := url.Parse(v); u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return &Fault{"base_url", nil, "must be http(s)://host[:port][/path] and nothing more"}
	}
	return nil
}

func checkHost(v string) error {
	if strings.ContainsAny(v, "/ \t:") && !strings.Contains(v, "::") {
		return &Fault{"host", nil, "must be a host name or an IP address, without port"}
	}
	return nil
}
