package matching

import (
	"regexp"
	"slices"
	"strings"
)

// versionRule names the version that a text speaks of. Texts are normalised: lower case,
// half width, simplified Chinese.
type versionRule struct {
	tag     string
	pattern *regexp.Regexp
}

// rule makes a rule: words match as whole Latin words, cjk anywhere, for Chinese and
// Japanese put no spaces between words.
func rule(tag, words, cjk string) versionRule {
	pattern := ``
	if words != "" {
		pattern = `(?:^|[^\pL\pN])(?:` + words + `)(?:$|[^a-z0-9])`
	}
	if cjk != "" {
		if pattern != "" {
			pattern += `|`
		}
		pattern += cjk
	}
	return versionRule{tag, regexp.MustCompile(pattern)}
}

// versionRules are looked for in brackets, after dashes and in subtitles. All that match
// count: "Live Acoustic" is both.
var versionRules = []versionRule{
	rule("live", `live|concert|on tour|mtv session`, `现场|演唱会|音乐会|音乐节|巡演|巡回|ライブ`),
	rule("remix", `remix(?:ed)?|rmx|bootleg|mash-?up|(?:club|dub|house|trance|vip|dance|bass|techno) mix|rework`, `混音|リミックス`),
	rule("dj", `dj`, `dj[^a-z]`),
	rule("cover", `cover(?:ed)?(?: by)?|tribute|originally performed|in the style of`, `翻唱|翻自|原唱|カバー`),
	rule("instrumental", `instrumental|inst|karaoke|off vocal|backing track|minus one|no vocals?`, `伴奏|纯音乐|消音|无人声|卡拉ok|カラオケ|インスト|轻音乐`),
	rule("sped up", `sped[ -]?up|speed[ -]?up|nightcore|fast(?:er)? version|1\.\d+x`, `加速|倍速|快速版`),
	rule("slowed", `slowed(?: down)?|slow(?:er)? version|0\.\d+x`, `降速|减速|慢速|慢放`),
	rule("reverb", `reverb`, `混响`),
	rule("8d", `8d|3d`, `环绕`),
	rule("acoustic", `acoustic|unplugged|stripped`, `不插电|吉他|弹唱`),
	rule("piano", `piano`, `钢琴`),
	rule("musicbox", `music box`, `八音盒|オルゴール`),
	rule("orchestral", `orchestral|orchestra|symphonic|strings`, `交响|管弦|弦乐`),
	rule("demo", `demo|rough mix`, `小样|デモ`),
	rule("edit", `radio edit|edit(?:ed)?|short|cut|tv size|tv ver(?:sion)?|ringtone|snippet|teaser|preview|trailer`, `剪辑|片段|铃声|试听|副歌|预告`),
	rule("extended", `extended|long version|12"|12 inch`, `加长|循环`),
	rule("acappella", `a ?cappella|acapella|vocals? only`, `清唱|阿卡贝拉|干声`),
	rule("cantonese", `cantonese`, `粤语|粤|广东话`),
	rule("mandarin", `mandarin|chinese`, `国语|普通话|中文|华语`),
	rule("english", `english`, `英文|英语`),
	rule("japanese", `japanese|jp`, `日文|日语|日本语`),
	rule("korean", `korean|kr`, `韩文|韩语|韩国语`),
	rule("female", `female`, `女声|女版|女生`),
	rule("male", `male`, `男声|男版|男生`),
	rule("children", `kids?|children`, `童声|儿童|儿歌`),
	rule("choir", `choir|chorus`, `合唱`),
	rule("duet", `duet`, `对唱|双人`),
}

// sameRecording matches words that name the very recording, so they tell nothing apart.
var sameRecording = regexp.MustCompile(`^(?:(?:\d{4} )?(?:digital(?:ly)? )?re-?master(?:ed|ing)?(?: \d{4})?(?: ver(?:sion|\.)?)?|(?:album|single|original|full|studio|standard|main|explicit|clean|stereo|official|deluxe|bonus track)(?: (?:ver(?:sion|\.)?|mix|edition|audio|video))?|explicit|mv|m/v|official (?:mv|audio|video|music video)|hq|hi-?res|4k|原版|正式版|完整版|专辑版|单曲版|标准版|录音室版|原唱版|高清|无损|重制版|(?:\d{4})?重新混音版)$`)

// someVersion matches any other text that calls itself a version. It must agree literally.
var someVersion = regexp.MustCompile(`(?:^|[^\pL])(?:ver(?:sion|\.)?|mix|take)(?:$|[^\pL])|版本?$|^\d{4}$|バージョン`)

// versionsIn lists the versions that a bracket, a subtitle or the end of a title names,
// nil when it names none.
func versionsIn(text string) []string {
	if text == "" || sameRecording.MatchString(text) {
		return nil
	}
	var tags []string
	for _, r := range versionRules {
		if r.pattern.MatchString(text) {
			tags = append(tags, r.tag)
		}
	}
	if tags == nil && someVersion.MatchString(text) {
		tags = []string{"version " + compact(text)}
	}
	return tags
}

// bareEnding matches version words that end a title without brackets. Latin ones need a
// space before them, for "olive" does not end in "live".
var bareEnding = regexp.MustCompile(`(?:[\s·~-]+(?:live|remix|demo|instrumental|inst\.?|acoustic|karaoke|cover|nightcore|sped up|slowed|radio edit|piano ver\.?)(?:\s*(?:version|ver\.?|版))?` +
	`|\s*(?:live版|remix版|demo版|dj[\pL\pN ]{0,8}版|现场版|现场|演唱会版|伴奏版|伴奏|纯音乐版|纯音乐|翻唱版|翻唱|加速版|降速版|慢速版|钢琴版|吉他版|弹唱版|女声版|男声版|女版|男版|童声版|合唱版|对唱版|清唱版|清唱|粤语版|国语版|英文版|日文版|韩文版|铃声版|铃声|八音盒版|不插电版|加长版|剪辑版|片段|小样))$`)

// albumRules find albums whose songs are another version although their titles may not
// say so.
var albumRules = []versionRule{
	rule("live", `live (?:at|in|from|on)|in concert|unplugged|live`, `演唱会|现场|音乐会|巡演|巡回`),
	rule("instrumental", `karaoke|instrumentals?|backing tracks?`, `伴奏|卡拉ok`),
	rule("cover", `tribute to|covers?|in the style of`, `翻唱`),
}

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
