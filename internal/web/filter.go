package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

const filtersPath = "/settings/filters"

func filterRoutes() []route {
	return []route{
		{"GET " + filtersPath, (*visit).filterSettings},
		{"GET " + filtersPath + "/new", (*visit).newFilter},
		{"POST " + filtersPath + "/new", (*visit).createFilter},
		{"GET " + filtersPath + "/{id}", (*visit).editFilter},
		{"POST " + filtersPath + "/{id}", (*visit).changeFilter},
		{"POST " + filtersPath + "/{id}/delete", (*visit).deleteFilter},
	}
}

// heed marks what the reader's filters find among posts that are shown in a place.
// cards are in the order of list.
func (x *visit) heed(cards []look.Post, results func(n int) []filter.Result) {
	for n := range cards {
		for _, r := range filter.In(x.place, results(n)) {
			switch r.Filter.Action {
			case filter.Hide:
				cards[n].Hidden = true
			case filter.Blur:
				cards[n].Blurred = r.Filter.Title
				if c := cards[n].Card; c != nil {
					c.Image = ""
				}
			default:
				cards[n].Filtered = r.Filter.Title
			}
		}
	}
}

// unfiltered is a post that its reader opened: only its pictures stay folded.
func unfiltered(card *look.Post) { card.Hidden, card.Filtered = false, "" }

// placeOf is what the reader's filters take the posts of a page for, by its path.
func placeOf(path string) filter.Contexts {
	for _, is := range []struct {
		begins string
		place  filter.Contexts
	}{
		{"/posts/", filter.Thread}, {"/@", filter.Profile}, {"/public", filter.Public}, {"/tags/", filter.Public},
		{"/movements/", filter.Public},
	} {
		if strings.HasPrefix(path, is.begins) {
			return is.place
		}
	}
	if path == "/" || strings.HasPrefix(path, "/?") {
		return filter.Home
	}
	return 0 // pages on which filters do not hold
}

// filterPlaces and filterActions are what can be chosen for a filter.
var filterPlaces = []struct {
	is    filter.Contexts
	label string
}{
	{filter.Home, lang.Mark("At home and in lists")}, {filter.Notices, lang.Mark("In notices")}, {filter.Public, lang.Mark("Where everyone’s posts are: hashtags and movements")},
	{filter.Thread, lang.Mark("In conversations")}, {filter.Profile, lang.Mark("On people’s pages")},
}

var filterActions = []struct {
	is          filter.Action
	label, hint string
}{
	{filter.Warn, lang.Mark("Fold them"), lang.Mark("The title of the filter is shown in their place.")},
	{filter.Blur, lang.Mark("Fold their pictures"), ""},
	{filter.Hide, lang.Mark("Leave them out"), ""},
}

// filterLasts is for how long a filter can be made.
var filterLasts = []struct {
	lasts time.Duration
	label string
}{
	{0, lang.Mark("Until I delete it")}, {30 * time.Minute, lang.Mark("For half an hour")}, {time.Hour, lang.Mark("For an hour")},
	{6 * time.Hour, lang.Mark("For six hours")}, {24 * time.Hour, lang.Mark("For a day")}, {7 * 24 * time.Hour, lang.Mark("For a week")},
}

// asItIs leaves the end of a filter where it is.
const asItIs = "as-it-is"

// filterRow is one filter in the list.
type filterRow struct {
	Title, URL string
	Words      string // what it looks for
	Posts      int
	Where, Act string
	Expired    bool
	Ends       time.Time
}

func (x *visit) filterSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	all, err := x.Filters.All(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	rows := make([]filterRow, len(all))
	for n, f := range all {
		rows[n] = x.filterRow(f)
	}
	page := x.page(x.p.T("Filters"))
	page.NoIndex = true
	return x.render(page, filtersPage(x.p, page.Title, x.settingTabs("filters"), rows))
}

func (x *visit) filterRow(f *filter.Filter) filterRow {
	row := filterRow{Title: f.Title, URL: filtersPath + "/" + f.ID.String(), Posts: len(f.Posts), Expired: f.Expired(x.Now()), Ends: f.ExpiresAt}
	words, where := []string{}, []string{}
	for _, k := range f.Keywords {
		words = append(words, k.Text)
	}
	for _, p := range filterPlaces {
		if f.Contexts&p.is != 0 {
			where = append(where, x.p.T(p.label))
		}
	}
	for _, a := range filterActions {
		if a.is == f.Action {
			row.Act = x.p.T(a.label)
		}
	}
	row.Words, row.Where = strings.Join(words, ", "), strings.Join(where, " · ")
	return row
}

func (x *visit) newFilter() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form := url.Values{"action": {string(filter.Warn)}}
	for _, p := range filterPlaces {
		form.Add("context", strconv.Itoa(int(p.is)))
	}
	return x.showFilter(nil, form, nil)
}

func (x *visit) createFilter() error { return x.takeFilter(nil) }

// filter is the one of the address.
func (x *visit) filter() (*filter.Filter, error) {
	i, err := x.id("id", "filter")
	if err != nil {
		return nil, err
	}
	return x.Filters.Get(x.r.Context(), x.v, i)
}

func (x *visit) editFilter() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	f, err := x.filter()
	if err != nil {
		return err
	}
	form := url.Values{"title": {f.Title}, "action": {string(f.Action)}, "expires": {asItIs}}
	for _, p := range filterPlaces {
		if f.Contexts&p.is != 0 {
			form.Add("context", strconv.Itoa(int(p.is)))
		}
	}
	form.Set("words", keywordLines(f, true))
	form.Set("parts", keywordLines(f, false))
	return x.showFilter(f, form, nil)
}

// keywordLines are a filter's keywords of one sort, one on each line.
func keywordLines(f *filter.Filter, whole bool) string {
	var all []string
	for _, k := range f.Keywords {
		if k.WholeWord == whole {
			all = append(all, k.Text)
		}
	}
	return strings.Join(all, "\n")
}

// showFilter is the form of a filter, nil for a new one.
func (x *visit) showFilter(f *filter.Filter, form url.Values, wrong []look.Wrong) error {
	view := formView{Title: x.p.T("A new filter"), Action: filtersPath + "/new", Wrong: wrong, Submit: x.p.T("Save"),
		Intro:  []string{x.p.T("Nobody else knows of your filters. What you write yourself is never filtered.")},
		Beside: &look.Link{Text: x.p.T("Back"), URL: filtersPath}}
	if f != nil {
		view.Title, view.Action = x.p.T("Filter “%s”", f.Title), filtersPath+"/"+f.ID.String()
		view.More = rowButtons([]rowButton{{Text: x.p.T("Delete this filter"), Action: filtersPath + "/" + f.ID.String() + "/delete"}}, filtersPath)
	}
	var where, actions []look.Choice
	for _, p := range filterPlaces {
		value := strconv.Itoa(int(p.is))
		where = append(where, look.Choice{Value: value, Label: x.p.T(p.label), Chosen: slices.Contains(form["context"], value)})
	}
	for _, a := range filterActions {
		c := look.Choice{Value: string(a.is), Label: x.p.T(a.label), Chosen: form.Get("action") == string(a.is)}
		if a.hint != "" {
			c.Hint = x.p.T(a.hint)
		}
		actions = append(actions, c)
	}
	words := look.Field{Name: "words", Label: x.p.T("Whole words"), Value: form.Get("words"), Rows: 4, Optional: true, Error: wrongOf(wrong, "keyword"),
		Hint: x.p.T("A word, a phrase or a hashtag on each line, in capitals or not. “art” does not find “party”.")}
	parts := look.Field{Name: "parts", Label: x.p.T("Parts of words"), Value: form.Get("parts"), Rows: 2, Optional: true,
		Hint: x.p.T("“art” finds “party” too. For languages that put no spaces between words.")}
	view.Fields = []templ.Component{
		look.Input(x.p, look.Field{Name: "title", Label: x.p.T("Title"), Value: form.Get("title"), MaxLength: filter.TitleMost, Required: true, Error: wrongOf(wrong, "title")}),
		look.TextArea(x.p, words), look.TextArea(x.p, parts),
		look.Checkboxes(x.p, look.Field{Name: "context", Label: x.p.T("Where it holds"), Error: wrongOf(wrong, "context")}, where),
		look.Radios(x.p, look.Field{Name: "action", Label: x.p.T("What to do with such posts"), Error: wrongOf(wrong, "filter_action")}, actions),
		look.Select(x.p, look.Field{Name: "expires", Label: x.p.T("How long")}, x.lastChoices(f, form.Get("expires"))),
	}
	return x.showSettings("filters", view)
}

func (x *visit) lastChoices(f *filter.Filter, chosen string) []look.Choice {
	var all []look.Choice
	if f != nil && !f.ExpiresAt.IsZero() {
		all = append(all, look.Choice{Value: asItIs, Label: x.p.T("As it was"), Chosen: chosen == asItIs})
	}
	for _, l := range filterLasts {
		value := strconv.Itoa(int(l.lasts / time.Second))
		all = append(all, look.Choice{Value: value, Label: x.p.T(l.label), Chosen: chosen == value})
	}
	return all
}

func (x *visit) changeFilter() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	f, err := x.filter()
	if err != nil {
		return err
	}
	return x.takeFilter(f)
}

// takeFilter makes a filter of the form, or changes f.
func (x *visit) takeFilter(f *filter.Filter) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	draft, err := x.filterDraft(f, form)
	switch {
	case err != nil:
	case f == nil:
		_, err = x.Filters.Create(x.r.Context(), x.v, draft)
	default:
		_, err = x.Filters.Change(x.r.Context(), x.v, f.ID, draft)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showFilter(f, form, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(filtersPath)
}

// filterDraft is what the form says, as a change to f.
func (x *visit) filterDraft(f *filter.Filter, form url.Values) (filter.Draft, error) {
	title, action, where := form.Get("title"), filter.Action(form.Get("action")), filter.Contexts(0)
	for _, value := range form["context"] {
		bit, err := strconv.Atoi(value)
		if err != nil {
			return filter.Draft{}, problem.Invalid("context", "Choose one of these.")
		}
		where |= filter.Contexts(bit)
	}
	d := filter.Draft{Title: &title, Contexts: &where, Action: &action}
	if s := form.Get("expires"); f == nil || s != asItIs {
		var at time.Time
		for _, l := range filterLasts {
			if l.lasts > 0 && strconv.Itoa(int(l.lasts/time.Second)) == s {
				at = x.Now().Add(l.lasts)
			}
		}
		d.ExpiresAt = &at
	}
	d.Keywords = slices.Concat(keywordChanges(f, form.Get("words"), true), keywordChanges(f, form.Get("parts"), false))
	return d, nil
}

// keywordChanges make the keywords of one sort those of the lines.
func keywordChanges(f *filter.Filter, typed string, whole bool) (all []filter.KeywordDraft) {
	wanted := map[string]id.ID{} // 0 until there is one
	var order []string
	for line := range strings.Lines(typed) {
		if word := strings.TrimSpace(line); word != "" {
			if _, twice := wanted[word]; !twice {
				order = append(order, word)
			}
			wanted[word] = 0
		}
	}
	if f != nil {
		for _, k := range f.Keywords {
			if k.WholeWord != whole {
				continue
			}
			if had, keep := wanted[k.Text]; !keep || had != 0 {
				all = append(all, filter.KeywordDraft{ID: k.ID, Remove: true})
			} else {
				wanted[k.Text] = k.ID
			}
		}
	}
	for _, word := range order {
		if wanted[word] == 0 {
			all = append(all, filter.KeywordDraft{Text: &word, WholeWord: &whole})
		}
	}
	return all
}

func (x *visit) deleteFilter() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "filter")
	if err != nil {
		return err
	}
	if err := x.Filters.Delete(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(x.p.T("The filter is gone."))
	return x.redirect(filtersPath)
}
