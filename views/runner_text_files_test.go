package views

import (
	"testing"

	"github.com/stretchr/testify/require"

	"catalogsync/app/i18n"
)

// What is wrong with a file is told in the reader's language, whatever the system adds.
func TestWhatIsWrongWithFilesIsInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	require.NoError(t, err)
	zh, en := texts.Printer("zh"), texts.Printer("en")
	for text, want := range map[string]string{
		"not a song but an HTML page":                              "不是歌曲，而是网页（HTML）",
		"not a song but a damaged file: unexpected EOF":            "不是歌曲，而是损坏的文件",
		"not a song but WavPack, which cannot be verified here":    "WavPack 文件，本程序无法校验",
		"not a song but something new":                             "不是歌曲，而是something new",
		"a NetEase .ncm file is protected and is not decrypted":    "NetEase .ncm file 受保护，不会解密",
		"the folder /mnt/a: b is not there or empty":               "/mnt/a: b 不存在或为空。请挂载对应磁盘，或换一个目录。",
		"it cannot be read: permission denied":                     "无法读取： permission denied",
		"another file lies at qq/a; b.mp3 now; move it away first": "qq/a; b.mp3 处已有别的文件，请先移走。",
		"the library cannot be written at /mnt/x; make it writable for this user or give another folder: renameat: read-only file system": "无法写入 /mnt/x。请为当前用户开放写权限，或换一个目录。",
	} {
		require.Equal(t, want, RunnerText(zh, text))
		require.NotEmpty(t, RunnerText(en, text))
	}
	for kind, key := range kinds {
		require.True(t, zh.Has("kind."+key) && en.Has("kind."+key), kind)
	}
}
