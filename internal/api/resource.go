package api

import (
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Resource is something to learn before acting.
type Resource struct {
	ID        id.ID  `json:"id"`
	Title     string `json:"title" example:"How to cook for forty"`
	Body      string `json:"body" about:"Markdown." example:"Start the day before."`
	URL       string `json:"url" about:"Where to read on; may be empty." example:"https://kitchen.example/forty"`
	Source    string `json:"source" about:"Who says so." example:"The kitchen's handbook"`
	ChangedAt Time   `json:"changed_at"`
}

// ResourceDraft is what organisers write.
type ResourceDraft struct {
	Title  string `json:"title" max:"120" example:"How to cook for forty"`
	Body   string `json:"body,omitempty" max:"20000" about:"Markdown." example:"Start the day before."`
	URL    string `json:"url,omitempty" about:"http or https." example:"https://kitchen.example/forty"`
	Source string `json:"source,omitempty" max:"200" about:"Who says so." example:"The kitchen's handbook"`
}

// ResourceOrder puts resources into an order.
type ResourceOrder struct {
	IDs []Ref `json:"ids" about:"All of the movement's resources, each once."`
}

func resourceRoutes() []route {
	return []route{
		{method: "GET", path: "/movements/{slug}/resources", group: groupResources, summary: "What a movement offers to learn", scope: "read:accounts", open: true,
			about: "All of them, at most 50, in the organisers' order.", do: gives((*Door).listResources)},
		{method: "POST", path: "/movements/{slug}/resources", group: groupResources, summary: "Add a resource", scope: "write:accounts", creates: true,
			about: "For organisers, as is all below.", do: takes((*Door).addResource)},
		{method: "PUT", path: "/movements/{slug}/resources", group: groupResources, summary: "Put the resources in order", scope: "write:accounts",
			do: takes((*Door).orderResources)},
		{method: "PATCH", path: "/movements/{slug}/resources/{id}", group: groupResources, summary: "Change a resource", scope: "write:accounts",
			about: "What is left out stays as it is.", do: changes((*Door).resourceDraft, (*Door).editResource)},
		{method: "DELETE", path: "/movements/{slug}/resources/{id}", group: groupResources, summary: "Take a resource away", scope: "write:accounts",
			do: does((*Door).removeResource)},
	}
}

func (d *Door) listResources(q *request) ([]Resource, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	list, err := d.Movements.Resources(q.Context(), m.ID)
	if err != nil {
		return nil, err
	}
	return each(list, resource), nil
}

func (d *Door) addResource(q *request, in ResourceDraft) (*Resource, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	draft := in.draft()
	draft.Key = q.key()
	i, err := d.Movements.AddResource(q.Context(), q.viewer, m.ID, draft)
	if err != nil {
		return nil, err
	}
	return d.resource(q, m, i)
}

func (d *Door) orderResources(q *request, in ResourceOrder) ([]Resource, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.OrderResources(q.Context(), q.viewer, m.ID, ids(in.IDs)); err != nil {
		return nil, err
	}
	return d.listResources(q)
}

func (d *Door) resourceDraft(q *request) (ResourceDraft, error) {
	m, i, err := d.resourceNamed(q)
	if err != nil {
		return ResourceDraft{}, err
	}
	is, err := d.resource(q, m, i)
	if err != nil {
		return ResourceDraft{}, err
	}
	return ResourceDraft{Title: is.Title, Body: is.Body, URL: is.URL, Source: is.Source}, nil
}

func (in ResourceDraft) draft() movement.ResourceDraft {
	return movement.ResourceDraft{Title: in.Title, Body: in.Body, URL: in.URL, Source: in.Source}
}

func (d *Door) editResource(q *request, in ResourceDraft) (*Resource, error) {
	m, i, err := d.resourceNamed(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.EditResource(q.Context(), q.viewer, m.ID, i, in.draft()); err != nil {
		return nil, err
	}
	return d.resource(q, m, i)
}

func (d *Door) removeResource(q *request) error {
	m, i, err := d.resourceNamed(q)
	if err != nil {
		return err
	}
	return d.Movements.RemoveResource(q.Context(), q.viewer, m.ID, i)
}

func (d *Door) resourceNamed(q *request) (*movement.Movement, id.ID, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, 0, err
	}
	i, err := q.id("id", "resource")
	return m, i, err
}

func (d *Door) resource(q *request, m *movement.Movement, i id.ID) (*Resource, error) {
	list, err := d.Movements.Resources(q.Context(), m.ID)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		if r.ID == i {
			out := resource(r)
			return &out, nil
		}
	}
	return nil, problem.NotFound("resource")
}

func resource(r movement.Resource) Resource {
	return Resource{ID: r.ID, Title: r.Title, Body: r.Body, URL: r.URL, Source: r.Source, ChangedAt: Time(r.ChangedAt)}
}
