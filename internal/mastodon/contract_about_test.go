package mastodon_test

import (
	"bytes"
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/seed"
)

func walkAbout(t *testing.T, h *house) {
	ctx := context.Background()
	ada, root := h.person("ada"), h.person("root1", seed.Admin)
	admin, nobody := account.As(root.Account), h.nobody()
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	nobody.get("/api/v1/instance/rules").ok().is("1", 0, "id").is("Be kind", 0, "text").is("Sei freundlich", 0, "translations", "de", "text")
	nobody.get("/api/v1/instance/terms_of_service").refused(404, "not found")
	for path, words := range map[string]string{"extended_description": "turns likes into acts", "privacy_policy": "Nothing is tracked"} {
		content, _ := nobody.get("/api/v1/instance/" + path).ok().at("content").(string)
		if !strings.Contains(content, words) {
			t.Errorf("%s says %q", path, content)
		}
	}

	do(h.about.SetTexts(ctx, admin, about.Texts{Description: "Soup & bread", Story: "# Us\n\n**soup** <script>x</script>", Privacy: "We keep *soup*.",
		Message: "Come in", Email: "cook@soup.example", Contact: "root1"}))
	do(h.about.SetThumbnail(ctx, admin, bytes.NewReader(pngOf(t, 60, 40)), "a pot"))
	today := h.Clock.Now().UTC().Format(about.Day)
	later := h.Clock.Now().UTC().AddDate(0, 0, 30).Format(about.Day)
	do(h.about.SetTerms(ctx, admin, about.Terms{On: today, Text: "Eat your soup."}))
	do(h.about.SetTerms(ctx, admin, about.Terms{On: later, Text: "Eat all of it."}))
	do(h.about.AddEmoji(ctx, admin, about.Emoji{Shortcode: "soup", Category: "food", Picker: true}, bytes.NewReader(pngOf(t, 20, 20))))

	v2 := nobody.get("/api/v2/instance").ok().is("Soup & bread", "description").is("cook@soup.example", "contact", "email").is("root1", "contact", "account", "username").
		is("Come in", "registrations", "message").is(seed.Base+"/terms", "configuration", "urls", "terms_of_service")
	if s, _ := v2.at("thumbnail", "versions", "@1x").(string); !strings.HasPrefix(s, seed.Base+"/media/") {
		t.Errorf("the thumbnail is at %q", s)
	}
	nobody.get("/api/v1/instance").ok().is("Soup & bread", "short_description").is("root1", "contact_account", "username")
	nobody.get("/api/v1/instance/extended_description").ok().is("<h3>Us</h3>\n<p><strong>soup</strong> x</p>\n", "content")
	nobody.get("/api/v1/instance/terms_of_service").ok().is(today, "effective_date").is(true, "effective").is(later, "succeeded_by")
	nobody.get("/api/v1/instance/terms_of_service/"+later).ok().is(false, "effective").is(nil, "succeeded_by")
	nobody.get("/api/v1/instance/terms_of_service/2001-01-01").refused(404, "not found")
	nobody.get("/api/v1/instance/peers").ok()
	nobody.get("/api/v1/instance/translation_languages").ok()
	nobody.get("/api/v1/custom_emojis").ok().is("soup", 0, "shortcode").is("food", 0, "category").is(true, 0, "visible_in_picker")

	name, note := "Ada :soup:", "no :soupçon:"
	if _, err := h.Accounts.Update(ctx, account.As(ada.Account), account.Change{Name: &name, Note: &note}); err != nil {
		t.Fatal(err)
	}
	post := ada.post("/api/v1/statuses", "status", "I bring :soup: and:soup:and :nothing:").ok().is("soup", "emojis", 0, "shortcode").is("soup", "account", "emojis", 0, "shortcode")
	if n := len(post.at("emojis").([]any)); n != 1 {
		t.Errorf("%d emojis", n)
	}
	week := nobody.get("/api/v1/instance/activity").ok()
	week.is("1", 0, "statuses").is("1", 0, "logins").is("2", 0, "registrations")
	if n := len(week.Body.([]any)); n != 12 {
		t.Errorf("%d weeks", n)
	}

	do(h.about.Announce(ctx, admin, about.AnnouncementDraft{Text: "We cook :soup: with @ada #SoupDay", Publish: true, EndsAt: h.Clock.Now().Add(time.Hour)}))
	do(h.about.Announce(ctx, admin, about.AnnouncementDraft{Text: "a draft"}))
	list := ada.get("/api/v1/announcements").ok().is(false, 0, "read").is("ada", 0, "mentions", 0, "acct").is("soupday", 0, "tags", 0, "name").is("soup", 0, "emojis", 0, "shortcode")
	if n := len(list.Body.([]any)); n != 1 {
		t.Fatalf("%d announcements", n)
	}
	one := "/api/v1/announcements/" + list.at(0, "id").(string)
	heart := one + "/reactions/" + url.PathEscape("❤️")
	ada.form("PUT", heart).ok()
	ada.form("PUT", heart).ok()
	root.form("PUT", heart).ok()
	ada.form("PUT", one+"/reactions/soup").ok()
	ada.form("PUT", one+"/reactions/bread").refused(422, "not a recognized emoji")
	ada.get("/api/v1/announcements").ok().is(2.0, 0, "reactions", 0, "count").is(true, 0, "reactions", 0, "me").is("soup", 0, "reactions", 1, "name")
	ada.delete(heart).ok()
	ada.get("/api/v1/announcements").ok().is(1.0, 0, "reactions", 0, "count").is(false, 0, "reactions", 0, "me")
	ada.post(one + "/dismiss").ok()
	ada.get("/api/v1/announcements").ok().is(true, 0, "read")
	ada.post("/api/v1/announcements/1/dismiss").refused(404, "not found")
	h.Clock.Add(2 * time.Hour)
	if n := len(ada.get("/api/v1/announcements").ok().Body.([]any)); n != 0 {
		t.Errorf("%d announcements after the end", n)
	}
}
