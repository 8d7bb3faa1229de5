package matching

import (
	"testing"

	"catalogsync/app/sources"
)

// labelled is a pair of descriptions that a listener has judged.
type labelled struct {
	what string
	a, b Song
	same bool
}

// sg describes a song: title, artists (one text, as platforms join them), album, seconds.
func sg(title, artists, album string, seconds float64) Song {
	s := Song{Title: title, Album: album, DurationMS: int64(seconds * 1000)}
	if artists != "" {
		s.Artists = []string{artists}
	}
	return s
}

// evaluationSet holds invented songs. Add the pairs that went wrong in practice here.
var evaluationSet = []labelled{
	// The same song, written otherwise.
	{"identical", sg("慢船", "山野乐队", "河口", 246.9), sg("慢船", "山野乐队", "河口", 246.9), true},
	{"seconds are rounded", sg("慢船", "山野乐队", "河口", 246.9), sg("慢船", "山野乐队", "河口", 246), true},
	{"case", sg("Paper Boat", "Lin Aqi", "Harbour", 201), sg("PAPER BOAT", "lin aqi", "harbour", 201), true},
	{"full width", sg("Ｐａｐｅｒ　Ｂｏａｔ", "Ｌｉｎ　Ａｑｉ", "", 201), sg("Paper Boat", "Lin Aqi", "", 202), true},
	{"traditional", sg("雲與髮", "陳遠舟", "夜車", 188), sg("云与发", "陈远舟", "夜车", 188), true},
	{"punctuation", sg("Don't Wait, Rain!", "The Kites", "", 190), sg("Dont Wait Rain", "The Kites", "", 190), true},
	{"curly quote", sg("Don’t Wait", "The Kites", "", 190), sg("Don't Wait", "The Kites", "", 190), true},
	{"book-title marks", sg("《灯塔》", "阿木", "", 233), sg("灯塔", "阿木", "", 233), true},
	{"other album", sg("灯塔", "阿木", "灯塔", 233), sg("灯塔", "阿木", "华语年度精选", 233), true},
	{"artists in another order", sg("双星", "阿木/林阿七", "", 210), sg("双星", "林阿七、阿木", "", 211), true},
	{"artists by &", sg("双星", "阿木 & 林阿七", "", 210), sg("双星", "阿木,林阿七", "", 210), true},
	{"artists by ；", sg("双星", "阿木；林阿七", "", 210), sg("双星", "阿木/林阿七", "", 210), true},
	{"artists by and", sg("Twin Stars", "Amu and Lin Aqi", "", 210), sg("Twin Stars", "Amu / Lin Aqi", "", 210), true},
	{"guest in the title", sg("双星 (feat. 林阿七)", "阿木", "", 210), sg("双星", "阿木/林阿七", "", 210), true},
	{"guest after the title", sg("Twin Stars feat. Lin Aqi", "Amu", "", 210), sg("Twin Stars (ft. Lin Aqi)", "Amu", "", 210), true},
	{"guest left out", sg("双星", "阿木 feat. 林阿七", "双星", 210), sg("双星", "阿木", "双星", 210), true},
	{"name in two scripts", sg("海风", "林阿七 Aqi Lin", "", 222), sg("海风", "林阿七", "", 222), true},
	{"name with translation", sg("海风", "林阿七 (Aqi Lin)", "", 222), sg("海风", "Aqi Lin", "", 222), true},
	{"slash inside a name", sg("Wires", "AC/KO", "Wires", 222), sg("Wires", "ACKO", "Wires", 222), true},
	{"theme remark", sg("归途 (电视剧《远山》主题曲)", "周末", "", 255), sg("归途", "周末", "", 255), true},
	{"translation in brackets", sg("慢船 (Slow Boat)", "山野乐队", "", 247), sg("慢船", "山野乐队", "", 247), true},
	{"translation swapped", sg("Slow Boat (慢船)", "山野乐队", "", 247), sg("慢船 (Slow Boat)", "山野乐队", "", 247), true},
	{"translation only", sg("Slow Boat", "山野乐队", "", 247), sg("慢船 (Slow Boat)", "山野乐队", "", 247), true},
	{"remastered", sg("Harbour Lights - Remastered 2011", "The Kites", "Lights", 190), sg("Harbour Lights", "The Kites", "Lights", 191), true},
	{"album version", sg("Harbour Lights (Album Version)", "The Kites", "", 190), sg("Harbour Lights", "The Kites", "", 190), true},
	{"original mix", sg("Night Tram (Original Mix)", "Sora", "", 330), sg("Night Tram", "Sora", "", 331), true},
	{"explicit", sg("Concrete (Explicit)", "MC North", "", 181), sg("Concrete", "MC North", "", 181), true},
	{"MV mark", sg("[MV] 海风", "林阿七", "", 222), sg("海风", "林阿七", "", 222), true},
	{"artist before the title", sg("林阿七 - 海风", "林阿七", "", 222), sg("海风", "林阿七", "", 222), true},
	{"artist after the title", sg("海风 - 林阿七", "林阿七", "", 222), sg("海风", "林阿七", "", 222), true},
	{"four seconds of silence", sg("海风", "林阿七", "潮", 222), sg("海风", "林阿七", "潮", 226), true},
	{"both live", sg("海风 (Live)", "林阿七", "", 260), sg("海风（现场版）", "林阿七", "", 260), true},
	{"live by dash", sg("Harbour Lights - Live at the Pier", "The Kites", "", 260), sg("Harbour Lights (Live)", "The Kites", "", 260), true},
	{"live only in the album", sg("海风", "林阿七", "潮 2019 巡回演唱会 Live", 260), sg("海风 (Live)", "林阿七", "潮 巡回演唱会", 260), true},
	{"both remixes", sg("Night Tram (Sora Remix)", "Kite", "", 300), sg("Night Tram - Sora Remix", "Kite", "", 300), true},
	{"both accompaniments", sg("海风(伴奏)", "林阿七", "", 222), sg("海风 伴奏", "林阿七", "", 222), true},
	{"both accompaniments in words", sg("海风伴奏", "林阿七", "", 222), sg("海风 (Instrumental)", "林阿七", "", 222), true},
	{"both DJ", sg("海风 (DJ版)", "林阿七", "", 200), sg("海风 DJ版", "林阿七", "", 200), true},
	{"live is a word of the title", sg("Long Live", "The Kites", "", 200), sg("Long Live", "The Kites", "", 200), true},
	{"cover is a word of the title", sg("Cover Me", "The Kites", "", 200), sg("Cover Me", "The Kites", "", 200), true},
	{"title of punctuation", sg("?", "The Kites", "", 200), sg("？", "The Kites", "", 200), true},
	{"part numbers written otherwise", sg("Suite (Part II)", "The Kites", "", 200), sg("Suite (Pt. 2)", "The Kites", "", 200), true},
	{"typing error in a long title", sg("Somewhere Beyond the Harbour", "The Kites", "", 200), sg("Somewhere Beyond the Harbor", "The Kites", "", 200), true},
	{"name spelt otherwise", sg("Paper Boat", "Christofer Lind", "", 201), sg("Paper Boat", "Christopher Lind", "", 201), true},
	{"duration unknown", sg("海风", "林阿七", "潮", 0), sg("海风", "林阿七", "潮", 222), true},
	{"artists unknown, all else equal", sg("海风与灯塔之间", "", "潮", 222), sg("海风与灯塔之间", "林阿七", "潮", 222), true},
	{"various artists", sg("海风与灯塔之间", "群星", "潮", 222), sg("海风与灯塔之间", "林阿七", "潮", 222), true},
	{"variant character", sg("想妳的夜", "陈远舟", "", 240), sg("想你的夜", "陈远舟", "", 240), true},
	{"zero-width characters", sg("海\u200b风", "林阿七", "", 222), sg("海风", "林阿七", "", 222), true},
	{"radio edit on both", sg("Night Tram (Radio Edit)", "Sora", "", 180), sg("Night Tram - Radio Edit", "Sora", "", 180), true},

	{"article of a band left out", sg("Home", "The Kites", "", 222), sg("Home", "Kites", "", 222), true},
	{"apostrophe before the last letter", sg("I Can't", "Vera Holm", "", 222), sg("I Cant", "Vera Holm", "", 222), true},
	{"a letter that ends both titles", sg("You and I", "Vera Holm", "", 222), sg("You And I", "Vera Holm", "", 222), true},
	{"traditional artist", sg("後來", "劉若晴", "", 222), sg("后来", "刘若晴", "", 222), true},
	{"durations unknown on both sides", sg("Home", "Vera Holm", "", 0), sg("Home", "Vera Holm", "", 0), true},
	{"intro of the same album", sg("Intro", "阿木", "潮", 60), sg("Intro", "阿木", "潮", 61), true},
	{"subtitles say the same", Song{Title: "海风", Subtitle: "Live", Artists: []string{"林阿七"}, DurationMS: 260_000}, sg("海风 (Live)", "林阿七", "", 260), true},

	// Another version of it.
	{"live", sg("海风", "林阿七", "潮", 222), sg("海风 (Live)", "林阿七", "", 224), false},
	{"live in words", sg("海风", "林阿七", "", 222), sg("海风 现场版", "林阿七", "", 224), false},
	{"long live", sg("Long Live", "The Kites", "", 200), sg("Long Live (Live)", "The Kites", "", 200), false},
	{"live album", sg("海风", "林阿七", "潮", 222), sg("海风", "林阿七", "潮 巡回演唱会现场", 222), false},
	{"remix", sg("Night Tram", "Sora", "", 300), sg("Night Tram (Kite Remix)", "Sora", "", 300), false},
	{"DJ", sg("海风", "林阿七", "", 222), sg("海风 (DJ小北版)", "林阿七", "", 222), false},
	{"DJ in words", sg("海风", "林阿七", "", 222), sg("海风DJ版", "林阿七", "", 222), false},
	{"accompaniment", sg("海风", "林阿七", "潮", 222), sg("海风 (伴奏)", "林阿七", "潮", 222), false},
	{"karaoke", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat (Karaoke Version)", "Lin Aqi", "", 201), false},
	{"instrumental", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat - Instrumental", "Lin Aqi", "", 201), false},
	{"accompaniment in words", sg("海风", "林阿七", "", 222), sg("海风伴奏", "林阿七", "", 222), false},
	{"cover", sg("海风", "林阿七", "", 222), sg("海风 (翻唱)", "林阿七", "", 222), false},
	{"cover of", sg("海风", "林阿七", "", 222), sg("海风 (Cover: 林阿七)", "小北", "", 222), false},
	{"original singer named", sg("海风", "林阿七", "", 222), sg("海风 (原唱:林阿七)", "小北/林阿七", "", 222), false},
	{"sped up", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat (Sped Up)", "Lin Aqi", "", 199), false},
	{"sped up, Chinese", sg("海风", "林阿七", "", 222), sg("海风(0.8x降速版)", "林阿七", "", 222), false},
	{"slowed", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat (slowed + reverb)", "Lin Aqi", "", 205), false},
	{"acoustic", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat (Acoustic)", "Lin Aqi", "", 201), false},
	{"piano", sg("海风", "林阿七", "", 222), sg("海风 (钢琴版)", "林阿七", "", 222), false},
	{"demo", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat (Demo)", "Lin Aqi", "", 201), false},
	{"radio edit", sg("Night Tram", "Sora", "", 189), sg("Night Tram (Radio Edit)", "Sora", "", 185), false},
	{"Cantonese", sg("海风", "林阿七", "", 222), sg("海风 (粤语版)", "林阿七", "", 222), false},
	{"female voice", sg("海风", "林阿七", "", 222), sg("海风 (女声版)", "林阿七", "", 222), false},
	{"unheard-of version", sg("海风", "林阿七", "", 222), sg("海风 (星空版)", "林阿七", "", 222), false},
	{"two versions", sg("海风 (星空版)", "林阿七", "", 222), sg("海风 (森林版)", "林阿七", "", 222), false},
	{"recorded anew", sg("Paper Boat", "Lin Aqi", "", 201), sg("Paper Boat (Aqi's Version)", "Lin Aqi", "", 201), false},
	{"recorded anew in a year", sg("海风", "林阿七", "", 222), sg("海风 (2020)", "林阿七", "", 222), false},
	{"ringtone", sg("海风", "林阿七", "", 0), sg("海风 (铃声)", "林阿七", "", 0), false},
	{"8D", sg("海风", "林阿七", "", 222), sg("海风 (8D环绕)", "林阿七", "", 222), false},
	{"subtitle says live", sg("海风", "林阿七", "", 222), Song{Title: "海风", Subtitle: "现场版", Artists: []string{"林阿七"}, DurationMS: 223_000}, false},
	{"traditional script says live", sg("海風", "林阿七", "", 222), sg("海風 (現場版)", "林阿七", "", 222), false},

	{"accompaniment told by the album alone", sg("海风", "林阿七", "", 222), sg("海风", "林阿七", "海风 伴奏集", 222), false},
	{"live told by the album alone, duration unknown", sg("Home", "Vera Holm", "", 0), sg("Home", "Vera Holm", "Live in Rome", 0), false},
	{"cover told by the artist's name", sg("海风", "林阿七", "", 222), sg("海风", "林阿七(翻唱)", "", 222), false},
	{"cover that names both", sg("海风", "林阿七", "", 222), sg("海风", "小北 (翻唱 林阿七)", "", 222), false},
	{"live between waves", sg("海风", "林阿七", "", 222), sg("海风~Live~", "林阿七", "", 222), false},
	{"edit that ends a long title", sg("Somewhere Beyond the Harbour", "Vera Holm", "", 222), sg("Somewhere Beyond the Harbour Edit", "Vera Holm", "", 222), false},
	{"mix that ends a long title", sg("Somewhere Beyond the Harbour", "Vera Holm", "", 222), sg("Somewhere Beyond the Harbour Mix", "Vera Holm", "", 222), false},
	{"MR", sg("바람", "Vera Holm", "", 222), sg("바람 (MR)", "Vera Holm", "", 222), false},
	{"re-recorded", sg("Home", "Vera Holm", "", 222), sg("Home (Re-recorded)", "Vera Holm", "", 222), false},
	{"reprise", sg("Home", "Vera Holm", "", 100), sg("Home (Reprise)", "Vera Holm", "", 100), false},
	{"interlude", sg("Home", "Vera Holm", "", 100), sg("Home (Interlude)", "Vera Holm", "", 100), false},
	{"medley", sg("海风", "林阿七", "", 222), sg("海风 (串烧)", "林阿七", "", 222), false},
	{"arranged anew", sg("海风", "林阿七", "", 222), sg("海风 (改编)", "林阿七", "", 222), false},

	// Another song.
	{"short title and unknown artists", sg("晴天", "", "", 222), sg("晴天", "林阿七", "", 222), false},
	{"short title and various artists", sg("Home", "群星", "", 222), sg("Home", "Vera Holm", "", 223), false},
	{"artists unknown on both sides", sg("Home", "", "", 222), sg("Home", "", "", 223), false},
	{"titles unknown on both sides", sg("", "林阿七", "", 222), sg("", "林阿七", "", 222), false},
	{"intro of another album", sg("Intro", "阿木", "潮", 60), sg("Intro", "阿木", "灯塔", 61), false},
	{"a letter for a number", sg("Symphony of the Night I", "Vera Holm", "Night", 222), sg("Symphony of the Night V", "Vera Holm", "Night", 223), false},
	{"interlude B", sg("The Harbour Interlude A", "Vera Holm", "Night", 60), sg("The Harbour Interlude B", "Vera Holm", "Night", 61), false},
	{"another guest", sg("Home (feat. Ann Bee)", "Vera Holm", "", 222), sg("Home (feat. Cara Dee)", "Vera Holm", "", 222), false},
	{"47 s longer", sg("海风", "林阿七", "潮", 222), sg("海风", "林阿七", "潮", 269), false},
	{"a preview", sg("海风", "林阿七", "潮", 222), sg("海风", "林阿七", "潮", 30), false},
	{"another artist", sg("海风", "林阿七", "", 222), sg("海风", "周末", "", 222), false},
	{"another artist, same album name", sg("晴天", "林阿七", "晴天", 222), sg("晴天", "周末", "晴天", 223), false},
	{"another partner", sg("双星", "阿木/林阿七", "", 210), sg("双星", "阿木/周末", "", 210), false},
	{"one other character", sg("海风", "林阿七", "", 222), sg("海岸", "林阿七", "", 222), false},
	{"one other character of five", sg("想你的夜晚", "林阿七", "", 222), sg("想你的夜里", "林阿七", "", 222), false},
	{"longer title", sg("海风", "林阿七", "", 222), sg("海风吹过", "林阿七", "", 222), false},
	{"another number", sg("Nocturne No. 5", "Vera Holm", "Nocturnes", 240), sg("Nocturne No. 6", "Vera Holm", "Nocturnes", 240), false},
	{"another chapter", sg("夜话 第一回", "说书人", "夜话", 900), sg("夜话 第二回", "说书人", "夜话", 900), false},
	{"another part", sg("山路 (上)", "阿木", "", 240), sg("山路 (下)", "阿木", "", 240), false},
	{"part against whole", sg("Suite", "The Kites", "", 240), sg("Suite (Part 2)", "The Kites", "", 240), false},
	{"word in common", sg("Harbour Lights", "The Kites", "", 240), sg("Harbour Nights", "The Kites", "", 248), false},
	{"nothing known but the title", sg("晴天", "", "", 0), sg("晴天", "林阿七", "", 222), false},
	{"title and unknown artists", sg("晴天", "", "", 222), sg("晴天", "林阿七", "", 226), false},
	{"artist's name as title", sg("林阿七", "林阿七", "", 222), sg("海风", "林阿七", "", 222), false},
	{"empty title", sg("", "林阿七", "", 222), sg("海风", "林阿七", "", 222), false},
}

// The set is judged in both directions: which side is the playlist's must not matter.
func TestEvaluationSet(t *testing.T) {
	t.Parallel()
	m := New()
	var truePositive, falsePositive, falseNegative int
	for _, pair := range evaluationSet {
		for direction, sides := range map[string][2]Song{"": {pair.a, pair.b}, " (turned)": {pair.b, pair.a}} {
			score := m.Score(sides[0], asCandidate(sides[1]))
			used := score.Level != LevelNo
			switch {
			case used && pair.same:
				truePositive++
			case used:
				falsePositive++
				t.Errorf("%s%s: used at %.2f (%s), and is another recording", pair.what, direction, score.Total, score.Level)
			case pair.same:
				falseNegative++
				t.Errorf("%s%s: not used: %v", pair.what, direction, score.Reasons)
			}
		}
	}
	precision := float64(truePositive) / float64(max(truePositive+falsePositive, 1))
	recall := float64(truePositive) / float64(max(truePositive+falseNegative, 1))
	if precision < 0.99 || recall < 0.95 {
		t.Errorf("precision %.3f, recall %.3f over %d pairs", precision, recall, len(evaluationSet))
	}
}

func asCandidate(s Song) sources.Candidate {
	return sources.Candidate{Source: "qq", RemoteID: "c", Title: s.Title, Subtitle: s.Subtitle, Artists: s.Artists, Album: s.Album, DurationMS: s.DurationMS}
}
