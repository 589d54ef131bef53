package act

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// PlaceMost is how long each name of a place may be, in characters.
const PlaceMost = 80

// Precision says how exactly a place is kept.
type Precision string

// From no place at all to the very spot.
const (
	NoPlace   Precision = ""
	ToCountry Precision = "country"
	ToRegion  Precision = "region"
	ToTown    Precision = "town"
	ToSpot    Precision = "spot"
)

// precisions are those with a name each, the coarsest first.
var precisions = []Precision{ToCountry, ToRegion, ToTown, ToSpot}

// Place is where an act was done, in its doer's words. What is finer than Precision
// is dropped before anything is written, and coordinates are refused: nothing here
// looks up where a name lies.
type Place struct {
	Precision                   Precision
	Country, Region, Town, Spot string
	Visibility                  Visibility // "": organisers; never more people than see the act
}

// None says whether no place is told.
func (p Place) None() bool { return p.Precision == NoPlace }

// String is the place in one line, the finest name first.
func (p Place) String() string {
	names := slices.DeleteFunc([]string{p.Spot, p.Town, p.Region, p.Country}, func(s string) bool { return s == "" })
	return strings.Join(names, ", ")
}

// name is the one that belongs to a precision.
func (p *Place) name(of Precision) *string {
	return map[Precision]*string{ToCountry: &p.Country, ToRegion: &p.Region, ToTown: &p.Town, ToSpot: &p.Spot}[of]
}

// coordinates are numbers, codes and addresses that say where exactly something is:
// degrees with two decimals or more, with minutes, plus codes, links of maps, and
// addresses of three words.
var coordinates = regexp.MustCompile(`(?i)\d[.,]\d{2,}|\d\s*°|://|\b(geo|loc):|[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,}|///\S`)

// clean leaves what is to be kept.
func (p Place) clean() (Place, error) {
	to := slices.Index(precisions, p.Precision)
	kept := Place{Visibility: p.Visibility}
	typed := strings.TrimSpace(p.Country+p.Region+p.Town+p.Spot) != ""
	switch {
	case p.Precision == NoPlace && typed:
		return kept, problem.Invalid("place.precision", "Say how exactly the place is to be kept.")
	case p.Precision == NoPlace, !typed:
		return Place{}, nil
	case to < 0:
		return kept, problem.Invalid("place.precision", "A place is a country, a region, a town or a spot.")
	}
	if kept.Visibility == "" {
		kept.Visibility = Organisers
	}
	if !validVisibility(kept.Visibility) {
		return kept, badVisibility("place.visibility")
	}
	for _, precision := range precisions[:to+1] {
		field := "place." + string(precision)
		name, err := text.Line(field, *p.name(precision), PlaceMost)
		if err != nil {
			return kept, err
		}
		if coordinates.MatchString(name) {
			return kept, problem.Invalid(field, "Name the place in words. Coordinates and links of maps are not kept.")
		}
		if *kept.name(precision) = name; name != "" {
			kept.Precision = precision
		}
	}
	if kept.None() {
		return kept, problem.Invalid("place.precision", "Only finer names are filled in than are to be kept.")
	}
	return kept, nil
}

// PlaceVisible decides who may see where an act was done: who may see the act, as
// far as the place's own visibility goes.
func PlaceVisible(v account.Viewer, sight Sight, a *Act, p Place) bool {
	if p.None() || !Visible(v, sight, a) {
		return false
	}
	place := *a
	place.Visibility = p.Visibility
	return Visible(v, sight, &place)
}

// Places are where acts that v sees were done, as far as v may see that, too.
func (s *Service) Places(ctx context.Context, v account.Viewer, acts []*Act) (map[id.ID]Place, error) {
	places, err := placesOf(s.d.Read(ctx), acts)
	if err != nil || len(places) == 0 {
		return nil, err
	}
	for _, a := range acts {
		p, told := places[a.ID]
		if !told {
			continue
		}
		sight, err := s.SightOf(ctx, v, a)
		if err != nil {
			return nil, err
		}
		if !PlaceVisible(v, sight, a, p) {
			delete(places, a.ID)
		}
	}
	return places, nil
}

// placesOf are the places of acts, whoever asks.
func placesOf(r db.Reader, acts []*Act) (map[id.ID]Place, error) {
	if len(acts) == 0 {
		return nil, nil
	}
	type found struct {
		act   id.ID
		place Place
	}
	in, args := db.In(1, idsOf(acts))
	rows, err := db.All(r, func(row db.Row) (f found, err error) {
		err = row.Scan(&f.act, &f.place.Country, &f.place.Region, &f.place.Town, &f.place.Spot, &f.place.Visibility)
		for _, precision := range precisions {
			if *f.place.name(precision) != "" {
				f.place.Precision = precision
			}
		}
		return f, err
	}, "SELECT act_id, country, region, town, spot, visibility FROM act_place WHERE act_id IN "+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read places of acts: %w", err)
	}
	places := make(map[id.ID]Place, len(rows))
	for _, f := range rows {
		places[f.act] = f.place
	}
	return places, nil
}

// keepPlace keeps a clean place of an act, in place of what was there.
func keepPlace(tx *db.Tx, actID id.ID, p Place) error {
	if p.None() {
		return forgetPlace(tx, actID)
	}
	_, err := tx.Exec(`INSERT INTO act_place (act_id, country, region, town, spot, visibility) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (act_id) DO UPDATE SET country = excluded.country, region = excluded.region, town = excluded.town,
			spot = excluded.spot, visibility = excluded.visibility`,
		actID, p.Country, p.Region, p.Town, p.Spot, string(p.Visibility))
	if err != nil {
		return fmt.Errorf("keep the place of act %s: %w", actID, err)
	}
	return nil
}

func forgetPlace(tx *db.Tx, actID id.ID) error {
	if _, err := tx.Exec("DELETE FROM act_place WHERE act_id = $1", actID); err != nil {
		return fmt.Errorf("erase the place of act %s: %w", actID, err)
	}
	return nil
}
