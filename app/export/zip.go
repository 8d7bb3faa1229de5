package export

import (
	"encoding/binary"
	"math"
	"time"
)

// The structures below follow PKWARE's APPNOTE 6.3.10: local header (4.3.7), central
// record (4.3.12), ZIP64 end (4.3.14, 4.3.15), end (4.3.16), ZIP64 extra field (4.5.3).
// The extra field 0x5455 is Info-ZIP's "extended timestamp": UTC seconds, where the DOS
// fields only hold a local time without a zone.
const (
	localHeaderLen = 30
	dirRecordLen   = 46
	zip64ExtraID   = 0x0001
	timeExtraID    = 0x5455
	timeExtraLen   = 9

	versionPlain = 20
	versionZIP64 = 45
	madeByUnix   = 3 << 8
	flagUTF8     = 0x0800
	methodStore  = 0
	modeFile     = 0o100644 << 16

	max16 = math.MaxUint16
	max32 = math.MaxUint32
)

// header appends integers in the byte order of ZIP.
type header []byte

func (h *header) u16(vs ...uint16) {
	for _, v := range vs {
		*h = binary.LittleEndian.AppendUint16(*h, v)
	}
}

func (h *header) u32(vs ...uint32) {
	for _, v := range vs {
		*h = binary.LittleEndian.AppendUint32(*h, v)
	}
}

func (h *header) u64(vs ...uint64) {
	for _, v := range vs {
		*h = binary.LittleEndian.AppendUint64(*h, v)
	}
}

// low32 is v, or the mark that the true value stands in the ZIP64 extra field.
func low32(v int64) uint32 { return uint32(min(v, max32)) }

func big(v int64) bool { return v >= max32 }

// version is the version of the format that a reader of e needs.
func (e *entry) version() uint16 {
	if big(e.size) || big(e.headerAt) {
		return versionZIP64
	}
	return versionPlain
}

// appendLocal appends e's local header. The size stands in it, so no data descriptor
// follows the data.
func (e *entry) appendLocal(h header) header {
	h.u32(0x04034b50)
	h.u16(e.version(), flagUTF8, methodStore)
	h.u16(dosTime(e.modTime))
	h.u16(dosDate(e.modTime))
	h.u32(e.crc, low32(e.size), low32(e.size))
	h.u16(uint16(len(e.name)), uint16(e.localExtraLen()))
	h = append(h, e.name...)
	if big(e.size) {
		h.u16(zip64ExtraID, 16)
		h.u64(uint64(e.size), uint64(e.size))
	}
	return e.appendTime(h)
}

func (e *entry) localExtraLen() int {
	n := e.timeLen()
	if big(e.size) {
		n += 4 + 16
	}
	return n
}

// appendRecord appends e's record of the central directory.
func (e *entry) appendRecord(h header) header {
	h.u32(0x02014b50)
	h.u16(madeByUnix|versionZIP64, e.version(), flagUTF8, methodStore)
	h.u16(dosTime(e.modTime))
	h.u16(dosDate(e.modTime))
	h.u32(e.crc, low32(e.size), low32(e.size))
	h.u16(uint16(len(e.name)), uint16(e.recordExtraLen()), 0, 0, 0)
	h.u32(modeFile, low32(e.headerAt))
	h = append(h, e.name...)
	if n := e.recordZIP64Len(); n > 0 {
		h.u16(zip64ExtraID, uint16(n))
		if big(e.size) {
			h.u64(uint64(e.size), uint64(e.size))
		}
		if big(e.headerAt) {
			h.u64(uint64(e.headerAt))
		}
	}
	return e.appendTime(h)
}

func (e *entry) recordExtraLen() int {
	n := e.timeLen()
	if z := e.recordZIP64Len(); z > 0 {
		n += 4 + z
	}
	return n
}

// recordZIP64Len is the length of the ZIP64 values: only those that do not fit the
// record itself are present.
func (e *entry) recordZIP64Len() int {
	n := 0
	if big(e.size) {
		n += 16
	}
	if big(e.headerAt) {
		n += 8
	}
	return n
}

// appendTime appends the extended timestamp where it can be told in its 32 bits.
func (e *entry) appendTime(h header) header {
	if e.timeLen() == 0 {
		return h
	}
	h.u16(timeExtraID, timeExtraLen-4)
	h = append(h, 1) // only the modification time follows
	h.u32(uint32(e.modTime.Unix()))
	return h
}

func (e *entry) timeLen() int {
	if s := e.modTime.Unix(); s <= 0 || s > math.MaxInt32 {
		return 0
	}
	return timeExtraLen
}

// appendEnd appends what closes an archive of n entries whose directory lies between
// dirAt and dirEnd.
func appendEnd(h header, n int, dirAt, dirEnd int64) header {
	size := dirEnd - dirAt
	if n >= max16 || big(size) || big(dirAt) {
		h.u32(0x06064b50)
		h.u64(44) // bytes of this record after this field
		h.u16(madeByUnix|versionZIP64, versionZIP64)
		h.u32(0, 0)
		h.u64(uint64(n), uint64(n), uint64(size), uint64(dirAt))
		h.u32(0x07064b50, 0)
		h.u64(uint64(dirEnd))
		h.u32(1)
		n, size, dirAt = max16, max32, max32
	}
	h.u32(0x06054b50)
	h.u16(0, 0, uint16(n), uint16(n))
	h.u32(low32(size), low32(dirAt))
	h.u16(0)
	return h
}

var dosEpoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// dosTime and dosDate tell t, in UTC so that the bytes do not depend on where they are
// made. The format knows the years 1980 to 2107.
func dosTime(t time.Time) uint16 {
	t = dosRange(t)
	return uint16(t.Second()/2 | t.Minute()<<5 | t.Hour()<<11)
}

func dosDate(t time.Time) uint16 {
	t = dosRange(t)
	return uint16(t.Day() | int(t.Month())<<5 | (t.Year()-1980)<<9)
}

func dosRange(t time.Time) time.Time {
	t = t.UTC()
	if t.Before(dosEpoch) || t.Year() > 2107 {
		return dosEpoch
	}
	return t
}
