package matching

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsync/app/matching/textkey"
)

// Tags that are asked for by name.
const (
	tagInstrumental = "instrumental"
	tagCover        = "cover"
)

// versionRule names the version that a text speaks of. Texts are normalised: lower case,
// half width, simplified Chinese.
type versionRule struct {
	tag string
	// words count where no Latin letter or digit stands beside them; parts count anywhere,
	// for Chinese and Japanese put no spaces between words.
	words, parts []string
}

// rule makes a rule of words and parts that are separated by "|".
func rule(tag, words, parts string) versionRule {
	split := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return r == '|' })
	}
	return versionRule{tag, split(words), split(parts)}
}

// in says that the text speaks of the version.
func (r versionRule) in(text string) bool {
	return slices.ContainsFunc(r.words, func(w string) bool { return containsWord(text, w) }) ||
		slices.ContainsFunc(r.parts, func(p string) bool { return strings.Contains(text, p) })
}

// versionRules are looked for in brackets, after dashes and in subtitles. All that match
// count: "Live Acoustic" is both.
var versionRules = []versionRule{
	rule("live", "live|concert|on tour|mtv session", "现场|演唱会|音乐会|音乐节|巡演|巡回|ライブ"),
	rule("remix", "remix|remixed|rmx|bootleg|mashup|mash-up|rework|club mix|dub mix|house mix|trance mix|vip mix|dance mix|bass mix|techno mix", "混音|リミックス"),
	rule("dj", "dj", ""),
	rule(tagCover, "cover|covered|covers|tribute|originally performed|in the style of", "翻唱|翻自|原唱|カバー"),
	rule(tagInstrumental, "instrumental|inst|karaoke|off vocal|backing track|minus one|no vocal|no vocals", "伴奏|纯音乐|消音|无人声|卡拉ok|カラオケ|インスト|轻音乐"),
	rule("sped up", "sped up|sped-up|speed up|speed-up|nightcore|fast version|faster version", "加速|倍速|快速版"),
	rule("slowed", "slowed|slow version|slower version", "降速|减速|慢速|慢放"),
	rule("reverb", "reverb", "混响"),
	rule("8d", "8d|3d", "环绕"),
	rule("acoustic", "acoustic|unplugged|stripped", "不插电|吉他|弹唱"),
	rule("piano", "piano", "钢琴"),
	rule("musicbox", "music box", "八音盒|オルゴール"),
	rule("orchestral", "orchestral|orchestra|symphonic|strings", "交响|管弦|弦乐"),
	rule("demo", "demo|rough mix", "小样|デモ"),
	rule("edit", "edit|edited|short|cut|tv size|tv ver|tv version|ringtone|snippet|teaser|preview|trailer", "剪辑|片段|铃声|试听|副歌|预告"),
	rule("extended", `extended|long version|12"|12 inch`, "加长|循环"),
	rule("acappella", "a cappella|acappella|acapella|vocal only|vocals only", "清唱|阿卡贝拉|干声"),
	rule("cantonese", "cantonese", "粤|广东话"),
	rule("mandarin", "mandarin|chinese", "国语|普通话|中文|华语"),
	rule("english", "english", "英文|英语"),
	rule("japanese", "japanese|jp", "日文|日语|日本语"),
	rule("korean", "korean|kr", "韩文|韩语|韩国语"),
	rule("female", "female", "女声|女版|女生"),
	rule("male", "male", "男声|男版|男生"),
	rule("children", "kid|kids|children", "童声|儿童|儿歌"),
	rule("choir", "choir|chorus", "合唱"),
	rule("duet", "duet", "对唱|双人"),
	rule("recorded anew", "re-recorded|rerecorded|re-recording|remake|redux", "重录|新录"),
	rule("piece", "reprise|interlude|intro|outro|skit", "间奏|前奏"),
	rule("medley", "medley", "串烧"),
	rule("arranged", "rearranged|adaptation", "改编|戏腔"),
}

// albumRules find albums whose songs are another version although their titles may not
// say so.
var albumRules = []versionRule{
	rule("live", "live|in concert|unplugged", "演唱会|现场|音乐会|巡演|巡回"),
	rule(tagInstrumental, "karaoke|instrumental|instrumentals|backing tracks", "伴奏|卡拉ok"),
	rule(tagCover, "tribute to|cover|covers|in the style of", "翻唱"),
}

// tagsIn lists the tags of the rules that a text speaks of.
func tagsIn(rules []versionRule, text string) []string {
	var tags []string
	for _, r := range rules {
		if r.in(text) {
			tags = append(tags, r.tag)
		}
	}
	return tags
}

// sameRecording matches words that name the very recording, so they tell nothing apart.
var sameRecording = regexp.MustCompile(`^(?:(?:\d{4} )?(?:digital(?:ly)? )?re-?master(?:ed|ing)?(?: \d{4})?(?: ver(?:sion|\.)?)?` +
	`|(?:album|single|original|full|studio|standard|main|explicit|clean|stereo|official|deluxe|bonus track)(?: (?:ver(?:sion|\.)?|mix|edition|audio|video))?` +
	`|mv|m/v|official music video|hq|hi-?res|4k|原版|正式版|完整版|专辑版|单曲版|标准版|录音室版|高清|无损|重制版|(?:\d{4})?重新混音版)$`)

var (
	// playbackRate matches the rate of a version that plays faster or slower: "1.2x".
	playbackRate = regexp.MustCompile(`(\d)\.\d+ ?x`)
	year         = regexp.MustCompile(`^\d{4}$`)
)

// versionsIn lists the versions that a bracket, a subtitle or the end of a title names,
// nil when it names none.
func versionsIn(text string) []string {
	if text == "" || sameRecording.MatchString(text) {
		return nil
	}
	tags := tagsIn(versionRules, text)
	if m := playbackRate.FindStringSubmatch(text); m != nil {
		tag := "sped up"
		if m[1] == "0" {
			tag = "slowed"
		}
		tags = union(tags, []string{tag})
	}
	if tags == nil && callsItselfVersion(text) {
		tags = []string{"version " + compact(text)}
	}
	return tags
}

// versionsOfArtists finds covers that only the names of the artists tell: "林阿七 (翻唱)".
func versionsOfArtists(names []string) []string {
	var tags []string
	for _, name := range names {
		_, asides := splitBrackets(textkey.Key(name))
		for _, aside := range asides {
			if slices.Contains(tagsIn(versionRules, aside), tagCover) {
				tags = union(tags, []string{tagCover})
			}
		}
	}
	return tags
}

// callsItselfVersion says that a text names some version that no rule knows. Such a one
// must agree literally.
func callsItselfVersion(text string) bool {
	return text == "mr" || strings.HasSuffix(text, "版") || strings.HasSuffix(text, "版本") || strings.Contains(text, "バージョン") || year.MatchString(text) ||
		slices.ContainsFunc([]string{"version", "ver", "mix", "take"}, func(w string) bool { return containsWord(text, w) })
}

// containsWord says that the text contains the word with no Latin letter or digit beside
// it, so that "olive" does not contain "live".
func containsWord(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		if !latinOrDigit(before) && !latinOrDigit(after) {
			return true
		}
		at = end
	}
}

func latinOrDigit(r rune) bool { return unicode.Is(unicode.Latin, r) || unicode.IsDigit(r) }

// Words that end a title without brackets and name a version. Latin ones need a space
// before them; Chinese ones are long enough to be nothing else.
var (
	latinEndings = []string{"live", "remix", "demo", "instrumental", "inst", "acoustic", "karaoke", "cover", "nightcore", "sped up", "slowed", "radio edit", "edit", "mix", "reverb", "reprise", "unplugged", "piano"}
	otherEndings = []string{"live版", "remix版", "demo版", "现场版", "现场", "演唱会版", "伴奏版", "伴奏", "纯音乐版", "纯音乐", "翻唱版", "翻唱", "加速版", "降速版",
		"慢速版", "钢琴版", "吉他版", "弹唱版", "女声版", "男声版", "女版", "男版", "童声版", "合唱版", "对唱版", "清唱版", "清唱", "粤语版", "国语版", "英文版", "日文版",
		"韩文版", "铃声版", "铃声", "八音盒版", "不插电版", "加长版", "剪辑版", "片段", "小样"}
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
	for _, ending := range otherEndings {
		if head, found := strings.CutSuffix(text, ending); found {
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
	return strings.TrimRight(text[:at], " ~-"), text[at:], !latinOrDigit(before) && compact(text[:at]) != ""
}

func lastByte(text string) string { return text[max(len(text)-1, 0):] }

// union adds the tags of more that are not in list.
func union(list, more []string) []string {
	out := slices.Clone(list)
	for _, tag := range more {
		if !slices.Contains(out, tag) {
			out = append(out, tag)
		}
	}
	return out
}

// versionDifference is a version that one side has and the other has not.
type versionDifference struct {
	tag string
	// missing: the song has it and the candidate has not; else the other way round.
	missing bool
}

func (d versionDifference) text() string {
	word := strings.TrimPrefix(d.tag, "version ")
	if d.missing {
		return "not " + word
	}
	return word
}

// versionDifferences compares the versions of song a and candidate b. A tag that the
// title of one side leaves to its album ("Live at …") agrees.
func versionDifferences(a, b, albumA, albumB []string) []versionDifference {
	var out []versionDifference
	for _, tag := range b {
		if !slices.Contains(a, tag) && !slices.Contains(albumA, tag) {
			out = append(out, versionDifference{tag, false})
		}
	}
	for _, tag := range a {
		if !slices.Contains(b, tag) && !slices.Contains(albumB, tag) {
			out = append(out, versionDifference{tag, true})
		}
	}
	return out
}
