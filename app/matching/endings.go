package matching

import (
	"strings"
	"unicode/utf8"
)

// Words that end a title without brackets and name a version. Latin ones need a space
// before them; Chinese ones are long enough to be nothing else.
var (
	latinEndings = []string{"live", "remix", "demo", "instrumental", "inst", "acoustic", "karaoke", "cover", "nightcore", "sped up", "slowed", "radio edit", "radio mix",
		"extended mix", "club mix", "original mix", "edit", "mix", "reverb", "reprise", "unplugged", "piano", "off vocal", "bootleg", "mashup", "a cappella", "acapella",
		"ktv", "medley", "interlude", "extended", "orchestral", "lofi", "8d audio", "tv size", "english", "japanese", "korean", "cantonese", "spanish"}
	otherEndings = []string{"live版", "remix版", "demo版", "现场版", "现场", "演唱会版", "演唱会", "伴奏版", "伴奏", "纯音乐版", "纯音乐", "翻唱版", "翻唱", "加速版", "降速版",
		"慢速版", "钢琴版", "吉他版", "弹唱版", "弹唱", "女声版", "男声版", "女生版", "男生版", "女声", "男声", "女版", "男版", "童声版", "合唱版", "对唱版", "清唱版", "清唱", "粤语版", "国语版", "粤语", "国语", "英文版", "日文版",
		"韩文版", "日语版", "韩语版", "英语版", "铃声版", "铃声", "八音盒版", "不插电版", "加长版", "剪辑版", "片段", "小样", "混音版", "抖音版", "ktv版", "串烧", "remix", "live", "demo", "カラオケ", "ライブ"}
)

// cutEnding parts a title from version words that end it; ok is false when none does, or
// when nothing would be left.
func cutEnding(text string) (head, ending string, ok bool) {
	trimmed := strings.TrimRight(text, " .")
	for _, suffix := range []string{" version", " ver"} {
		trimmed = strings.TrimSuffix(trimmed, suffix)
	}
	trimmed = strings.TrimRight(trimmed, " .")
	for _, ending := range latinEndings {
		head, found := strings.CutSuffix(trimmed, ending)
		if found && strings.ContainsAny(lastByte(head), " ~-") {
			return strings.TrimRight(head, " ~-"), ending, compact(head) != ""
		}
	}
	if head, by, found := strings.Cut(text, " covered by "); found {
		return head, "covered by " + by, compact(head) != ""
	}
	for _, ending := range otherEndings {
		head, found := strings.CutSuffix(text, ending)
		if last, _ := utf8.DecodeLastRuneInString(head); found && (!isLatinOrDigit(last) || hasCJK(ending)) {
			return strings.TrimRight(head, " ~-"), ending, compact(head) != ""
		}
	}
	return cutDJ(text)
}

// cutDJ cuts "dj版" and "dj<name>版", with a short name.
func cutDJ(text string) (head, ending string, ok bool) {
	at := strings.LastIndex(text, "dj")
	if at <= 0 || !strings.HasSuffix(text, "版") || utf8.RuneCountInString(text[at:]) > 12 {
		return "", "", false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	return strings.TrimRight(text[:at], " ~-"), text[at:], !isLatinOrDigit(before) && compact(text[:at]) != ""
}

func lastByte(text string) string { return text[max(len(text)-1, 0):] }
