package download

import (
	"errors"
	"io"
	"strings"

	"catalogsync/app/audio"
	"catalogsync/app/sources"
	"catalogsync/models"
)

const (
	// toleranceMS is how far a file's length may be from the song's: platforms round to
	// seconds and cut silence differently.
	toleranceMS = 4_000
	// tolerancePercent takes over for long songs.
	tolerancePercent = 5
	// toleranceShare bounds the tolerance of very short songs, to a quarter of them.
	toleranceShare = 4
	// previewMS is the longest clip that platforms serve in place of a song, with slack.
	previewMS = 95_000
	// previewPercent of the song is the most that a clip has.
	previewPercent = 60
)

// durationTolerance is how far a file may be from a song of so many milliseconds.
func durationTolerance(songMS int64) int64 {
	return min(max(toleranceMS, songMS*tolerancePercent/100), songMS/toleranceShare)
}

// checkDuration compares what is served with the song; songMS 0 = unknown.
func checkDuration(servedMS, songMS int64) error {
	if songMS <= 0 || servedMS <= 0 {
		return nil
	}
	off := servedMS - songMS
	switch {
	case off >= -durationTolerance(songMS) && off <= durationTolerance(songMS):
		return nil
	case servedMS <= previewMS && servedMS*100 < songMS*previewPercent:
		return refusal(models.CodePreviewOnly, "only a preview of %d of %d seconds is served", servedMS/1000, songMS/1000)
	default:
		return refusal(models.CodeDurationMismatch, "the file is %+d seconds off the song's %d seconds", off/1000, songMS/1000)
	}
}

func refusal(code models.Code, format string, args ...any) error {
	return models.NewError(models.ClassUnavailable, code, format, args...)
}

func broken(code models.Code, format string, args ...any) error {
	return models.NewError(models.ClassTransient, code, format, args...)
}

// verify says what really arrived, or why it is not the song; length is that of the whole
// file, -1 = not told. A wrong length, a wrong
// checksum and an error page in place of the file may be better next time (transient);
// a preview, another recording or a protected file will not (unavailable).
func verify(file io.ReaderAt, d digest, length int64, st sources.Stream, songMS int64) (audio.Info, error) {
	if d.served == 0 {
		return audio.Info{}, broken(models.CodeUpstreamEmpty, "an empty body arrived")
	}
	if length >= 0 && d.served != length {
		return audio.Info{}, broken(models.CodeLengthMismatch, "%d of %d bytes arrived", d.served, length)
	}
	info, err := audio.Probe(file, d.size)
	if err != nil {
		return info, reclass(err)
	}
	if st.SizeBytes > 0 && d.served != st.SizeBytes {
		return info, broken(models.CodeLengthMismatch, "%d bytes arrived, %d were announced", d.served, st.SizeBytes)
	}
	if st.MD5 != "" && !strings.EqualFold(d.md5, st.MD5) {
		return info, broken(models.CodeChecksumMismatch, "the file's MD5 is %s, %s was announced", d.md5, st.MD5)
	}
	if info.DurationMS <= 0 {
		return info, broken(models.CodeNotAudio, "the file holds no sound")
	}
	if err := checkDuration(info.DurationMS, songMS); err != nil {
		return info, err
	}
	if info.Damage == audio.DamageNone || harmless(info, length, songMS) {
		return info, nil
	}
	return info, broken(models.CodeLengthMismatch, "%s", damageText[info.Damage])
}

var damageText = map[audio.Damage]string{
	audio.DamageTail:   "the last frame of the file is not whole",
	audio.DamageCut:    "the file is cut off",
	audio.DamageInside: "the file is damaged in its midst",
}

// harmless lets pass what platforms really store: MP3 and raw AAC files whose last frame
// is not whole. The length must be confirmed by the server, and the duration by the song.
func harmless(info audio.Info, length, songMS int64) bool {
	return info.Damage == audio.DamageTail && length >= 0 && songMS > 0
}

// reclass turns a verdict about a file into one about its candidate: what is another kind
// of file for good is not to be had there.
func reclass(err error) error {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || e.Class != models.ClassPermanent {
		return err
	}
	about := *e
	about.Class = models.ClassUnavailable
	return &about
}
