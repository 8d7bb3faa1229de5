package matching

import (
	"slices"
	"strings"
)

// Tags that are asked for by name.
const (
	tagInstrumental = "instrumental"
	tagCover        = "cover"
)

// versionRule names the version that a text speaks of. Texts are folded: lower case,
// half width, simplified Chinese.
type versionRule struct {
	tag string
	// words count where no Latin letter or digit stands beside them; parts count anywhere,
	// for Chinese and Japanese put no spaces between words. weak words are too common in
	// names and their translations ("Slow Boat") to count unless the text is nothing else,
	// or says that it names a version.
	words, weak, parts []string
}

// rule makes a rule of words and parts that are separated by "|"; words with a "?" are
// weak.
func rule(tag, words, parts string) versionRule {
	split := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return r == '|' })
	}
	r := versionRule{tag: tag, parts: split(parts)}
	for _, word := range split(words) {
		if w, weak := strings.CutSuffix(word, "?"); weak {
			r.weak = append(r.weak, w)
		} else {
			r.words = append(r.words, w)
		}
	}
	return r
}

// in says that the text speaks of the version.
func (r versionRule) in(text string) bool {
	has := func(w string) bool { return containsWord(text, w) }
	return slices.ContainsFunc(r.words, has) || slices.ContainsFunc(r.weak, has) && onlyVersion(text, r.weak) ||
		slices.ContainsFunc(r.parts, func(p string) bool { return strings.Contains(text, p) })
}

// versionNouns end a text that names a version.
var versionNouns = []string{"version", "ver", "mix", "edit", "edition", "take", "style", "cover", "audio", "session", "sessions", "live", "remix", "instrumental", "demo", "acoustic", "karaoke"}

// onlyVersion says that a text is one of the weak words, or ends as versions do.
func onlyVersion(text string, weak []string) bool {
	words := strings.Fields(strings.TrimRight(text, " ."))
	if len(words) == 0 {
		return false
	}
	return slices.Contains(versionNouns, words[len(words)-1]) || strings.HasSuffix(text, "版") || strings.HasSuffix(text, "ver.") || slices.Contains(weak, strings.Join(words, " "))
}

// versionRules are looked for in brackets, after dashes and in subtitles. All that match
// count: "Live Acoustic" is both.
var versionRules = []versionRule{
	rule("live", "live|in concert|session?|concert?|on tour|mtv session|radio session|in session|sessions?", "现场|演唱会|音乐会|音乐节|巡演|巡回|晚会|春晚|盛典|颁奖|路演|首唱会|见面会|生日会|live版|liveversion|ライブ|ライヴ|라이브|콘서트|en vivo|en directo|ao vivo|en concert"),
	rule("remix", "remix|remixed|rmx|bootleg|mashup|mash-up|mash up|rework|reworked|refix|flip|vip|dub|club mix|house mix|trance mix|dance mix|bass mix|techno mix|club version|hardstyle|phonk|edm", "混音|电音|越鼓|remix版|リミックス|리믹스"),
	rule("dj", "dj", "车载"),
	rule(tagCover, "cover|covered|covers|cover by|tribute|originally performed|made famous by|in the style of|as made famous", "翻唱|翻自|原唱|カバー|歌ってみた|커버"),
	rule(tagInstrumental, "instrumental|instrumentals|inst|karaoke|off vocal|off-vocal|backing track|minus one|no vocal|no vocals|without vocals|ktv|playback", "伴奏|纯音乐|消音|无人声|无和声|卡拉ok|カラオケ|インスト|轻音乐|オフボーカル|オフヴォーカル|반주|노래방|伴唱"),
	rule("sped up", "sped up|sped-up|spedup|speed up|speed-up|speedup|nightcore|fast version|faster version|fast?", "加速|倍速|快速版|升调"),
	rule("slowed", "slowed|slow version|slower version|slowed down|slow?", "降速|减速|慢速|慢放|降调|0.8倍"),
	rule("reverb", "reverb|reverbed", "混响"),
	rule("8d", "8d|3d|9d|16d|binaural", "环绕"),
	rule("acoustic", "acoustic|unplugged|stripped|guitar", "不插电|吉他|弹唱|アコースティック|어쿠스틱|acustic"),
	rule("piano", "piano", "钢琴|ピアノ|피아노"),
	rule("violin", "violin", "小提琴|バイオリン"),
	rule("cello", "cello", "大提琴"),
	rule("saxophone", "saxophone|sax", "萨克斯"),
	rule("flute", "flute", "笛子|竹笛|长笛"),
	rule("harp", "harp", "竖琴"),
	rule("ukulele", "ukulele", "尤克里里"),
	rule("harmonica", "harmonica", "口琴"),
	rule("music box", "music box", "八音盒|オルゴール"),
	rule("8-bit", "8-bit|8 bit|8bit|chiptune", ""),
	rule("marimba", "marimba", ""),
	rule("guzheng", "guzheng", "古筝"),
	rule("erhu", "erhu", "二胡"),
	rule("pipa", "pipa", "琵琶"),
	rule("suona", "suona", "唢呐"),
	rule("hulusi", "hulusi", "葫芦丝"),
	rule("instrument", "", "独奏"),
	rule("orchestral", "orchestral|orchestra|symphonic|symphony version|strings?|string version|string quartet", "交响|管弦|弦乐"),
	rule("lofi", "lofi|lo-fi|lo fi|chill?|chillout", ""),
	rule("demo", "demo|demos|rough mix|rough cut|outtake|outtakes|rehearsal|alternate take|alternative take|alt take|early version|early take|voice memo|work tape|alternate version|alternative version|sketch", "小样|デモ|demo版|排练|彩排|데모"),
	rule("edit", "edit|edited|short?|cut?|tv size|tv-size|tv ver|tv version|tv edit|ringtone|snippet|teaser|preview|trailer|excerpt|radio mix|radio version|radio cut", "剪辑|片段|铃声|副歌|预告|抖音版|tvサイズ|ショート|高潮"),
	rule("extended", `extended|long version|12"|12''|12 inch|12-inch|1 hour|one hour|loop?|10 hours`, "加长|循环|一小时"),
	rule("acappella", "a cappella|acappella|acapella|a capella|vocal only|vocals only|vocal version", "清唱|阿卡贝拉|干声|人声版"),
	rule("cantonese", "cantonese?", "粤|广东话"),
	rule("mandarin", "mandarin?|chinese?|mandopop", "国语|普通话|中文|华语|중국어"),
	rule("english", "english?", "英文|英语|英語|영어"),
	rule("japanese", "japanese?|jp?|jpn", "日文|日语|日本语|日本語|일본어"),
	rule("korean", "korean?|kr?|kor", "韩文|韩语|韩国语|한국어"),
	rule("hokkien", "hokkien|taiwanese", "闽南|台语|福建话"),
	rule("spanish", "spanish?|spanglish|en espanol|espanol|version en espanol", "西班牙"),
	rule("french", "french?|en francais", "法语|法文"),
	rule("german", "german?|auf deutsch", "德语|德文"),
	rule("italian", "italian?|in italiano", "意大利"),
	rule("portuguese", "portuguese?", "葡萄牙"),
	rule("thai", "thai?", "泰语|泰文"),
	rule("vietnamese", "vietnamese?", "越南"),
	rule("russian", "russian?", "俄语|俄文"),
	rule("hindi", "hindi?", "印地语"),
	rule("indonesian", "indonesian?", "印尼"),
	rule("tibetan", "tibetan?", "藏语"),
	rule("dialect", "", "方言|四川话"),
	rule("clean", "clean?|censored", "净化|和谐版"),
	rule("female", "female?", "女声|女版|女生"),
	rule("male", "male?", "男声|男版|男生"),
	rule("children", "kid?|kids?|children?|kidz", "童声|儿童|儿歌"),
	rule("choir", "choir?|chorus?", "合唱"),
	rule("duet", "duet", "对唱|双人"),
	rule("solo", "solo?|solo version", "独唱|单人"),
	rule("recorded anew", "re-recorded|rerecorded|re-recording|rerecording|remake|redux|reimagined|re-imagined|revisited|revisit|reprised|redone|reloaded|anniversary version", "重录|新录|重唱|新版|新编|重新演绎|重新编曲"),
	rule("piece", "reprise|interlude|intro|outro|skit|prelude", "间奏|前奏|イントロ"),
	rule("talk", "commentary|interview|spoken|spoken word|narration|reading?|track by track|podcast|making of|behind the scenes", "访谈|独白|念白|旁白|朗诵|解说|花絮|幕后"),
	rule("medley", "medley|megamix|mega mix", "串烧|联唱|メドレー|메들리"),
	rule("arranged", "rearranged|adaptation|parody", "改编|戏腔|恶搞|填词"),
	rule("christmas", "christmas version|holiday version", ""),
	rule("rock", "rock version", "摇滚版"),
	rule("jazz", "jazz version|swing version", "爵士"),
	rule("bossa nova", "bossa nova", ""),
	rule("lullaby", "lullaby", "摇篮曲"),
	rule("workout", "workout", ""),
	rule("mood", "", "治愈版|古风版"),
}

// albumRules find albums whose songs are another version although their titles may not
// say so.
var albumRules = []versionRule{
	rule("live", "live|in concert|unplugged", "演唱会|现场|音乐会|巡演|巡回|ライブ"),
	rule("remix", "remixes|the remix|remix album|remixed", "混音专辑|remix专辑"),
	rule("acoustic", "acoustic sessions|acoustic versions|acoustic album|acoustic ep|acoustic version", "不插电"),
	rule("demo", "demos|outtakes|demo tapes", "小样集"),
	rule(tagInstrumental, "karaoke|instrumental|instrumentals|backing tracks", "伴奏|卡拉ok|カラオケ"),
	rule(tagCover, "tribute to|cover|covers|in the style of", "翻唱"),
	rule("sped up", "sped up|nightcore", ""),
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
