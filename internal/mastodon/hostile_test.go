package mastodon_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/mastodon"
	"goodturn/internal/seed"
)

const evil = `<script>alert("x")</script> & '"><img src=x onerror=alert(1)> javascript:alert(1)`

func TestHostile_Text(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		t.Run("markup is text", func(t *testing.T) {
			p := ada.post("/api/v1/statuses", "status", evil+" #soup @ada https://x.example/\"><b>", "spoiler_text", evil).ok()
			content, _ := p.at("content").(string)
			for _, bad := range []string{"<script", "<img", "<b>", `href="javascript`} {
				if strings.Contains(content, bad) {
					t.Errorf("%q is in %s", bad, content)
				}
			}
			p.is(evil, "spoiler_text")
			// A name cannot turn round what stands beside it, nor be there and not be seen.
			ada.form("PATCH", "/api/v1/accounts/update_credentials", "display_name", "Ada \u202egnp.exe", "note", "\u2067soup\u2069").ok().
				is("Ada gnp.exe", "display_name").is("<p>soup</p>", "note")
			ada.form("PATCH", "/api/v1/accounts/update_credentials", "display_name", "\u200b\u2060").ok().is("", "display_name")
			a := ada.form("PATCH", "/api/v1/accounts/update_credentials", "display_name", `<b>"Ada"</b>`, "note", evil, "fields_attributes[0][name]", "x<y", "fields_attributes[0][value]", evil).ok()
			for _, html := range []any{a.at("note"), a.at("fields", 0, "value")} {
				if s, _ := html.(string); strings.Contains(s, "<script") || strings.Contains(s, "<img") {
					t.Errorf("markup is in %s", s)
				}
			}
			a.is(`<b>"Ada"</b>`, "display_name") // clients take it as text
		})
		t.Run("a megabyte", func(t *testing.T) {
			ada.post("/api/v1/statuses", "status", strings.Repeat("a", 1<<20-100)).refused(422, "Validation failed: This has more than")
			ada.post("/api/v1/statuses", "status", strings.Repeat("a", 2<<20)).refused(422, "This is more than")
			ada.post("/api/v1/statuses", "status", strings.Repeat("a", 5001)).refused(422, "Validation failed: ")
			ada.form("PATCH", "/api/v1/accounts/update_credentials", "note", strings.Repeat("ä", 1001)).refused(422, "Validation failed: ")
		})
		t.Run("invisible and turning characters", func(t *testing.T) {
			p := ada.post("/api/v1/statuses", "status", "soup\u202egnp.exe\u2066 \u200d x").ok()
			if s, _ := p.at("content").(string); strings.ContainsAny(s, "\u202e\u2066") {
				t.Errorf("the order of text is overridden in %q", s)
			}
			ada.post("/api/v1/statuses", "status", "a\x00b").refused(422, "Validation failed: ")
			ada.raw("POST", "/api/v1/statuses", "application/x-www-form-urlencoded", []byte("status=%ff%fe")).refused(422, "UTF-8")
			ada.raw("POST", "/api/v1/statuses", "application/json", []byte(`{"status":`)).refused(422, "JSON")
		})
		t.Run("500 mentions", func(t *testing.T) {
			var text strings.Builder
			for _, a := range seed.Crowd(t, h.Ground, "m", 500) {
				text.WriteString("@" + a.Username + " ")
			}
			ada.post("/api/v1/statuses", "status", text.String()).refused(422, "A post can name 20 people")
			ada.post("/api/v1/statuses", "status", strings.Repeat("@m1 @m2 ", 30)).ok() // who is named twice counts once
		})
		t.Run("nothing, and what is not offered", func(t *testing.T) {
			ada.post("/api/v1/statuses", "status", " \n ").refused(422, "Validation failed: ")
			ada.json("POST", "/api/v1/statuses", map[string]any{"status": "x", "poll": map[string]any{"options": []string{"a", "b"}, "expires_in": -1}}).refused(422, "Validation failed: ")
			ada.post("/api/v1/statuses", "status", "x", "quoted_status_id", "12345").refused(422, "does not offer")
			ada.post("/api/v1/statuses", "status", "x", "visibility", "friends").refused(422, "visibility")
			ada.post("/api/v1/statuses", "status", "x", "language", "klingon!").refused(422, "language")
			ada.post("/api/v1/statuses", "status", "x", "in_reply_to_id", "12345").refused(404, "Record not found")
			ada.post("/api/v1/statuses", "status", "x", "media_ids[]", "12345").refused(422, "picture")
			ada.post("/api/v1/statuses", "status", "x", "media_ids[]", "one").refused(422, "not an id")
		})
		h.Counted(t)
	})
}

func TestHostile_Lists(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		for _, path := range []string{"/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/notifications", "/api/v1/bookmarks", "/api/v1/follow_requests"} {
			for _, query := range []string{"max_id=soup", "since_id=-1x", "min_id=1e9", "max_id=99999999999999999999999", "limit=many"} {
				ada.get(path+"?"+query).refused(422, "Validation failed: ")
			}
			for _, query := range []string{"max_id=1", "limit=-5", "limit=100000", "limit=0", "unknown=%zz"} {
				if got := ada.get(path + "?" + query).ids(); len(got) != 0 {
					t.Errorf("%s?%s gives %v", path, query, got)
				}
			}
		}
		ada.get("/api/v1/timelines/tag/%00%ff").refused(404, "Record not found")
		for _, path := range []string{"/api/v1/statuses/1", "/api/v1/statuses/soup", "/api/v1/statuses/1/context", "/api/v1/accounts/1", "/api/v1/accounts/0x1/statuses",
			"/api/v1/notifications/1", "/api/v1/media/1", "/api/v1/accounts/lookup?acct=nobody", "/api/v1/nothing", "/api/v2/nothing/at/all"} {
			ada.get(path).refused(404, "Record not found")
		}
		ada.raw("PATCH", "/api/v1/statuses/1", "", nil).refused(404, "Record not found")
	})
}

// What a stranger may put into any part of any request is never a fault of ours:
// SQLite takes what PostgreSQL refuses.
func TestHostile_NUL(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.contract = nil
		ada := h.person("ada")
		for _, rt := range mastodon.Routes() {
			if rt.Raw {
				continue
			}
			nul := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.Path, "%00")
			plain := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(rt.Path, "1")
			for _, a := range []answer{
				ada.raw(rt.Method, nul, "", nil),
				ada.raw(rt.Method, plain+"?q=%00&name=%ff", "", nil),
				ada.raw(rt.Method, plain, "application/x-www-form-urlencoded", []byte("name=%00&title=%ff"), "Idempotency-Key", "\xff"),
			} {
				if a.Status >= 500 {
					t.Errorf("%s is answered %d", a.name, a.Status)
				}
			}
		}
	})
}

func TestHostile_Uploads(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		kind, body := multipartOf(t, "file", pngOf(t, 400, 300))
		ada.raw("POST", "/api/v2/media", kind, body[:len(body)/2]).refused(422, "cut off")
		ada.upload("POST", "/api/v2/media", "file", pngOf(t, 400, 300)[:200]).refused(422, "Validation failed: ")
		ada.upload("POST", "/api/v2/media", "file", []byte("GIF89a, it says")).refused(422, "Validation failed: ")
		ada.upload("POST", "/api/v2/media", "file", []byte(evil)).refused(422, "Validation failed: ")
		ada.upload("POST", "/api/v2/media", "file", bombOf(50_000, 50_000)).refused(422, "Validation failed: ")
		ada.upload("POST", "/api/v2/media", "file", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 20<<20)...)).refused(422, "16 MB")
		ada.upload("POST", "/api/v2/media", "picture", pngOf(t, 4, 3)).refused(422, "file")
		ada.upload("POST", "/api/v2/media", "file", pngOf(t, 4, 3), "focus", "left").refused(422, "focus")
		ada.upload("POST", "/api/v2/media", "file", pngOf(t, 4, 3), "focus", "3,NaN").refused(422, "focus")
		ada.post("/api/v2/media", "description", "no file").refused(422, "file")
		ada.upload("PATCH", "/api/v1/accounts/update_credentials", "avatar", []byte("no picture")).refused(422, "Validation failed: ")
		ada.get("/api/v1/accounts/verify_credentials").is(seed.Base+"/avatars/original/missing.png", "avatar")

		adas := ada.upload("POST", "/api/v2/media", "file", pngOf(t, 4, 3)).ok().id()
		bob.get("/api/v1/media/"+adas).refused(404, "Record not found")
		bob.form("PUT", "/api/v1/media/"+adas, "description", "mine").refused(404, "Record not found")
		bob.post("/api/v1/statuses", "status", "look", "media_ids[]", adas).refused(422, "picture")
	})
}

// bombOf is the head of a picture that unpacks to gigabytes.
func bombOf(w, h uint32) []byte {
	var b bytes.Buffer
	chunk := func(name string, data []byte) {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(data)))
		b.Write(n[:])
		sum := crc32.ChecksumIEEE(append([]byte(name), data...))
		b.WriteString(name)
		b.Write(data)
		binary.BigEndian.PutUint32(n[:], sum)
		b.Write(n[:])
	}
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := make([]byte, 13)
	binary.BigEndian.PutUint32(head, w)
	binary.BigEndian.PutUint32(head[4:], h)
	head[8], head[9] = 8, 2
	chunk("IHDR", head)
	chunk("IDAT", []byte{0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1})
	chunk("IEND", nil)
	return b.Bytes()
}

func TestLimits(t *testing.T) {
	d, err := db.Open(t.Context(), dbtest.Config(t, db.SQLite))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	h := open(t, d, true)
	h.contract = nil // other tests hold a home against it
	ada, bob := h.person("ada"), h.person("bob")
	for range 300 {
		ada.get("/api/v1/timelines/home").ok()
	}
	a := ada.get("/api/v1/timelines/home")
	a.refused(429, "Too many requests")
	if a.Header.Get("Retry-After") == "" || a.Header.Get("X-RateLimit-Remaining") != "0" || a.Header.Get("X-RateLimit-Limit") != "300" {
		t.Errorf("the headers are %v", a.Header)
	}
	bob.get("/api/v1/timelines/home").ok()

	// What has a limit of its own says so, and counts for that of all as well.
	left := func(a answer, most string) string {
		a.ok()
		if a.Header.Get("X-RateLimit-Limit") != most {
			t.Errorf("%s: the limit is %s, not %s", a.name, a.Header.Get("X-RateLimit-Limit"), most)
		}
		if reset, err := time.Parse(time.RFC3339, a.Header.Get("X-RateLimit-Reset")); err != nil || !reset.After(h.Clock.Now()) {
			t.Errorf("%s: the window ends at %s (%v)", a.name, a.Header.Get("X-RateLimit-Reset"), err)
		}
		return a.Header.Get("X-RateLimit-Remaining")
	}
	cem := h.person("cem")
	for n, got := range []string{
		left(cem.get("/api/v1/timelines/home"), "300"),
		left(cem.post("/api/v1/statuses", "status", "Soup!"), "300"),
		left(cem.post("/api/v1/accounts/"+bob.ID.String()+"/follow"), "400"),
		left(cem.get("/api/v1/timelines/home"), "300"),
	} {
		if want := []string{"299", "299", "399", "296"}[n]; got != want {
			t.Errorf("request %d leaves %s, not %s", n, got, want)
		}
	}

	// Who guesses tokens comes to an end, and whoever else is there goes on.
	guess := person{h: h, token: "guessed"}
	for range 7500 {
		guess.get("/api/v1/timelines/home").status(http.StatusUnauthorized)
	}
	guess.get("/api/v1/timelines/home").refused(429, "Too many requests")
	bob.get("/api/v1/timelines/home").ok()

	// Pictures are counted wherever they come in.
	portrait := func() answer {
		return bob.upload("PATCH", "/api/v1/accounts/update_credentials", "avatar", pngOf(t, 4, 3))
	}
	for range 30 {
		portrait().ok()
	}
	portrait().refused(429, "Too many requests")
	bob.upload("POST", "/api/v2/media", "file", pngOf(t, 4, 3)).refused(429, "Too many requests")
	bob.form("PATCH", "/api/v1/accounts/update_credentials", "note", "words alone").ok()
}

func TestCORS(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.nobody().raw("OPTIONS", "/api/v1/statuses", "", nil, "Origin", "https://elk.example", "Access-Control-Request-Method", "POST").status(http.StatusNoContent)
		b := h.person("ada").raw("GET", "/api/v1/timelines/home", "", nil, "Origin", "https://elk.example").ok()
		for _, got := range []http.Header{a.Header, b.Header} {
			if got.Get("Access-Control-Allow-Origin") != "*" || got.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("the headers are %v", got)
			}
		}
		if !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
			t.Errorf("the headers are %v", a.Header)
		}
	})
}

func FuzzAppendText(f *testing.F) {
	for _, s := range []string{"", "soup", "\"\\\n\t\x00\x1f", "\u2028\u2029", "\xff\xfe", evil, "日本語 🍲"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got string
		if err := jsonOf(mastodon.AppendText(nil, s), &got); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(s, "\ufffd"); !strings.Contains(s, "\ufffd") && got != want && len([]rune(s)) != len([]rune(got)) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
