package about

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Limits of a custom emoji.
const (
	MaxEmojiBytes = 256 << 10
	maxEmojiSide  = 512 // pixels
	maxCategory   = 60
	emojisMost    = 2_000
)

var shortcodeShape = regexp.MustCompile(`^[A-Za-z0-9_]{2,60}$`)

// AddEmoji takes a picture in under a shortcode, with or without colons.
// problem.Conflict if there is one of that name.
func (s *Service) AddEmoji(ctx context.Context, v account.Viewer, e Emoji, picture io.Reader) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	e.Shortcode = strings.Trim(e.Shortcode, ": ")
	if !shortcodeShape.MatchString(e.Shortcode) {
		return problem.Invalid("shortcode", "A shortcode has 2 to 60 letters (a to z), digits or underscores.")
	}
	category, err := text.Line("category", e.Category, maxCategory)
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(io.LimitReader(picture, MaxEmojiBytes+1))
	if err != nil {
		return problem.Invalid("file", "The picture was cut off on its way. Send it again.")
	}
	if len(raw) > MaxEmojiBytes {
		return problem.TooLarge("file", "An emoji has at most %d kB.", MaxEmojiBytes>>10)
	}
	server, i := s.accounts.Server().ID, s.ids.New()
	m, err := s.media.Take(ctx, server, bytes.NewReader(raw), media.Upload{Description: ":" + e.Shortcode + ":"})
	if err != nil {
		return err
	}
	if m.Width > maxEmojiSide || m.Height > maxEmojiSide {
		return problem.Invalid("file", "An emoji has at most %d pixels on each side.", maxEmojiSide)
	}
	return s.changeEmojis(ctx, v, "add an emoji", func(tx *db.Tx) error {
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM emoji`).Scan(&n); err != nil {
			return err
		}
		if n >= emojisMost {
			return problem.Invalid("shortcode", "There can be %d emojis at most.", emojisMost)
		}
		res, err := tx.Exec(`INSERT INTO emoji (id, shortcode, category, picker, disabled, media_id, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (shortcode) DO NOTHING`, i, e.Shortcode, category, e.Picker, e.Disabled, m.ID, db.Millis(s.now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return problem.Conflict("shortcode", "There is an emoji of this name already.")
		}
		_, err = s.media.AttachIn(tx, server, []id.ID{m.ID}, media.OnServer, i)
		return err
	})
}

// ChangeEmoji changes category, picker and disabled of an emoji.
func (s *Service) ChangeEmoji(ctx context.Context, v account.Viewer, e Emoji) error {
	category, err := text.Line("category", e.Category, maxCategory)
	if err != nil {
		return err
	}
	return s.changeEmojis(ctx, v, "change an emoji", func(tx *db.Tx) error {
		return one(tx, problem.NotFound("emoji"), `UPDATE emoji SET category = $1, picker = $2, disabled = $3, changed_at = $4 WHERE id = $5 RETURNING id`,
			category, e.Picker, e.Disabled, db.Millis(s.now()), e.ID)
	})
}

// DeleteEmoji takes an emoji away; where it stood there is its shortcode.
func (s *Service) DeleteEmoji(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.changeEmojis(ctx, v, "delete an emoji", func(tx *db.Tx) error {
		if err := one(tx, problem.NotFound("emoji"), `DELETE FROM emoji WHERE id = $1 RETURNING id`, i); err != nil {
			return err
		}
		return s.media.EraseIn(tx, media.OnServer, i)
	})
}

func (s *Service) changeEmojis(ctx context.Context, v account.Viewer, doing string, f func(tx *db.Tx) error) error {
	return s.change(ctx, v, doing, func(tx *db.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, EmojisChanged{})
	})
}

// Emojis are all custom emojis, at one moment.
type Emojis struct {
	All    []Emoji // by shortcode, disabled ones too
	byCode map[string]*Emoji
}

// ByShortcode is an emoji that is not disabled, nil if there is none.
func (e *Emojis) ByShortcode(code string) *Emoji { return e.byCode[code] }

// In are the emojis that a text names, each once, in their order.
func (e *Emojis) In(texts ...string) []*Emoji {
	if len(e.byCode) == 0 {
		return nil
	}
	var found []*Emoji
	for _, t := range texts {
		e.scan(t, func(_, _ int, emoji *Emoji) {
			for _, f := range found {
				if f == emoji {
					return
				}
			}
			found = append(found, emoji)
		})
	}
	return found
}

// Replace puts what picture gives in place of each shortcode in HTML, outside of
// tags. The HTML is known to be well formed.
func (e *Emojis) Replace(html string, picture func(*Emoji) string) string {
	if len(e.byCode) == 0 || !strings.Contains(html, ":") {
		return html
	}
	var b strings.Builder
	for rest := html; rest != ""; {
		words, tag := rest, ""
		if open := strings.IndexByte(rest, '<'); open >= 0 {
			words, tag = rest[:open], rest[open:]
			if end := strings.IndexByte(tag, '>'); end >= 0 {
				tag = tag[:end+1]
			}
		}
		done := 0
		e.scan(words, func(from, to int, emoji *Emoji) {
			b.WriteString(words[done:from])
			b.WriteString(picture(emoji))
			done = to
		})
		b.WriteString(words[done:])
		b.WriteString(tag)
		rest = rest[len(words)+len(tag):]
	}
	return b.String()
}

// scan finds shortcodes as Mastodon does: between colons that stand neither
// behind nor before a letter, a digit or another colon.
func (e *Emojis) scan(s string, found func(from, to int, emoji *Emoji)) {
	for from := 0; ; {
		colon := strings.IndexByte(s[from:], ':')
		if colon < 0 {
			return
		}
		from += colon
		end := from + 1
		for end < len(s) && isShortcode(s[end]) {
			end++
		}
		if end == len(s) || s[end] != ':' {
			from = end
			continue
		}
		emoji := e.byCode[s[from+1:end]]
		before, _ := utf8.DecodeLastRuneInString(s[:from])
		after, _ := utf8.DecodeRuneInString(s[end+1:])
		if emoji == nil || !isEdge(before) || !isEdge(after) {
			from = end // which may be the colon that opens the next
			continue
		}
		found(from, end+1, emoji)
		from = end + 1
	}
}

func isShortcode(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isEdge says whether a shortcode may end beside that text.
func isEdge(r rune) bool {
	return r == utf8.RuneError || r != ':' && !unicode.IsLetter(r) && !unicode.IsNumber(r)
}

func (s *Service) loadEmojis(r db.Reader) (*Emojis, error) {
	type row struct {
		Emoji
		media id.ID
	}
	rows, err := db.All(r, func(from db.Row) (x row, err error) {
		return x, from.Scan(&x.ID, &x.Shortcode, &x.Category, &x.Picker, &x.Disabled, &x.media)
	}, `SELECT id, shortcode, category, picker, disabled, media_id FROM emoji ORDER BY shortcode`)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(rows))
	for n, x := range rows {
		ids[n] = x.media
	}
	pictures, err := s.media.Named(r, ids)
	if err != nil {
		return nil, err
	}
	e := &Emojis{byCode: map[string]*Emoji{}}
	for _, x := range rows {
		x.Media = pictures[x.media]
		e.All = append(e.All, x.Emoji)
	}
	for n := range e.All {
		if one := &e.All[n]; !one.Disabled {
			e.byCode[one.Shortcode] = one
		}
	}
	return e, nil
}
