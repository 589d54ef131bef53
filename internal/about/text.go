package about

import (
	"context"
	"io"
	netmail "net/mail"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Texts are what an administrator writes. One that is empty is what comes with
// the program again.
type Texts struct {
	Description string
	Story       string
	Privacy     string
	Message     string
	Email       string
	Contact     string // handle of an account of this server
}

// SetTexts puts all texts in place of those there were; problem.Invalid names
// the field to mend. One that equals the default of any language, untouched in
// a form, stays the default.
func (s *Service) SetTexts(ctx context.Context, v account.Viewer, t Texts) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	rows, err := s.checkTexts(ctx, t)
	if err != nil {
		return err
	}
	return s.change(ctx, v, "set the server's texts", func(tx *db.Tx) error {
		at := db.Millis(s.now())
		for name, value := range rows {
			var err error
			if value == "" {
				_, err = tx.Exec(`DELETE FROM about_text WHERE name = $1`, name)
			} else {
				_, err = tx.Exec(`INSERT INTO about_text (name, value, changed_at) VALUES ($1, $2, $3)
					ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
					WHERE about_text.value <> excluded.value`, name, value, at)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// checkTexts are the rows of texts, "" for one that is not to be there.
func (s *Service) checkTexts(ctx context.Context, t Texts) (rows map[string]string, err error) {
	rows = map[string]string{}
	own := s.defaults()
	if rows[textDescription], err = text.Line("description", t.Description, MaxDescription); err != nil {
		return nil, err
	}
	if rows[textMessage], err = text.Block("message", t.Message, MaxMessage); err != nil {
		return nil, err
	}
	if rows[textStory], err = text.Block("story", t.Story, MaxProse); err != nil {
		return nil, err
	}
	if rows[textPrivacy], err = text.Block("privacy", t.Privacy, MaxProse); err != nil {
		return nil, err
	}
	for name, standard := range map[string]Text{textDescription: own.Description, textStory: own.Story, textPrivacy: own.Privacy} {
		if isDefault(rows[name], standard.own) {
			rows[name] = ""
		}
	}
	if rows[textEmail], err = checkEmail(t.Email); err != nil {
		return nil, err
	}
	rows[textContact] = ""
	if handle := strings.TrimSpace(t.Contact); handle != "" {
		a, err := s.accounts.ByHandle(ctx, handle)
		if err != nil || !a.Local() {
			return nil, problem.Invalid("contact", "There is no account called %s.", handle)
		}
		rows[textContact] = a.ID.String()
	}
	return rows, nil
}

func checkEmail(s string) (string, error) {
	s, err := text.Line("email", s, 254)
	if err != nil || s == "" {
		return "", err
	}
	if a, err := netmail.ParseAddress(s); err != nil || a.Address != s {
		return "", problem.Invalid("email", "This is not a mail address.")
	}
	return s, nil
}

// SetThumbnail puts a picture in front of the server, for others to show; nil
// takes it away.
func (s *Service) SetThumbnail(ctx context.Context, v account.Viewer, picture io.Reader, description string) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	server := s.accounts.Server().ID
	var ids []id.ID
	if picture != nil {
		m, err := s.media.Take(ctx, server, picture, media.Upload{Description: description})
		if err != nil {
			return err
		}
		ids = []id.ID{m.ID}
	}
	return s.change(ctx, v, "set the server's picture", func(tx *db.Tx) error {
		_, err := s.media.AttachIn(tx, server, ids, media.OnServer, server)
		return err
	})
}
