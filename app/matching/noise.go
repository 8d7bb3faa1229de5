package matching

import (
	"regexp"
	"strings"
)

// sameRecording matches words that name the very recording, so they tell nothing apart.
var sameRecording = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`(?:(?:mono|stereo) ?[/,]? ?)?(?:\d{4} )?(?:digital(?:ly)? )?re-?master(?:ed|ing)?(?: (?:in )?\d{4})?(?: ver(?:sion|\.)?)?(?: \d{4})?`,
	`(?:album|lp|single|original|full|studio|standard|main|explicit|stereo|official|deluxe|bonus|regular)(?: (?:track|ver(?:sion|\.)?|mix|edition|audio|(?:music |lyrics? )?video|lyrics?|release))?`,
	`(?:official |music |lyrics? |full |hd |4k )*(?:mv|m/v|pv|music video|lyrics? video|video clip|visualizer|lyrics?|audio|video)`,
	`hq|sq|hd|hi-?res|4k|1080p|flac|320k|lossless|dirty|uncensored|parental advisory|new|ost|free download`,
	`原版|正式版|完整版|专辑版|单曲版|单曲|标准版|录音室版|录音棚版|原唱版|官方版|高清版?|超清|无损|高音质|高品质|无损音质|首发|独家|官方|官方mv|热歌|新歌|付费|试听版?`,
	`(?:动态|中文|中日|日文|完整)?(?:歌词|字幕)(?:版|视频)?`,
	`(?:\d{4}年?)?(?:数码|数字|全新)?(?:重制|修复|母带|重新混音|重混)(?:处理)?版?`,
}, "|") + `)$`)

// provenance matches what says where a song was heard: the film, series or game, and its
// place in it.
var provenance = regexp.MustCompile(`主题曲|片头曲|片尾曲|片尾|插曲|推广曲|宣传曲|印象曲|角色曲|广告曲|主题歌|原声|电视剧|影视剧|网络剧|网剧|电影|动画|动漫|游戏|综艺|ost\b|soundtrack|motion picture|original score` +
	`|^(?:music |theme |songs? )?from (?:"|'|the (?:film|movie|motion|series|netflix|tv|original|game|musical|soundtrack))|\b(?:opening|ending|theme song|main theme|insert song|anime|op|ed) ?\d*$|主題歌|オープニング|エンディング|テーマ|수록곡|삽입곡|드라마`)

// trailingNoise ends a title without brackets and tells nothing: "海风 MV".
var trailingNoise = regexp.MustCompile(`(?i)(?:\s+(?:official|mv|m/v|ost|hq|sq|hd|官方|无损|高清|完整版|正式版|原版|歌词版|(?:(?:电视剧|影视剧|网络剧|网剧|电影|动画片?|动漫|游戏|综艺)\s*)?(?:主题曲|片头曲|片尾曲|插曲|推广曲|宣传曲|主题歌)))+$`)

// fileEnding ends a title that was a file's name.
var fileEnding = regexp.MustCompile(`\.(?:mp3|flac|m4a|ogg|opus|wav|ape|aac|wma)$`)

// cutNoise takes noise off the end of a title, unless nothing would be left.
func cutNoise(text string) string {
	if head := trailingNoise.ReplaceAllString(text, ""); compact(head) != "" {
		return head
	}
	return text
}
