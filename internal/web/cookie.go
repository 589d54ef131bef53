package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// The cookies: who has signed in, a device that did so before, a chosen
// language, and the sentence about what was just done. With https they carry
// the prefix __Host-, which browsers refuse over http.
const (
	sessionCookie  = "goodturn"
	deviceCookie   = "goodturn-device"
	languageCookie = "goodturn-language"
	flashCookie    = "goodturn-flash"
)

const (
	deviceFor   = 365 * 24 * time.Hour
	languageFor = 365 * 24 * time.Hour
	flashFor    = time.Minute
)

func (d *Door) cookieName(name string) string {
	if d.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie keeps a value; an age of 0 forgets it.
func (x *visit) setCookie(name, value string, age time.Duration) {
	c := &http.Cookie{
		Name: x.cookieName(name), Value: value, Path: "/",
		MaxAge: int(age / time.Second), Secure: x.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
	if age <= 0 {
		c.MaxAge = -1
	}
	http.SetCookie(x.w, c)
}

func (x *visit) cookie(name string) string {
	c, err := x.r.Cookie(x.cookieName(name))
	if err != nil {
		return "" // there is none
	}
	return c.Value
}

// who finds the account behind the session's cookie; one that ended is taken
// away.
func (x *visit) who() error {
	secret := x.cookie(sessionCookie)
	if secret == "" {
		return nil
	}
	s, err := x.Auth.Session(x.r.Context(), secret)
	if problem.Is(err, problem.KindUnauthorized) {
		x.setCookie(sessionCookie, "", 0)
		return nil
	}
	if err != nil {
		x.p = x.language()
		return err
	}
	x.signedInAs(s)
	return nil
}

func (x *visit) signedInAs(s *auth.Session) {
	x.session, x.me, x.v = s, s.Account, account.As(s.Account)
}

// language is the one chosen here, else the account's, else the browser's.
func (x *visit) language() *lang.Printer {
	chosen := x.cookie(languageCookie)
	if chosen == "" && x.me != nil {
		chosen = x.me.Language
	}
	return lang.Match(x.r.Header.Get("Accept-Language"), chosen).Clock(x.Now)
}

// flash keeps a sentence, in the reader's language, for the next page.
func (x *visit) flash(sentence string) { x.flashLink(sentence, nil) }

// flashLink is flash with where to go on.
func (x *visit) flashLink(sentence string, link *look.Link) {
	x.keepFlash(look.Flash{Text: sentence, Link: link})
}

func (x *visit) keepFlash(f look.Flash) {
	body, err := json.Marshal(f)
	if err != nil {
		return // strings and a bool always have JSON
	}
	x.setCookie(flashCookie, base64.RawURLEncoding.EncodeToString(append(x.sign(body), body...)), flashFor)
}

// takeFlash is the sentence kept by the page before, once.
func (x *visit) takeFlash() *look.Flash {
	kept := x.cookie(flashCookie)
	if kept == "" {
		return nil
	}
	x.setCookie(flashCookie, "", 0)
	signed, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil || len(signed) < sha256.Size || !hmac.Equal(signed[:sha256.Size], x.sign(signed[sha256.Size:])) {
		return nil
	}
	var f look.Flash
	if json.Unmarshal(signed[sha256.Size:], &f) != nil || strings.TrimSpace(f.Text) == "" {
		return nil
	}
	return &f
}

// sign keeps others from putting their sentences into our pages.
func (x *visit) sign(body []byte) []byte {
	mac := hmac.New(sha256.New, x.Key)
	mac.Write(append([]byte("flash\x00"), body...)) // a hash never fails
	return mac.Sum(nil)
}
