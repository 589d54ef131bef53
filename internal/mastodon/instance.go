package mastodon

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/media"
	"goodturn/internal/media/film"
	"goodturn/internal/media/picture"
	"goodturn/internal/post"
)

func instanceRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/instance", open: true, do: (*Door).instanceV1},
		{method: "GET", path: "/api/v2/instance", open: true, do: (*Door).instance},
		{method: "GET", path: "/api/v1/instance/activity", open: true, do: (*Door).activity},
		{method: "GET", path: "/api/v1/instance/peers", open: true, do: (*Door).peers},
	}
}

// mastodonVersion is the Mastodon that clients may take this server for, and
// apiVersion what they can expect of it.
const (
	mastodonVersion = "4.5.0"
	apiVersion      = 6
)

// instance tells all that clients are to know of this server before they begin.
func (d *Door) instance(q *request) error {
	c, a, err := d.known(q)
	if err != nil {
		return err
	}
	p := printer(q)
	b := appendText(append(q.out, `{"domain":`...), d.Accounts.Host())
	b = appendText(append(b, `,"title":`...), d.Name)
	b = appendText(append(b, `,"version":`...), d.version())
	b = appendText(append(b, `,"source_url":`...), d.URL+"/about")
	b = appendText(append(b, `,"description":`...), a.Description.In(p))
	b = strconv.AppendInt(append(b, `,"usage":{"users":{"active_month":`...), c.writers, 10)
	b = d.appendThumbnail(append(b, `}},"thumbnail":`...), a.Thumbnail)
	b = append(b, `,"icon":[],"languages":["en","de"],"configuration":{"urls":{`...)
	b = appendText(append(b, `"streaming":`...), d.socket())
	b = appendText(append(b, `,"about":`...), d.URL+"/about")
	b = appendText(append(b, `,"privacy_policy":`...), d.URL+"/privacy")
	b = append(b, `,"terms_of_service":`...)
	if t, _ := a.TermsAt(d.Now()); t != nil {
		b = appendText(b, d.URL+"/terms")
	} else {
		b = append(b, "null"...)
	}
	b = appendText(append(b, `,"status":null},"vapid":{"public_key":`...), d.Pushes.PublicKey())
	b = append(b, "},"...)
	b = d.appendConfiguration(b)
	b = append(b, `},"registrations":{"enabled":true,"approval_required":`...)
	b = strconv.AppendBool(b, d.Auth.ByApproval())
	b = appendTextOr(append(b, `,"reason_required":false,"message":`...), a.Message.Value)
	b = appendText(append(b, `,"min_age":null,"url":`...), d.URL+"/join")
	b = strconv.AppendInt(append(b, `},"api_versions":{"mastodon":`...), apiVersion, 10)
	b = appendText(append(b, `},"contact":{"email":`...), a.Email)
	if b, err = d.appendContact(q, append(b, `,"account":`...), a); err != nil {
		return err
	}
	b = appendList(append(b, `},"rules":`...), a.Rules, appendRule)
	q.out = append(b, '}')
	return nil
}

func (d *Door) instanceV1(q *request) error {
	c, a, err := d.known(q)
	if err != nil {
		return err
	}
	p := printer(q)
	b := appendText(append(q.out, `{"uri":`...), d.Accounts.Host())
	b = appendText(append(b, `,"title":`...), d.Name)
	b = appendText(append(b, `,"short_description":`...), a.Description.In(p))
	b = appendText(append(b, `,"description":`...), a.Description.In(p))
	b = appendText(append(b, `,"email":`...), a.Email)
	b = appendText(append(b, `,"version":`...), d.version())
	b = appendText(append(b, `,"urls":{"streaming_api":`...), d.socket())
	b = strconv.AppendInt(append(b, `},"stats":{"user_count":`...), c.people, 10)
	b = strconv.AppendInt(append(b, `,"status_count":`...), c.posts, 10)
	b = strconv.AppendInt(append(b, `,"domain_count":`...), int64(len(c.peers)), 10)
	thumbnail := d.URL + missingHeader
	if a.Thumbnail != nil {
		thumbnail = d.URL + a.Thumbnail.URL()
	}
	b = appendText(append(b, `},"thumbnail":`...), thumbnail)
	b = append(b, `,"languages":["en","de"],"registrations":true,"invites_enabled":false,"approval_required":`...)
	b = strconv.AppendBool(b, d.Auth.ByApproval())
	b = d.appendConfiguration(append(b, `,"configuration":{`...))
	if b, err = d.appendContact(q, append(b, `},"contact_account":`...), a); err != nil {
		return err
	}
	b = appendList(append(b, `,"rules":`...), a.Rules, appendRule)
	q.out = append(b, '}')
	return nil
}

// known is what both instances are told of.
func (d *Door) known(q *request) (c census, a *about.About, err error) {
	a, err = d.About.Now(q.Context())
	return d.census.get(q.Context()), a, err
}

func (d *Door) appendThumbnail(b []byte, m *media.Media) []byte {
	if m == nil {
		b = appendText(append(b, `{"url":`...), d.URL+missingHeader)
		return append(b, `,"blurhash":null,"versions":null}`...)
	}
	b = appendText(append(b, `{"url":`...), d.URL+m.URL())
	b = appendTextOr(append(b, `,"blurhash":`...), m.Blurhash)
	b = appendText(append(b, `,"versions":{"@1x":`...), d.URL+m.SmallURL())
	b = appendText(append(b, `,"@2x":`...), d.URL+m.URL())
	return append(b, `}}`...)
}

// appendContact appends the account to turn to, null where none is named or it
// is not shown.
func (d *Door) appendContact(q *request, b []byte, a *about.About) ([]byte, error) {
	if a.ContactID == 0 {
		return append(b, "null"...), nil
	}
	f, err := d.face(q.Context(), a.ContactID)
	if err != nil {
		return nil, err
	}
	if f == nil || !f.account.Shown() {
		return append(b, "null"...), nil
	}
	return append(b, f.json()...), nil
}

func (d *Door) version() string {
	return mastodonVersion + " (compatible; Goodturn " + d.Version + ")"
}

// socket is where streams of this API are.
func (d *Door) socket() string {
	u, err := url.Parse(d.URL)
	if err != nil {
		return d.URL
	}
	u.Scheme = strings.Replace(u.Scheme, "http", "ws", 1)
	return u.String()
}

// What can be uploaded, by the names that apps know it by; filmTypes where the
// machine can make films fit.
const (
	pictureTypes = `"image/jpeg","image/png","image/gif","image/webp"`
	filmTypes    = `,"video/mp4","video/quicktime","video/webm","video/3gpp","audio/mpeg","audio/mp3","audio/mp4","audio/m4a","audio/x-m4a","audio/aac",` +
		`"audio/ogg","audio/vorbis","audio/flac","audio/wav","audio/wave","audio/x-wav","audio/webm"`
)

// appendConfiguration appends the limits that clients are to keep to. That there
// are no films Mastodon has no way to say but by zeros.
func (d *Door) appendConfiguration(b []byte) []byte {
	b = fmt.Appendf(b, `"accounts":{"max_featured_tags":%d,"max_pinned_statuses":%d,"max_display_name_length":%d,"max_note_length":%d,`+
		`"max_profile_fields":%d,"profile_field_name_limit":%d,"profile_field_value_limit":%d},`,
		post.FeaturedMost, post.MaxPins, account.MaxName, account.MaxNote, account.MaxFields, account.MaxFieldName, account.MaxFieldValue)
	b = fmt.Appendf(b, `"statuses":{"max_characters":%d,"max_media_attachments":%d,"characters_reserved_per_url":23},`, post.MaxText, post.MaxMedia)
	types, filmBytes, filmRate, filmPixels := pictureTypes, int64(0), 0, 0
	if c := d.Media.Converter; c != nil {
		types, filmBytes, filmRate, filmPixels = pictureTypes+filmTypes, c.Bytes, film.MaxRate, film.MaxPixels
	}
	b = fmt.Appendf(b, `"media_attachments":{"supported_mime_types":[%s],"description_limit":%d,"image_size_limit":%d,"image_matrix_limit":%d,`+
		`"video_size_limit":%d,"video_frame_rate_limit":%d,"video_matrix_limit":%d},`,
		types, media.MaxDescription, media.MaxBytes, picture.MaxPixels, filmBytes, filmRate, filmPixels)
	b = fmt.Appendf(b, `"polls":{"max_options":%d,"max_characters_per_option":%d,"min_expiration":%d,"max_expiration":%d},`,
		post.MaxOptions, post.MaxOption, post.MinPoll/time.Second, post.MaxPoll/time.Second)
	return append(b, `"translation":{"enabled":false}`...)
}
