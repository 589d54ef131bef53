package film

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Facts are what ffprobe finds in a file.
type Facts struct {
	Film, Sound, Cover bool // Cover: a picture that stands for sound
	Width, Height      int
	FrameRate          string // as a fraction, "" if it is not known
	Length             time.Duration
}

func (f *Facts) rate() float64 { return Rate(f.FrameRate) }

// Rate reads a fraction, of frames a second; 0 if they are not known.
func Rate(s string) float64 {
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
func (c *Converter) probe(ctx context.Context, dir, demuxer, file string) (Facts, error) {
	args := append([]string{"-v", "error", "-of", "json",
		"-show_entries", "stream=codec_type,width,height,avg_frame_rate:stream_disposition=attached_pic:format=duration"}, reading(demuxer, file)...)
	said, err := c.cage.run(ctx, dir, 0, c.ffprobe, args...)
	if err != nil {
		return Facts{}, err
	}
	f, err := parseProbe(said)
	if err != nil {
		return Facts{}, &Failure{Unreadable, err}
	}
	return f, nil
}

// parseProbe reads ffprobe's answer, whose values are a stranger's.
func parseProbe(said []byte) (f Facts, err error) {
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
			f.Sound = true
		case s.Type == "video" && s.Disposition.Attached != 0:
			f.Cover = true
		case s.Type == "video" && !f.Film:
			if s.Width < 1 || s.Height < 1 || s.Width > math.MaxInt32 || s.Height > math.MaxInt32 {
				return f, fmt.Errorf("a film of %d by %d pixels", s.Width, s.Height)
			}
			f.Film, f.Width, f.Height, f.FrameRate = true, s.Width, s.Height, s.Rate
			if f.rate() == 0 {
				f.FrameRate = ""
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
	f.Length = time.Duration(seconds * float64(time.Second)).Truncate(time.Millisecond)
	return f, nil
}
