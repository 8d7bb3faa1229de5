package maintenance

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"io"

	"catalogsync/app/audio"
	"catalogsync/app/library"
	"catalogsync/models"
)

// inspected is what a file on disk really is.
type inspected struct {
	file   library.File
	sha256 string
	crc32  uint32
	info   audio.Info
	// fault says why it is no sound song, "" = it is one.
	fault string
}

// sumBuffer is the buffer of one pass over a file.
const sumBuffer = 256 << 10

// sum reads the file at locator once, for its checksum alone.
func (s *Service) sum(lib *library.Library, locator string) (in inspected, err error) {
	f, info, err := lib.OpenFile(locator)
	if err != nil {
		return in, err
	}
	defer f.Close()
	in.file = info
	return in, in.read(f)
}

func (in *inspected) read(f io.Reader) error {
	sha, crc := sha256.New(), crc32.NewIEEE()
	n, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(sha, crc)}, struct{ io.Reader }{f}, make([]byte, sumBuffer))
	if err != nil {
		return err
	}
	in.file.SizeBytes = n
	in.sha256, in.crc32 = hex.EncodeToString(sha.Sum(nil)), crc.Sum32()
	return nil
}

// inspect reads the file at locator and tells what it is. The error is that of the disk.
func (s *Service) inspect(lib *library.Library, locator string) (in inspected, err error) {
	f, info, err := lib.OpenFile(locator)
	if err != nil {
		return in, err
	}
	defer f.Close()
	in.file = info
	if err := in.read(f); err != nil {
		return in, err
	}
	in.info, err = audio.Probe(f, in.file.SizeBytes)
	switch {
	case models.CodeOf(err) == models.CodeNotAudio, models.CodeOf(err) == models.CodeProtected:
		in.fault = err.Error()
	case err != nil:
		return in, err
	case in.info.DurationMS <= 0:
		in.fault = "the file holds no sound"
	case in.info.Damage == audio.DamageCut:
		in.fault = "the file is cut off"
	case in.info.Damage == audio.DamageInside:
		in.fault = "the file is damaged in its midst"
	}
	return in, nil
}

// asset describes an inspected file of a song; what is said of its source stays.
func (in *inspected) asset(a models.FileAsset) models.FileAsset {
	return models.FileAsset{
		SongID: a.SongID, Source: a.Source, SourceSongID: a.SourceSongID, ClaimedQuality: a.ClaimedQuality,
		Quality: in.info.Quality(), Ext: in.info.Ext, Codec: string(in.info.Codec),
		FileSizeBytes: in.file.SizeBytes, DurationMS: in.info.DurationMS, BitrateBPS: in.info.BitrateBPS,
		SampleRateHz: in.info.SampleRateHz, BitDepth: in.info.BitDepth, Channels: in.info.Channels,
		SHA256: in.sha256, CRC32: in.crc32,
	}
}

// otherSong says why a changed file is not the song's recording any more, "" = it is.
// Tags and covers change the bytes of a file, and never its length.
func (in *inspected) otherSong(recordedMS int64) string {
	if recordedMS <= 0 || abs(in.info.DurationMS-recordedMS) <= max(lengthSlackMS, recordedMS/50) {
		return ""
	}
	return "the file has another length than the song's"
}

// lengthSlackMS is how far the length of a changed file may be from the recorded one.
const lengthSlackMS = 2000

func abs(n int64) int64 { return max(n, -n) }
