package web

import (
	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/lang"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

// roles are those that an administrator chooses from.
var roles = []struct {
	role       account.Role
	says, hint string
}{
	{account.RoleNone, lang.Mark("None"), ""},
	{account.RoleModerator, lang.Mark("Moderator"), lang.Mark("Sees reports, and decides about people without a role.")},
	{account.RoleAdmin, lang.Mark("Administrator"), lang.Mark("May do everything, and gives others their roles.")},
}

// roleForm is how an administrator gives somebody else a role; nil where there is
// none to give.
func (x *visit) roleForm(p *safety.Person) templ.Component {
	if !x.v.Admin() || x.v.Is(p.ID) || !p.MayServe() && p.Role == account.RoleNone {
		return nil
	}
	var choices []look.Choice
	for _, r := range roles {
		c := look.Choice{Value: string(r.role), Label: x.p.T(r.says), Chosen: r.role == p.Role}
		if r.hint != "" {
			c.Hint = x.p.T(r.hint)
		}
		choices = append(choices, c)
	}
	to := "/moderation/accounts/" + p.ID.String()
	return titled(x.p.T("Role on this server"), form(x.p, formView{Action: to + "/role", Submit: x.p.T("Give this role"),
		Fields: []templ.Component{look.Radios(x.p, look.Field{Name: "role", Label: x.p.T("Role")}, choices)}}))
}

func (x *visit) giveRole() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	if err := x.Safety.SetRole(x.r.Context(), x.v, i, account.Role(form.Get("role"))); err != nil {
		return err
	}
	x.flash(x.p.T("Decided, and on record."))
	return x.redirect("/moderation/accounts/" + i.String())
}
