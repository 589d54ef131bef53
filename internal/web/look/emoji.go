package look

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

type drawKey struct{}

// WithEmojis has the components beneath ctx show what people wrote by draw, which
// puts pictures in place of the shortcodes of custom emojis in HTML.
func WithEmojis(ctx context.Context, draw func(html string) string) context.Context {
	return context.WithValue(ctx, drawKey{}, draw)
}

// Words is a text that people wrote: a name, a warning, an answer of a poll.
func Words(text string) templ.Component { return Prose(templ.EscapeString(text)) }

// Prose is HTML that people wrote, sanitised.
func Prose(html string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if draw, ok := ctx.Value(drawKey{}).(func(string) string); ok && strings.Contains(html, ":") {
			html = draw(html)
		}
		_, err := io.WriteString(w, html)
		return err
	})
}
