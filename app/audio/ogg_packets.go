package audio

// oggPackets counts the sound in the packets of an Ogg stream, by the headers of the
// packets themselves: exactly for Opus and FLAC, for Vorbis the most that it can be.
type oggPackets struct {
	codec   Codec
	stream  streamInfo // of FLAC
	block   uint64     // the most samples that a Vorbis packet adds
	samples uint64
	bytes   int64 // of packets with sound
	inside  bool  // the last page ended inside a packet
	sounds  bool  // the packet that was begun last holds sound
}

// describe takes what the stream's first packet tells.
func (o *oggPackets) describe(codec Codec, first []byte) {
	o.codec = codec
	switch {
	case codec == CodecVorbis && len(first) >= 29:
		o.block = 1 << (first[28] >> 4) / 2 // half a long block overlaps with the next
	case codec == CodecFLAC && len(first) >= 13+4+34:
		o.stream, _ = parseStreamInfo(first[13+4:]) // read once already
	}
}

// page counts the packets of a page.
func (o *oggPackets) page(p oggPage) {
	at, begin, inside := 0, 0, o.inside
	for i, n := range p.lacing {
		at += int(n)
		o.inside = n == 255
		if o.inside && i < len(p.lacing)-1 {
			continue
		}
		o.piece(p.body[begin:at], !inside)
		begin, inside = at, false
	}
}

// piece takes in a packet, or what of it stands on one page.
func (o *oggPackets) piece(b []byte, begins bool) {
	if begins {
		var n uint64
		if n, o.sounds = o.sound(b); o.sounds {
			o.samples += n
		}
	}
	if o.sounds {
		o.bytes += int64(len(b))
	}
}

// sound tells how much sound a packet has by its beginning; header packets hold none.
func (o *oggPackets) sound(b []byte) (samples uint64, sounds bool) {
	switch {
	case len(b) == 0:
	case o.codec == CodecVorbis:
		return o.block, b[0]&1 == 0
	case o.codec == CodecOpus:
		return opusSamples(b), !hasPrefix(b, "OpusHead") && !hasPrefix(b, "OpusTags")
	case o.codec == CodecFLAC:
		f, ok := parseFlacFrame(b, o.stream)
		return uint64(f.block), ok
	}
	return 0, false
}
