package mastodon

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"goodturn/internal/media"
)

// appendMedia appends a picture, film or sound (Mastodon's entity
// MediaAttachment). One that is not ready has no url.
func (d *Door) appendMedia(b []byte, m *media.Media) []byte {
	b = appendID(append(b, `{"id":`...), m.ID)
	b = append(append(append(b, `,"type":"`...), m.Kind...), `","url":`...)
	b = d.appendFile(b, m.URL())
	b = d.appendFile(append(b, `,"preview_url":`...), m.SmallURL())
	b = append(b, `,"remote_url":null,"preview_remote_url":null,"text_url":null,"meta":{`...)
	if m.State == media.Ready {
		b = append(appendOriginal(b, m), ',')
	}
	if m.SmallWidth > 0 {
		b = append(appendSize(append(b, `"small":`...), m.SmallWidth, m.SmallHeight), "},"...)
	}
	b = strconv.AppendFloat(append(b, `"focus":{"x":`...), m.FocusX, 'f', -1, 64)
	b = strconv.AppendFloat(append(b, `,"y":`...), m.FocusY, 'f', -1, 64)
	b = appendTextOr(append(b, `}},"description":`...), m.Description)
	b = appendTextOr(append(b, `,"blurhash":`...), m.Blurhash)
	return append(b, '}')
}

// appendFile appends the address of a file, null if there is none.
func (d *Door) appendFile(b []byte, path string) []byte {
	if path == "" {
		return append(b, "null"...)
	}
	return appendText(b, d.URL+path)
}

// appendOriginal appends what is to be known of the file itself. Of films and
// sound, some apps read it under original, some beside it, and some as text.
func appendOriginal(b []byte, m *media.Media) []byte {
	if m.Kind == media.Image {
		return append(appendSize(append(b, `"original":`...), m.Width, m.Height), '}')
	}
	seconds := m.Duration.Seconds()
	bits := int64(math.Round(float64(m.Bytes) * 8 / max(seconds, 0.001)))
	b = append(b, `"original":{`...)
	if m.Width > 0 {
		b = appendSize(b[:len(b)-1], m.Width, m.Height)
		b = append(appendText(append(b, `,"frame_rate":`...), m.FrameRate), ',')
	}
	b = fmt.Appendf(b, `"duration":%.3f,"bitrate":%d},"length":"%s","duration":%.3f`, seconds, bits, length(m.Duration), seconds)
	if m.Width > 0 {
		b = fmt.Appendf(b, `,"fps":%.0f,`, m.Rate())
		b = append(b, appendSize(nil, m.Width, m.Height)[1:]...)
	}
	if m.Sound {
		codec := "mp3"
		if m.Kind != media.Audio {
			codec = "aac"
		}
		b = append(append(append(b, `,"audio_encode":"`...), codec...), `","audio_bitrate":"48000 Hz","audio_channels":"stereo"`...)
	}
	return b
}

// length is a duration as hours, minutes, and seconds with hundredths.
func length(d time.Duration) string {
	return fmt.Sprintf("%d:%02d:%05.2f", int(d.Hours()), int(d.Minutes())%60, (d % time.Minute).Seconds())
}

// appendSize begins an object that says how large something is; the caller ends
// it.
func appendSize(b []byte, w, h int) []byte {
	b = strconv.AppendInt(append(b, `{"width":`...), int64(w), 10)
	b = strconv.AppendInt(append(b, `,"height":`...), int64(h), 10)
	b = strconv.AppendInt(append(b, `,"size":"`...), int64(w), 10)
	b = strconv.AppendInt(append(b, 'x'), int64(h), 10)
	b = append(b, `","aspect":`...)
	return strconv.AppendFloat(b, float64(w)/float64(max(h, 1)), 'g', 8, 64)
}
