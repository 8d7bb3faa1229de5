package catalog

import "fmt"

// epochMS is when the demo's world begins: 2024-01-01 UTC.
const epochMS = 1_704_067_200_000

const dayMS = 24 * 60 * 60 * 1000

var (
	listMoods   = []string{"雨夜", "通勤", "清晨", "深夜", "公路", "书桌前", "周末", "厨房", "长假", "失眠", "午后", "海边"}
	listShapes  = []string{"歌单", "循环", "备忘录", "收音机", "小抄", "慢歌集", "不插电", "合辑"}
	listEnglish = []string{"Late Bus Home", "Songs for a Small Kitchen", "Rain on Tin", "Sunday, Slowly", "Desk Lamp Radio", "Long Way Round"}
	listTags    = []string{"轻音乐", "夜晚", "民谣", "摇滚", "电子", "怀旧", "学习", "运动", "华语", "欧美"}
	curators    = []string{"纸飞机", "阿木", "小满的收音机", "Tin Roof", "半盏灯", "北窗", "Miss Postcard", "南瓜汤"}
	chartNames  = []string{"热歌榜", "新声榜", "飙升榜", "原创榜", "听歌识曲榜", "民谣榜", "电子榜", "怀旧榜"}
)

// SpokenChartName is the name of the chart that holds rows which are no music.
const SpokenChartName = "有声榜"

// describe fills in a playlist's texts and numbers; q is its number on its platform.
func (c *Catalog) describe(pl *Playlist, q int) {
	x := c.random(topicPlays, int(pl.Platform), q)
	pl.Creator = curators[below(x, len(curators))]
	pl.Name = c.listName(pl, x)
	if x%3 == 0 {
		pl.Description = "每天更新一点点 & 不定期整理\n" + listEnglish[below(mix(x+1), len(listEnglish))]
	}
	for i := range int(x>>8) % 4 {
		pl.Tags = append(pl.Tags, listTags[(int(x>>16&0xFF)+i*3)%len(listTags)])
	}
	pl.Plays = int64(below(mix(x+2), 90_000) + 100)
	if x%11 == 0 {
		pl.Plays *= 57_000 // beyond 32 bits
	}
	pl.Subscribers = pl.Plays / 37
	pl.CreatedMS = epochMS + int64(below(mix(x+3), 300))*dayMS + int64(q)%1000
	pl.UpdatedMS = pl.CreatedMS + int64(below(mix(x+4), 300)+1)*dayMS
}

func (c *Catalog) listName(pl *Playlist, x uint64) string {
	if pl.Kind == Toplist {
		if pl.Platform == QQ && pl.Index == notMusicChart {
			return SpokenChartName
		}
		if pl.Index < len(chartNames) {
			return "示例" + chartNames[pl.Index]
		}
		return fmt.Sprintf("示例%s 第%d期", chartNames[pl.Index%len(chartNames)], pl.Index)
	}
	if len(c.hostile) > 0 && pl.Index == 1 {
		return hostilePlaylists[pl.Platform]
	}
	if x%4 == 0 {
		return fmt.Sprintf("%s No. %d", listEnglish[below(mix(x), len(listEnglish))], pl.Index+1)
	}
	return fmt.Sprintf("%s%s %d", listMoods[below(mix(x), len(listMoods))], listShapes[below(mix(x+9), len(listShapes))], pl.Index+1)
}

// SpokenTitle is the title of the i-th row that is no music.
func SpokenTitle(i int) string {
	return fmt.Sprintf("第%d回 %s", i+1, [...]string{"说书人夜谈", "茶馆旧事", "睡前故事", "老街志异"}[i%4])
}
