//go:build ignore

// Command generate makes the bank files of this folder: for each tone a loop of
// self-contained MP3 frames at three bit rates, and of AAC frames. It needs ffmpeg with
// libmp3lame. Run it in this folder:
//
//	go run generate.go
//
// The tones' frequencies are whole multiples of 44100/4608 Hz, so that a loop of 4608
// samples (4 MP3 frames) or 9216 samples (9 AAC frames) begins where it ended. The bit
// reservoir is switched off: each MP3 frame then holds all of its own data, and frames
// can be put together in any order. Frames are taken from the middle of the encoded
// tone, where the encoder has settled.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"os/exec"
	"strconv"
)

// cycles per 4608 samples, about C4 to E6; the same list as tones in tones.go.
var cycles = []int{27, 31, 34, 41, 46, 55, 61, 69, 82, 92, 109, 138}

const (
	skipFrames   = 40
	mp3LoopLen   = 4
	aacLoopLen   = 9
	adtsHeadSize = 7
)

func main() {
	for _, kbps := range []int{128, 192, 320} {
		var bank []byte
		for _, c := range cycles {
			frames := mp3Frames(encode(c, "mp3", "-c:a", "libmp3lame", "-b:a", strconv.Itoa(kbps)+"k",
				"-reservoir", "0", "-write_xing", "0", "-id3v2_version", "0"), kbps)
			for _, f := range frames[skipFrames : skipFrames+mp3LoopLen] {
				bank = append(bank, f...)
			}
		}
		write(fmt.Sprintf("mp3_%d.bin", kbps), bank)
	}
	var bank []byte
	for _, c := range cycles {
		frames := aacFrames(encode(c, "adts", "-c:a", "aac", "-b:a", "96k", "-aac_coder", "fast", "-aac_pns", "0"))
		for _, f := range frames[skipFrames : skipFrames+aacLoopLen] {
			bank = binary.BigEndian.AppendUint16(bank, uint16(len(f)))
			bank = append(bank, f...)
		}
	}
	write("aac_96.bin", bank)
}

func encode(cycles int, format string, args ...string) []byte {
	w := fmt.Sprintf("2*PI*t*%d*44100/4608", cycles)
	source := fmt.Sprintf("aevalsrc=0.25*sin(%[1]s)+0.07*sin(2*%[1]s)|0.22*sin(%[1]s)+0.09*sin(3*%[1]s):s=44100:d=3", w)
	all := append([]string{"-v", "error", "-f", "lavfi", "-i", source}, args...)
	cmd := exec.Command("ffmpeg", append(all, "-f", format, "-")...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		log.Fatalf("encode %s: %v", format, err)
	}
	return out
}

// mp3Frames cuts a stream into frames and pads each one, so that all have one size.
func mp3Frames(data []byte, kbps int) [][]byte {
	size := 144000 * kbps / 44100
	var frames [][]byte
	for len(data) > 4 {
		if data[0] != 0xFF || data[1] != 0xFB {
			log.Fatalf("mp3 %dk: no frame header: % x", kbps, data[:4])
		}
		n := size + int(data[2]>>1&1)
		if n > len(data) {
			break
		}
		f := bytes.Clone(data[:n])
		if f[4] != 0 || f[5]&0x80 != 0 {
			log.Fatalf("mp3 %dk: frame %d uses the bit reservoir", kbps, len(frames))
		}
		if n == size {
			f[2] |= 2
			f = append(f, 0)
		}
		frames = append(frames, f)
		data = data[n:]
	}
	return frames
}

func aacFrames(data []byte) [][]byte {
	var frames [][]byte
	for len(data) >= adtsHeadSize {
		if data[0] != 0xFF || data[1]&0xF6 != 0xF0 {
			log.Fatalf("aac: no frame header: % x", data[:4])
		}
		n := int(data[3]&3)<<11 | int(data[4])<<3 | int(data[5]>>5)
		frames = append(frames, data[adtsHeadSize:n])
		data = data[n:]
	}
	return frames
}

func write(name string, data []byte) {
	if err := os.WriteFile(name, data, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(name, len(data))
}
