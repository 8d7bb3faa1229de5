package audio

import "encoding/binary"

// asfPacket is what the head of a data packet says (ASF specification, section 5.2).
type asfPacket struct {
	first  byte  // flags of the error correction, the same in all packets of a file
	sendMS int64 // when it is sent
	lastMS int64 // how long its sound lasts
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
	at += 2 + asfFieldBytes[lengths>>5&3] + asfFieldBytes[lengths>>1&3] + asfFieldBytes[lengths>>3&3]
	if len(b) < at+6 {
		return p, false
	}
	p.sendMS = int64(binary.LittleEndian.Uint32(b[at:]))
	p.lastMS = int64(binary.LittleEndian.Uint16(b[at+4:]))
	return p, true
}

// walk reads the head of every packet that is there. It gives how long they take to send,
// which is about as long as they sound, and whether all are sound.
func (f *asfFile) walk() (ms int64, sound bool) {
	if f.packetBytes < asfPacketHead {
		return 0, false
	}
	end := f.dataStart + f.dataN
	var first, last asfPacket
	for off := f.dataStart; off+f.packetBytes <= end; off += f.packetBytes {
		p, ok := parseASFPacket(f.w.upTo(off, asfPacketHead))
		if off == f.dataStart {
			first, last = p, p
		}
		if !ok || p.first != first.first || p.sendMS < last.sendMS {
			return last.sendMS + last.lastMS - first.sendMS, false
		}
		last = p
	}
	return last.sendMS + last.lastMS - first.sendMS, true
}
