package catalog

// maxToplists limits a platform's charts; QQ numbers its charts with at most 3 digits.
const maxToplists = 30

// sharePlaylists deals the playlists to squares and charts: the first three to the
// squares, the next three to the charts, then about one chart for two squares.
func (c *Catalog) sharePlaylists() {
	n := c.cfg.Playlists
	charts := min(max(n/3, min(n-3, 3), 0), maxToplists*int(platforms))
	for i := range charts {
		p := [...]Platform{QQ, Kuwo, NetEase}[i%int(platforms)]
		c.shelf[p].playlists[Toplist]++
	}
	for _, p := range Platforms {
		c.shelf[p].playlists[Square] = part(n-charts, int(p), int(platforms))
	}
}

// shareSongs deals the songs to the platforms by their number of playlists, at least one
// each where there are enough. The platforms' works overlap by a tenth: some songs are
// on the playlists of two platforms.
func (c *Catalog) shareSongs() {
	var active []Platform
	for _, p := range Platforms {
		if c.shelf[p].count() > 0 {
			active = append(active, p)
		}
	}
	left, playlistsLeft := c.cfg.Songs, c.cfg.Playlists
	for i, p := range active {
		s := &c.shelf[p]
		others := len(active) - i - 1
		n := left
		if others > 0 {
			n = int(int64(left) * int64(s.count()) / int64(playlistsLeft))
			n = min(max(n, 1), max(left-others, min(left, 1)))
		}
		s.songs = n
		left -= n
		playlistsLeft -= s.count()
	}
	if s := &c.shelf[QQ]; s.playlists[Toplist] > notMusicChart && s.songs >= 6 {
		s.notMusic = min(max(s.songs/6, 2), 12)
		s.songs -= s.notMusic
	}
	end := 0
	for _, p := range active {
		s := &c.shelf[p]
		s.first = end - min(end, s.songs)/10
		end = max(end, s.first+s.songs)
	}
	c.works = max(end, 1)
}

func (s *shelf) count() int { return s.playlists[Square] + s.playlists[Toplist] }

// part is the size of the i-th of k nearly equal parts of n.
func part(n, i, k int) int { return (n + k - 1 - i) / k }
