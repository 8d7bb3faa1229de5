package views

import (
	"strings"

	"catalogsync/app/i18n"
)

// fileSentences say what is wrong with a file, and why a finding could not be settled. What
// follows a colon at the end is the system's own word and is left out: the log has it.
var fileSentences = []runnerSentence{
	sentence(`not a song but (.+), which cannot be verified here(?:: .*)?`, func(p *i18n.Printer, m []string) string {
		return p.T("reason.unverified", "What", withoutArticle(m[0]))
	}),
	sentence(`not a song but ([^:]+)(?:: .*)?`, func(p *i18n.Printer, m []string) string {
		if kind := kinds[m[0]]; kind != "" {
			return p.T("reason.not_song", "What", p.T("kind."+kind))
		}
		return p.T("reason.not_song", "What", withoutArticle(m[0]))
	}),
	sentence(`(.+) is protected and is not decrypted`, func(p *i18n.Printer, m []string) string {
		return p.T("reason.protected", "What", withoutArticle(m[0]))
	}),
	sentence(`the library cannot be written at ([^;]+); make it writable for this user or give another folder(?:: .*)?`, inFolder("reason.unwritable")),
	sentence(`the library folder ([^;]+) is not there; mount its disk or give another folder(?:: .*)?`, inFolder("reason.absent")),
	sentence(`the folder (.+) is not there or empty`, inFolder("reason.absent")),
	sentence(`the disk that holds ([^;]+) is full; free some space or give another folder to go on(?:: .*)?`, inFolder("reason.disk_full")),
	sentence(`another file lies at (.+) now; move it away first`, inFolder("reason.taken")),
	sentence(`the recycle bin has too many files of this name`, numbers("reason.bin_full")),
}

// kinds are what files in place of songs are, by what the probe calls them.
var kinds = map[string]string{
	"an HTML page": "html", "an XML document": "xml", "a JSON answer": "json", "a text": "text", "data of an unknown kind": "unknown",
	"a damaged file": "damaged", "an empty file": "empty", "a ZIP archive": "archive", "a RAR archive": "archive", "a 7-Zip archive": "archive", "gzip data": "archive",
	"a PDF document": "pdf", "a PNG picture": "picture", "a JPEG picture": "picture", "a GIF picture": "picture", "a MIDI file": "midi",
	"a Flash video": "video", "a Matroska or WebM file": "video", "an MP4 video": "video", "an Ogg video": "video", "a Windows Media video": "video",
	"a playlist": "playlist", "a SILK voice recording": "voice", "an AMR voice recording": "voice",
	"an MPEG stream without any audio frame": "no_frame", "a file that is MPEG audio only here and there": "patchy",
	"a tag without any audio behind it": "tag_only", "a RIFF file without sound": "no_sound", "an MP4 file without sound": "no_sound",
}

func withoutArticle(text string) string {
	for _, article := range []string{"a ", "an ", "the "} {
		text = strings.TrimPrefix(text, article)
	}
	return text
}

func inFolder(key string) func(*i18n.Printer, []string) string {
	return func(p *i18n.Printer, m []string) string { return p.T(key, "Folder", m[0]) }
}
