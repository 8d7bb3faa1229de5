package sources

import "slices"

// IsClip tells a preview from the song by its length: more than a tenth and more than 5 s
// shorter. Lengths that are not known (0) prove nothing.
func IsClip(servedMS, songMS int64) bool {
	missing := songMS - servedMS
	return servedMS > 0 && songMS > 0 && missing > 5_000 && missing > songMS/10
}

// clearContainers are the endings of files that any player reads.
var clearContainers = []string{"mp3", "flac", "m4a", "aac", "ogg", "opus", "wav", "ape"}

// IsClearContainer tells whether files with this ending (lower case, no dot) are plain
// audio. Everything else that platforms grant is locked to their own players and refused.
func IsClearContainer(ext string) bool { return slices.Contains(clearContainers, ext) }

// IsLossless tells whether files with this ending keep the whole recording.
func IsLossless(ext string) bool { return ext == "flac" || ext == "wav" || ext == "ape" }
