package web

import (
	"cmp"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/web/look"
)

func callPath(i id.ID) string { return "/calls/" + i.String() }

// callCards are calls with their progress. With named, each says which movement
// it belongs to.
func (x *visit) callCards(list []*call.Call, named bool) ([]look.Call, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ctx := x.r.Context()
	ids, in := make([]id.ID, len(list)), make([]id.ID, len(list))
	for i, c := range list {
		ids[i], in[i] = c.ID, c.MovementID
	}
	progress, err := x.Calls.Progress(ctx, list)
	if err != nil {
		return nil, err
	}
	did := map[id.ID]bool{}
	if x.me != nil {
		if did, err = x.Acts.Did(ctx, x.me.ID, ids); err != nil {
			return nil, err
		}
	}
	movements := map[id.ID]*movement.Movement{}
	if named {
		if movements, err = x.Movements.Many(ctx, x.v, in); err != nil {
			return nil, err
		}
	}
	next, err := x.Meets.Next(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]look.Call, len(list))
	for i, c := range list {
		out[i] = x.callCard(c, progress[c.ID], next[c.ID])
		out[i].Done = did[c.ID]
		if did[c.ID] && c.OneOnly() {
			out[i].ActionURL = ""
		}
		if m := movements[c.MovementID]; m != nil {
			out[i].Movement = &look.Link{Text: "#" + m.Hashtag, URL: movementPath(m)}
		}
	}
	return out, nil
}

// callCard is a call on a page, its times in its place's zone. Where people come
// together for it, its time is that of the next date; nil for none ahead.
func (x *visit) callCard(c *call.Call, done call.Progress, next *meet.Date) look.Call {
	path, zone := callPath(c.ID), c.Location()
	out := look.Call{
		ID: c.ID.String(), URL: path, Kind: string(c.Kind), Title: c.Title, Summary: summary(c.Body, 220), State: string(c.State),
		Reason: c.Reason, Place: c.Place, Online: c.Online, Reached: look.Amount{N: done.Done, Unit: c.Unit}, Acts: done.Acts, People: done.People,
		ActsURL: path + "/acts", Nominees: c.Nominees, Within: c.Answer,
	}
	if c.State == call.StateOpen {
		out.ActionURL = path + "/act"
		if c.Kind == call.Fundraiser {
			out.ActionURL = path + "/give"
		}
		if c.Kind == call.Petition {
			out.ActionURL = path + "#sign"
		}
		if next == nil && meet.Kind(c.Kind) && c.StartsAt.After(x.Now()) {
			out.ActionURL = "" // nobody can come yet, nor tell that they came
		}
	}
	if c.Goal > 0 {
		out.Goal = &look.Amount{N: done.Toward(), Unit: c.Unit}
		if out.Goal.N != c.Goal {
			out.First = &look.Amount{N: c.Goal, Unit: c.Unit}
		}
	} else if !call.IsCurrency(c.Unit) && c.Kind != call.Volunteering {
		out.Reached = look.Amount{} // the number of acts says the same
	}
	if !c.OpensAt.IsZero() {
		out.Opens = c.OpensAt.In(zone)
	}
	if !c.StartsAt.IsZero() {
		out.Starts = c.StartsAt.In(zone)
	}
	if next != nil {
		out.Starts, out.Place = next.Starts(), cmp.Or(next.Place, c.Place)
		if next.Ends().YearDay() != next.Starts().YearDay() { // else the day stands there already
			out.Ends = next.Ends()
		}
		return out
	}
	switch {
	case !c.EndsAt.IsZero():
		out.Ends = c.EndsAt.In(zone)
	case !c.ClosesAt.IsZero():
		out.Ends = c.ClosesAt.In(zone)
	}
	return out
}

// reports are what the call's partner reported, apart from acts here.
func (x *visit) reports(c *call.Call, list []call.Report) ([]look.Reported, error) {
	if len(list) == 0 {
		return nil, nil
	}
	by := ""
	if c.Beneficiary != 0 {
		partner, err := x.people([]id.ID{c.Beneficiary})
		if err != nil {
			return nil, err
		}
		by = x.person(partner[c.Beneficiary]).Shown()
	}
	out := make([]look.Reported, len(list))
	for i, r := range list {
		out[i] = look.Reported{Amount: look.Amount{N: r.Amount, Unit: r.Unit}, Least: r.AtLeast, At: r.AsOf.In(c.Location()), By: by,
			Source: sourceLink(r.Source)}
	}
	return out, nil
}
