package catalog

import "strings"

// hostileTitles are names that have broken programs: markup, paths, names that an
// operating system reserves, more bytes than a file name may have, and marks that turn
// the text around.
var hostileTitles = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`../../x`,
	"nul\x00byte",
	`CON`,
	strings.Repeat("🎵", 75), // 300 bytes
	"\u202etxt.exe\u202c שלום",
	`#hashtag first`,
	`-rf --no-preserve`,
	`trailing dots...`,
	`C:\temp\a|b?c*d`,
	`{{.Secret}} ${HOME} %s`,
}

var hostilePlaylists = [platforms]string{
	NetEase: `<b>bold</b><script>alert("list")</script>`,
	QQ:      `../../etc/passwd & "friends"`,
	Kuwo:    `'><svg onload=alert(2)> #1...`,
}

// placeHostile spreads the hostile titles over the works that all platforms serve.
func (c *Catalog) placeHostile() {
	for i, title := range hostileTitles {
		for k := range c.works {
			work := (i*c.works/len(hostileTitles) + k) % c.works
			if _, taken := c.hostile[work]; !taken && c.fate(work) == FateOpen {
				c.hostile[work] = title
				break
			}
		}
	}
}
