package mail_test

import (
	"fmt"
	"strings"
	"testing"

	"goodturn/internal/mail"
)

func TestMailbox(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"Ada@Example.org", "ada@example.ORG"}, {"ada+soup@example.org", "ada@example.org"}, {"a.d.a@gmail.com", "ada@gmail.com"},
		{"A.da+x@GoogleMail.com", "ada@gmail.com"}, {"ÄDA@example.org", "äda@example.org"},
	} {
		if mail.Mailbox(c.a) != mail.Mailbox(c.b) {
			t.Errorf("%s and %s are two", c.a, c.b)
		}
	}
	for _, c := range []struct{ a, b string }{
		{"a.da@example.org", "ada@example.org"}, {"ada@example.org", "ada@example.com"}, {"+ada@example.org", "+ben@example.org"},
		{"ada@mail.gmail.com", "a.da@mail.gmail.com"},
	} {
		if mail.Mailbox(c.a) == mail.Mailbox(c.b) {
			t.Errorf("%s and %s are one", c.a, c.b)
		}
	}
}

// Whatever is written: the mailbox of a mailbox is itself, and neither do case,
// a tag, nor dots at Gmail.
func FuzzMailbox(f *testing.F) {
	for _, s := range []string{"ada", "a.d+a", "Größe", "+", "..", "İ"} {
		f.Add(s, "example.org")
		f.Add(s, "gmail.com")
		f.Add(s, "GOOGLEMAIL.com")
	}
	f.Fuzz(func(t *testing.T, local, domain string) {
		if strings.ContainsAny(local+domain, "@") || strings.HasPrefix(local, "+") || local == "" {
			return // no address of anybody
		}
		n := mail.Mailbox(local + "@" + domain)
		if again := mail.Mailbox(n); again != n && !strings.HasPrefix(n, "+") && !strings.HasPrefix(n, "@") {
			t.Errorf("%q became %q", n, again)
		}
		if tagged := mail.Mailbox(fmt.Sprintf("%s+tag@%s", local, domain)); tagged != n {
			t.Errorf("%q with a tag is %q", n, tagged)
		}
	})
}
