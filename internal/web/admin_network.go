package web

import (
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

const adminNetworks = adminPath + "/networks"

func adminNetworkRoutes() []route {
	return []route{
		{"GET " + adminNetworks, governed(func(x *visit) error { return x.showNetworks(url.Values{}, nil) })},
		{"POST " + adminNetworks, governed((*visit).blockNetwork)},
		{"GET " + adminNetworks + "/{id}", governed((*visit).editNetwork)},
		{"POST " + adminNetworks + "/{id}", governed((*visit).changeNetwork)},
		{"POST " + adminNetworks + "/{id}/unblock", governed(func(x *visit) error {
			return x.adminRemoved("block", adminNetworks, func(i id.ID) error { return x.Safety.UnblockAddress(x.r.Context(), x.v, i) })
		})},
	}
}

// networkSeverities are what a block of a part of the network does.
var networkSeverities = []struct {
	is    safety.Severity
	label string
}{
	{safety.SignUpByApproval, lang.Mark("Who signs up from there is let in by a moderator")},
	{safety.NoSignUp, lang.Mark("Nobody can sign up from there")},
	{safety.NoAccess, lang.Mark("Nothing is answered to it")},
}

// networkLasts is for how long a block can be made.
var networkLasts = []struct {
	lasts time.Duration
	label string
}{
	{24 * time.Hour, lang.Mark("For a day")}, {14 * 24 * time.Hour, lang.Mark("For two weeks")}, {30 * 24 * time.Hour, lang.Mark("For a month")},
	{180 * 24 * time.Hour, lang.Mark("For half a year")}, {365 * 24 * time.Hour, lang.Mark("For a year")}, {0, lang.Mark("Until somebody removes it")},
}

func (x *visit) showNetworks(typed url.Values, wrong []look.Wrong) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.AddressBlocks(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	view := linesView{Empty: emptyView{Title: x.p.T("No network is blocked"), Text: x.p.T("Many people can share one address: block little, and for a short time.")}}
	for _, b := range list {
		row := lineRow{Title: b.Prefix.String(), URL: adminNetworks + "/" + b.ID.String(), At: b.CreatedAt}
		for _, s := range networkSeverities {
			if s.is == b.Severity {
				row.Text = append(row.Text, x.p.T(s.label))
			}
		}
		if !b.ExpiresAt.IsZero() {
			row.Text = append(row.Text, x.p.T("Until %s", x.p.DateTime(b.ExpiresAt)))
		}
		if b.Comment != "" {
			row.Text = append(row.Text, b.Comment)
		}
		view.Rows = append(view.Rows, row)
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	add := form(x.p, formView{Action: adminNetworks, Wrong: wrong, Fields: x.networkFields(typed, wrong, false), Submit: x.p.T("Block")})
	return x.showAdmin(adminNetworks, adminView{Title: x.p.T("Blocked networks"), Intro: []string{x.p.T("Parts of the network from which this server is misused.")},
		Parts: []templ.Component{section(x.p.T("Blocked now"), lines(x.p, view)), titled(x.p.T("Block a network"), add)}})
}

// networkFields are the form of a block; one that ends already can end as it
// would.
func (x *visit) networkFields(typed url.Values, wrong []look.Wrong, ends bool) []templ.Component {
	severity, lasts := typed.Get("severity"), typed.Get("lasts")
	if severity == "" {
		severity = string(safety.SignUpByApproval)
	}
	if lasts == "" {
		lasts = strconv.Itoa(int(networkLasts[1].lasts / time.Second))
	}
	var severities, long []look.Choice
	for _, s := range networkSeverities {
		severities = append(severities, look.Choice{Value: string(s.is), Label: x.p.T(s.label), Chosen: string(s.is) == severity})
	}
	if ends {
		long = append(long, look.Choice{Value: asItIs, Label: x.p.T("As it was"), Chosen: lasts == asItIs})
	}
	for _, l := range networkLasts {
		value := strconv.Itoa(int(l.lasts / time.Second))
		long = append(long, look.Choice{Value: value, Label: x.p.T(l.label), Chosen: lasts == value})
	}
	return []templ.Component{
		look.Input(x.p, look.Field{Name: "ip", Label: x.p.T("Address, or a range of addresses"), Hint: x.p.T("Like 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32."), Value: typed.Get("ip"), MaxLength: 64, Required: true, Error: wrongOf(wrong, "ip"), Autocomplete: "off"}),
		look.Radios(x.p, look.Field{Name: "severity", Label: x.p.T("What shall hold?"), Error: wrongOf(wrong, "severity")}, severities),
		look.Select(x.p, look.Field{Name: "lasts", Label: x.p.T("How long"), Error: wrongOf(wrong, "lasts")}, long),
		look.TextArea(x.p, look.Field{Name: "comment", Label: x.p.T("Why, for moderators"), Optional: true, Rows: 2, Value: typed.Get("comment"), MaxLength: safety.MaxComment, Error: wrongOf(wrong, "comment")}),
	}
}

// networkChange is what the form says of a block.
func networkChange(form url.Values) (safety.AddressChange, error) {
	address, severity, comment := form.Get("ip"), safety.Severity(form.Get("severity")), form.Get("comment")
	c := safety.AddressChange{Address: &address, Severity: &severity, Comment: &comment}
	if form.Get("lasts") == asItIs {
		return c, nil
	}
	for _, l := range networkLasts {
		if form.Get("lasts") == strconv.Itoa(int(l.lasts/time.Second)) {
			c.Lasts = &l.lasts
			return c, nil
		}
	}
	return c, problem.Invalid("lasts", "Choose one of these.")
}

func (x *visit) blockNetwork() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	c, err := networkChange(form)
	if err == nil {
		_, err = x.Safety.BlockAddress(x.r.Context(), x.v, c, door.Addr(x.r))
	}
	return x.adminSaved(err, adminNetworks, func(wrong []look.Wrong) error { return x.showNetworks(form, wrong) })
}

// network is the block of the path.
func (x *visit) network() (*safety.AddressBlock, error) {
	i, err := x.id("id", "block")
	if err != nil {
		return nil, err
	}
	return x.Safety.AddressBlock(x.r.Context(), x.v, i)
}

func (x *visit) editNetwork() error {
	b, err := x.network()
	if err != nil {
		return err
	}
	return x.showNetwork(b, url.Values{"ip": {b.Prefix.String()}, "severity": {string(b.Severity)}, "comment": {b.Comment}, "lasts": {asItIs}}, nil)
}

func (x *visit) showNetwork(b *safety.AddressBlock, typed url.Values, wrong []look.Wrong) error {
	to := adminNetworks + "/" + b.ID.String()
	return x.showAdmin(adminNetworks, adminView{Title: b.Prefix.String(), Parts: []templ.Component{
		paper(form(x.p, formView{Action: to, Wrong: wrong, Fields: x.networkFields(typed, wrong, true), Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: adminNetworks}})),
		buttonsAlone([]rowButton{{Text: x.p.T("Unblock this network"), Action: to + "/unblock"}}, adminNetworks),
	}})
}

func (x *visit) changeNetwork() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	b, err := x.network()
	if err != nil {
		return err
	}
	c, err := networkChange(form)
	if err == nil {
		_, err = x.Safety.ChangeAddressBlock(x.r.Context(), x.v, b.ID, c, door.Addr(x.r))
	}
	return x.adminSaved(err, adminNetworks, func(wrong []look.Wrong) error { return x.showNetwork(b, form, wrong) })
}
