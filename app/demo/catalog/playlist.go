package catalog

// Playlist is one playlist or chart. Its entries are computed when they are asked for.
type Playlist struct {
	Platform Platform
	Kind     Kind
	Index    int   // in its pool
	ID       int64 // the platform's id
	Name     string
	Creator  string
	// Description is plain text with line feeds; "" on many.
	Description string
	Tags        []string
	Plays       int64
	Subscribers int64
	CreatedMS   int64
	UpdatedMS   int64

	c *Catalog
	// own is the part of the platform's songs that only this playlist must hold; the
	// parts of all playlists together are the whole.
	own, ownSize int
	extras       bijection // shuffles the songs outside of own
	music        int       // own and extra songs
	spoken       int       // rows that are no music
	repeats      int       // rows at the end that repeat the first ones
	order        bijection
}

// Entry is one row of a playlist.
type Entry struct {
	Ref Ref
	// NotMusic marks a row of the spoken-word chart; Spoken is its number.
	NotMusic bool
	Spoken   int
}

// notMusicChart is the index of QQ's chart of audiobooks and spoken shows.
const notMusicChart = 1

// Well-known ids of real charts and of playlists that many notes name as examples; the
// rest is numbered from idBase.
var (
	knownIDs = [platforms][kinds][]int64{
		NetEase: {Square: {17745989905}, Toplist: {19723756, 3779629, 2884035, 3778678}},
		QQ:      {Square: {7707261125}, Toplist: {26, 75, 62, 27, 4, 52, 67}},
		Kuwo:    {Toplist: {16, 93, 17, 26, 145, 158}},
	}
	idBase = [platforms][kinds]int64{
		NetEase: {Square: 9_100_000_000, Toplist: 9_200_000},
		QQ:      {Square: 7_900_000_000, Toplist: 300},
		Kuwo:    {Square: 3_400_011_000, Toplist: 300},
	}
)

func playlistID(p Platform, k Kind, i int) int64 {
	if known := knownIDs[p][k]; i < len(known) {
		return known[i]
	}
	return idBase[p][k] + int64(i)
}

// FindPlaylist finds a playlist by its platform's id.
func (c *Catalog) FindPlaylist(p Platform, k Kind, id int64) (*Playlist, bool) {
	i := int(id - idBase[p][k])
	for n, known := range knownIDs[p][k] {
		if known == id {
			i = n
		}
	}
	if i < 0 || i >= c.Count(p, k) || playlistID(p, k, i) != id {
		return nil, false
	}
	return c.PlaylistAt(p, k, i), true
}

// PlaylistAt is the i-th playlist of a pool; i must be below Count.
func (c *Catalog) PlaylistAt(p Platform, k Kind, i int) *Playlist {
	s := &c.shelf[p]
	q := i
	if k == Toplist {
		q += s.playlists[Square]
	}
	pl := &Playlist{Platform: p, Kind: k, Index: i, ID: playlistID(p, k, i), c: c}
	pl.own = c.blockStart(p, q)
	pl.ownSize = c.blockStart(p, q+1) - pl.own
	outside := s.songs - pl.ownSize
	pl.extras = newBijection(outside, c.random(topicExtras, int(p), q))
	pl.music = pl.ownSize + min(c.wantedExtras(p, q, pl.ownSize), outside)
	if p == QQ && k == Toplist && i == notMusicChart {
		pl.spoken = s.notMusic
	}
	if p == Kuwo && k == Square && i == 1 && len(c.hostile) > 0 {
		pl.repeats = 1
	}
	pl.order = newBijection(pl.music+pl.spoken, c.random(topicOrder, int(p), q))
	c.describe(pl, q)
	return pl
}

// blockStart is where the own songs of playlist q begin. Its whole range is 0 … count;
// the borders between are moved a little, so that playlists differ in size.
func (c *Catalog) blockStart(p Platform, q int) int {
	s := &c.shelf[p]
	n := s.count()
	if q <= 0 || q >= n {
		return s.songs * min(max(q, 0), 1)
	}
	size := s.songs / n
	start := int(int64(q) * int64(s.songs) / int64(n))
	if size > 2 {
		start += below(c.random(topicBlock, int(p), q), size-1) - (size-1)/2
	}
	return start
}

// wantedExtras is how many songs a playlist takes from the others' parts.
func (c *Catalog) wantedExtras(p Platform, q, own int) int {
	x := c.random(topicPlaylist, int(p), q)
	wanted := max(own*(110+below(x, 50))/100, 5+below(mix(x), 30))
	wanted = min(wanted, c.shelf[p].songs*9/10)
	return max(wanted, 1, own) - own
}

// Len is the number of rows.
func (pl *Playlist) Len() int { return pl.music + pl.spoken + pl.repeats }

// Entry is the row at pos, 0 … Len()-1.
func (pl *Playlist) Entry(pos int) Entry {
	n := pl.music + pl.spoken
	i := pl.order.of(pos % n)
	if i >= pl.music {
		return Entry{NotMusic: true, Spoken: i - pl.music}
	}
	song := pl.own + i
	if i >= pl.ownSize {
		song = pl.extras.of(i - pl.ownSize)
		if song >= pl.own {
			song += pl.ownSize
		}
	}
	return Entry{Ref: Ref{Work: pl.c.shelf[pl.Platform].first + song}}
}

// Entries are the rows from … to-1, cut to what exists.
func (pl *Playlist) Entries(from, to int) []Entry {
	from = min(max(from, 0), pl.Len())
	to = min(max(to, from), pl.Len())
	out := make([]Entry, 0, to-from)
	for pos := from; pos < to; pos++ {
		out = append(out, pl.Entry(pos))
	}
	return out
}
