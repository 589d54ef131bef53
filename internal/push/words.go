package push

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"goodturn/internal/lang"
	"goodturn/internal/notice"
)

// payload is a message as Mastodon's clients know it. The token is empty: here
// they are kept as hashes, so that nobody who gets hold of the database can act
// as its people; clients that tell their accounts apart by it fall back on the
// subscription that the message came by.
type payload struct {
	AccessToken string `json:"access_token"`
	Locale      string `json:"preferred_locale"`
	ID          int64  `json:"notification_id"`
	Type        string `json:"notification_type"`
	Icon        string `json:"icon"`
	Title       string `json:"title"`
	Body        string `json:"body"`
}

// titles say what happened, with the name of who did it.
var titles = map[notice.Kind]string{
	notice.Like:          lang.Mark("%s likes your post"),
	notice.Share:         lang.Mark("%s shared your post"),
	notice.Reply:         lang.Mark("%s answered you"),
	notice.Mention:       lang.Mark("%s mentioned you"),
	notice.Follow:        lang.Mark("%s follows you"),
	notice.FollowRequest: lang.Mark("%s asks to follow you"),
	notice.NewPost:       lang.Mark("%s posted something"),
	notice.Poll:          lang.Mark("%s asked something; here is what came of it"),
	notice.Update:        lang.Mark("%s changed a post that you shared"),
	notice.SignedUp:      lang.Mark("%s joined this server"),
	notice.Reported:      lang.Mark("%s reported somebody"),
}

// What a message says at most; with its encryption it must fit in 4,096 bytes.
const (
	maxTitle = 100 // characters
	maxBody  = 140
	maxIcon  = 500 // bytes
)

// message is what a device shows of a notice, in its owner's language.
func (s *Service) message(p *lang.Printer, n *notice.Notice, icon string) ([]byte, error) {
	who := n.From.Name
	if who == "" {
		who = n.From.Username
	}
	title := p.T("News for you")
	if t, ok := titles[n.Kind]; ok {
		title = p.T(t, who)
	}
	var body string
	switch {
	case n.Post == nil:
		body = n.From.Note
	case n.Post.Of().Post.Warning != "":
		body = n.Post.Of().Post.Warning
	default:
		body = plain(n.Post.Of().Post.HTML())
	}
	if len(icon) > maxIcon {
		icon = ""
	}
	return json.Marshal(payload{Locale: p.Tag(), ID: int64(n.ID), Type: s.Type(n.Kind), Icon: icon, Title: cut(title, maxTitle), Body: cut(body, maxBody)})
}

var tags = regexp.MustCompile(`<[^>]*>`)

// plain is the text of HTML that this server made.
func plain(s string) string {
	s = strings.NewReplacer("</p>", " ", "<br>", " ", "<br/>", " ", "<br />", " ").Replace(s)
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(s, ""))), " ")
}

// cut shortens to so many characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
