package audio

// oggPackets counts the sound in the packets of an Ogg stream, by the headers of the
// packets themselves: exactly for Opus and FLAC, for Vorbis the most that it can be.
type oggPackets struct {
	codec   Codec
	stream  streamInfo // of FLAC
	block   uint64     // the most samples that a Vorbis packet adds
	samples uint64
	inside  bool // the last page ended inside a packet
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

// page counts the packets that begin on a page.
func (o *oggPackets) page(p oggPage) {
	at, begin := 0, 0
	begins := !o.inside
	for _, n := range p.lacing {
		at += int(n)
		o.inside = n == 255
		if o.inside {
			continue
		}
		if begins {
			o.packet(p.body[begin:at])
		}
		begin, begins = at, true
	}
	if o.inside && begins {
		o.packet(p.body[begin:at])
	}
}

// packet adds a packet by its beginning; header packets hold no sound.
func (o *oggPackets) packet(b []byte) {
	if len(b) == 0 {
		return
	}
	switch o.codec {
	case CodecVorbis:
		if b[0]&1 == 0 {
			o.samples += o.block
		}
	case CodecOpus:
		if !hasPrefix(b, "OpusHead") && !hasPrefix(b, "OpusTags") {
			o.samples += opusSamples(b)
		}
	case CodecFLAC:
		if f, ok := parseFlacFrame(b, o.stream); ok {
			o.samples += uint64(f.block)
		}
	}
}
