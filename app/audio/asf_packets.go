package audio

import "encoding/binary"

// asfPacket is what the head of a data packet says (ASF specification, section 5.2).
type asfPacket struct {
	first  byte  // flags of the error correction, the same in all packets of a file
	sendMS int64 // when it is sent
	lastMS int64 // how long its sound lasts
	spare  int64 // bytes of its head and of the padding at its end
}

// asfPacketHead is the most that is read of a packet.
const asfPacketHead = 1 + 15 + 2 + 3*4 + 6

// asfFieldBytes is the width of a field by its two-bit type.
var asfFieldBytes = [4]int{0, 1, 2, 4}

func parseASFPacket(b []byte) (asfPacket, bool) {
	if len(b) < 2 {
		return asfPacket{}, false
	}
	p := asfPacket{first: b[0]}
	at := 0
	if b[0]&0x80 != 0 {
		if b[0]&0x60 != 0 {
			return p, false
		}
		at = 1 + int(b[0]&15)
	}
	if len(b) < at+2 {
		return p, false
	}
	lengths, properties := b[at], b[at+1]
	if properties&0xc0 != 0x40 { // stream numbers always have one byte
		return p, false
	}
	at += 2 + asfFieldBytes[lengths>>5&3] + asfFieldBytes[lengths>>1&3]
	padding := asfFieldBytes[lengths>>3&3]
	if len(b) < at+padding+6 {
		return p, false
	}
	var width [8]byte
	copy(width[:], b[at:at+padding])
	at += padding
	p.spare = int64(binary.LittleEndian.Uint64(width[:])) + int64(at) + 6
	p.sendMS = int64(binary.LittleEndian.Uint32(b[at:]))
	p.lastMS = int64(binary.LittleEndian.Uint16(b[at+4:]))
	return p, true
}

// asfPackets is what a walk over the data packets finds.
type asfPackets struct {
	ms    int64 // how long they take to send, which is about as long as they sound
	bytes int64 // without heads and padding
	sound bool  // all are as they should be
}

// walk reads the head of every packet that is there.
func (f *asfFile) walk() (w asfPackets) {
	if f.packetBytes < asfPacketHead {
		return w
	}
	end := f.dataStart + f.dataN
	var first, last asfPacket
	w.sound = true
	for off := f.dataStart; w.sound && off+f.packetBytes <= end; off += f.packetBytes {
		p, ok := parseASFPacket(f.w.upTo(off, asfPacketHead))
		if off == f.dataStart {
			first, last = p, p
		}
		w.sound = ok && p.first == first.first && p.sendMS >= last.sendMS && p.spare <= f.packetBytes
		if w.sound {
			w.bytes += f.packetBytes - p.spare
			last = p
		}
	}
	w.ms = last.sendMS + last.lastMS - first.sendMS
	return w
}
