package web

import (
	"time"

	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/web/look"
)

// memberView is one of a movement's people on a page.
type memberView struct {
	ID        string // of the account
	Who       look.Person
	Role      movement.Role
	Disclosed string
	Since     time.Time
	Mine      bool // it is the reader
}

// members are people of a movement by name; who left since or is not shown is not
// among them.
func (x *visit) members(list []movement.Person) ([]memberView, error) {
	ids := make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.AccountID
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, err
	}
	out := make([]memberView, 0, len(list))
	for _, m := range list {
		a := people[m.AccountID]
		if !x.v.Sees(a) {
			continue
		}
		out = append(out, memberView{ID: m.AccountID.String(), Who: x.person(a), Role: m.Role, Disclosed: m.Disclosed,
			Since: m.JoinedAt, Mine: x.v.Is(m.AccountID)})
	}
	return out, nil
}

// roleNames are what people are to a movement, as keys for translation.
var roleNames = map[movement.Role]string{
	movement.Member:     lang.Mark("Member"),
	movement.Organiser:  lang.Mark("Organiser"),
	movement.Ambassador: lang.Mark("Ambassador"),
	movement.Partner:    lang.Mark("Partner"),
	movement.Removed:    lang.Mark("Removed"),
}

// note is what stands under a person's name.
func (m memberView) note(p *lang.Printer) string {
	s := ""
	if m.Role != movement.Member {
		s = p.T(roleNames[m.Role])
	}
	if m.Disclosed != "" {
		s += ": " + m.Disclosed
	}
	return s
}
