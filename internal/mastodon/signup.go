package mastodon

import (
	"strings"
	"unicode/utf8"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/problem"
)

// How people come to have an account, from within an app.
func signUpRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/accounts", scopes: "write:accounts", app: true, do: (*Door).signUp},
		{method: "POST", path: "/api/v1/emails/confirmations", scopes: "write:accounts", app: true, do: (*Door).confirmAgain},
	}
}

func (d *Door) signUp(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	u := auth.SignUp{
		Username: q.get("username"), Email: q.get("email"), Password: q.get("password"), Reason: q.get("reason"),
		Language: language(q.get("locale")), Client: auth.Client{Addr: door.Addr(q.Request), Agent: q.UserAgent()},
	}
	wrong := u.Wrong()
	if !q.yes("agreement") {
		wrong = append(wrong, problem.Invalid("agreement", "Agree to the rules of this server to join."))
	}
	if len(wrong) > 0 {
		return fieldErrors(u, wrong)
	}
	if !d.countAt(q, d.limits.signUps) {
		return errTooMany
	}
	issued, err := d.Auth.SignUpByApp(q.Context(), q.token, u)
	if p, ok := problem.Of(err); ok && p.Field != "" {
		return fieldErrors(u, []error{err})
	}
	if err != nil {
		return err
	}
	q.issued(issued)
	return nil
}

// language is an app's word for one: en-US and its like; what is none is "".
func language(locale string) string {
	if len(locale) > 10 || strings.ContainsAny(locale, " \t\r\n") {
		return ""
	}
	return locale
}

func (d *Door) confirmAgain(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	if q.get("email") != "" {
		return problem.Invalid("email", "The address can be changed once it is confirmed; or sign up again with the other one.")
	}
	if err := d.Auth.ConfirmAgain(q.Context(), q.token); err != nil {
		return err
	}
	q.out = append(q.out, `{}`...)
	return nil
}

// invalid is all that is wrong with a form, with a code for each field.
type invalid []invalidField

type invalidField struct {
	field, code, text string
}

func (v invalid) Error() string { return v.text() }

func (v invalid) text() string {
	var all []string
	for _, f := range v {
		all = append(all, f.text)
	}
	return "Validation failed: " + strings.Join(all, ", ")
}

// fieldErrors gives what is wrong with a sign-up Mastodon's codes.
func fieldErrors(u auth.SignUp, wrong []error) error {
	var v invalid
	for _, err := range wrong {
		p, ok := problem.Of(err)
		if !ok {
			return err
		}
		v = append(v, invalidField{p.Field, signUpCode(u, p), p.Text()})
	}
	return v
}

func signUpCode(u auth.SignUp, p *problem.Error) string {
	value := map[string]string{"username": u.Username, "email": u.Email, "password": u.Password, "reason": u.Reason}[p.Field]
	length := utf8.RuneCountInString(value)
	switch {
	case p.Field == "agreement":
		return "ERR_ACCEPTED"
	case p.Kind == problem.KindConflict:
		return "ERR_TAKEN"
	case strings.TrimSpace(value) == "":
		return "ERR_BLANK"
	case p.Field == "username" && account.Reserved(value):
		return "ERR_RESERVED"
	case p.Field == "password" && length < auth.MinPassword:
		return "ERR_TOO_SHORT"
	case p.Field == "password" && length > auth.MaxPassword, p.Field == "username" && length > account.MaxUsername, p.Field == "reason" && length > auth.MaxReason:
		return "ERR_TOO_LONG"
	}
	return "ERR_INVALID"
}

// appendTo appends Mastodon's entity ValidationError.
func (v invalid) appendTo(b []byte) []byte {
	b = appendText(append(b, `{"error":`...), v.text())
	b = append(b, `,"details":{`...)
	for n, f := range v {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendText(append(appendText(b, f.field), `:[{"error":`...), f.code)
		b = append(appendText(append(b, `,"description":`...), f.text), `}]`...)
	}
	return append(b, `}}`...)
}
