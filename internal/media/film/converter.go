// Package film makes films and sound fit to be shown, with ffmpeg in a cage, and
// says what a file is by its first bytes. It keeps nothing.
package film

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"goodturn/internal/blob"
	"goodturn/internal/media/picture"
)

// The content types of what is made.
const (
	FilmType  = "video/mp4"  // H.264 and AAC: what every phone and browser plays
	SoundType = "audio/mpeg" // MP3, likewise
)

const (
	cageTime     = 4 * time.Minute // of making one file fit, less than a job has
	filmSide     = 1280            // pixels, the longer side of what is kept
	filmRate     = 60              // frames a second, of what is kept
	filmBits     = 2_500_000       // a second, at most
	soundBits    = 128_000         // a second
	soundHertz   = 48_000
	previewAfter = time.Second // into a film: the first frame is often black
)

// What a film may be before it is made fit.
const (
	MaxPixels = 3840 * 2160
	MaxRate   = 120 // frames a second
)

// The most that an operator may allow, since one file is made fit within
// cageTime and its result is one blob.
const (
	BytesMost  = 200 << 20
	LengthMost = 10 * time.Minute
)

// Limits are what an operator sets.
type Limits struct {
	Bytes  int64         // of an upload; 40 MB unless said, what phones send of a minute or two
	Length time.Duration // of a film or sound; 3 minutes unless said: enough to show a deed, and quick to make fit on two processors

	Patience time.Duration // of a form that brought a film, until it comes back to be sent once more; 20 seconds unless said
}

func (l Limits) filled() (Limits, error) {
	l.Bytes, l.Length, l.Patience = cmp.Or(l.Bytes, 40<<20), cmp.Or(l.Length, 3*time.Minute), cmp.Or(l.Patience, 20*time.Second)
	if l.Bytes < 1 || l.Bytes > BytesMost {
		return l, fmt.Errorf("films have at most %d MB", BytesMost>>20)
	}
	if l.Length < time.Second || l.Length > LengthMost {
		return l, fmt.Errorf("films last from a second to %v", LengthMost)
	}
	return l, nil
}

// Converter makes films and sound fit with ffmpeg, each run of it in a cage:
// everything is encoded again, and what the file says beside picture and sound
// is left behind.
type Converter struct {
	Limits
	Log             *slog.Logger // hears of files that cannot be shown
	ffmpeg, ffprobe string
	dir             string // its own; each file is worked on in an empty folder below
	cage            cage
}

// ErrNoConverter is FindConverter's answer where the machine has no ffmpeg that
// does what is needed.
var ErrNoConverter = errors.New("ffmpeg is not to be had")

// FindConverter looks for ffmpeg and ffprobe and tries them. dir is a folder
// for it alone, which is made, and emptied of what a killed process left.
func FindConverter(ctx context.Context, dir string, limits Limits, log *slog.Logger) (*Converter, error) {
	limits, err := limits.filled()
	if err != nil {
		return nil, err
	}
	c := &Converter{Limits: limits, Log: log}
	for name, path := range map[string]*string{"ffmpeg": &c.ffmpeg, "ffprobe": &c.ffprobe} {
		if *path, err = exec.LookPath(name); err == nil {
			*path, err = filepath.Abs(*path)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNoConverter, err)
		}
	}
	if c.dir, err = filepath.Abs(dir); err == nil {
		if err = os.RemoveAll(c.dir); err == nil {
			err = os.MkdirAll(c.dir, 0o700)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("make a folder for films: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	c.cage.seal(ctx, c.dir, c.ffmpeg)
	if _, err := c.cage.run(ctx, c.dir, 0, c.ffprobe, "-version"); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoConverter, err)
	}
	encoders, err := c.cage.run(ctx, c.dir, 0, c.ffmpeg, "-hide_banner", "-encoders")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoConverter, err)
	}
	for _, name := range []string{" libx264 ", " aac ", " libmp3lame ", " png "} {
		if !bytes.Contains(encoders, []byte(name)) {
			return nil, fmt.Errorf("%w: it has no encoder%s", ErrNoConverter, name)
		}
	}
	return c, nil
}

// Sealed says whether ffmpeg runs without any network.
func (c *Converter) Sealed() bool { return c.cage.sealed }

// decoders are those that ffmpeg may use on what comes in: what phones, browsers
// and recorders write today.
const decoders = "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4,h263,theora,gif,mjpeg,png," +
	"aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,amrnb,amrwb,pcm_s16le,pcm_s24le,pcm_s32le,pcm_u8,pcm_f32le,pcm_s16be,pcm_alaw,pcm_mulaw"

// reading are the options that hold a program to one file of one form: it can
// open nothing else, whatever the file asks for.
func reading(demuxer, file string) []string {
	return []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer, "-codec_whitelist", decoders,
		"-max_pixels", strconv.Itoa(MaxPixels), "-max_streams", "16", "-f", demuxer, "-i", "file:" + file}
}

// Why a file cannot be shown.
type Why string

// The reasons.
const (
	Unreadable Why = "unreadable"
	TooLong    Why = "too long"
	TooLarge   Why = "too large" // more pixels or frames than are shown
)

// Failure is a file that cannot be shown; its cause is for the log.
type Failure struct {
	Why
	cause error
}

func (f *Failure) Error() string { return string(f.Why) + ": " + f.cause.Error() }

// Made is a file made fit, in a folder that Close removes.
type Made struct {
	Facts
	Kind    Kind
	Type    string           // content type
	Path    string           // of the file
	Preview *picture.Picture // nil of sound without a cover
	dir     string
}

// Close removes the file.
func (m *Made) Close() error { return os.RemoveAll(m.dir) }

// Convert makes the file that fill writes fit. What is wrong with it is a
// *Failure; other errors are faults of ours, and it may be tried again. The
// caller closes what it is given.
func (c *Converter) Convert(ctx context.Context, demuxer string, fill func(path string) error) (_ *Made, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, cageTime, errCage)
	defer cancel()
	dir, err := os.MkdirTemp(c.dir, "film-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for a film: %w", err)
	}
	out := &Made{dir: dir}
	defer func() {
		if err == nil {
			return
		}
		var f *Failure
		if !errors.As(err, &f) && (errors.Is(err, errCage) || errors.Is(context.Cause(ctx), errCage)) {
			err = &Failure{Unreadable, err}
		}
		if e := out.Close(); e != nil {
			err = errors.Join(err, e)
		}
	}()
	if err := fill(filepath.Join(dir, "in")); err != nil {
		return nil, err
	}
	in, err := c.probe(ctx, dir, demuxer, "in")
	if err != nil {
		return nil, err
	}
	if err := c.fits(in); err != nil {
		return nil, err
	}
	out.Kind, out.Type, out.Path = Sound, SoundType, filepath.Join(dir, "out")
	result := "mp3"
	if in.Film {
		out.Kind, out.Type, result = Film, FilmType, "mov"
	}
	if demuxer == "gif" {
		out.Kind = Moving
	}
	if err := c.encode(ctx, dir, demuxer, in); err != nil {
		return nil, err
	}
	if out.Facts, err = c.probe(ctx, dir, result, "out"); err != nil {
		return nil, err
	}
	// A film need not know how long it is, or tell the truth.
	if out.Length > c.Length+time.Second/2 {
		return nil, &Failure{TooLong, fmt.Errorf("it lasts %v", out.Length)}
	}
	out.Preview, err = c.face(ctx, dir, demuxer, in, out)
	return out, err
}

// fits refuses what a film says of itself.
func (c *Converter) fits(in Facts) error {
	switch {
	case !in.Film && !in.Sound:
		return &Failure{Unreadable, errors.New("there is nothing to see or hear")}
	case in.Length > c.Length+time.Second/2:
		return &Failure{TooLong, fmt.Errorf("it lasts %v", in.Length)}
	case in.Film && (int64(in.Width)*int64(in.Height) > MaxPixels || in.rate() > MaxRate):
		return &Failure{TooLarge, fmt.Errorf("%d by %d pixels, %s frames a second", in.Width, in.Height, in.FrameRate)}
	}
	return nil
}

const shrink = "scale=w='min(%[1]d,iw)':h='min(%[1]d,ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"

// encode writes "out" from "in". A second more than is allowed is read, so that
// what is too long is seen to be.
func (c *Converter) encode(ctx context.Context, dir, demuxer string, in Facts) error {
	args := []string{"-v", "error", "-nostdin", "-n", "-threads", "2", "-t", strconv.Itoa(int((c.Length + time.Second) / time.Second))}
	args = append(args, reading(demuxer, "in")...)
	if in.Film {
		rate := in.FrameRate
		switch {
		case in.rate() == 0:
			rate = "30"
		case in.rate() > filmRate:
			rate = strconv.Itoa(filmRate)
		}
		args = append(args, "-map", "0:V:0", "-map", "0:a:0?", "-vf", fmt.Sprintf(shrink, filmSide)+",format=yuv420p", "-r", rate,
			"-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-crf", "23", "-maxrate", strconv.Itoa(filmBits), "-bufsize", strconv.Itoa(2*filmBits),
			"-c:a", "aac", "-movflags", "+faststart")
	} else {
		args = append(args, "-map", "0:a:0", "-c:a", "libmp3lame", "-id3v2_version", "0")
	}
	args = append(args, "-b:a", strconv.Itoa(soundBits), "-ac", "2", "-ar", strconv.Itoa(soundHertz), "-threads", "2",
		"-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact")
	if in.Film {
		args = append(args, "-f", "mp4", "file:out")
	} else {
		args = append(args, "-f", "mp3", "file:out")
	}
	_, err := c.cage.run(ctx, dir, c.writes(), c.ffmpeg, args...)
	return err
}

// writes is how many bytes a result may have: what its length at full rate
// takes, and something over.
func (c *Converter) writes() int64 {
	return min(1<<20+int64(c.Length/time.Second+1)*(filmBits+soundBits)/8*5/4, blob.MaxSize)
}

// face makes a preview: of a film, a frame of what was made; of sound, the cover
// that came with it, if one did.
func (c *Converter) face(ctx context.Context, dir, demuxer string, in Facts, out *Made) (*picture.Picture, error) {
	args := []string{"-v", "error", "-nostdin", "-n", "-threads", "1"}
	switch {
	case in.Film:
		args = append(args, "-ss", strconv.FormatFloat(min(previewAfter, out.Length/2).Seconds(), 'f', 3, 64))
		args = append(append(args, reading("mov", "out")...), "-map", "0:V:0")
	case in.Cover:
		args = append(append(args, reading(demuxer, "in")...), "-map", "0:v:0")
	default:
		return nil, nil
	}
	args = append(args, "-frames:v", "1", "-vf", fmt.Sprintf(shrink, filmSide), "-c:v", "png", "-f", "image2pipe", "file:face")
	if _, err := c.cage.run(ctx, dir, picture.MaxBytes, c.ffmpeg, args...); err != nil {
		if !in.Film && errors.Is(err, errCage) {
			return nil, nil // sound is to be heard; a broken cover is no reason against it
		}
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, "face"))
	if err != nil {
		return nil, fmt.Errorf("read a preview: %w", err)
	}
	if _, err := picture.Memory(data); err != nil {
		return nil, &Failure{Unreadable, err}
	}
	p, err := picture.Develop(data)
	if err != nil {
		return nil, &Failure{Unreadable, err}
	}
	return p, nil
}
