package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func docsRoutes() []route {
	return []route{
		{"GET /about/api", (*visit).docs},
		{"GET /api", func(x *visit) error { return x.redirect("/about/api") }},
	}
}

// openAPI is as much of an OpenAPI 3.1 document as the page shows.
type openAPI struct {
	Info struct{ Title, Version, Description string }
	Tags []struct{ Name, Description string }

	Problems []docProblem `json:"x-problems"`

	Servers    []struct{ URL string } // the first one's path is where all others begin
	Paths      map[string]map[string]operation
	Components struct {
		Schemas map[string]schema
	}
}

type operation struct {
	Tags        []string
	Summary     string
	Description string
	Parameters  []struct {
		Name, In, Description string
		Required              bool
		Schema                schema
	}
	RequestBody struct {
		Content map[string]struct{ Schema schema }
	}
	Responses map[string]struct {
		Description string
		Content     map[string]struct{ Schema schema }
	}
	Security []map[string][]string
}

type schema struct {
	Ref         string `json:"$ref"`
	Type        any
	Description string
	Items       *schema
	Properties  map[string]schema
	Required    []string
}

// chapter is a group of the document with its operations.
type chapter struct {
	Name, About, Anchor string
	Operations          []docOperation
}

type docOperation struct {
	Method, Path, Summary, About, Scope string
	Fields                              []docField // parameters and the body's
	Answer                              string
}

// docProblem is a kind of problem; its name is where links from answers lead.
type docProblem struct {
	Status      int
	Name, Title string
}

type docField struct {
	Name, Where, Type, About string
	Required                 bool
}

// docs is a listing of Goodturn's API, read from its own document.
func (x *visit) docs() error {
	if x.OpenAPI == nil {
		return problem.NotFound("page")
	}
	var doc openAPI
	if err := json.Unmarshal(x.OpenAPI(), &doc); err != nil {
		return fmt.Errorf("read the API's document: %w", err)
	}
	page := x.page(x.p.T("For developers"))
	page.Wide = true
	return x.render(page, docsPage(x.p, doc.Info.Description, doc.chapters(), doc.Problems))
}

// methods are the order of operations on one path.
var methods = []string{"get", "post", "put", "patch", "delete"}

func (doc *openAPI) chapters() []chapter {
	paths := make([]string, 0, len(doc.Paths))
	for path := range doc.Paths {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	base := ""
	if len(doc.Servers) > 0 {
		if u, err := url.Parse(doc.Servers[0].URL); err == nil {
			base = u.Path
		}
	}
	out := make([]chapter, 0, len(doc.Tags))
	for _, tag := range doc.Tags {
		c := chapter{Name: tag.Name, About: tag.Description, Anchor: strings.ReplaceAll(strings.ToLower(tag.Name), " ", "-")}
		for _, path := range paths {
			for _, method := range methods {
				if op, ok := doc.Paths[path][method]; ok && slices.Contains(op.Tags, tag.Name) {
					c.Operations = append(c.Operations, doc.operation(strings.ToUpper(method), base+path, op))
				}
			}
		}
		out = append(out, c)
	}
	return out
}

func (doc *openAPI) operation(method, path string, op operation) docOperation {
	out := docOperation{Method: method, Path: path, Summary: op.Summary, About: op.Description}
	for _, need := range op.Security {
		for _, scopes := range need {
			out.Scope = strings.Join(scopes, " ")
		}
	}
	for _, p := range op.Parameters {
		out.Fields = append(out.Fields, docField{Name: p.Name, Where: p.In, Type: p.Schema.name(), About: p.Description, Required: p.Required})
	}
	for _, body := range op.RequestBody.Content {
		s := doc.resolve(body.Schema)
		names := make([]string, 0, len(s.Properties))
		for name := range s.Properties {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			p := s.Properties[name]
			out.Fields = append(out.Fields, docField{Name: name, Where: "body", Type: p.name(), About: p.Description, Required: slices.Contains(s.Required, name)})
		}
	}
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusNoContent} {
		if answer, ok := op.Responses[fmt.Sprint(status)]; ok {
			out.Answer = fmt.Sprint(status)
			for _, body := range answer.Content {
				out.Answer += " " + body.Schema.name()
			}
		}
	}
	return out
}

func (doc *openAPI) resolve(s schema) schema {
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		return doc.Components.Schemas[name]
	}
	return s
}

// name is what a schema is called in a line.
func (s schema) name() string {
	switch {
	case s.Ref != "":
		return s.Ref[strings.LastIndex(s.Ref, "/")+1:]
	case s.Items != nil:
		return "[" + s.Items.name() + "]"
	case s.Type == nil:
		return ""
	}
	if list, ok := s.Type.([]any); ok {
		words := make([]string, len(list))
		for i, w := range list {
			words[i] = fmt.Sprint(w)
		}
		return strings.Join(words, " or ")
	}
	return fmt.Sprint(s.Type)
}

// tabsOf lead to the chapters of a page.
func tabsOf(chapters []chapter) []look.Tab {
	tabs := make([]look.Tab, len(chapters))
	for i, c := range chapters {
		tabs[i] = look.Tab{Text: c.Name, URL: "#" + c.Anchor}
	}
	return tabs
}
