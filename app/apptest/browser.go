package apptest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// browserPatience is how long a browser test waits for something to appear.
const browserPatience = 60 * time.Second

// Tab is one tab of a headless Chromium, for tests that do what an operator does.
type Tab struct {
	t   testing.TB
	ctx context.Context
	// Downloads is the folder that the browser saves files in.
	Downloads string
}

// Browser starts a Chromium with one tab, or skips the test when there is none.
func Browser(t testing.TB, language string) *Tab {
	t.Helper()
	path := Tool(t, "chromium", "chromium-browser", "google-chrome")
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("lang", language), chromedp.Flag("accept-lang", language),
	)
	if os.Getuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stopTab := chromedp.NewContext(alloc)
	t.Cleanup(func() { stopTab(); stopAlloc() })
	tab := &Tab{t: t, ctx: ctx, Downloads: t.TempDir()}
	tab.do(chromedp.Navigate("about:blank"))
	tab.Viewport(1440, 1000)
	tab.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
			Behavior: browser.SetDownloadBehaviorBehaviorAllow, DownloadPath: tab.Downloads,
		})
		return err
	}))
	return tab
}

func (b *Tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, steps...))
}

// Open goes to an address and waits until it is loaded.
func (b *Tab) Open(url string) {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
	b.WaitFor(`document.readyState === "complete"`)
}

// Viewport sets the size of the page in CSS pixels.
func (b *Tab) Viewport(width, height int64) {
	b.t.Helper()
	b.do(chromedp.EmulateViewport(width, height))
}

// lookForASecond looks again and again in the page itself whether %s is true. (chromedp's
// own polling makes a function of text, which the console's policy forbids.)
const lookForASecond = `new Promise(tell => {
	const until = performance.now() + 1000;
	const look = () => Boolean(%s) ? tell(true) : performance.now() > until ? tell(false) : setTimeout(look, 20);
	look();
})`

// WaitFor waits until a JavaScript expression is true; navigation in between is fine.
func (b *Tab) WaitFor(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	script := fmt.Sprintf(lookForASecond, expression)
	for {
		found, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
		if err == nil && found {
			return
		}
		// A navigation ends the script with an error; the new page is asked again.
		if ctx.Err() != nil {
			b.Screenshot(filepath.Join(os.TempDir(), "catalogsync-failed.png"))
			require.Failf(b.t, "the page never came to it", "%s (last error %v); page text: %.2000s", expression, err, b.Text("body"))
		}
	}
}

// Eval evaluates JavaScript for its value.
func Eval[T any](b *Tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err, expression)
	return v
}

// Text is the visible text of the first element that matches the selector.
func (b *Tab) Text(selector string) string {
	b.t.Helper()
	return Eval[string](b, "(document.querySelector("+quote(selector)+")||{innerText:''}).innerText")
}

// Click waits for the element, scrolls to it and clicks it with the mouse.
func (b *Tab) Click(selector string) {
	b.t.Helper()
	b.WaitFor("document.querySelector(" + quote(selector) + ")")
	ctx, cancel := context.WithTimeout(b.ctx, browserPatience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector))), selector)
}

// Agree answers the question that a button asks with yes.
func (b *Tab) Agree() {
	b.t.Helper()
	b.Click("#confirm[open] [value=yes]")
	b.WaitFor(`!document.getElementById("confirm").open`)
}

// Another opens one more tab in the same browser.
func (b *Tab) Another() *Tab {
	b.t.Helper()
	ctx, stop := chromedp.NewContext(b.ctx)
	b.t.Cleanup(stop)
	tab := &Tab{t: b.t, ctx: ctx, Downloads: b.Downloads}
	tab.do(chromedp.Navigate("about:blank"))
	return tab
}

// Heap is what the page's scripts hold after what is unused was collected, in bytes.
func (b *Tab) Heap() int64 {
	b.t.Helper()
	var used int64
	b.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		usage, err := cdp.Call(ctx, target, runtime.GetHeapUsage, cdp.Empty{})
		used = int64(usage.UsedSize)
		return err
	}))
	return used
}

// Press presses and releases a key, such as j or Escape.
func (b *Tab) Press(key string) {
	b.t.Helper()
	if named, ok := map[string]string{"Escape": kb.Escape, "Enter": kb.Enter}[key]; ok {
		key = named
	}
	b.do(chromedp.KeyEvent(key))
}

// Screenshot writes the whole page as a PNG.
func (b *Tab) Screenshot(file string) {
	b.t.Helper()
	png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(file, png, 0o644))
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	return string(b)
}

// WaitForDownload waits until the browser saved a file with the given ending.
func (b *Tab) WaitForDownload(suffix string) string {
	b.t.Helper()
	for deadline := time.Now().Add(browserPatience); time.Now().Before(deadline); {
		files, err := filepath.Glob(filepath.Join(b.Downloads, "*"+suffix))
		require.NoError(b.t, err)
		partial, err := filepath.Glob(filepath.Join(b.Downloads, "*.crdownload"))
		require.NoError(b.t, err)
		if len(files) > 0 && len(partial) == 0 {
			return files[0]
		}
		_, err = chromedp.Run(b.ctx, chromedp.Evaluate[bool](fmt.Sprintf(lookForASecond, "false"), chromedp.EvalAwaitPromise))
		require.NoError(b.t, err)
	}
	require.Fail(b.t, "no download arrived", "in %s", b.Downloads)
	return ""
}
