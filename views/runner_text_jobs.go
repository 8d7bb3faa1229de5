package views

import (
	"slices"
	"strings"

	"catalogsync/app/i18n"
	"catalogsync/models"
)

// All that is known.
var (
	knownSentences = slices.Concat(runnerSentences, jobSentences, uploadSentences, fileSentences)
	knownLeads     = slices.Concat(runnerLeads, jobLeads)
)

// jobSentences are what is said about outages, answers to commands, the operator's own
// command and the folders of playlists.
var jobSentences = []runnerSentence{
	sentence(`waits for ([\w-]+) \((\w+)\)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.waits_source", "Source", nameOr(p, "platform.", m[0])) + " · " + errorText(p, models.Code(m[1]))
	}),
	sentence(`waits for ([\w-]+(?:, [\w-]+)*)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.waits_source", "Source", platformList(p, m[0]))
	}),
	sentence(`([\w-]+) serves again after (\S+); (\d+) items go back to the queue`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.source_again", "Source", nameOr(p, "platform.", m[0]), "After", m[1], "Count", m[2])
	}),
	sentence(`(\d+) further lines came too fast and were left out`, numbers("runner.lines_dropped", "Lines")),
	sentence(`(\d+) lines of output are left out here`, numbers("runner.output_dropped", "Lines")),

	sentence(`the job is finished \((\w+)\)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.job_ended", "State", nameOr(p, "state.job.", m[0]))
	}),
	sentence(`the job has priority (-?\d+) already`, func(p *i18n.Printer, m []string) string { return p.T("runner.same_priority", "Priority", m[0]) }),
	sentence(`the job downloads at any hour already`, numbers("runner.any_hour")),
	sentence(`no item of the job has failed for that cause`, numbers("runner.none_failed_so")),

	sentence(`the command (.+) starts`, inCommand("runner.hook_starts")),
	sentence(`the command (.+) ended well after (\S+)`, inCommand("runner.hook_well", "Took")),
	sentence(`the command (.+) did not end within (\S+) and was ended with all that it started`, inCommand("runner.hook_timeout", "Took")),
	sentence(`the command (.+) was ended because the program stops; it is not run again for this stage`, inCommand("runner.hook_stopped")),
	sentence(`the command (.+) ended with exit code (\d+) after (\S+)`, inCommand("runner.hook_exit", "Exit", "Took")),
	sentence(`the command (.+) was ended from outside after (\S+): (.+)`, inCommand("runner.hook_outside", "Took", "Reason")),
	sentence(`the command (.+) cannot be started: (.+)`, inCommand("runner.hook_absent", "Reason")),
	sentence(`the program ended while the command ran; it is not run again for this stage`, numbers("runner.hook_cut")),
	sentence(`the command ran for this stage before; it runs once a stage`, numbers("runner.hook_before")),
	sentence(`the job was canceled before its download began`, numbers("runner.hook_canceled")),

	sentence(`backup written: (.+), (.+)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.backup_written", "Name", m[0], "Size", m[1])
	}),
	sentence(`copying the database`, numbers("runner.backup_copying")),
	sentence(`packing`, numbers("runner.backup_packing")),

	sentence(`unchanged`, numbers("runner.unchanged")),
	sentence(`empty at the source`, numbers("runner.empty")),
	sentence(`none of (\d+) songs could be read; the platform may have changed its answers`, numbers("runner.none_read", "Songs")),
	sentence(`the platform suddenly shows no songs; those known are kept`, numbers("runner.none_shown")),
	sentence(`(\d+) entries could not be read; nothing is removed`, numbers("runner.some_unread", "Entries")),
	sentence(`(\d+) of (\d+) songs are not described; nothing is removed`, numbers("runner.undescribed", "Count", "Songs")),
	sentence(`(\d+) of (\d+) songs came; nothing is removed`, numbers("runner.some_came", "Count", "Songs")),
	sentence(`(\d+) of (\d+) songs are suddenly gone; they are kept until you decide`, numbers("runner.sudden_loss", "Count", "Songs")),
	sentence(`(\d+) of (\d+) songs are suddenly gone and (\d+) others came; those that are gone are kept until you decide`, numbers("runner.sudden_other", "Count", "Songs", "Came")),

	sentence(`(.+): (\d+) songs, (\d+) missing`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.folder", "Folder", m[0], "Songs", m[1], "Missing", m[2])
	}),
	sentence(`job (\d+) downloads (\d+) songs again`, numbers("runner.again", "Job", "Songs")),
	sentence(`stopped because a download began; settle the rest when it has ended`, numbers("runner.settling_stopped")),
}

// jobLeads are beginnings that a reason follows.
var jobLeads = []runnerSentence{
	sentence(`([\w-]+) blocks \((\w+)\): (.*); its items wait for it`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.source_blocks", "Source", nameOr(p, "platform.", m[0])) + " · " + errorText(p, models.Code(m[1])) + " · "
	}),
	sentence(`planning (\w+): (.*)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.planning", "Stage", stageName(p, m[0])) + " "
	}),
	sentence(`finishing (\w+): (.*)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.finishing", "Stage", stageName(p, m[0])) + " "
	}),
	sentence(`the folder of playlist (\d+) stays as it was: (.*)`, func(p *i18n.Printer, m []string) string {
		return p.T("runner.folder_stays", "ID", m[0]) + " "
	}),
	sentence(`songs (\d+): \+(\d+), -(\d+), moved (\d+); (.*)`, func(p *i18n.Printer, m []string) string {
		return numbers("runner.synced", "Total", "Added", "Removed", "Moved")(p, m[:4]) + " · "
	}),
	sentence(`(.+): ((?:none of|the platform suddenly|\d+ entries|\d+ of \d+ songs) .*)`, func(_ *i18n.Printer, m []string) string { return m[0] + ": " }),
	sentence(`not there or empty, so left alone: (.*)`, func(p *i18n.Printer, _ []string) string { return p.T("runner.not_there") + " " }),
}

// inCommand fills in a command's name and what else was matched.
func inCommand(key string, names ...string) func(*i18n.Printer, []string) string {
	return func(p *i18n.Printer, m []string) string {
		pairs := []any{"Command", m[0]}
		for i, name := range names {
			pairs = append(pairs, name, m[i+1])
		}
		return p.T(key, pairs...)
	}
}

// platformList is a list of sources by their names.
func platformList(p *i18n.Printer, list string) string {
	names := strings.Split(list, ", ")
	for i, name := range names {
		names[i] = nameOr(p, "platform.", name)
	}
	return strings.Join(names, p.T("list.separator"))
}
