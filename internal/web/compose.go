package web

import (
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func composeRoutes() []route {
	return []route{
		{"GET /compose", (*visit).composePage},
		{"POST /posts", withFiles((*visit).compose)},
	}
}

// composer is an empty form to write a post in, asking label.
func (x *visit) composer(label string) look.Composer {
	later := x.later(nil, nil)
	return look.Composer{
		Me: x.person(x.me), Label: label, Visibility: x.usual(), Key: formKey(), Back: x.here(),
		Max: post.MaxText, MaxMedia: post.MaxMedia, Films: x.Media.Converter != nil, Languages: x.languages(x.writesIn()),
		Poll: x.pollForm(nil, nil), Later: &later,
	}
}

// usual is whom the reader's posts are for unless they say otherwise.
func (x *visit) usual() string {
	if x.me.DefaultVisibility == "" {
		return string(post.Public)
	}
	return x.me.DefaultVisibility
}

// writesIn is the language that the reader writes in, as far as is known.
func (x *visit) writesIn() string {
	if x.me != nil && x.me.Language != "" {
		return x.me.Language
	}
	return x.p.Tag()
}

// written are languages to say that a post is in, by their own names.
var written = []struct{ tag, name string }{
	{"ar", "العربية"}, {"da", "Dansk"}, {"de", "Deutsch"}, {"en", "English"}, {"es", "Español"}, {"fr", "Français"}, {"hi", "हिन्दी"},
	{"it", "Italiano"}, {"ja", "日本語"}, {"ko", "한국어"}, {"nl", "Nederlands"}, {"pl", "Polski"}, {"pt", "Português"}, {"ru", "Русский"},
	{"sv", "Svenska"}, {"tr", "Türkçe"}, {"uk", "Українська"}, {"zh", "中文"},
}

func (x *visit) languages(chosen string) []look.Choice {
	out := make([]look.Choice, 0, len(written)+1)
	known := false
	for _, l := range written {
		out = append(out, look.Choice{Value: l.tag, Label: l.name, Chosen: l.tag == chosen})
		known = known || l.tag == chosen
	}
	if !known && chosen != "" {
		out = append(out, look.Choice{Value: chosen, Label: chosen, Chosen: true})
	}
	return out
}

// composePage is a page for writing alone; "text" fills it in.
func (x *visit) composePage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	c := x.composer(x.p.T("What good did you see or do?"))
	c.Text, c.Back, c.KeepFocused = x.r.URL.Query().Get("text"), "/", true
	return x.showCompose(c)
}

func (x *visit) showCompose(c look.Composer) error {
	page := x.page(x.p.T("Write a post"))
	return x.render(page, composePage(x.p, page.Title, c))
}

// compose writes a post, or keeps it until its time. Sent twice with the same
// key, it is one post.
func (x *visit) compose() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	files, err := x.takeFiles(form)
	d, at, bad := x.draft(form, files)
	if err == nil {
		err = bad
	}
	var e *post.Entry
	switch {
	case err != nil:
	case waits(files):
		x.status = http.StatusAccepted
		return x.composeAgain(form, files, nil)
	case at.IsZero():
		e, err = x.Posts.Create(x.r.Context(), x.v, d)
	default:
		_, err = x.Posts.Schedule(x.r.Context(), x.v, d, at)
	}
	if p, ok := problem.Of(err); ok && p.Field == "Idempotency-Key" && len(d.MediaIDs) > 0 {
		// The same form once more: its files were taken in again and are not those
		// of the first time.
		x.flash(x.p.T("This was posted already."))
		return x.back(accountPath(x.me))
	}
	if err != nil {
		wrong, err := x.mended(err)
		if err != nil {
			return err
		}
		return x.composeAgain(form, files, wrong)
	}
	switch {
	case e == nil:
		x.flashLink(x.p.T("It will be published at this time: %s", x.p.DateTime(at)), &look.Link{Text: x.p.T("Your scheduled posts"), URL: scheduledPath})
	case e.Post.ReplyTo != 0:
		return x.redirect(postPath(e.Post.ReplyTo) + "#post-" + e.Post.ID.String())
	default:
		x.flashLink(x.p.T("Your post is out."), &look.Link{Text: x.p.T("See it"), URL: postPath(e.Post.ID)})
	}
	return x.back("/")
}

// draft reads the composer, and when to publish: zero is now.
func (x *visit) draft(form url.Values, files []*media.Media) (d post.Draft, at time.Time, err error) {
	d = post.Draft{
		Text: form.Get("text"), Warning: form.Get("warning"), Sensitive: form.Get("warning") != "",
		Visibility: post.Visibility(form.Get("visibility")), Language: form.Get("language"),
		Poll: readPoll(form), Key: form.Get("key"), MediaIDs: idsOf(files),
	}
	d.Usual(x.me)
	if s := form.Get("reply_to"); s != "" {
		if d.ReplyTo, err = id.Parse(s); err != nil {
			return d, at, problem.NotFound("post")
		}
	}
	at, err = readLater(form)
	return d, at, err
}

// composeAgain gives back what was typed, and the files that were taken in; where
// nothing is wrong, one of them is still being made ready.
func (x *visit) composeAgain(form url.Values, files []*media.Media, wrong []look.Wrong) error {
	poll, later := x.pollForm(form, wrong), x.later(form, wrong)
	for i := range wrong {
		switch wrong[i].Field {
		case "status":
			wrong[i].Field = "text"
		case "scheduled_at":
			wrong[i] = look.Wrong{Field: "publish_at", Text: later.Error}
		case "poll", "publish_at", "text":
		default:
			wrong[i].Field = ""
		}
	}
	c := x.composer(x.p.T("What good did you see or do?"))
	c.Text, c.Warning, c.Visibility = form.Get("text"), form.Get("warning"), form.Get("visibility")
	c.ReplyTo, c.Back, c.Wrong = form.Get("reply_to"), x.backTo("/"), wrong
	c.Languages, c.Poll, c.Later = x.languages(form.Get("language")), poll, &later
	c.Kept, c.Alts = keptFiles(files), lostAlts(form, files)
	if waits(files) {
		c.Note = x.stillMade()
	}
	return x.showCompose(c)
}

// takePictures takes in the files media_0 to media_3, each with what alt_0 to
// alt_3 say of it. They are loose until a post takes them.
func (x *visit) takePictures(form url.Values) ([]id.ID, error) {
	var taken []id.ID
	for i := range post.MaxMedia {
		n := strconv.Itoa(i)
		m, err := x.takePicture("media_"+n, media.Upload{Description: form.Get("alt_" + n)})
		if err != nil {
			return taken, err
		}
		if m != nil {
			taken = append(taken, m.ID)
		}
	}
	return taken, nil
}

// takePicture takes in the file of one field, nil if none was chosen.
func (x *visit) takePicture(field string, u media.Upload) (*media.Media, error) {
	file, err := x.sentFile(field)
	if file == nil || err != nil {
		return nil, err
	}
	m, err := x.Media.Upload(x.r.Context(), x.v, file, u)
	return m, errors.Join(err, closeUpload(file))
}

func closeUpload(file multipart.File) error {
	if err := file.Close(); err != nil {
		return fmt.Errorf("close what was uploaded: %w", err)
	}
	return nil
}

// replyComposer answers a post; it begins with those whom an answer names.
func (x *visit) replyComposer(n *post.Post, people map[id.ID]*account.Account) *look.Composer {
	c := x.composer(x.p.T("Your answer"))
	c.ReplyTo, c.Submit = n.ID.String(), x.p.T("Reply")
	if !n.Visibility.Open() || n.Visibility == post.Unlisted {
		c.Visibility = string(n.Visibility) // an answer is for no more people than what it answers
	}
	named := map[string]bool{x.me.Handle(): true}
	name := func(handle string) {
		if handle != "" && !named[handle] {
			named[handle] = true
			c.Text += "@" + handle + " "
		}
	}
	if author := people[n.AccountID]; author != nil && author.Shown() {
		name(author.Handle())
	}
	for _, m := range n.Mentions {
		name(m.Handle)
	}
	return &c
}

// postLanguage is the tag for a lang attribute, "" for none.
func postLanguage(p *lang.Printer, tag string) string {
	if tag == p.Tag() {
		return ""
	}
	return tag
}
