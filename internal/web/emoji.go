package web

import (
	"fmt"

	"goodturn/internal/about"
)

// drawn is HTML with pictures in place of the shortcodes of custom emojis.
func (x *visit) drawn(html string) string { return x.About.Emojis().Replace(html, emojiImage) }

// emojiImage is one as it stands in a text. A shortcode needs no escaping, nor does
// the address of a file.
func emojiImage(e *about.Emoji) string {
	return fmt.Sprintf(`<img class="emoji" src="%s" alt=":%s:" title=":%s:" width="%d" height="%d" loading="lazy">`,
		e.Media.SmallURL(), e.Shortcode, e.Shortcode, e.Media.SmallWidth, e.Media.SmallHeight)
}
