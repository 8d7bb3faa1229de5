package views

import (
	"regexp"
	"strconv"
	"strings"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// The runner writes its events, log lines and waiting reasons in English, once and for
// all readers. Here the sentences that it is known to write are put into the reader's
// language; a sentence that is not known is shown as it is.

// runnerSentence is one known sentence. say gets what its groups matched, and what it
// gives is shown; "" = the kind of event says as much already.
type runnerSentence struct {
	form *regexp.Regexp
	say  func(p *i18n.Printer, m []string) string
}

// sentence makes a runnerSentence; form is a regular expression for the whole text.
func sentence(form string, say func(p *i18n.Printer, m []string) string) runnerSentence {
	return runnerSentence{regexp.MustCompile(`^(?s:` + form + `)$`), say}
}

func saidByKind(*i18n.Printer, []string) string { return "" }

func stageName(p *i18n.Printer, name string) string { return nameOr(p, "stage.", name) }

// numbers fills the placeholders of a text with the matched numbers, in order.
func numbers(key string, names ...string) func(*i18n.Printer, []string) string {
	return func(p *i18n.Printer, m []string) string {
		var pairs []any
		for i, name := range names {
			n, _ := strconv.ParseInt(m[i], 10, 64) // matched as digits
			pairs = append(pairs, name, i18n.Group(n))
		}
		return p.T(key, pairs...)
	}
}

var runnerSentences = []runnerSentence{
	sentence(`the job (?:starts|goes on|is paused|is canceled|has work again|takes no new items)`, saidByKind),
	sentence(`the job is (\w+)`, func(p *i18n.Printer, m []string) string { return nameOr(p, "state.job.", m[0]) }),
	sentence(`(\w+) (?:is planned|failed)`, func(p *i18n.Printer, m []string) string { return stageName(p, m[0]) }),
	sentence(`(\w+) starts with (\d+) workers`, func(p *i18n.Printer, m []string) string {
		return stageName(p, m[0]) + " · " + p.T("job.short_workers", "Value", m[1])
	}),
	sentence(`(\w+): (\d+) done, (\d+) skipped, (\d+) failed`, func(p *i18n.Printer, m []string) string {
		return stageName(p, m[0]) + " · " + p.T("runner.stage_numbers", "Done", m[1], "Skipped", m[2], "Failed", m[3])
	}),
	sentence(`the program was started again; (\d+) items go back to the queue, the job is (\w+)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.recovered", "Count", m[0], "State", nameOr(p, "state.job.", m[1]))
	}),
	sentence(`no command is configured \(CATALOG_EXPORT_COMMAND\)`, func(p *i18n.Printer, _ []string) string { return p.T("runner.no_command") }),
	sentence(`(\w+) applied`, func(p *i18n.Printer, m []string) string { return nameOr(p, "job.action.", m[0]) }),
	sentence(`(\w+) is not possible while the job is (\w+)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.not_while", "Command", nameOr(p, "job.action.", m[0]), "State", nameOr(p, "state.job.", m[1]))
	}),
	sentence(`no item of the job has failed`, numbers("runner.none_failed")),
	sentence(`the item is (\w+); (\w+) is not possible`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.not_while_item", "Command", nameOr(p, "job.action.", m[1]), "State", nameOr(p, "state.item.", m[0]))
	}),

	sentence(`page (\d+): \+(\d+), total (\d+)`, numbers("runner.page", "Page", "Added", "Total")),
	sentence(`pages (\d+), playlists (\d+): \+(\d+) new, (\d+) updated`, numbers("runner.collected", "Pages", "Total", "New", "Updated")),
	sentence(`songs (\d+): \+(\d+), -(\d+), moved (\d+)`, numbers("runner.synced", "Total", "Added", "Removed", "Moved")),
	sentence(`stopped at the page limit after (\d+) pages`, numbers("runner.page_limit", "Pages")),
	sentence(`(\d+) of (\d+) files in (.*)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.looking", "Done", m[0], "Total", m[1], "Folder", m[2])
	}),
	sentence(`settling (\d+) of (\d+): (\w+)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.settling", "Done", m[0], "Total", m[1], "Class", nameOr(p, "finding.", m[2]))
	}),
	sentence(`looked at (\d+) files, found (\d+)`, numbers("runner.looked", "Files", "Found")),
	sentence(`settled (\d+), failed (\d+), left (\d+); (\d+) files went into the recycle bin`, numbers("runner.settled", "Settled", "Failed", "Left", "Files")),
	sentence(`files (\d+): adopted (\d+), matched (\d+), known (\d+), unmatched (\d+), refused (\d+)`, numbers("runner.imported", "Files", "Adopted", "Matched", "Known", "Unmatched", "Refused")),
	sentence(`looked at (\d+) songs, found (\d+) that are there twice`, numbers("runner.similar", "Songs", "Found")),
	sentence(`left out (\d+) names that too many songs of one artist have`, numbers("runner.crowded", "Names")),
	sentence(`merging (\d+) of (\d+) songs`, numbers("runner.merging", "Done", "Total")),
	sentence(`merged (\d+) songs, (\d+) could not be merged`, numbers("runner.merged", "Merged", "Failed")),
	sentence(`copied the files of (\d+) songs, for the disk keeps no file under two names`, numbers("runner.merge_copied", "Songs")),
	sentence(`gave (\d+) merged songs their file again`, numbers("runner.merge_mended", "Songs")),
	sentence(`tidied (\d+) of (\d+) songs`, numbers("runner.tidied", "Done", "Total")),
	sentence(`stopped because another job began; start it again when that has ended`, numbers("runner.other_job")),
	sentence(`the file holds no sound`, numbers("reason.no_sound")),
	sentence(`the file is cut off`, numbers("reason.cut")),
	sentence(`the file is damaged in its midst`, numbers("reason.inside")),
	sentence(`the file has another length than the song's`, numbers("reason.length")),
	sentence(`it has changed since it was found; look again`, numbers("reason.changed_since")),
	sentence(`searching`, numbers("progress.searching")),
	sentence(`fetching the playlist`, numbers("progress.reading")),
	sentence(`(\w+) · (\w+)`, func(p *i18n.Printer, m []string) string {
		return nameOr(p, "platform.", m[0]) + " · " + nameOr(p, "quality.", m[1])
	}),

	sentence(`try (\d+) of (\d+) failed`, numbers("runner.try_failed", "Try", "Tries")),
	sentence(`the source asks to wait \((\w+)\)`, func(p *i18n.Printer, m []string) string { return errorText(p, models.Code(m[0])) }),
	sentence(`waits until the job is resumed`, numbers("runner.waits_resume")),
	sentence(`waits for memory: (\d+) MiB available, (\d+) MiB needed`, numbers("runner.waits_memory", "Free", "Need")),
	sentence(`waits for the CPU: (\d+)% busy, (\d+)% allowed`, numbers("runner.waits_cpu", "Busy", "Most")),
	sentence(`waits for disk space: the disk that holds (.+) is full`, func(p *i18n.Printer, m []string) string { return p.T("runner.waits_disk", "Folder", m[0]) }),
	sentence(`waits for disk space`, numbers("runner.waits_space")),
	sentence(`downloads wait until ([-\d :]+)`, func(p *i18n.Printer, m []string) string { return p.T("runner.waits_hours", "When", m[0]) }),
	sentence(`items, log and events were removed for their age`, saidByKind),
	sentence(`waits for the (\w+) lane`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.waits_lane", "Lane", nameOr(p, "lane.", m[0]))
	}),
}

// runnerLeads are beginnings that a reason follows, which may be a known sentence itself.
var runnerLeads = []runnerSentence{
	sentence(`the job (?:pauses|failed): (.*)`, saidByKind),
	sentence(`(\w+) rejected: (.*)`, func(p *i18n.Printer, m []string) string { return nameOr(p, "job.action.", m[0]) + " · " }),
	sentence(`it cannot be read: (.*)`, func(p *i18n.Printer, _ []string) string { return p.T("reason.unreadable") + " " }),
	sentence(`next try on ([-\d :]+); (.*)`, func(p *i18n.Printer, m []string) string { return p.T("runner.next_try", "When", m[0]) }),
}

// runnerText puts what the runner wrote into the reader's language: a known sentence, the
// name of a source, or the text as it is.
func runnerText(p *i18n.Printer, text string) string {
	for _, l := range knownLeads {
		if m := l.form.FindStringSubmatch(text); m != nil {
			return l.say(p, m[1:]) + runnerText(p, m[len(m)-1])
		}
	}
	for _, s := range knownSentences {
		if m := s.form.FindStringSubmatch(text); m != nil {
			return s.say(p, m[1:])
		}
	}
	return nameOr(p, "platform.", text)
}

// poolNames are the names that the sources give their pools.
var poolNames = map[string]models.PoolKind{"歌单广场": models.PoolPlaylistSquare, "排行榜": models.PoolToplist}

// itemTitle is an item's title. Items that read a pool are called after source and pool;
// all others after what they work on, which is the same in every language.
func itemTitle(p *i18n.Printer, title string) string {
	source, pool, _ := strings.Cut(title, " ")
	if kind, ok := poolNames[pool]; ok && p.Has("platform."+source) {
		return p.T("platform."+source) + " · " + p.T("pool."+string(kind))
	}
	return title
}

// RunnerText is runnerText for what a handler says in a toast.
func RunnerText(p *i18n.Printer, text string) string { return runnerText(p, text) }
