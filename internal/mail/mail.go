// Package mail sends plain-text mail, through an SMTP server or, where none is
// configured, into a folder that the operator can look into. It knows nothing
// of what the mail says; packing several notices into one, and trying again, is
// the work of those who call it, in a job.
package mail

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	netmail "net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"

	"goodturn/internal/problem"
)

const maxSubject = 255 // characters

// Message is one mail to one address. All mail from here is marked as sent by a
// machine (Auto-Submitted, RFC 3834), so that nobody's absence note answers it.
type Message struct {
	To      string // an address, without a name
	Subject string // one line
	Text    string // UTF-8
	// Unsubscribe is a URL whose POST ends mails of this kind, "" for mail that
	// was asked for. With https it is offered as one click (RFC 8058).
	Unsubscribe string
}

// Mailer sends messages. It is safe for concurrent use.
type Mailer struct {
	from *netmail.Address
	smtp *relay // nil: into dir
	dir  string
}

// Delivers says whether mail reaches people. Where it does not, nobody can
// confirm an address, and whoever signs up is let in by approval.
func (m *Mailer) Delivers() bool { return m.smtp != nil }

// Send hands the message to the SMTP server, which takes at most some 30
// seconds and less by ctx's deadline, or writes it to the folder. A To, Subject or Unsubscribe that cannot
// stand in a header is a problem of kind invalid; of other errors Permanent
// says whether trying again is of use.
func (m *Mailer) Send(ctx context.Context, msg Message) error {
	out, err := m.compose(msg)
	if err != nil {
		return err
	}
	if m.smtp == nil {
		return m.keep(out)
	}
	client, err := m.smtp.client(ctx)
	if err == nil {
		err = client.DialAndSendWithContext(ctx, out)
	}
	// An error after the server took the message (in its goodbye) is none: it
	// would only make the caller send it twice.
	if err != nil && !out.IsDelivered() {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

// Permanent says that the message was refused for good, by the server or because
// it cannot stand in a mail, so that sending it again would end the same way.
func Permanent(err error) bool {
	if problem.Is(err, problem.KindInvalid) {
		return true
	}
	var refused *gomail.SendError
	return errors.As(err, &refused) && refused.ErrorCode() >= 500
}

func (m *Mailer) compose(msg Message) (*gomail.Msg, error) {
	to, err := address(msg.To)
	if err != nil {
		return nil, problem.Invalid("to", "This is not a mail address.")
	}
	if !oneLine(msg.Subject) || utf8.RuneCountInString(msg.Subject) > maxSubject {
		return nil, problem.Invalid("subject", "A subject is one line of at most %d characters.", maxSubject)
	}
	// Quoted-printable breaks links apart, which a person reading the file
	// would have to mend.
	encoding := gomail.EncodingQP
	if m.smtp == nil {
		encoding = gomail.NoEncoding
	}
	out := gomail.NewMsg(gomail.WithEncoding(encoding), gomail.WithNoDefaultUserAgent())
	out.FromMailAddress(m.from)
	out.ToMailAddress(to)
	out.Subject(msg.Subject)
	out.SetDate()
	// The library would tell this machine's name.
	_, domain, _ := strings.Cut(m.from.Address, "@")
	out.SetMessageIDWithValue(rand.Text() + "@" + domain)
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	if err := setUnsubscribe(out, msg.Unsubscribe); err != nil {
		return nil, err
	}
	text := strings.ToValidUTF8(msg.Text, "\uFFFD")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	out.SetBodyString(gomail.TypeTextPlain, text)
	return out, nil
}

func setUnsubscribe(out *gomail.Msg, link string) error {
	if link == "" {
		return nil
	}
	u, err := url.Parse(link)
	if err != nil || !oneLine(link) || u.Host == "" || strings.ContainsAny(link, "<> ,") {
		return problem.Invalid("unsubscribe", "This is not a web address.")
	}
	switch u.Scheme {
	case "https":
		return out.SetListUnsubscribeOneClick(link)
	case "http": // a server on one's own machine
		out.SetListUnsubscribe(link)
		return nil
	}
	return problem.Invalid("unsubscribe", "This is not a web address.")
}

// address reads a bare address; a line break in it is an error, not a header.
func address(s string) (*netmail.Address, error) {
	if !oneLine(s) {
		return nil, errors.New("control characters in an address")
	}
	a, err := netmail.ParseAddress(s)
	if err != nil {
		return nil, err
	}
	if a.Name != "" || a.Address != s {
		return nil, errors.New("more than an address")
	}
	return a, nil
}

func oneLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}
