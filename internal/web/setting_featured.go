package web

import (
	"github.com/a-h/templ"

	"goodturn/internal/web/look"
)

// The hashtags that the reader shows on their page are chosen beneath the form of
// their profile.
func featuredRoutes() []route {
	return []route{
		{"POST /settings/featured", (*visit).featureTyped},
		{"POST /tags/{tag}/feature", (*visit).featureTag},
		{"POST /tags/{tag}/unfeature", (*visit).unfeatureTag},
	}
}

// featuredSection are those hashtags, with a form to add one that is typed, and
// some that the reader uses.
func (x *visit) featuredSection(typed string, wrong []look.Wrong) (templ.Component, error) {
	ctx := x.r.Context()
	shown, err := x.Posts.FeaturedBy(ctx, x.v, x.me.ID)
	if err != nil {
		return nil, err
	}
	used, err := x.Posts.FeatureNext(ctx, x.v)
	if err != nil {
		return nil, err
	}
	view := linesView{Empty: emptyView{Title: x.p.T("You show no hashtags"), Text: x.p.T("Choose those that your page should lead to.")}}
	for _, f := range shown {
		view.Rows = append(view.Rows, lineRow{Title: "#" + f.Name, URL: tagPath(f.Name), Text: []string{x.p.N("%d post", "%d posts", int(f.Posts))}, Back: profileSettingsPath,
			Do: []rowButton{{Text: x.p.T("Remove"), Said: x.p.T("Remove %s", "#"+f.Name), Action: tagPath(f.Name) + "/unfeature"}}})
	}
	all := []templ.Component{form(x.p, formView{Action: "/settings/featured", Wrong: wrong, Submit: x.p.T("Show it on your page"), Fields: []templ.Component{
		look.Input(x.p, look.Field{Name: "hashtag", Label: x.p.T("Hashtag"), Prefix: "#", Value: typed, MaxLength: 100, Required: true, Error: wrongOf(wrong, "hashtag"), Autocomplete: "off"})}})}
	if len(used) > 0 {
		var buttons []rowButton
		for _, tag := range used {
			buttons = append(buttons, rowButton{Text: "#" + tag, Said: x.p.T("Show %s on your page", "#"+tag), Action: tagPath(tag) + "/feature"})
		}
		all = append(all, said(x.p.T("You use these:")), rowButtons(buttons, profileSettingsPath))
	}
	intro := x.p.T("Everybody sees them, with how often you used them.")
	if !x.me.ShowsFeatured {
		intro = x.p.T("Your page does not show them now: you chose so under Privacy.")
	}
	return section(x.p.T("Hashtags on your page"), parts([]templ.Component{said(intro), lines(x.p, view), paper(parts(all))})), nil
}

func (x *visit) featureTyped() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	typed := form.Get("hashtag")
	if _, err := x.Posts.FeatureTag(x.r.Context(), x.v, typed); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		wrong[0].Field = "hashtag"
		featured, err := x.featuredSection(typed, wrong)
		if err != nil {
			return err
		}
		return x.showProfileSettings(x.profileValues(), nil, featured)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(profileSettingsPath)
}

func (x *visit) featureTag() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.Posts.FeatureTag(x.r.Context(), x.v, x.r.PathValue("tag")); err != nil {
		return x.told(err, profileSettingsPath)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(profileSettingsPath)
}

func (x *visit) unfeatureTag() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if err := x.Posts.UnfeatureTag(x.r.Context(), x.v, x.r.PathValue("tag")); err != nil {
		return err
	}
	x.flash(x.p.T("Removed."))
	return x.redirect(profileSettingsPath)
}
