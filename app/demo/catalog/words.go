package catalog

import "strings"

// Titles are one word of a first list and one of a second, so that the number of a
// title can be computed from its text again. Both lists of a language have titleWords.
const (
	titleWords = 64
	titles     = 2 * titleWords * titleWords
)

var chineseFirst = strings.Fields(`雨夜 晨雾 旧城 远山 风铃 纸船 灯下 北窗 南岸 麦田 云边 石桥 雪线 海盐 竹林 月台
	落叶 候鸟 山路 长街 孤岛 春潮 夏至 秋水 冬眠 星尘 琥珀 铁轨 渡口 井底 屋檐 荒原
	暮色 黎明 深蓝 苔藓 瓦片 木琴 陶罐 渔火 驿站 沙洲 梧桐 芦苇 半岛 空巷 邮差 鲸鱼
	信纸 火柴 风筝 沙漏 橘子 薄荷 棉花 玻璃 银杏 茶馆 砖墙 影子 回声 雷声 彩虹 烟囱`)

var chineseSecond = strings.Fields(`慢船 河口 来信 独白 漫步 书签 来客 旅人 时钟 传说 摇篮 暗号 日记 告别 重逢 约定
	秘密 航线 倒影 口哨 晚餐 假期 电台 留言 季节 童话 迷宫 引力 余温 归途 灯塔 舞步
	琴声 花园 尽头 起点 序曲 变奏 私语 回信 档案 剧本 拼图 气味 温度 方向 车票 行李
	毛衣 花火 潮汐 年轮 地图 相册 屏风 门牌 台阶 早班 夜航 末班 碎片 光谱 密码 轮廓`)

var englishFirst = strings.Fields(`Paper Copper Don't-Wake-the Salt Slow Velvet Northern Hollow Crooked Silver Amber Quiet
	Borrowed Painted Broken Distant Wooden Winter Midnight Lantern Harbour Rusted Gentle
	Sleeping Folded Hidden Faded Golden Wandering Bread-&-Sail Second Tangled Frosted Marble Secret
	Patient Turning Feather Orchard Cobalt Thirteen Somebody's Restless Sunken Tin Glass Clockwork
	Emerald Drifting Crimson Forgotten Cardboard Lonesome Thimble Sparrow Juniper Pocket Barefoot Unwritten
	Half-a Sideways Backstreet Tomorrow's Tangerine`)

var englishSecond = strings.Fields(`Boat River Window Carousel Letters Avenue Shoreline Umbrella Morning Waltz Telegram Garden
	Staircase Kitchen Meridian Ferry Almanac Bicycle Chimney Compass Daylight Echoes Fountain Gramophone
	Horizon Island Jukebox Kettle Ladder Mirror Notebook Overcoat Parade Quarry Railway Satellite
	Theatre Undertow Village Weather Yesterday Zeppelin Accordion Balcony Cathedral Doorway Engine Firefly
	Glacier Hammock Inkwell Junction Kaleidoscope Lighthouse Monsoon Needle Observatory Postcard Rooftop Snowfall
	Tramline Valley Windmill Thunder`)

// The second halves of artists' names; the first come from the lists above.
var (
	chineseBands = strings.Fields(`乐队 电台 小姐 先生 合唱团 工作室 兄弟 剧团 计划 旅社 事务所 唱诗班`)
	englishBands = strings.Fields(`Teapots Barometers Ferrymen Turnstiles Milkmen Envelopes Haystacks Buttonholes
		Cartographers Lamplighters Umbrellas Doorbells`)
	albumEndings = strings.Fields(`集 之书 往事 手记 录音`)
)

// spellings pairs the simplified and the traditional form of the characters in the lists
// that have two.
var spellings = strings.Fields(`雾霧 旧舊 远遠 风風 铃鈴 纸紙 灯燈 麦麥 云雲 边邊 桥橋 线線 盐鹽 叶葉 鸟鳥 长長 岛島 轨軌 蓝藍 藓蘚 渔漁 驿驛 芦蘆 苇葦
	鲸鯨 鱼魚 声聲 烟煙 银銀 馆館 砖磚 墙牆 来來 独獨 书書 签籤 时時 钟鐘 传傳 说說 摇搖 篮籃 号號 记記 别別 约約 电電 话話
	宫宮 余餘 归歸 园園 尽盡 头頭 点點 变變 语語 档檔 剧劇 图圖 气氣 车車 轮輪 阶階 码碼 乐樂 队隊 团團 计計 划劃 务務 诗詩
	台臺 门門 谱譜 筝箏 铁鐵`)

var (
	traditional = respell(0, 1)
	simplified  = respell(1, 0)
)

func respell(from, to int) *strings.Replacer {
	var pairs []string
	for _, p := range spellings {
		forms := []rune(p)
		pairs = append(pairs, string(forms[from]), string(forms[to]))
	}
	return strings.NewReplacer(pairs...)
}
