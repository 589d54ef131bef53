package web

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"goodturn/internal/about"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

const (
	adminEmojis  = adminPath + "/emojis"
	emojisPage   = 60
	pictureTypes = "image/jpeg,image/png,image/webp,image/gif"
)

func adminEmojiRoutes() []route {
	return []route{
		{"GET " + adminEmojis, administered(func(x *visit) error { return x.showEmojis(url.Values{"picker": {"on"}}, nil) })},
		{"POST " + adminEmojis, administered(withFiles((*visit).addEmoji))},
		{"GET " + adminEmojis + "/{id}", administered((*visit).editEmoji)},
		{"POST " + adminEmojis + "/{id}", administered((*visit).changeEmoji)},
		{"POST " + adminEmojis + "/{id}/delete", administered((*visit).deleteEmoji)},
	}
}

// showEmojis lists the emojis of this server, by shortcode, and takes one more.
func (x *visit) showEmojis(typed url.Values, wrong []look.Wrong) error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(x.r.URL.Query().Get("page")) // what is no number is the first
	all := a.Emojis.All
	pages := max(1, (len(all)+emojisPage-1)/emojisPage)
	page = min(max(page, 1), pages)
	var rows []emojiRow
	for _, e := range all[(page-1)*emojisPage : min(page*emojisPage, len(all))] {
		row := emojiRow{Code: e.Shortcode, Image: e.Media.SmallURL(), Category: e.Category, URL: adminEmojis + "/" + e.ID.String(), Width: e.Media.SmallWidth, Height: e.Media.SmallHeight}
		switch {
		case e.Disabled:
			row.State = x.p.T("Switched off")
		case !e.Picker:
			row.State = x.p.T("Not offered for choosing")
		}
		rows = append(rows, row)
	}
	newer, older := "", ""
	if page > 1 {
		newer = adminEmojis + "?page=" + strconv.Itoa(page-1)
	}
	if page < pages {
		older = adminEmojis + "?page=" + strconv.Itoa(page+1)
	}
	list := look.Empty(x.p.T("No emojis of your own yet"), x.p.T("A small picture that people write as :name:."), nil)
	if len(rows) > 0 {
		list = emojiList(x.p, rows, newer, older)
	}
	add := form(x.p, formView{Action: adminEmojis, Files: true, Wrong: wrong, Submit: x.p.T("Add"), Fields: append([]templ.Component{
		look.Input(x.p, look.Field{Name: "shortcode", Label: x.p.T("Name"), Prefix: ":", Hint: x.p.T("Letters (a to z), digits and underscores. People write it between two colons."), Value: typed.Get("shortcode"),
			MaxLength: 60, Required: true, Error: wrongOf(wrong, "shortcode"), Autocomplete: "off"}),
		look.Input(x.p, look.Field{Name: "file", Label: x.p.T("Picture"), Hint: x.p.T("Best is a square on a clear ground. At most %d kB.", about.MaxEmojiBytes>>10), Type: "file", Accept: pictureTypes, Required: true, Error: wrongOf(wrong, "file")}),
	}, x.emojiFields(typed, wrong)...)})
	return x.showAdmin(adminEmojis, adminView{Title: x.p.T("Emojis"), Intro: []string{x.p.T("Pictures of this server’s own, for names, posts and reactions.")},
		Parts: []templ.Component{titled(x.p.T("Add an emoji"), add), section(x.p.T("All emojis"), list)}})
}

func (x *visit) emojiFields(typed url.Values, wrong []look.Wrong) []templ.Component {
	return []templ.Component{
		look.Input(x.p, look.Field{Name: "category", Label: x.p.T("Category"), Optional: true, Value: typed.Get("category"), MaxLength: 60, Error: wrongOf(wrong, "category")}),
		look.Checkbox(x.p, look.Field{Name: "picker", Label: x.p.T("Offer it for choosing")}, typed.Has("picker")),
	}
}

func (x *visit) addEmoji() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	file, err := x.sentFile("file")
	switch {
	case err != nil:
	case file == nil:
		err = problem.Invalid("file", "Choose a picture.")
	default:
		err = x.About.AddEmoji(x.r.Context(), x.v, about.Emoji{Shortcode: form.Get("shortcode"), Category: form.Get("category"), Picker: form.Has("picker")}, file)
		err = orClose(err, file)
	}
	return x.adminSaved(err, adminEmojis, func(wrong []look.Wrong) error { return x.showEmojis(form, wrong) })
}

// sentFile is the file of a field, nil if none was chosen; the caller closes it.
func (x *visit) sentFile(field string) (multipart.File, error) {
	file, header, err := x.r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open what was uploaded: %w", err)
	}
	if header.Size == 0 && header.Filename == "" {
		return nil, file.Close()
	}
	return file, nil
}

// orClose closes an upload; what went wrong before counts first.
func orClose(err error, file multipart.File) error {
	if e := closeUpload(file); err == nil {
		return e
	}
	return err
}

// emoji is the one of the path.
func (x *visit) emoji() (*about.Emoji, error) {
	i, err := x.id("id", "emoji")
	if err != nil {
		return nil, err
	}
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return nil, err
	}
	for n := range a.Emojis.All {
		if e := &a.Emojis.All[n]; e.ID == i {
			return e, nil
		}
	}
	return nil, problem.NotFound("emoji")
}

func (x *visit) editEmoji() error {
	e, err := x.emoji()
	if err != nil {
		return err
	}
	typed := url.Values{"category": {e.Category}}
	for name, on := range map[string]bool{"picker": e.Picker, "disabled": e.Disabled} {
		if on {
			typed.Set(name, "on")
		}
	}
	return x.showEmoji(e, typed, nil)
}

func (x *visit) showEmoji(e *about.Emoji, typed url.Values, wrong []look.Wrong) error {
	to := adminEmojis + "/" + e.ID.String()
	fields := append(x.emojiFields(typed, wrong), look.Checkbox(x.p, look.Field{Name: "disabled", Label: x.p.T("Switch it off"), Hint: x.p.T("Where it stood there is its name, and nobody can use it.")}, typed.Has("disabled")))
	title := ":" + e.Shortcode + ":"
	return x.showAdmin(adminEmojis, adminView{Title: title, Parts: []templ.Component{
		paper(parts([]templ.Component{shownPicture(e.Media.SmallURL(), title),
			form(x.p, formView{Action: to, Wrong: wrong, Fields: fields, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: adminEmojis}})})),
		buttonsAlone([]rowButton{{Text: x.p.T("Delete this emoji"), Action: to + "/delete"}}, adminEmojis),
	}})
}

func (x *visit) changeEmoji() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	e, err := x.emoji()
	if err != nil {
		return err
	}
	err = x.About.ChangeEmoji(x.r.Context(), x.v, about.Emoji{ID: e.ID, Category: form.Get("category"), Picker: form.Has("picker"), Disabled: form.Has("disabled")})
	return x.adminSaved(err, adminEmojis, func(wrong []look.Wrong) error { return x.showEmoji(e, form, wrong) })
}

func (x *visit) deleteEmoji() error {
	return x.adminRemoved("emoji", adminEmojis, func(i id.ID) error { return x.About.DeleteEmoji(x.r.Context(), x.v, i) })
}
