package api

import (
	"net/http"
	"reflect"
	"slices"
)

// route is one thing that can be done through the API. The table of them is
// all that the mux and the document know.
type route struct {
	method, path string // below Base
	group        string // one of groups
	summary      string // a line
	about        string // what the summary does not say; may be ""
	scope        string // what a token needs; "" for any token
	open         bool   // works without a token too
	creates      bool   // takes an Idempotency-Key, and answers 201
	query        []param
	do           endpoint
}

// param is a parameter of the query.
type param struct {
	name, about, example string
	choices              []string // nil for any text
	number               bool
}

func (rt *route) success() int {
	switch {
	case rt.do.out == nil:
		return http.StatusNoContent
	case rt.creates:
		return http.StatusCreated
	}
	return http.StatusOK
}

// takes says whether the route reads that parameter of the query.
func (rt *route) takes(name string) bool {
	return slices.ContainsFunc(rt.query, func(p param) bool { return p.name == name })
}

// endpoint is a handler with the types that it takes and gives.
type endpoint struct {
	in, out reflect.Type // nil for none
	partial bool         // what the body leaves out stays as it is
	run     func(*Door, *request) (any, error)
}

// does is a handler that takes no body and has nothing to say.
func does(f func(*Door, *request) error) endpoint {
	return endpoint{run: func(d *Door, q *request) (any, error) { return nil, f(d, q) }}
}

// hears is a handler that takes a body and has nothing to say.
func hears[In any](f func(*Door, *request, In) error) endpoint {
	return endpoint{in: reflect.TypeFor[In](), run: func(d *Door, q *request) (any, error) {
		var in In
		if err := q.body(&in); err != nil {
			return nil, err
		}
		return nil, asSent(f(d, q, in), in)
	}}
}

// gives is a handler that takes no body.
func gives[Out any](f func(*Door, *request) (Out, error)) endpoint {
	return endpoint{out: reflect.TypeFor[Out](), run: func(d *Door, q *request) (any, error) { return f(d, q) }}
}

// takes is a handler that takes a body.
func takes[In, Out any](f func(*Door, *request, In) (Out, error)) endpoint {
	return endpoint{in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](), run: func(d *Door, q *request) (any, error) {
		var in In
		if err := q.body(&in); err != nil {
			return nil, err
		}
		out, err := f(d, q, in)
		return out, asSent(err, in)
	}}
}

// changes is a handler whose body is laid over what is there, given by now.
func changes[In, Out any](now func(*Door, *request) (In, error), f func(*Door, *request, In) (Out, error)) endpoint {
	return endpoint{in: reflect.TypeFor[In](), out: reflect.TypeFor[Out](), partial: true, run: func(d *Door, q *request) (any, error) {
		in, err := now(d, q)
		if err != nil {
			return nil, err
		}
		if err := q.body(&in); err != nil {
			return nil, err
		}
		out, err := f(d, q, in)
		return out, asSent(err, in)
	}}
}

// asSent names the field of a problem as the body did: what rooms call the unit is
// a currency where money is sent.
func asSent(err error, in any) error {
	v := reflect.ValueOf(in)
	if err == nil || v.Kind() != reflect.Struct {
		return err
	}
	currency, unit := v.FieldByName("Currency"), v.FieldByName("Unit")
	if currency.IsValid() && (!unit.IsValid() || unit.IsZero()) {
		return sentAs(err, "unit", "currency")
	}
	return err
}

// group is a chapter of the document.
type group struct{ name, about string }

const (
	groupMovements   = "Movements"
	groupPeople      = "People of a movement"
	groupResources   = "Resources"
	groupCalls       = "Calls"
	groupUpdates     = "Updates"
	groupPetitions   = "Petitions"
	groupReported    = "Reported sums"
	groupDates       = "Dates and shifts"
	groupActs        = "Acts"
	groupWitnesses   = "Witnesses and confirmation"
	groupNominations = "Nominations"
	groupInvitations = "Invitations"
	groupThanks      = "Thanks by a link"
	groupKindness    = "Your kindness"
	groupGifts       = "Gifts and where they went"
	groupNumbers     = "Ripple and impact"
	groupMe          = "Me"
)

var groups = []group{
	{groupMovements, "A movement is a purpose and a hashtag, with people around it. Its posts are read through Mastodon's API: a movement has an account of the same id."},
	{groupPeople, "Who joined, who organises, who speaks for a movement, and how it is handed over."},
	{groupResources, "Something to learn before acting, with its source."},
	{groupCalls, "A call asks people to act: a petition, fundraiser, volunteering, event, challenge or deed."},
	{groupUpdates, "What organisers tell those who took part in a call."},
	{groupPetitions, "What is special about petitions: signatures, whom they speak to, and what came of it."},
	{groupReported, "What the partner of a call published about it elsewhere. These are running totals, never mixed with the acts told here."},
	{groupDates, "When and where people of an event or a volunteering come together: places and guests, who comes, check-in and hours. Calendars subscribe to the files at /dates/{id}/calendar.ics, /calls/{id}/dates.ics and /movements/{slug}/dates.ics of this server."},
	{groupActs, "An act is what somebody did in the real world, for a call or freely, and what inspired it."},
	{groupWitnesses, "Why to believe an act: who was there, and who checked."},
	{groupNominations, "A doer passes the turn on. Whether a nominee declined is never told to the nominator."},
	{groupInvitations, "A doer passes the turn on to somebody who need not have an account, by a link or a mail. Who takes it up has a nomination."},
	{groupThanks, "A doer asks the person helped, by a link, whether it reached them. Whoever holds one needs no account to say thanks, and that it happened; with one, they pass the good turn on."},
	{groupKindness, "Ideas for today, and a journal of what you did, with notes that nobody else reads."},
	{groupGifts, "Gifts that donors tell of, under the name they choose; promises to match them; and what the beneficiary spent. Sums of different currencies are never added."},
	{groupNumbers, "Who moved whom, how a movement spreads, and what came of being seen."},
	{groupMe, "What is yours alone to read."},
}

// routes are all there is, in the document's order.
func routes() []route {
	return slices.Concat(movementRoutes(), memberRoutes(), handoverRoutes(), resourceRoutes(), callRoutes(), petitionRoutes(), callLifeRoutes(), callUpdateRoutes(), callWordsRoutes(), reportedRoutes(), dateRoutes(),
		actRoutes(), actOfRoutes(), actRestRoutes(), witnessRoutes(), unusualRoutes(), nominationRoutes(), invitationRoutes(), deedRoutes(), kindnessRoutes(), fundraiserRoutes(), checkoutRoutes(), rippleRoutes(), impactRoutes(), meRoutes(), badgeRoutes(), shareRoutes())
}

// paging are the parameters of lists that run from the newest to the oldest.
func paging(more ...param) []param {
	return append(more,
		param{name: "max_id", about: "Only what is older than this id.", example: "117104873472131072"},
		param{name: "since_id", about: "Only what is newer than this id, the newest of it.", example: "117104873472131072"},
		param{name: "min_id", about: "Only what is newer than this id, the oldest of it.", example: "117104873472131072"},
		param{name: "limit", about: "How many to give: 20 unless said, 40 at most.", number: true, example: "20"})
}
