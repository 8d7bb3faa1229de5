package jobs

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"catalogsync/models"
)

var update = flag.Bool("update", false, "write docs/job-states.md anew")

// The page is made from the very tables that the runner obeys, so it cannot tell anything
// else than what happens; run with -update after a change of a table.
func TestStatesPageIsCurrent(t *testing.T) {
	t.Parallel()
	const file = "../docs/job-states.md"
	want := statesPage(t)
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, want, string(got), "run: go test ./jobs -run TestStatesPageIsCurrent -update")
}

func statesPage(t *testing.T) string {
	var b strings.Builder
	b.WriteString(`# Jobs, stages and items

Made from the tables in ` + "`models/job_state.go`, `models/item_state.go`, `jobs/definitions.go` and `jobs/retry_policy.go`" + `;
change those, then run ` + "`go test ./jobs -run TestStatesPageIsCurrent -update`" + `.

A job is a row of stages, one after the other; a stage is a heap of items, many at once.
Every change of a state is a compare-and-set on the former one; an event that is not listed
for a state is refused with the reason.
`)
	writeTypes(&b)
	b.WriteString("\n## States of a job\n\n")
	writeDiagram(&b, models.JobStates, models.JobTransitions, func(s models.JobState) bool { return !s.Live() })
	writeStates(t, &b, models.JobStates, jobSight)
	writeEvents(t, &b, models.JobStates, models.JobTransitions, jobMovers)
	b.WriteString("\n## States of a stage\n")
	writeStates(t, &b, stageStates, stageSight)
	b.WriteString("\n## States of an item\n\n")
	writeDiagram(&b, models.ItemStates, models.ItemTransitions, models.ItemState.Ended)
	writeStates(t, &b, models.ItemStates, itemSight)
	writeEvents(t, &b, models.ItemStates, models.ItemTransitions, itemMovers)
	writePolicy(t, &b)
	return b.String()
}

// jobSight is what the operator sees of a job in each state.
var jobSight = map[models.JobState]string{
	models.JobQueued:              "“Queued”, with its place; it waits for its lane.",
	models.JobRunning:             "“Running”: stages, workers, running items, speed.",
	models.JobPauseRequested:      "“Pausing”: no new items begin, the running ones end.",
	models.JobPaused:              "“Paused”, with the reason when the runner paused it; rests until resumed or canceled.",
	models.JobCompleted:           "“Completed”: every item succeeded or was skipped.",
	models.JobCompletedWithErrors: "“Completed with errors”: failed items grouped by reason, with a retry.",
	models.JobFailed:              "“Failed”, with the error that ended it; what was not done waits for a retry.",
	models.JobCanceled:            "“Canceled”, for good; what was done stays.",
}

// jobMovers are who brings each event about.
var jobMovers = map[models.JobEvent]string{
	models.JobStart:            "runner: its first stage got a place in its lane",
	models.JobPause:            "operator: command `pause`; runner: this machine is at fault (disk full, library gone)",
	models.JobDrained:          "runner: the last running item ended",
	models.JobResume:           "operator: command `resume`",
	models.JobCancel:           "operator: command `cancel`",
	models.JobFinish:           "runner: the last stage ended, every item succeeded or was skipped",
	models.JobFinishWithErrors: "runner: the last stage ended, some items failed",
	models.JobFail:             "runner: an error that no retry can mend",
	models.JobRecover:          "start of the program: takes unfinished jobs over",
	models.JobReopen:           "operator: a retry command gave a finished job work again",
}

var stageStates = []models.StageState{models.StagePending, models.StagePlanning, models.StageRunning, models.StageCompleted,
	models.StageCompletedWithErrors, models.StageFailed, models.StageCanceled}

var stageSight = map[models.StageState]string{
	models.StagePending:             "An earlier stage is not done, or its lane is taken (the message says so).",
	models.StagePlanning:            "Its items are being written; the first ones may run already.",
	models.StageRunning:             "All items are written, some have not ended.",
	models.StageCompleted:           "Every item succeeded or was skipped.",
	models.StageCompletedWithErrors: "All items ended, some failed.",
	models.StageFailed:              "It could not go on; the job failed with it.",
	models.StageCanceled:            "Its job was canceled before it was done.",
}

var itemSight = map[models.ItemState]string{
	models.ItemPending:     "“Waiting”; why and until when, if it is not simply its turn.",
	models.ItemRunning:     "“Running”: worker, progress, speed.",
	models.ItemSucceeded:   "“Done”, with the source that delivered.",
	models.ItemSkipped:     "“Skipped”, with the reason: already here, not music, not to be had.",
	models.ItemFailed:      "“Failed”, with the error; a button tries it again.",
	models.ItemInterrupted: "“Interrupted”: it was running when the program ended; queued again at the next start.",
	models.ItemCanceled:    "“Canceled” with its job.",
}

var itemMovers = map[models.ItemEvent]string{
	models.ItemClaim:      "runner: a worker is free and its time has come",
	models.ItemSucceed:    "executor: done",
	models.ItemSkip:       "executor: rightly not done, or retry policy: not to be had",
	models.ItemFail:       "retry policy: nothing more to try",
	models.ItemRetryLater: "retry policy: back to the queue, with a not-before time if it has to wait",
	models.ItemInterrupt:  "runner: the program ends",
	models.ItemRequeue:    "start of the program",
	models.ItemCancel:     "operator: command `cancel`",
	models.ItemGiveUp:     "runner: the source that it waits for did not serve again in time",
	models.ItemRetry:      "operator: command `retry_item` or `retry_failed`",
	models.ItemForceRetry: "operator: command `force_retry_item`",
}

func writeTypes(b *strings.Builder) {
	b.WriteString("\n## Types and stages\n\n| job type | stages |\n|---|---|\n")
	for _, d := range Definitions {
		names := make([]string, len(d.Stages))
		for i, s := range d.Stages {
			names[i] = string(s)
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", d.Type, strings.Join(names, " → "))
	}
	b.WriteString("\n| stage | lane | workers | attempts | ends an item without progress after | ends any item after |\n|---|---|--:|--:|--:|--:|\n")
	for _, name := range stageOrder() {
		s := StageDefinitions[name]
		fmt.Fprintf(b, "| `%s` | %s | %d | %d | %s | %s |\n", name, s.Lane, s.Workers, s.Attempts, span(s.SoftLimit), span(s.HardLimit))
	}
	b.WriteString("\nWorkers are the default; the configuration, and for downloads the job, may say otherwise. The\n" +
		"`download` lane holds one stage at a time, the `general` lane several; neither waits for the other.\n")
}

// stageOrder lists all kinds of stages as they first appear in the job types; kinds that no
// type has come last.
func stageOrder() []models.StageName {
	var order []models.StageName
	for _, d := range Definitions {
		for _, s := range d.Stages {
			if !slices.Contains(order, s) {
				order = append(order, s)
			}
		}
	}
	for _, s := range slices.Sorted(maps.Keys(StageDefinitions)) {
		if !slices.Contains(order, s) {
			order = append(order, s)
		}
	}
	return order
}

// span writes a duration without the zeros behind: 2m, 1h.
func span(d time.Duration) string {
	text := strings.TrimSuffix(d.String(), "0s")
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return cmp.Or(text, "0s")
}

func writeDiagram[S, E ~string](b *strings.Builder, states []S, table map[S]map[E]S, final func(S) bool) {
	fmt.Fprintf(b, "```mermaid\nstateDiagram-v2\n    [*] --> %s\n", states[0])
	for _, from := range states {
		by := map[S][]string{}
		for _, e := range slices.Sorted(maps.Keys(table[from])) {
			by[table[from][e]] = append(by[table[from][e]], string(e))
		}
		for _, to := range states {
			if len(by[to]) > 0 {
				fmt.Fprintf(b, "    %s --> %s : %s\n", from, to, strings.Join(by[to], ", "))
			}
		}
		if final(from) {
			fmt.Fprintf(b, "    %s --> [*]\n", from)
		}
	}
	b.WriteString("```\n")
}

func writeStates[S ~string](t *testing.T, b *strings.Builder, states []S, sight map[S]string) {
	require.ElementsMatch(t, states, slices.Collect(maps.Keys(sight)), "every state is explained")
	b.WriteString("\n| state | what the operator sees |\n|---|---|\n")
	for _, s := range states {
		fmt.Fprintf(b, "| `%s` | %s |\n", s, sight[s])
	}
}

func writeEvents[S, E ~string](t *testing.T, b *strings.Builder, states []S, table map[S]map[E]S, movers map[E]string) {
	require.ElementsMatch(t, states, slices.Collect(maps.Keys(table)))
	b.WriteString("\n| state | event | next state | who moves it on |\n|---|---|---|---|\n")
	told := map[E]bool{}
	for _, from := range states {
		for _, e := range slices.Sorted(maps.Keys(table[from])) {
			require.NotEmpty(t, movers[e], "who brings %s about?", e)
			told[e] = true
			fmt.Fprintf(b, "| `%s` | `%s` | `%s` | %s |\n", from, e, table[from][e], movers[e])
		}
	}
	require.Len(t, movers, len(told), "an explained event occurs nowhere")
}

// classSight is what each class of errors means; its order is the page's.
var classSight = []struct {
	class   models.ErrorClass
	meaning string
}{
	{models.ClassTransient, "likely gone when tried again: time-outs, 5xx, cut bodies"},
	{models.ClassConflict, "refused in the present state"},
	{models.ClassRateLimited, "the source asks for slower requests"},
	{models.ClassRiskControl, "the source blocks this caller"},
	{models.ClassUnavailable, "the source does not serve this: paid, withdrawn, preview only"},
	{models.ClassLocal, "this machine is at fault: disk full, permission, library gone"},
	{models.ClassPermanent, "trying again cannot help; also every error that names no class"},
	{models.ClassInvalid, "a bad parameter"},
	{models.ClassNotFound, "what was asked for does not exist"},
	{models.ClassForbidden, "the caller may not do this"},
}

func writePolicy(t *testing.T, b *strings.Builder) {
	var usual Backoff
	usual.defaults()
	consequences := map[verdict]string{
		verdictRetry: fmt.Sprintf("tried again after %s, doubled each time up to %s, until the stage's attempts are used up", span(usual.Base), span(usual.Max)),
		verdictWait: fmt.Sprintf("waits until a probe finds that the source serves again, and fails when it blocks for %s or stops the item a %s time; probes are sent after the time that the source asks for (at most %s), else after %s, doubled each time up to %s; costs no attempt",
			span(usual.MaxOutage), ordinal(usual.Waits+1), span(usual.MaxWait), span(usual.Cooldown), span(usual.CooldownMax)),
		verdictSkip:  "the item is skipped, with the reason",
		verdictFail:  "the item fails",
		verdictPause: "the job pauses with a prompt, the item waits; costs no attempt",
	}
	b.WriteString("\n## What becomes of an item after an error\n\n| class of the error | meaning | verdict | what happens |\n|---|---|---|---|\n")
	told := map[models.ErrorClass]bool{}
	for _, c := range classSight {
		v := verdictOf(models.NewError(c.class, models.CodeInternal, "any"))
		require.NotEmpty(t, consequences[v])
		told[c.class] = true
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", c.class, c.meaning, v, consequences[v])
	}
	for class := range policy {
		require.True(t, told[class], "class %s is explained", class)
	}
	b.WriteString("\nDelays are spread by a quarter up and down, so that not all items come back at the same moment.\n")
}

// ordinal names a place above the third.
func ordinal(n int) string { return fmt.Sprintf("%dth", n) }
