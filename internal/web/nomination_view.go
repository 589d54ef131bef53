package web

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/web/look"
)

// nominationStates are the words that a nominee's card knows.
var nominationStates = map[act.NominationState]string{
	act.NominationOpen:      "open",
	act.NominationAccepted:  "accepted",
	act.NominationAnswered:  "answered",
	act.NominationDeclined:  "declined",
	act.NominationExpired:   "over",
	act.NominationWithdrawn: "withdrawn",
}

// givenStates are the words that a nominator's card knows.
var givenStates = map[act.GivenState]string{
	act.GivenOpen:      "open",
	act.GivenAccepted:  "accepted",
	act.GivenAnswered:  "answered",
	act.GivenNotNow:    "not this time",
	act.GivenWithdrawn: "withdrawn",
}

// asked is what nominations are about.
type asked struct {
	calls     map[id.ID]*call.Call
	movements map[id.ID]*movement.Movement
}

func (x *visit) asked(calls, movements []id.ID) (a asked, err error) {
	if a.calls, err = x.Calls.Many(x.r.Context(), x.v, calls); err != nil {
		return a, err
	}
	a.movements, err = x.Movements.Many(x.r.Context(), x.v, movements)
	return a, err
}

func (a asked) fill(n *look.Nomination, callID, movementID id.ID) {
	if c := a.calls[callID]; c != nil {
		n.Call = look.Link{Text: c.Title, URL: callPath(c.ID)}
		n.Deadline = n.Deadline.In(c.Location())
	}
	if m := a.movements[movementID]; m != nil {
		n.Movement = &look.Link{Text: "#" + m.Hashtag, URL: movementPath(m)}
	}
}

// nominationsToMe are nominations as their nominee sees them.
func (x *visit) nominationsToMe(list []*act.Nomination) ([]look.Nomination, error) {
	var who, calls, movements []id.ID
	for _, n := range list {
		who, calls, movements = append(who, n.NominatorID), append(calls, n.CallID), append(movements, n.MovementID)
	}
	people, err := x.people(who)
	if err != nil {
		return nil, err
	}
	about, err := x.asked(calls, movements)
	if err != nil {
		return nil, err
	}
	did, err := x.Acts.First(x.r.Context(), x.v, calls)
	if err != nil {
		return nil, err
	}
	out := make([]look.Nomination, len(list))
	for i, n := range list {
		v := look.Nomination{ID: n.ID.String(), From: x.person(people[n.NominatorID]), ToMe: true, Deadline: n.Deadline,
			State: nominationStates[n.State], Late: !n.Deadline.After(x.Now()), Back: x.here()}
		about.fill(&v, n.CallID, n.MovementID)
		if n.AnswerID != 0 {
			v.ActURL = actPath(n.AnswerID)
		}
		if first := did[n.CallID]; first != 0 && n.AnswerID == 0 {
			v.DidURL = actPath(first)
		} else if c := about.calls[n.CallID]; c != nil && c.State == call.StateOpen {
			v.DoURL = callPath(n.CallID) + "/act?via=nomination-" + n.ID.String()
		}
		out[i] = v
	}
	return out, nil
}

// nominationsByMe are nominations as their nominator may know them.
func (x *visit) nominationsByMe(list []act.Given) ([]look.Nomination, error) {
	var who, calls, movements []id.ID
	for _, n := range list {
		who, calls, movements = append(who, n.NomineeID), append(calls, n.CallID), append(movements, n.MovementID)
	}
	people, err := x.people(who)
	if err != nil {
		return nil, err
	}
	about, err := x.asked(calls, movements)
	if err != nil {
		return nil, err
	}
	out := make([]look.Nomination, len(list))
	for i, n := range list {
		v := look.Nomination{ID: n.ID.String(), To: x.person(people[n.NomineeID]), Deadline: n.Deadline, State: givenStates[n.State], Back: x.here()}
		about.fill(&v, n.CallID, n.MovementID)
		if n.AnswerID != 0 {
			v.ActURL = actPath(n.AnswerID)
		}
		out[i] = v
	}
	return out, nil
}
