package catalog

import "time"

// Line is one line of a song's words.
type Line struct {
	At          time.Duration
	Text        string
	Translation string // "" = none
}

// Lyrics are the words of a song, one line about every three seconds; none for an
// instrumental and for one song in eight.
func (c *Catalog) Lyrics(s *Song) []Line {
	x := c.random(topicLyrics, s.Ref.Work)
	if s.Ref.Variant == Instrumental || x%8 == 0 {
		return nil
	}
	translated := x>>8%3 == 0
	var lines []Line
	for at := 500 * time.Millisecond; at < s.Duration(); at += 3 * time.Second {
		x = mix(x)
		a, b := below(x, titleWords), below(mix(x), titleWords)
		line := Line{At: at, Text: chineseFirst[a] + "里的" + chineseSecond[b]}
		if translated {
			line.Text = englishWord(a) + " " + englishSecond[b] + " & I"
			line.Translation = chineseFirst[a] + "、" + chineseSecond[b] + "和我"
		}
		lines = append(lines, line)
	}
	return lines
}
