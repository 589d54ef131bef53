package mail_test

import (
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

var quiet = slog.New(slog.DiscardHandler)

const text = "Hällo Mina,\n\nhttps://goodturn.example/confirm?token=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n.\nfrom the dot above on\n"

func hello() mail.Message {
	return mail.Message{To: "mina@example.org", Subject: "Grüße an dich", Text: text,
		Unsubscribe: "https://goodturn.example/unsubscribe/abc?x=1&y=2"}
}

func files(t *testing.T) (*mail.Mailer, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "mail")
	m, err := mail.Open(mail.Config{From: "Goodturn <hello@goodturn.example>", Dir: dir, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	return m, dir
}

// check reads a message as a mail program would.
func check(t *testing.T, r io.Reader) {
	t.Helper()
	m, err := netmail.ReadMessage(r)
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"To":                    "<mina@example.org>",
		"From":                  `"Goodturn" <hello@goodturn.example>`,
		"Auto-Submitted":        "auto-generated",
		"List-Unsubscribe":      "<https://goodturn.example/unsubscribe/abc?x=1&y=2>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"Content-Type":          "text/plain; charset=UTF-8",
	} {
		if got := m.Header.Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	if got, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || got != "Grüße an dich" {
		t.Errorf("subject %q, %v", got, err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if id := m.Header.Get("Message-ID"); !strings.HasSuffix(id, "@goodturn.example>") || strings.Contains(id, host) {
		t.Errorf("message id %q", id)
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(body)
	}
	got, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.ReplaceAll(string(got), "\r\n", "\n"); strings.TrimRight(got, "\n") != strings.TrimRight(text, "\n") {
		t.Errorf("text %q", got)
	}
}

func TestMailer_Send_Files(t *testing.T) {
	m, dir := files(t)
	if m.Delivers() {
		t.Error("it says that mail reaches people")
	}
	if err := m.Send(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(found) != 1 || filepath.Ext(found[0]) != ".eml" {
		t.Fatalf("found %v, %v", found, err)
	}
	raw, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(raw), strings.Split(text, "\n")[2]) {
		t.Errorf("a person cannot copy the link from\n%s", raw)
	}
	check(t, strings.NewReader(string(raw)))

	for path, want := range map[string]os.FileMode{found[0]: 0o600, dir: 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s has mode %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
}

func TestMailer_Sweep(t *testing.T) {
	m, dir := files(t)
	if err := m.Send(t.Context(), hello()); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "not-mail.txt")
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	left := func(after time.Duration) int {
		t.Helper()
		if err := m.Sweep(time.Now().Add(after)); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if n := left(23 * time.Hour); n != 2 {
		t.Errorf("%d files after 23 hours, want 2", n)
	}
	if n := left(25 * time.Hour); n != 1 {
		t.Errorf("%d files after 25 hours, want the one that is no mail", n)
	}
}

func TestMailer_Send_Invalid(t *testing.T) {
	m, dir := files(t)
	for name, change := range map[string]func(*mail.Message){
		"line break in the subject":          func(m *mail.Message) { m.Subject = "Hi\r\nBcc: eve@example.net" },
		"line feed in the subject":           func(m *mail.Message) { m.Subject = "Hi\nBcc: eve@example.net" },
		"return in the subject":              func(m *mail.Message) { m.Subject = "Hi\rBcc: eve@example.net" },
		"very long subject":                  func(m *mail.Message) { m.Subject = strings.Repeat("a", 256) },
		"line break in the address":          func(m *mail.Message) { m.To = "mina@example.org\r\nBcc: eve@example.net" },
		"line break in a quoted local part":  func(m *mail.Message) { m.To = "\"mina\r\n\"@example.org" },
		"two addresses":                      func(m *mail.Message) { m.To = "mina@example.org, eve@example.net" },
		"a name":                             func(m *mail.Message) { m.To = "Mina <mina@example.org>" },
		"no address":                         func(m *mail.Message) { m.To = "" },
		"line break in the unsubscribe link": func(m *mail.Message) { m.Unsubscribe = "https://goodturn.example/\r\nBcc: eve@example.net" },
		"another header in the link":         func(m *mail.Message) { m.Unsubscribe = "https://goodturn.example/>, <mailto:eve@example.net" },
		"script as the unsubscribe link":     func(m *mail.Message) { m.Unsubscribe = "javascript:alert(1)" },
	} {
		t.Run("Err/"+name, func(t *testing.T) {
			msg := hello()
			change(&msg)
			if err := m.Send(t.Context(), msg); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("got %v, want an invalid field", err)
			}
		})
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 0 {
		t.Errorf("something was written: %v, %v", entries, err)
	}
}

func TestOpen(t *testing.T) {
	for name, c := range map[string]mail.Config{
		"no sender":              {Dir: t.TempDir()},
		"two lines as sender":    {Dir: t.TempDir(), From: "a@example.org\r\nBcc: eve@example.net"},
		"neither server nor dir": {From: "a@example.org"},
		"another scheme":         {From: "a@example.org", SMTP: "http://mail.example.org"},
		"no host":                {From: "a@example.org", SMTP: "smtp://"},
		"unclear TLS":            {From: "a@example.org", SMTP: "smtp://mail.example.org?tls=maybe"},
		"password in clear":      {From: "a@example.org", SMTP: "smtp://me:secret@mail.example.org?tls=off"},
	} {
		t.Run("Err/"+name, func(t *testing.T) {
			c.Log = quiet
			if _, err := mail.Open(c); err == nil {
				t.Error("it opened")
			} else if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}
