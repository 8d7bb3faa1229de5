package matching

import "strings"

// newForms are characters that Japan simplified in its own way, each followed by the form
// that China has, so that 桜, 櫻 and 樱 are the same.
const newForms = "亜亚悪恶圧压囲围壱壹隠隐栄荣営营駅驿円圆塩盐縁缘艶艳応应桜樱穏稳仮假価价懐怀壊坏絵绘拡扩殻壳覚觉楽乐渇渴巻卷陥陷勧劝寛宽関关歓欢観观気气帰归亀龟犠牺戯戏拠据挙举暁晓郷乡駆驱勲勋恵惠掲揭渓溪経经継继" +
	"蛍萤軽轻鶏鸡芸艺撃击倹俭剣剑圏圈検检権权県县険险験验顕显厳严効效広广鉱矿黒黑済济斎斋剤剂砕碎歳岁冊册殺杀雑杂桟栈賛赞糸丝歯齿児儿実实舎舍釈释収收従从渋涩獣兽縦纵粛肃処处緒绪奨奖焼烧証证乗乘剰剩壌壤浄净畳叠譲让醸酿" +
	"図图粋粹酔醉髄髓斉齐摂摄専专戦战銭钱繊纤捜搜挿插曽曾窓窗総总聡聪荘庄騒骚増增蔵藏臓脏続续対对帯带滝泷択择沢泽単单団团弾弹遅迟鋳铸庁厅聴听勅敕鎮镇逓递鉄铁転转伝传稲稻闘斗徳德読读縄绳悩恼脳脑覇霸廃废拝拜売卖" +
	"発发髪发抜拔晩晚浜滨賓宾頻频仏佛払拂変变辺边歩步穂穗豊丰毎每満满黙默訳译薬药揺摇様样謡谣頼赖覧览竜龙両两猟猎緑绿塁垒涙泪霊灵齢龄暦历歴历練练錬炼労劳録录瀬濑頬颊麺面鴎鸥篭笼氷冰焔焰"

var chinaForm = func() map[rune]rune {
	forms := map[rune]rune{}
	runes := []rune(newForms)
	for i := 0; i+1 < len(runes); i += 2 {
		forms[runes[i]] = runes[i+1]
	}
	return forms
}()

// inChinaForms writes the characters of a text as China does.
func inChinaForms(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x4e00 {
			if form, ok := chinaForm[r]; ok {
				return form
			}
		}
		return r
	}, text)
}
