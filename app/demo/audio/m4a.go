package audio

import "encoding/binary"

const aacFramesPerCell = 9

func (b *Bank) openM4A(s Spec) *Clip {
	sizes := make([]uint32, 0, s.Cells*aacFramesPerCell)
	var total uint32
	for i := range s.Cells {
		t := s.tone(i)
		sizes = append(sizes, b.aacSizes[t][:]...)
		total += uint32(len(b.aac[t]))
	}
	return newClip(m4aHead(&s, sizes, total), s.Cells,
		func(i int) int { return len(b.aac[s.tone(i)]) },
		func(i int) []byte { return b.aac[s.tone(i)] })
}

func (b *Bank) sizeM4A(s *Spec) int64 {
	const bytesPerFrame = 4 // in the table of sizes
	n := int64(len(m4aHead(s, nil, 0))) + int64(s.Cells)*aacFramesPerCell*bytesPerFrame
	for cell := range s.Cells {
		n += int64(len(b.aac[s.tone(cell)]))
	}
	return n
}

// m4aHead is everything up to the audio: ftyp, moov, and the header of mdat.
func m4aHead(s *Spec, sizes []uint32, total uint32) []byte {
	ftyp := box("ftyp", []byte("M4A \x00\x00\x02\x00M4A mp42isom"))
	// The moov's size does not depend on the offset in it, so it is made twice.
	moov := m4aMovie(s, sizes, 0)
	moov = m4aMovie(s, sizes, uint32(len(ftyp)+len(moov)+8))
	head := append(ftyp, moov...)
	head = binary.BigEndian.AppendUint32(head, total+8)
	return append(head, "mdat"...)
}

func m4aMovie(s *Spec, sizes []uint32, dataOffset uint32) []byte {
	length := uint32(s.Cells) * CellSamples
	media := box("mdia",
		box("mdhd", u32(0, 0, 0, SampleRate, length), []byte{0x55, 0xC4, 0, 0}),
		box("hdlr", u32(0, 0), []byte("soun"), u32(0, 0, 0), []byte{0}),
		box("minf",
			box("smhd", u32(0, 0)),
			box("dinf", box("dref", u32(0, 1), box("url ", u32(1)))),
			m4aSampleTable(sizes, dataOffset)))
	return box("moov",
		box("mvhd", u32(0, 0, 0, SampleRate, length, 0x10000, 0x01000000, 0, 0), matrix(), u32(0, 0, 0, 0, 0, 0, 2)),
		box("trak",
			box("tkhd", u32(3, 0, 0, 1, 0, length, 0, 0, 0, 0x01000000), matrix(), u32(0, 0)),
			media),
		m4aTags(s))
}

func m4aSampleTable(sizes []uint32, dataOffset uint32) []byte {
	frames := uint32(len(sizes))
	entry := box("mp4a", u32(0), []byte{0, 0, 0, 1}, u32(0, 0), []byte{0, 2, 0, 16, 0, 0, 0, 0}, u32(SampleRate<<16),
		// Elementary stream descriptor: AAC-LC, 44.1 kHz, two channels.
		box("esds", u32(0), []byte{0x03, 25, 0, 1, 0, 0x04, 17, 0x40, 0x15, 0, 6, 0}, u32(96000, 96000),
			[]byte{0x05, 2, 0x12, 0x10, 0x06, 1, 2}))
	return box("stbl",
		box("stsd", u32(0, 1), entry),
		box("stts", u32(0, 1, frames, 1024)),
		box("stsc", u32(0, 1, 1, frames, 1)),
		box("stsz", u32(0, 0, frames), u32(sizes...)),
		box("stco", u32(0, 1, dataOffset)))
}

func m4aTags(s *Spec) []byte {
	text := func(kind, value string) []byte {
		return box(kind, box("data", u32(1, 0), []byte(tagText(value))))
	}
	return box("udta", box("meta", u32(0),
		box("hdlr", u32(0, 0), []byte("mdirappl"), u32(0, 0), []byte{0}),
		box("ilst", text("\xa9nam", s.Title), text("\xa9ART", s.Artist), text("\xa9alb", s.Album))))
}

// matrix is the unity transformation that movie and track headers carry.
func matrix() []byte { return u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000) }

func box(kind string, parts ...[]byte) []byte {
	size := 8
	for _, p := range parts {
		size += len(p)
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, size), uint32(size))
	b = append(b, kind...)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

func u32(values ...uint32) []byte {
	b := make([]byte, 0, 4*len(values))
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}
