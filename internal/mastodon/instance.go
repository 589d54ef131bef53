package mastodon

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/media"
	"goodturn/internal/post"
)

func instanceRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/instance", open: true, do: (*Door).instanceV1},
		{method: "GET", path: "/api/v2/instance", open: true, do: (*Door).instance},
	}
}

// mastodonVersion is the Mastodon that clients may take this server for, and
// apiVersion what they can expect of it.
const (
	mastodonVersion = "4.5.0"
	apiVersion      = 6
)

const about = "A place where likes turn into acts of kindness."

// census is how many there are here.
type census struct{ people, posts, writers int64 }

const censusAge = 5 * time.Minute

func (d *Door) rememberCensus() {
	d.census = cache.New(cache.Options[struct{}, census]{
		Bytes: 1000, Age: censusAge,
		Size: func(struct{}, census) int { return 1 },
		Load: func(ctx context.Context, _ []struct{}) (map[struct{}]census, error) {
			people, err := d.Accounts.Census(ctx)
			if err != nil {
				return nil, err
			}
			posts, writers, err := d.Posts.Census(ctx, d.Now().AddDate(0, 0, -28))
			return map[struct{}]census{{}: {people, posts, writers}}, err
		},
	})
}

func (d *Door) instance(q *request) error {
	c, _, err := d.census.Get(q.Context(), struct{}{})
	if err != nil {
		return err
	}
	b := appendText(append(q.out, `{"domain":`...), d.Accounts.Host())
	b = appendText(append(b, `,"title":`...), d.Name)
	b = appendText(append(b, `,"version":`...), d.version())
	b = appendText(append(b, `,"source_url":`...), d.URL+"/about")
	b = appendText(append(b, `,"description":`...), about)
	b = strconv.AppendInt(append(b, `,"usage":{"users":{"active_month":`...), c.writers, 10)
	b = appendText(append(b, `}},"thumbnail":{"url":`...), d.URL+missingHeader)
	b = append(b, `,"blurhash":null,"versions":null},"icon":[],"languages":["en","de"],"configuration":{"urls":{`...)
	b = appendText(append(b, `"streaming":`...), d.socket())
	b = appendText(append(b, `,"about":`...), d.URL+"/about")
	b = append(b, `,"privacy_policy":null,"terms_of_service":null,"status":null},"vapid":{"public_key":`...)
	b = append(appendText(b, d.Pushes.PublicKey()), "},"...)
	b = d.appendConfiguration(b)
	b = append(b, `},"registrations":{"enabled":true,"approval_required":`...)
	b = strconv.AppendBool(b, d.Auth.ByApproval())
	b = append(b, `,"reason_required":false,"message":null,"min_age":null,"url":`...)
	b = appendText(b, d.URL+"/signup")
	b = append(b, `},"api_versions":{"mastodon":`...)
	b = strconv.AppendInt(b, apiVersion, 10)
	q.out = append(b, `},"contact":{"email":"","account":null},"rules":[]}`...)
	return nil
}

func (d *Door) instanceV1(q *request) error {
	c, _, err := d.census.Get(q.Context(), struct{}{})
	if err != nil {
		return err
	}
	b := appendText(append(q.out, `{"uri":`...), d.Accounts.Host())
	b = appendText(append(b, `,"title":`...), d.Name)
	b = appendText(append(b, `,"short_description":`...), about)
	b = appendText(append(b, `,"description":`...), about)
	b = appendText(append(b, `,"email":"","version":`...), d.version())
	b = appendText(append(b, `,"urls":{"streaming_api":`...), d.socket())
	b = strconv.AppendInt(append(b, `},"stats":{"user_count":`...), c.people, 10)
	b = strconv.AppendInt(append(b, `,"status_count":`...), c.posts, 10)
	b = appendText(append(b, `,"domain_count":0},"thumbnail":`...), d.URL+missingHeader)
	b = append(b, `,"languages":["en","de"],"registrations":true,"invites_enabled":false,"approval_required":`...)
	b = strconv.AppendBool(b, d.Auth.ByApproval())
	b = d.appendConfiguration(append(b, `,"configuration":{`...))
	q.out = append(b, `},"contact_account":null,"rules":[]}`...)
	return nil
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

// appendConfiguration appends the limits that clients are to keep to. There is
// no video yet, which Mastodon has no way to say but by zeros.
func (d *Door) appendConfiguration(b []byte) []byte {
	b = fmt.Appendf(b, `"accounts":{"max_featured_tags":0,"max_pinned_statuses":%d,"max_display_name_length":%d,"max_note_length":%d,`+
		`"max_profile_fields":%d,"profile_field_name_limit":%d,"profile_field_value_limit":%d},`,
		post.MaxPins, account.MaxName, account.MaxNote, account.MaxFields, account.MaxFieldName, account.MaxFieldValue)
	b = fmt.Appendf(b, `"statuses":{"max_characters":%d,"max_media_attachments":%d,"characters_reserved_per_url":23},`, post.MaxText, post.MaxMedia)
	b = fmt.Appendf(b, `"media_attachments":{"supported_mime_types":["image/jpeg","image/png","image/gif","image/webp"],`+
		`"description_limit":%d,"image_size_limit":%d,"image_matrix_limit":%d,"video_size_limit":0,"video_frame_rate_limit":0,"video_matrix_limit":0},`,
		media.MaxDescription, media.MaxBytes, media.MaxPixels)
	b = fmt.Appendf(b, `"polls":{"max_options":%d,"max_characters_per_option":%d,"min_expiration":%d,"max_expiration":%d},`,
		post.MaxOptions, post.MaxOption, post.MinPoll/time.Second, post.MaxPoll/time.Second)
	return append(b, `"translation":{"enabled":false}`...)
}
