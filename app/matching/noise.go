package matching

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// sameRecording says that an aside names the very recording, so that it tells nothing
// apart: "Remastered 2011", "Official Video", 官方完整版.
func sameRecording(text string) bool {
	return sameChinese.MatchString(text) || sameMix.MatchString(text) || plainOnly(text)
}

var (
	sameMix     = regexp.MustCompile(`^(?:original|album|single) mix$`)
	sameChinese = regexp.MustCompile(`^(?:\d{4}年?)?(?:官方|完整|正式|原版|原唱版|专辑|单曲|标准|录音室|录音棚|高清|超清|无损|高音质|高品质|音质|首发|独家|付费|热歌|热门|热播|抖音热歌|抖音热门|抖音热播|新歌|推荐|动态|歌词|字幕|中英|中日|中文歌词|中文字幕|日文歌词|视频|音频|mv|数码|数字|重制|修复|母带|重新混音|重混|处理|豪华|珍藏|典藏|限定|收录)+版?本?$`)
	yearOrNth   = regexp.MustCompile(`^(?:\d{4}|\d+(?:st|nd|rd|th))$`)
)

// neutralWords are words that name the recording itself as long as they stand among
// themselves.
var neutralWords = strings.Fields(`official music lyric lyrics video audio clip visualizer visualiser mv pv m v full hd hq sq 4k 1080p flac lossless hi res hires
	album lp single original studio standard main regular version ver edition release deluxe bonus track digital digitally remaster remastered remastering re master mastered
	mono stereo explicit dirty uncensored parental advisory ost free download out now topic in with english eng subs sub subtitles subtitled color coded anniversary`)

// plainOnly says that a text has no other words, and more than a year.
func plainOnly(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	telling := 0
	for _, w := range words {
		switch {
		case yearOrNth.MatchString(w):
		case slices.Contains(neutralWords, w):
			telling++
		default:
			return false
		}
	}
	if telling == 0 || len(words) > maxPlainWords {
		return false
	}
	// A language names a version unless it is that of the words shown.
	foreign := slices.Contains(words, "english") || slices.Contains(words, "eng")
	return !foreign || slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(w, "lyric") || strings.HasPrefix(w, "sub") })
}

const maxPlainWords = 8

// provenance matches what says where a song was heard: the film, series or game, and its
// place in it.
var provenance = regexp.MustCompile(`主题曲|片头曲|片尾曲|片尾|插曲|推广曲|宣传曲|印象曲|角色曲|广告曲|主题歌|原声|电视剧|影视剧|网络剧|网剧|电影|动画|动漫|游戏|综艺|ost\b|soundtrack|motion picture|original score` +
	`|^(?:music |theme |songs? )?from (?:"|'|the (?:film|movie|motion|series|netflix|tv|original|game|musical|soundtrack))|\b(?:opening|ending|theme song|main theme|insert song|anime|op|ed) ?\d*$|主題歌|オープニング|エンディング|テーマ|수록곡|삽입곡|드라마`)

// trailingNoise ends a title without brackets and tells nothing: "海风 MV".
var trailingNoise = regexp.MustCompile(`(?i)(?:\s+(?:official|mv|m/v|ost|hq|sq|hd|官方|无损|高清|完整版|正式版|原版|歌词版|(?:(?:电视剧|影视剧|网络剧|网剧|电影|动画片?|动漫|游戏|综艺)\s*)?(?:主题曲|片头曲|片尾曲|插曲|推广曲|宣传曲|主题歌)))+$`)

// fileEnding ends a title that was a file's name.
var fileEnding = regexp.MustCompile(`\.(?:mp3|flac|m4a|ogg|opus|wav|ape|aac|wma)$`)

// remasterDash is a dash between a year and what was done in it.
var remasterDash = regexp.MustCompile(`(- \d{4}) - ((?:digital(?:ly)? )?re-?master)`)

// cutNoise takes noise off the end of a title, unless nothing would be left.
func cutNoise(text string) string {
	if head := trailingNoise.ReplaceAllString(text, ""); compact(head) != "" {
		return head
	}
	return text
}
