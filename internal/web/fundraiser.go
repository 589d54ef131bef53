package web

import (
	"net/url"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func fundraiserRoutes() []route {
	return []route{
		{"GET /calls/{id}/give", (*visit).givePage},
		{"POST /calls/{id}/give", withFiles((*visit).give)},
		{"POST /calls/{id}/pay", (*visit).pay},
		{"GET /calls/{id}/pay/{checkout}", (*visit).payPage},
		{"GET /calls/{id}/paid/{checkout}", (*visit).paidPage},
		{"POST /gifts/{checkout}/end", (*visit).endMonthly},
		{"GET /calls/{id}/thanks/{act}", (*visit).thanksPage},
		{"GET /calls/{id}/gifts", (*visit).giftsPage},
		{"POST /calls/{id}/gifts", (*visit).setGivePage},
		{"POST /calls/{id}/gifts/{act}/doubt", (*visit).doubtGift},
		{"GET /calls/{id}/match", (*visit).matchPage},
		{"POST /calls/{id}/match", (*visit).match},
		{"POST /calls/{id}/match/{matching}/accept", (*visit).acceptMatch},
		{"POST /calls/{id}/match/{matching}/refuse", (*visit).refuseMatch},
		{"POST /calls/{id}/match/{matching}/withdraw", (*visit).withdrawMatch},
		{"POST /calls/{id}/match/{matching}/paid", (*visit).matchPaid},
		{"GET /calls/{id}/spending", (*visit).spendingPage},
		{"POST /calls/{id}/spending", withFiles((*visit).reportSpending)},
		{"GET /calls/{id}/spending/{entry}", (*visit).correctSpendingPage},
		{"GET /gifts", (*visit).myGiftsPage},
	}
}

// fund is the fundraiser of the path, and what the reader is to it.
type fund struct {
	theCall
	role fundraiser.Role
}

func (x *visit) fund() (fund, error) {
	c, err := x.theCall()
	if err != nil {
		return fund{}, err
	}
	if c.Kind != call.Fundraiser {
		return fund{}, problem.NotFound("fundraiser")
	}
	return fund{c, fundraiser.Role{Organiser: c.organiser, Beneficiary: c.beneficiary}}, nil
}

// keeps says whether the books are the reader's to keep.
func (f fund) keeps() bool { return f.role.Keeps(f.Call) }

// leaving is a link to another site, named so that nobody leaves unawares.
type leaving struct{ URL, Host string }

func leavingTo(address string) *leaving {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return nil
	}
	return &leaving{URL: address, Host: u.Hostname()}
}

// matchView is a promise to match gifts.
type matchView struct {
	Who             look.Person
	Most, Due, Paid look.Amount
	fundraiser.Matching
	Path   string
	Waits  bool
	Answer bool // the reader may accept or refuse
	Mine   bool
	Books  bool // the reader may say what was paid
}

// fundView is what a call's page shows of money.
type fundView struct {
	Open      bool
	Path      string
	Page      *leaving
	Others    []look.Amount // given in other currencies
	Matchings []matchView
	Flows     []flowView
	Reported  bool // something was spent
	Keeps     bool
	Matches   bool // the reader may promise
}

// fundParts are what a fundraiser's page shows beside what all calls do.
func (x *visit) fundParts(c theCall) ([]templ.Component, error) {
	f := fund{c, fundraiser.Role{Organiser: c.organiser, Beneficiary: c.beneficiary}}
	v := fundView{Open: c.State == call.StateOpen, Path: callPath(c.ID), Keeps: f.keeps(), Matches: c.State == call.StateOpen && x.me != nil && !c.beneficiary}
	address, err := x.Fundraisers.GivePage(x.r.Context(), c.ID)
	if err != nil {
		return nil, err
	}
	v.Page = leavingTo(address)
	if v.Matchings, err = x.matchViews(f); err != nil {
		return nil, err
	}
	flows, err := x.Fundraisers.Flows(x.r.Context(), c.Call)
	if err != nil {
		return nil, err
	}
	for _, flow := range flows {
		if flow.Unit != c.Unit && flow.Told+flow.Gifts > 0 {
			v.Others = append(v.Others, look.Amount{N: flow.Told + flow.Gifts, Unit: flow.Unit})
		}
		v.Reported = v.Reported || flow.Spent > 0
		if flow.Received() > 0 || flow.Spent > 0 || flow.Told > 0 {
			v.Flows = append(v.Flows, x.flowView(flow))
		}
	}
	return []templ.Component{fundPart(x.p, v)}, nil
}

func (x *visit) matchViews(f fund) ([]matchView, error) {
	list, err := x.Fundraisers.Matchings(x.r.Context(), x.v, f.Call)
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.AccountID
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, err
	}
	views := make([]matchView, len(list))
	for i, m := range list {
		v := matchView{Matching: m, Who: x.someone(), Path: callPath(f.ID) + "/match/" + m.ID.String(),
			Most: look.Amount{N: m.Most, Unit: m.Unit}, Due: look.Amount{N: m.Due, Unit: m.Unit}, Paid: look.Amount{N: m.Paid, Unit: m.Unit}}
		if a := people[m.AccountID]; a != nil {
			v.Who = x.person(a)
		}
		v.Waits, v.Mine = m.State == fundraiser.MatchingOffered, x.me != nil && x.v.Is(m.AccountID)
		v.Answer = v.Waits && !v.Mine && (f.organiser || f.beneficiary)
		v.Books = !v.Waits && !v.Mine && f.keeps()
		v.Until = m.Until.In(f.Location())
		views[i] = v
	}
	return views, nil
}

// giftRow is a gift that waits for the beneficiary's word.
type giftRow struct {
	Act     look.Act
	Confirm string
	Doubt   string // where to say that it is not found; "" once said
	Doubted *fundraiser.Doubt
	Said    look.Amount // of a doubted gift
}

// giftsPage is where organisers and the beneficiary look after gifts.
func (x *visit) giftsPage() error {
	f, err := x.keptFund()
	if err != nil {
		return err
	}
	address, err := x.Fundraisers.GivePage(x.r.Context(), f.ID)
	if err != nil {
		return err
	}
	return x.showGifts(f, url.Values{"give_url": {address}}, nil)
}

// keptFund is the fundraiser of the path for its organisers and beneficiary.
func (x *visit) keptFund() (fund, error) {
	if err := x.signedIn(); err != nil {
		return fund{}, err
	}
	if _, err := x.form(); err != nil {
		return fund{}, err
	}
	f, err := x.fund()
	if err == nil && !f.organiser && !f.beneficiary {
		err = problem.Forbidden("Only the organisers and the call's partner can do this.")
	}
	return f, err
}

func (x *visit) showGifts(f fund, values url.Values, wrong []look.Wrong) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	told := act.Told
	list, err := x.Acts.Of(x.r.Context(), x.v, act.Filter{Call: f.ID, Proof: &told}, at)
	if err != nil {
		return err
	}
	cards, err := x.actCards(list)
	if err != nil {
		return err
	}
	doubts, err := x.Fundraisers.Doubted(x.r.Context(), list)
	if err != nil {
		return err
	}
	rows := make([]giftRow, len(list))
	for i, a := range list {
		rows[i] = giftRow{Act: cards[i]}
		if a.Settled {
			continue
		}
		if !x.didIt(a) {
			rows[i].Confirm = actPath(a.ID)
		}
		if d, doubted := doubts[a.ID]; doubted {
			rows[i].Doubted, rows[i].Said = &d, look.Amount{N: d.Amount, Unit: a.Unit}
		} else if f.keeps() && !x.didIt(a) {
			rows[i].Doubt = callPath(f.ID) + "/gifts/" + a.ID.String() + "/doubt"
		}
	}
	v := giftsView{Call: look.Link{Text: f.Title, URL: callPath(f.ID)}, Rows: rows, Back: x.here()}
	if len(list) > 0 {
		v.Newer, v.Older = x.newer(at, list[0].ID), x.older(at, len(list), list[len(list)-1].ID)
	}
	fields := x.filled(values, wrong)
	v.Page = formView{Action: callPath(f.ID) + "/gifts", Wrong: wrong, Submit: x.p.T("Save"), Fields: components(
		fields.line(look.Field{Name: "give_url", Label: x.p.T("The charity’s own page for gifts"), Type: "url", Optional: true, Placeholder: "https://charity.example/give",
			Hint: x.p.T("People are sent there to give, and come back to tell of it. It begins with https://.")}))}
	if v.Matchings, err = x.matchViews(f); err != nil {
		return err
	}
	page := x.page(x.p.T("Gifts to look after"))
	return x.render(page, giftsPage(x.p, page.Title, v))
}

type giftsView struct {
	Call         look.Link
	Rows         []giftRow
	Back         string
	Newer, Older string
	Page         formView
	Matchings    []matchView
}

func (x *visit) setGivePage() error {
	f, err := x.keptFund()
	if err != nil {
		return err
	}
	if err := x.Fundraisers.SetGivePage(x.r.Context(), x.v, f.ID, x.sent.Get("give_url")); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showGifts(f, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(callPath(f.ID) + "/gifts")
}

func (x *visit) doubtGift() error {
	f, err := x.keptFund()
	if err != nil {
		return err
	}
	gift, err := x.id("act", "act")
	if err != nil {
		return err
	}
	if err := x.Fundraisers.Doubt(x.r.Context(), x.v, gift, x.sent.Get("reason")); err != nil {
		return x.told(err, callPath(f.ID)+"/gifts")
	}
	x.flash(x.p.T("The gift counts for nothing until somebody confirms it."))
	return x.back(callPath(f.ID) + "/gifts")
}

// myGiftsPage are the reader's own gifts, under whatever names; for them alone.
func (x *visit) myGiftsPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Fundraisers.Mine(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	cards, err := x.actCards(list)
	if err != nil {
		return err
	}
	for i := range cards {
		path := actPath(list[i].ID)
		cards[i].Menu = look.Menu{{Text: x.p.T("Edit"), URL: path + "/edit"}, {Text: x.p.T("Take it back"), URL: path + "/withdraw", Danger: true}}
	}
	months, err := x.monthly()
	if err != nil {
		return err
	}
	page := x.page(x.p.T("What I gave"))
	page.NoIndex = true
	v := ownGiftsView{Months: months, Acts: cards}
	if n := len(list); n > 0 {
		v.Newer, v.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(page, myGiftsPage(x.p, page.Title, v))
}

// ownGiftsView is what the reader gave, and gives each month.
type ownGiftsView struct {
	Months       []monthView
	Acts         []look.Act
	Newer, Older string
}

// thanksPage is where a gift leads: what comes next, and how to pass it on.
func (x *visit) thanksPage() error {
	f, err := x.fund()
	if err != nil {
		return err
	}
	gift, err := x.id("act", "act")
	if err != nil {
		return err
	}
	a, err := x.Acts.Get(x.r.Context(), x.v, gift)
	if err != nil {
		return err
	}
	if a.CallID != f.ID || x.me == nil || !a.DoneBy(x.me.ID) {
		return problem.NotFound("act")
	}
	v := thanksView{Call: look.Link{Text: f.Title, URL: callPath(f.ID)}, Amount: look.Amount{N: a.Quantity, Unit: a.Unit}, Act: actPath(a.ID), Confirmed: a.Proof == act.Confirmed}
	link := x.URL + callPath(f.ID)
	if a.Nameable() {
		link += "?via=" + act.Source{Kind: act.FromAct, ID: a.ID}.String()
		v.Link = link
	}
	words := x.p.T("I gave to “%s”. Perhaps it moves you, too:", f.Title) + " " + link + " #" + f.movement.Hashtag
	if a.Outside { // a post of theirs would say whose it is
		v.Hidden = true
	} else {
		v.Share = "/compose?text=" + url.QueryEscape(words)
	}
	next, err := x.Calls.Of(x.r.Context(), x.v, f.MovementID, call.StateOpen, db.Page{Limit: 4})
	if err != nil {
		return err
	}
	for i, c := range next {
		if c.ID == f.ID {
			next = append(next[:i:i], next[i+1:]...)
			break
		}
	}
	if v.Next, err = x.callCards(next[:min(2, len(next))], false); err != nil {
		return err
	}
	page := x.page(x.p.T("Thank you"))
	page.NoIndex = true
	return x.render(page, thanksPage(x.p, page.Title, v))
}

type thanksView struct {
	Call      look.Link
	Amount    look.Amount
	Act       string
	Confirmed bool
	Hidden    bool // under another name: sharing would tell
	Link      string
	Share     string
	Next      []look.Call
}
