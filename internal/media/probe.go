package media

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// facts are what ffprobe finds in a file.
type facts struct {
	film, sound, cover bool // cover: a picture that stands for sound
	width, height      int
	frameRate          string // as a fraction, "" if it is not known
	length             time.Duration
}

func (f *facts) rate() float64 { return rateOf(f.frameRate) }

// Rate is frames a second, 0 if they are not known.
func (m *Media) Rate() float64 { return rateOf(m.FrameRate) }

// rateOf reads a fraction.
func rateOf(s string) float64 {
	over, under, _ := strings.Cut(s, "/")
	n, errN := strconv.ParseFloat(over, 64)
	d, errD := strconv.ParseFloat(under, 64)
	if errN != nil || errD != nil || n <= 0 || d <= 0 || math.IsInf(n/d, 0) {
		return 0
	}
	return n / d
}

// probe reads what a file in dir is. Of its streams, the first of each kind
// counts.
func (c *Converter) probe(ctx context.Context, dir, demuxer, file string) (facts, error) {
	args := append([]string{"-v", "error", "-of", "json",
		"-show_entries", "stream=codec_type,width,height,avg_frame_rate:stream_disposition=attached_pic:format=duration"}, reading(demuxer, file)...)
	said, err := c.cage.run(ctx, dir, 0, c.ffprobe, args...)
	if err != nil {
		return facts{}, err
	}
	f, err := parseProbe(said)
	if err != nil {
		return facts{}, &failure{Unreadable, err}
	}
	return f, nil
}

// parseProbe reads ffprobe's answer, whose values are a stranger's.
func parseProbe(said []byte) (f facts, err error) {
	var p struct {
		Streams []struct {
			Type        string `json:"codec_type"`
			Width       int    `json:"width"`
			Height      int    `json:"height"`
			Rate        string `json:"avg_frame_rate"`
			Disposition struct {
				Attached int `json:"attached_pic"`
			} `json:"disposition"`
		} `json:"streams"`
		Format struct {
			Duration string `json:"duration"`
		} `json:"format"`
	}
	if err := json.Unmarshal(said, &p); err != nil {
		return f, fmt.Errorf("read what a file is: %w", err)
	}
	for _, s := range p.Streams {
		switch {
		case s.Type == "audio":
			f.sound = true
		case s.Type == "video" && s.Disposition.Attached != 0:
			f.cover = true
		case s.Type == "video" && !f.film:
			if s.Width < 1 || s.Height < 1 || s.Width > math.MaxInt32 || s.Height > math.MaxInt32 {
				return f, fmt.Errorf("a film of %d by %d pixels", s.Width, s.Height)
			}
			f.film, f.width, f.height, f.frameRate = true, s.Width, s.Height, s.Rate
			if f.rate() == 0 {
				f.frameRate = ""
			}
		}
	}
	seconds, err := strconv.ParseFloat(p.Format.Duration, 64)
	if err != nil {
		return f, nil // it does not say
	}
	if math.IsNaN(seconds) || seconds < 0 || seconds > 1e9 {
		return f, fmt.Errorf("it lasts %v seconds", seconds)
	}
	f.length = time.Duration(seconds * float64(time.Second)).Truncate(time.Millisecond)
	return f, nil
}
