package web

import (
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/web/look"
)

func movementRoutes() []route {
	return []route{
		{"GET /movements", (*visit).movementsPage},
		{"GET /movements/new", (*visit).startPage},
		{"POST /movements/new", (*visit).start},
		{"GET /movements/{slug}", (*visit).movementPage},
		{"GET /movements/{slug}/part/{part}", (*visit).movementPart},
		{"POST /movements/{slug}/join", (*visit).joinMovement},
		{"POST /movements/{slug}/leave", (*visit).leaveMovement},
		{"POST /movements/{slug}/follow", (*visit).followMovement},
		{"POST /movements/{slug}/unfollow", (*visit).unfollowMovement},
		{"GET /movements/{slug}/posts", (*visit).movementPosts},
		{"GET /movements/{slug}/carry", (*visit).carryPage},
		{"POST /movements/{slug}/carry", (*visit).carryNamed},
		{"POST /movements/{slug}/posts/{id}/carry", (*visit).carry},
		{"POST /movements/{slug}/posts/{id}/uncarry", (*visit).uncarry},
		{"GET /movements/{slug}/organise", (*visit).organisePage},
		{"GET /movements/{slug}/edit", (*visit).editMovementPage},
		{"POST /movements/{slug}/edit", withFiles((*visit).editMovement)},
		{"GET /movements/{slug}/archive", (*visit).archivePage},
		{"POST /movements/{slug}/archive", (*visit).archive},
		{"POST /movements/{slug}/reopen", (*visit).reopenMovement},
		{"GET /movements/{slug}/resources", (*visit).resourcesPage},
		{"POST /movements/{slug}/resources", (*visit).addResource},
		{"GET /movements/{slug}/resources/{id}", (*visit).resourcePage},
		{"POST /movements/{slug}/resources/{id}", (*visit).editResource},
		{"POST /movements/{slug}/resources/{id}/remove", (*visit).removeResource},
		{"POST /movements/{slug}/resources/{id}/up", (*visit).raiseResource},
		{"GET /movements/{slug}/handover", (*visit).handoverPage},
		{"POST /movements/{slug}/handover", (*visit).offerHandover},
		{"POST /movements/{slug}/handover/accept", (*visit).acceptHandover},
		{"POST /movements/{slug}/handover/end", (*visit).endHandover},
	}
}

// movementsPage finds movements: by words, or one hashtag, and by cause.
func (x *visit) movementsPage() error {
	q := x.r.URL.Query()
	if q.Encode() == fittingQuery && x.me != nil {
		return x.fittingPage()
	}
	f := movement.Filter{Cause: q.Get("cause"), Query: strings.TrimSpace(q.Get("q")), Limit: 20}
	if tag := q.Get("tag"); tag != "" && f.Query == "" {
		f.Query = "#" + strings.TrimPrefix(tag, "#")
	}
	if _, ok := account.CauseBySlug(f.Cause); !ok {
		f.Cause = ""
	}
	var err error
	if after := q.Get("after"); after != "" {
		if f.After, err = id.Parse(after); err != nil {
			return problem.Invalid("after", "This is not an id.")
		}
	}
	v := movementsView{Query: f.Query, Cause: f.Cause, Causes: x.causeChoices()}
	f.Query = strings.TrimPrefix(f.Query, "#")
	list, err := x.Movements.List(x.r.Context(), x.v, f)
	if err != nil {
		return err
	}
	if v.List, err = x.movementRows(list); err != nil {
		return err
	}
	if f.After == 0 && f.Query == "" && f.Cause == "" && x.me != nil {
		mine, err := x.Movements.JoinedBy(x.r.Context(), x.v, x.me.ID)
		if err != nil {
			return err
		}
		if v.Mine, err = x.movementRows(mine[:min(len(mine), 6)]); err != nil {
			return err
		}
	}
	if len(list) == f.Limit {
		v.More = x.with("after", list[len(list)-1].ID.String())
	}
	for i := range v.Causes {
		v.Causes[i].Chosen = v.Causes[i].Value == f.Cause
	}
	return x.showMovements(v)
}

func (x *visit) showMovements(v movementsView) error {
	page := x.page(x.p.T("Movements"))
	page.URL, page.Description = x.URL+"/movements", x.p.T("Find a movement that matters to you.")
	return x.render(page, movementsPage(x.p, v))
}

// fittingQuery asks for movements about what the reader said that matters to them.
// It is looked up, so that no address tells what that is.
const fittingQuery = "for=me"

// fittingPage is movements about any of the reader's causes, or where there is
// none, or they chose none, all movements.
func (x *visit) fittingPage() error {
	ctx := x.r.Context()
	in, err := x.Accounts.Interests(ctx, x.v)
	if err != nil {
		return err
	}
	v := movementsView{Causes: x.causeChoices(), Fitting: true}
	list, err := x.Movements.ByCauses(ctx, x.v, in.Causes)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		if v.Fitting, v.NoneFits = false, len(in.Causes) > 0; !v.NoneFits {
			return x.redirect("/movements")
		}
		f := movement.Filter{Limit: 20}
		if list, err = x.Movements.List(ctx, x.v, f); err != nil {
			return err
		}
		if len(list) == f.Limit {
			v.More = "/movements?after=" + list[len(list)-1].ID.String()
		}
	}
	if v.List, err = x.movementRows(list); err != nil {
		return err
	}
	return x.showMovements(v)
}

// movementsView is the page that finds movements.
type movementsView struct {
	Query, Cause string
	Fitting      bool // List is about causes that the reader chose
	NoneFits     bool // there is none about them
	Causes       []look.Choice
	Mine, List   []look.Movement
	More         string
}

// theMovement is the one of the path, with what its reader is to it.
func (x *visit) theMovement() (*movement.Movement, movement.Role, error) {
	m, err := x.Movements.Get(x.r.Context(), x.v, x.r.PathValue("slug"))
	if err != nil {
		return nil, movement.NoRole, err
	}
	if x.me == nil {
		return m, movement.NoRole, nil
	}
	role, err := x.Movements.Role(x.r.Context(), x.v, m.ID)
	return m, role, err
}

// organised is theMovement for those who organise it.
func (x *visit) organised() (*movement.Movement, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	m, role, err := x.theMovement()
	if err != nil {
		return nil, err
	}
	if !role.Organises() {
		return nil, problem.Forbidden("Only the movement's organisers can do this.")
	}
	return m, nil
}

// movementFrame is what all pages about a movement have on top.
type movementFrame struct {
	Head    look.Movement
	Figures []look.Figure
	Tabs    []look.Tab
	Asked   bool // the reader is asked to organise it
}

// frame is the top of a movement's pages; here is the tab.
func (x *visit) frame(m *movement.Movement, role movement.Role, here string) (f movementFrame, err error) {
	if f.Head, err = x.movementHead(m, role); err != nil {
		return f, err
	}
	if f.Figures, err = x.movementFigures(m); err != nil {
		return f, err
	}
	f.Tabs = x.movementTabs(m, here)
	if x.me == nil || role.Organises() {
		return f, nil
	}
	offer, err := x.Movements.Handover(x.r.Context(), x.v, m.ID)
	if err != nil && !problem.Is(err, problem.KindNotFound) && !problem.Is(err, problem.KindForbidden) {
		return f, err
	}
	f.Asked = err == nil && x.v.Is(offer.To)
	return f, nil
}

// showMovement renders a page about a movement.
func (x *visit) showMovement(m *movement.Movement, f movementFrame, title string, content templ.Component, islands ...string) error {
	if title != "" {
		title = " · " + title
	}
	page := x.page(m.Name + title)
	page.Description, page.Wide, page.Islands = m.Purpose, true, islands
	page.URL = x.URL + x.r.URL.Path
	p, err := x.posterOfMovement(m)
	if err != nil {
		return err
	}
	if err := x.previewed(&page, x.r.URL.Path, p, x.organisation(m).with("slogan", m.Purpose)); err != nil {
		return err
	}
	page.Image = x.URL + posterPath(movementPath(m), p)
	page.Stream = x.stream("movement=" + m.ID.String())
	return x.render(page, movementShell(x.p, f, content))
}

// joinMovement makes the reader one of the movement's people. Whom an organiser
// removed is led to where the movement's pages say so.
func (x *visit) joinMovement() error {
	return x.withMovement(func(m *movement.Movement) error {
		err := x.Movements.Join(x.r.Context(), x.v, m.ID)
		if problem.Is(err, problem.KindForbidden) {
			return nil
		}
		if err != nil {
			return err
		}
		x.flash(x.p.T("Welcome. Your public posts with #%s are carried by the movement from now on.", m.Hashtag))
		return nil
	})
}

// leaveMovement takes the reader out again; they go on following it.
func (x *visit) leaveMovement() error {
	return x.withMovement(func(m *movement.Movement) error {
		if err := x.Movements.Leave(x.r.Context(), x.v, m.ID); err != nil {
			return err
		}
		x.flash(x.p.T("You left. You still follow it; that has a button of its own."))
		return nil
	})
}

func (x *visit) followMovement() error {
	return x.withMovement(func(m *movement.Movement) error {
		_, err := x.Relations.Follow(x.r.Context(), x.v, m.ID, relation.FollowOptions{})
		return err
	})
}

func (x *visit) unfollowMovement() error {
	return x.withMovement(func(m *movement.Movement) error {
		_, err := x.Relations.Unfollow(x.r.Context(), x.v, m.ID)
		return err
	})
}

// withMovement does something to the movement of the path for who has signed
// in, and leads back. A problem that cannot be mended in a form is told there.
func (x *visit) withMovement(do func(m *movement.Movement) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	m, _, err := x.theMovement()
	if err != nil {
		return err
	}
	if err := do(m); err != nil {
		return x.told(err, movementPath(m))
	}
	return x.back(movementPath(m))
}

// found is the heading over the list of movements.
func found(p *lang.Printer, v movementsView) string {
	if v.Query != "" || v.Cause != "" {
		return p.T("Found")
	}
	if v.Fitting {
		return p.T("For what matters to you")
	}
	return p.T("In full swing")
}
