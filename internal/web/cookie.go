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
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// The cookies: who has signed in, a device that did so before, a chosen
// language, the sentence about what was just done, the offer after a like, and
// where somebody was going who joined on the way. With https they carry the prefix
// __Host-, which browsers refuse over http.
const (
	sessionCookie  = "goodturn"
	deviceCookie   = "goodturn-device"
	languageCookie = "goodturn-language"
	flashCookie    = "goodturn-flash"
	stepCookie     = "goodturn-step"
	nextCookie     = "goodturn-next"
)

const (
	deviceFor   = 365 * 24 * time.Hour
	languageFor = 365 * 24 * time.Hour
	flashFor    = time.Minute
	nextFor     = 14 * 24 * time.Hour // until a moderator let somebody in
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

// Viewer is who asks with that request, by the session's cookie; for doors that
// have no sign-in of their own.
func (d *Door) Viewer(r *http.Request) account.Viewer {
	c, err := r.Cookie(d.cookieName(sessionCookie))
	if err != nil {
		return account.Nobody // there is none
	}
	s, err := d.Auth.Session(r.Context(), c.Value)
	if err != nil {
		return account.Nobody
	}
	return account.As(s.Account)
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
	return x.tongues.match(x.r.Header.Get("Accept-Language"), chosen)
}

// flash keeps a sentence, in the reader's language, for the next page.
func (x *visit) flash(sentence string) { x.flashLink(sentence, nil) }

// flashLink is flash with where to go on.
func (x *visit) flashLink(sentence string, link *look.Link) {
	x.keepFlash(look.Flash{Text: sentence, Link: link})
}

func (x *visit) keepFlash(f look.Flash) { x.keep(flashCookie, f, flashFor) }

// takeFlash is the sentence kept by the page before, once.
func (x *visit) takeFlash() *look.Flash {
	var f look.Flash
	if !x.take(flashCookie, &f) || strings.TrimSpace(f.Text) == "" {
		return nil
	}
	return &f
}

// keptStep is the offer after a like, for the card that was liked.
type keptStep struct {
	Post id.ID
	Step look.NextStep
}

func (x *visit) keepStep(s keptStep) { x.keep(stepCookie, s, flashFor) }

// takeStep is the offer that waits for a card of this page, once.
func (x *visit) takeStep() (s keptStep, ok bool) {
	ok = x.take(stepCookie, &s)
	return s, ok
}

func (x *visit) keepNext(path string) { x.keep(nextCookie, path, nextFor) }

// takeNext is where somebody was going when they joined, "" if nowhere.
func (x *visit) takeNext() (path string) {
	x.take(nextCookie, &path)
	return path
}

// keep signs a value and leaves it with the browser for a later page.
func (x *visit) keep(name string, value any, age time.Duration) {
	body, err := json.Marshal(value)
	if err != nil {
		x.Log.Error("value not kept for the next page", "cookie", name, "error", err)
		return
	}
	x.setCookie(name, base64.RawURLEncoding.EncodeToString(append(x.sign(name, body), body...)), age)
}

// take gives a kept value back, once, if it was us who kept it.
func (x *visit) take(name string, value any) bool {
	kept := x.cookie(name)
	if kept == "" {
		return false
	}
	x.setCookie(name, "", 0)
	signed, err := base64.RawURLEncoding.DecodeString(kept)
	if err != nil || len(signed) < sha256.Size {
		return false
	}
	mac, body := signed[:sha256.Size], signed[sha256.Size:]
	return hmac.Equal(mac, x.sign(name, body)) && json.Unmarshal(body, value) == nil
}

// sign keeps others from putting their sentences into our pages.
func (x *visit) sign(name string, body []byte) []byte {
	mac := hmac.New(sha256.New, x.Key)
	mac.Write([]byte(name + "\x00")) // a hash never fails
	mac.Write(body)
	return mac.Sum(nil)
}
