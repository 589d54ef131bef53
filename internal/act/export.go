package act

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// ExportMost is how many acts one part of an export has.
const ExportMost = 500

// Exported is an act as those who organise its call take it out: what its doer
// shows to organisers, without the pictures and films.
type Exported struct {
	ID         id.ID      `json:"id"`
	Doer       string     `json:"doer"` // handle, or an outside person's name; "" for somebody unknown by now
	Outside    bool       `json:"outside"`
	At         time.Time  `json:"at"`      // when it was done
	ToldAt     time.Time  `json:"told_at"` // when it was told
	InspiredBy id.ID      `json:"inspired_by"`
	Quantity   int64      `json:"quantity"` // in the smallest unit
	Unit       string     `json:"unit"`
	Story      string     `json:"story"`
	Links      []string   `json:"links"` // the evidence's, as far as the doer shows it to organisers
	Place      string     `json:"place"` // as precisely as the doer tells organisers, the finest name first; "" for none
	Proof      Proof      `json:"proof"`
	Visibility Visibility `json:"visibility"`
}

// Export are the acts of a call after one of them, the oldest first, at most
// ExportMost: all that its organisers may see, and never an act that is its doer's
// alone. Those who organise the call may, and the system: problem.Forbidden.
func (s *Service) Export(ctx context.Context, v account.Viewer, callID, after id.ID) ([]Exported, error) {
	if !v.System() {
		c, err := s.rooms.Calls.Get(ctx, v, callID)
		if err != nil {
			return nil, err
		}
		organises, err := s.rooms.Calls.Organises(ctx, v, c)
		if err != nil {
			return nil, err
		}
		if !organises {
			return nil, problem.Forbidden("Only those who organise this call can do this.")
		}
	} else if _, err := call.GetIn(s.d.Read(ctx), callID); err != nil {
		return nil, err
	}
	visible, more := visibleSQL(v, 3)
	acts, err := db.All(s.d.Read(ctx), scan, `SELECT `+columns+` FROM act WHERE act.call_id = $1 AND act.id > $2
		AND act.visibility <> 'me' AND NOT `+withheldSQL+` AND `+visible+fmt.Sprintf(` ORDER BY act.id LIMIT %d`, ExportMost),
		append([]any{callID, int64(after)}, more...)...)
	if err != nil {
		return nil, fmt.Errorf("read acts to be taken out: %w", err)
	}
	return s.exported(ctx, acts)
}

func (s *Service) exported(ctx context.Context, acts []*Act) ([]Exported, error) {
	var doers, outside []id.ID
	for _, a := range acts {
		if a.Outside {
			outside = append(outside, a.DoerID)
		} else {
			doers = append(doers, a.DoerID)
		}
	}
	names, err := s.Outsiders(ctx, outside)
	if err != nil {
		return nil, err
	}
	accounts, err := s.rooms.Accounts.Many(ctx, doers)
	if err != nil {
		return nil, err
	}
	places, err := placesOf(s.d.Read(ctx), acts)
	if err != nil {
		return nil, err
	}
	links, err := linksOf(s.d.Read(ctx), acts)
	if err != nil {
		return nil, err
	}
	out := make([]Exported, len(acts))
	for i, a := range acts {
		out[i] = Exported{ID: a.ID, Outside: a.Outside, At: a.DoneAt.UTC(), ToldAt: a.CreatedAt.UTC(), InspiredBy: a.Parent, Quantity: a.Quantity,
			Unit: a.Unit, Story: a.Story, Links: []string{}, Place: organisersPlace(places[a.ID]), Proof: a.Proof, Visibility: a.Visibility}
		if a.EvidenceVisibility != Me && links[a.ID] != nil {
			out[i].Links = links[a.ID]
		}
		switch who := accounts[a.DoerID]; {
		case a.Outside:
			out[i].Doer = names[a.DoerID]
		case who != nil && who.Shown():
			out[i].Doer = who.Handle()
		}
	}
	return out, nil
}

// organisersPlace is a place as those who organise the act's call may take it out.
func organisersPlace(p Place) string {
	if p.Visibility == Me {
		return ""
	}
	return p.String()
}

// ExportTo writes all parts of an export as a sheet (RFC 4180, with a header line)
// or, with asJSON, as one JSON array. flush is called after each part; what it
// answers ends the writing.
func (s *Service) ExportTo(ctx context.Context, v account.Viewer, callID id.ID, w io.Writer, asJSON bool, flush func() error) error {
	write, end := sheetTo(w), func() error { return nil }
	if asJSON {
		write, end = arrayTo(w)
	}
	for after := id.ID(0); ; {
		acts, err := s.Export(ctx, v, callID, after)
		if err != nil {
			return err
		}
		if err := write(acts); err != nil {
			return err
		}
		if len(acts) < ExportMost {
			if err := end(); err != nil {
				return err
			}
			return flush()
		}
		if err := flush(); err != nil {
			return err
		}
		after = acts[len(acts)-1].ID
	}
}

// sheetTo writes parts of a sheet; the header comes with the first. Columns that an
// import knows have its names.
func sheetTo(w io.Writer) func([]Exported) error {
	out := csv.NewWriter(w)
	begun := false
	return func(acts []Exported) error {
		if !begun {
			begun = true
			if err := out.Write(append(append([]string{}, SheetColumns...), "proof", "visibility", "told_at", "outside", "place", "links")); err != nil {
				return err
			}
		}
		for _, a := range acts {
			inspiredBy := ""
			if a.InspiredBy != 0 {
				inspiredBy = a.InspiredBy.String()
			}
			err := out.Write([]string{a.ID.String(), text.Cell(a.Doer), a.At.Format(time.RFC3339), inspiredBy, strconv.FormatInt(a.Quantity, 10), a.Unit, text.Cell(a.Story),
				a.Proof.String(), string(a.Visibility), a.ToldAt.Format(time.RFC3339), strconv.FormatBool(a.Outside), text.Cell(a.Place), text.Cell(strings.Join(a.Links, " "))})
			if err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	}
}

// arrayTo writes parts of a JSON array, and its end.
func arrayTo(w io.Writer) (write func([]Exported) error, end func() error) {
	before := "["
	write = func(acts []Exported) error {
		for _, a := range acts {
			b, err := json.Marshal(a)
			if err != nil {
				return err
			}
			if _, err := io.WriteString(w, before+"\n"); err != nil {
				return err
			}
			if _, err := w.Write(b); err != nil {
				return err
			}
			before = ","
		}
		return nil
	}
	return write, func() error {
		if before == "[" {
			_, err := io.WriteString(w, "[]\n")
			return err
		}
		_, err := io.WriteString(w, "\n]\n")
		return err
	}
}
