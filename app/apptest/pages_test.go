package apptest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/apptest"
)

// look is one way in which a page is seen.
type look struct {
	language, theme string
	width           int64
}

func (l look) String() string { return fmt.Sprintf("%s-%s-%d", l.theme, l.language, l.width) }

// looks are all ways in which the pictures are taken.
func looks() (all []look) {
	for _, language := range []string{"en", "zh-CN"} {
		for _, theme := range []string{"light", "dark"} {
			for _, width := range []int64{390, 1440} {
				all = append(all, look{language, theme, width})
			}
		}
	}
	return all
}

// eachPage shows every page in every look and hands it to see.
func eachPage(t *testing.T, console *apptest.Console, looks []look, see func(tab *apptest.Tab, page string, l look)) {
	t.Helper()
	tabs := map[string]*apptest.Tab{}
	for _, l := range looks {
		if tabs[l.language] == nil {
			tabs[l.language] = apptest.Browser(t, l.language)
		}
		tab := tabs[l.language]
		tab.Open(console.URL)
		apptest.Eval[bool](tab, fmt.Sprintf(`(document.dispatchEvent(new CustomEvent("catalogsync:theme", {detail: %q})), true)`, l.theme))
		tab.Viewport(l.width, 900)
		for _, p := range site {
			tab.Open(console.URL + p.path)
			tab.WaitFor(`!document.documentElement.classList.contains("assets-pending")`)
			see(tab, p.name, l)
		}
	}
}

// TestScreenshots writes a picture of each page, light and dark, Chinese and English,
// phone and desktop, into the folder SCREENSHOTS.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		t.Skip("SCREENSHOTS names no folder")
	}
	require.NoError(t, os.MkdirAll(folder, 0o755))
	eachPage(t, runningConsole(t), looks(), func(tab *apptest.Tab, page string, l look) {
		tab.Screenshot(filepath.Join(folder, fmt.Sprintf("%s-%s.png", page, l)))
	})
}

// Every page, light and dark, on a phone and on a desk, can be used by everybody, holds
// no inline code, and does not scroll sideways.
func TestEveryPageFitsAndIsAccessible(t *testing.T) {
	if testing.Short() {
		t.Skip("every page in every look takes minutes")
	}
	// Each theme on each width, and each language in both.
	looks := []look{{"en", "light", 360}, {"en", "dark", 1440}, {"zh-CN", "dark", 360}, {"zh-CN", "light", 1440}}
	eachPage(t, runningConsole(t), looks, func(tab *apptest.Tab, page string, l look) {
		name := page + " " + l.String()
		require.LessOrEqual(t, apptest.Eval[int64](tab, "document.documentElement.scrollWidth"), l.width, "%s scrolls sideways", name)
		require.Zero(t, apptest.Eval[int](tab, `document.querySelectorAll("[style]:not([data-hold]), style, script:not([src]), [onclick], [onload]").length`), "%s holds inline code", name)
		for _, v := range tab.Violations(t) {
			t.Errorf("%s: %s", name, v)
		}
	})
}
