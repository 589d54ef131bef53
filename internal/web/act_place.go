package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/web/look"
)

// placeFields ask where an act was done, and how exactly that is kept. They are folded
// away until something was written.
func (x *visit) placeFields(f filled, seen []look.Choice) templ.Component {
	name := func(field, label, complete string) templ.Component {
		return f.line(look.Field{Name: "place." + field, Label: label, MaxLength: act.PlaceMost, Autocomplete: complete})
	}
	if f.values.Get("place.visibility") == "" {
		f.values.Set("place.visibility", string(act.Organisers))
	}
	if !slices.ContainsFunc(seen, func(c look.Choice) bool { return c.Value == f.values.Get("place.visibility") }) {
		f.values.Set("place.visibility", string(act.Me)) // an act without a movement has no organisers
	}
	open := f.values.Get("place.precision") != ""
	for _, w := range f.wrong {
		open = open || strings.HasPrefix(w.Field, "place.")
	}
	return placeFields(x.p, open, components(
		f.choose(look.Field{Name: "place.precision", Label: x.p.T("How exactly is it kept?"), Hint: x.p.T("What you write below that is finer than this is thrown away, and stands nowhere.")}, []look.Choice{
			{Value: string(act.NoPlace), Label: x.p.T("No place")}, {Value: string(act.ToCountry), Label: x.p.T("The country")}, {Value: string(act.ToRegion), Label: x.p.T("The region")},
			{Value: string(act.ToTown), Label: x.p.T("The town")}, {Value: string(act.ToSpot), Label: x.p.T("The very spot")}}),
		name("country", x.p.T("Country"), "country-name"), name("region", x.p.T("Region"), "address-level1"), name("town", x.p.T("Town"), "address-level2"), name("spot", x.p.T("Spot"), "off"),
		f.choose(look.Field{Name: "place.visibility", Label: x.p.T("Who may see the place?")}, seen)))
}

// readPlace is what a form says of a place.
func readPlace(form url.Values) act.Place {
	return act.Place{Precision: act.Precision(form.Get("place.precision")), Country: form.Get("place.country"), Region: form.Get("place.region"),
		Town: form.Get("place.town"), Spot: form.Get("place.spot"), Visibility: act.Visibility(form.Get("place.visibility"))}
}

// placeValues are a place as a form shows it.
func placeValues(values url.Values, p act.Place) {
	for field, value := range map[string]string{"precision": string(p.Precision), "country": p.Country, "region": p.Region, "town": p.Town, "spot": p.Spot, "visibility": string(p.Visibility)} {
		values.Set("place."+field, value)
	}
}
