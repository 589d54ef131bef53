package mastodon_test

import (
	"net/http"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/media"
	"goodturn/internal/media/film"
	"goodturn/internal/seed"
)

// walkMedia uploads pictures, describes them and takes them back.
func walkMedia(t *testing.T, h *house) {
	ada, bob := h.person("ada"), h.person("bob")
	picture := ada.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30)).ok().is("image", "type").is(40.0, "meta", "original", "width").is(40.0, "meta", "small", "width")
	one := "/api/v1/media/" + picture.id()
	preview := picture.at("preview_url")
	changed := ada.upload("PUT", one, "thumbnail", pngOf(t, 20, 20), "description", "a red square").ok().
		is("a red square", "description").is(20.0, "meta", "small", "width").is(40.0, "meta", "original", "width")
	if changed.at("preview_url") == preview {
		t.Error("another preview has the old one's name")
	}
	bob.delete(one).refused(404, "Record not found")
	ada.delete(one).ok()
	ada.get(one).refused(404, "Record not found")

	shown := ada.upload("POST", "/api/v1/media", "file", pngOf(t, 40, 30)).ok()
	ada.post("/api/v1/statuses", "status", "Soup", "media_ids[]", shown.id()).ok()
	ada.delete("/api/v1/media/"+shown.id()).refused(422, "Media attachment is currently used by a status")
	h.nobody().delete(one).refused(401, "The access token is invalid")
	ada.upload("POST", "/api/v2/media", "file", []byte("#EXTM3U\nhttp://127.0.0.1/secret")).refused(422, "This is no file that can be shown")
	ada.upload("POST", "/api/v2/media", "file", []byte("\x00\x00\x00\x18ftypisom....")).refused(422, "has not installed ffmpeg")
	h.nobody().get("/api/v2/instance").ok().is(0.0, "configuration", "media_attachments", "video_size_limit")
}

// A film is taken in at once and shown once it is ready; an app asks until then.
func TestMedia_Film(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		seed.Films(t, h.Ground, h.Media, film.Limits{})
		ada := h.person("ada")
		h.nobody().get("/api/v2/instance").ok().is(float64(40<<20), "configuration", "media_attachments", "video_size_limit")
		clip := seed.Clip(t, "x")
		film := ada.upload("POST", "/api/v2/media", "file", clip, "description", "a test card").status(http.StatusAccepted).is(nil, "url").is(nil, "preview_url").is("video", "type")
		one := "/api/v1/media/" + film.id()
		ada.get(one).status(http.StatusPartialContent).is(nil, "url")
		ada.post("/api/v1/statuses", "status", "Look", "media_ids[]", film.id()).
			refused(422, "Cannot attach files that have not finished processing. Try again in a moment!")
		broken := ada.upload("POST", "/api/v2/media", "file", clip[:200]).status(http.StatusAccepted)
		h.Work(t)
		old := ada.upload("POST", "/api/v1/media", "file", clip).ok()
		old.is(160.0, "meta", "original", "width").is("10/1", "meta", "original", "frame_rate").is(10.0, "meta", "fps").is("160x120", "meta", "size").is("stereo", "meta", "audio_channels")
		v := account.As(ada.Account)
		for _, a := range []answer{film, broken} {
			if m, err := h.Media.Finished(t.Context(), v, h.id(a.id()), time.Minute); err != nil || m.State == media.Waiting {
				t.Fatalf("got %+v, %v", m, err)
			}
		}
		ada.get(one).ok().is("a test card", "description").is("video", "type")
		ada.get("/api/v1/media/"+broken.id()).refused(422, "could not be read")
		picture := ada.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30)).ok()
		ada.post("/api/v1/statuses", "status", "Look", "media_ids[]", film.id(), "media_ids[]", picture.id()).
			refused(422, "Cannot attach a video to a post that already contains images")
		ada.post("/api/v1/statuses", "status", "Look", "media_ids[]", film.id()).ok().is("video", "media_attachments", 0, "type")

		tone := seed.Film(t, "a.wav", "-f", "lavfi", "-i", "sine=duration=1")
		sound := ada.upload("POST", "/api/v1/media", "file", tone).ok().is("audio", "type").is(nil, "preview_url").is("mp3", "meta", "audio_encode")
		ada.post("/api/v1/statuses", "status", "Listen", "media_ids[]", sound.id()).ok()
	})
}
