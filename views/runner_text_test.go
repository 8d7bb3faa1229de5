package views

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/i18n"
)

// writers are the functions whose text ends up in events, log lines and reasons, with the
// place of that text among the arguments; -1 = any literal.
var writers = map[string]int{
	"jobEvent": 2, "stageEvent": 2, "event": 2, "skipped": 0, "Log": 1, "Sprintf": 0, "NewError": 2, "tellMessage": -1,
}

// notTexts are literals of writers that nobody reads as a sentence of the runner.
var notTexts = []*regexp.Regexp{
	regexp.MustCompile(`^panic: |%s-%d|^(song|playlist|folder|prefix|server|files?):?%|^(playlist|song|limit) %d$|^%d (playlists|songs)$`), // keys, titles
	regexp.MustCompile(`there is no command|needs the id of an item|the job runner did not answer`),                                        // refused before they are written
	regexp.MustCompile(`has blocked for %s: %s|^%s %s: %v$|^%s: %s$|^the command %s %s$|^next try on`),                                     // an item's error in full
	regexp.MustCompile(`^[^a-z]*%[sd][^a-z]*$`), // nothing but values
}

var verb = regexp.MustCompile(`%(\.\d+)?[a-z]`)

// What jobs, stages and the command after a download write has to be known to runnerText:
// what is not stays English in every language.
func TestRunnerTextKnowsWhatIsWritten(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	zh := texts.Printer("zh")
	var files []string
	for _, dir := range []string{"../jobs", "../jobs/stages", "../app/hook"} {
		list, err := filepath.Glob(dir + "/*.go")
		require.NoError(t, err)
		files = append(files, list...)
	}
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, text := range textsOf(t, file) {
			seen++
			require.NotEqual(t, text, RunnerText(zh, text), "%s writes what views/runner_text*.go does not know", file)
		}
	}
	require.Greater(t, seen, 40, "the search still finds what is written")
}

func TestSentencesOfJobsAreInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	zh := texts.Printer("zh")
	for text, want := range map[string]string{
		"waits for netease, qq": "等待网易云音乐、QQ 音乐恢复服务",
		"kuwo blocks (risk_control): captcha; its items wait for it":         "酷我音乐暂时拒绝访问，相关项等待其恢复 · " + zh.T("error.risk_control") + " · captcha",
		"download_now rejected: the job downloads at any hour already":       "立即下载 · 任务已可在任何时段下载",
		"next try on 2026-01-02 03:04; nobody has it":                        "各来源均无此曲，下次尝试 2026-01-02 03:04：nobody has it",
		"planning sync: disk: full":                                          "规划“同步”失败： disk: full",
		"songs 12: +1, -0, moved 2; 12 of 40 songs came; nothing is removed": "12 首：新增 1，移除 0，移动 2 · 40 首中只返回了 12 首，未移除任何歌曲",
		"Rock: 5 <b>: 3 entries could not be read; nothing is removed":       "Rock: 5 <b>: 3 个条目无法读取，未移除任何歌曲",
		"the command my hook.sh ended with exit code 3 after 1.2s":           "命令 my hook.sh 以退出码 3 结束，用时 1.2s",
	} {
		require.Equal(t, want, RunnerText(zh, text), text)
	}
}

// textsOf lists the sentences that a file writes, with values in the place of verbs.
func textsOf(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var list []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		at, known := writers[nameOf(call.Fun)]
		if !known || (nameOf(call.Fun) == "NewError" && (len(call.Args) < 3 || nameOf(call.Args[0]) != "ClassConflict")) {
			return true
		}
		for i, arg := range call.Args {
			if text, ok := literal(arg); ok && (i == at || at < 0) && !isNoText(text) {
				list = append(list, filled(file, text))
			}
		}
		return true
	})
	return list
}

// nameOf is the last part of a name such as models.NewError.
func nameOf(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	}
	return ""
}

// literal is the text of a literal, or of one that a value is joined to.
func literal(e ast.Expr) (string, bool) {
	if sum, ok := e.(*ast.BinaryExpr); ok && sum.Op == token.ADD {
		text, ok := literal(sum.X)
		return text + "%s", ok
	}
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil && text != ""
}

func isNoText(text string) bool {
	for _, form := range notTexts {
		if form.MatchString(text) {
			return true
		}
	}
	return false
}

// filled puts values in the place of verbs. What a command's end is called goes on after
// its name.
func filled(file, text string) string {
	text = strings.ReplaceAll(verb.ReplaceAllStringFunc(text, func(v string) string {
		if v == "%d" {
			return "7"
		}
		return "kuwo"
	}), "%%", "%")
	if strings.HasSuffix(file, "hook/execute.go") && !strings.HasPrefix(text, "the ") {
		text = "the command x " + text
	}
	return text
}
