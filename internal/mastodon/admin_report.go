package mastodon

import (
	"context"
	"strconv"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
)

func adminReportRoutes() []route {
	const noun = "reports"
	routes := []route{
		governed(noun, "GET", "reports", (*Door).adminReports),
		governed(noun, "GET", "reports/{id}", byID(func(d *Door, q *request, i id.ID) error { return d.changedReport(q, i, d.Safety.OneReport) })),
		governed(noun, "PUT", "reports/{id}", byID((*Door).adminChangeReport)),
	}
	for _, change := range []struct {
		path string
		do   func(*safety.Service, context.Context, account.Viewer, id.ID) (*safety.Report, error)
	}{{"assign_to_self", (*safety.Service).Assign}, {"unassign", (*safety.Service).Unassign}, {"resolve", (*safety.Service).Resolve}, {"reopen", (*safety.Service).Reopen}} {
		routes = append(routes, governed(noun, "POST", "reports/{id}/"+change.path, byID(func(d *Door, q *request, i id.ID) error {
			return d.changedReport(q, i, func(ctx context.Context, v account.Viewer, i id.ID) (*safety.Report, error) {
				return change.do(d.Safety, ctx, v, i)
			})
		})))
	}
	return routes
}

func (d *Door) changedReport(q *request, i id.ID, do func(context.Context, account.Viewer, id.ID) (*safety.Report, error)) error {
	r, err := do(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	return d.adminReportsAs(q, []*safety.Report{r}, false)
}

func (d *Door) adminChangeReport(q *request, i id.ID) error {
	var c safety.ReportChange
	if s := q.get("category"); s != "" {
		category := safety.Category(s)
		c.Category = &category
	}
	if q.has("rule_ids[]") || q.has("rule_ids") {
		rules := q.all("rule_ids")
		c.RuleIDs = &rules
	}
	return d.changedReport(q, i, func(ctx context.Context, v account.Viewer, i id.ID) (*safety.Report, error) {
		return d.Safety.ChangeReport(ctx, v, i, c)
	})
}

func (d *Door) adminReports(q *request) error {
	p, err := q.adminPage()
	if err != nil {
		return err
	}
	f := safety.ReportFilter{Done: q.yes("resolved")}
	for name, into := range map[string]*id.ID{"account_id": &f.AccountID, "target_account_id": &f.TargetID} {
		if s := q.get(name); s != "" {
			if *into, err = id.Parse(s); err != nil {
				return problem.Invalid(name, "This is not an id: use one from an answer of this server.")
			}
		}
	}
	list, err := d.Safety.Reports(q.Context(), q.viewer, f, p)
	if err != nil {
		return err
	}
	linked(d, q, list, func(r *safety.Report) id.ID { return r.ID })
	return d.adminReportsAs(q, list, true)
}

// adminReportsAs answers with reports as Mastodon's entity Admin::Report, or with
// the one alone. Who told and has left is this server's own account.
func (d *Door) adminReportsAs(q *request, list []*safety.Report, many bool) error {
	nobody := d.Accounts.Server().ID
	var ids []id.ID
	for _, r := range list {
		if r.AccountID == 0 {
			r.AccountID = nobody
		}
		ids = append(ids, r.AccountID, r.TargetID, r.AssignedID, r.DoneBy)
	}
	people, err := d.Safety.PeopleOf(q.Context(), q.viewer, ids)
	if err != nil {
		return err
	}
	faces, err := d.look(q.Context(), ids, nil, false)
	if err != nil {
		return err
	}
	entries, err := d.Safety.Evidence(q.Context(), q.viewer, list)
	if err != nil {
		return err
	}
	posts, err := d.show(q, entries)
	if err != nil {
		return err
	}
	byID := make(map[id.ID]*shown, len(posts))
	for n := range posts {
		byID[posts[n].e.Post.ID] = &posts[n]
	}
	each := 0
	rules := make(map[id.ID][]about.Rule, len(list))
	for _, r := range list {
		if rules[r.ID], err = d.Safety.RulesOf(q.Context(), r.RuleIDs); err != nil {
			return err
		}
	}
	one := func(b []byte, r *safety.Report) []byte {
		at := each * 4
		each++
		person := func(b []byte, n int) []byte { return d.appendPerson(b, people[ids[at+n]], faces[at+n]) }
		b = appendReportFacts(b, r)
		b = appendTime(append(b, `,"updated_at":`...), r.ChangedAt)
		b = person(append(b, `,"account":`...), 0)
		b = person(append(b, `,"target_account":`...), 1)
		b = person(append(b, `,"assigned_account":`...), 2)
		b = person(append(b, `,"action_taken_by_account":`...), 3)
		b = append(b, `,"statuses":[`...)
		first := true
		for _, i := range r.PostIDs {
			if s := byID[i]; s != nil {
				if !first {
					b = append(b, ',')
				}
				b, first = d.appendStatus(b, q, s), false
			}
		}
		return append(appendList(append(b, `],"rules":`...), rules[r.ID], appendRule), '}')
	}
	if many {
		q.out = appendList(q.out, list, one)
	} else {
		q.out = one(q.out, list[0])
	}
	return nil
}

// appendReportFacts appends what both entities of a report have, from the
// opening brace.
func appendReportFacts(b []byte, r *safety.Report) []byte {
	b = appendID(append(b, `{"id":`...), r.ID)
	b = strconv.AppendBool(append(b, `,"action_taken":`...), !r.DoneAt.IsZero())
	b = appendTimeOr(append(b, `,"action_taken_at":`...), r.DoneAt)
	b = appendText(append(b, `,"category":`...), string(r.Category))
	b = appendText(append(b, `,"comment":`...), r.Comment)
	b = strconv.AppendBool(append(b, `,"forwarded":`...), r.Forward)
	return appendTime(append(b, `,"created_at":`...), r.CreatedAt)
}

// appendReport appends a report as whoever told it sees it (Mastodon's entity
// Report).
func appendReport(b []byte, r *safety.Report, target *face) []byte {
	b = appendReportFacts(b, r)
	b = appendList(append(b, `,"status_ids":`...), r.PostIDs, appendID)
	b = appendList(append(b, `,"rule_ids":`...), r.RuleIDs, appendText)
	b = append(b, `,"collection_ids":[],"target_account":`...)
	if target == nil {
		return append(b, "null}"...)
	}
	return append(append(b, target.json()...), '}')
}

// report takes a report from anybody.
func (d *Door) report(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	n := safety.ReportDraft{Comment: q.get("comment"), Category: safety.Category(q.get("category")), RuleIDs: q.all("rule_ids"), Forward: q.yes("forward")}
	var err error
	if n.TargetID, err = id.Parse(q.get("account_id")); err != nil {
		return problem.NotFound("account")
	}
	if n.PostIDs, err = q.ids("status_ids"); err != nil {
		return err
	}
	r, err := d.Safety.Report(q.Context(), q.viewer, n)
	if err != nil {
		return err
	}
	f, err := d.face(q.Context(), r.TargetID)
	if err != nil {
		return err
	}
	q.out = appendReport(q.out, r, f)
	return nil
}

func reportRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/reports", scopes: "write:reports", do: (*Door).report},
		{method: "GET", path: "/api/v1/instance/domain_blocks", open: true, do: (*Door).publicBlocks},
	}
}

// publicBlocks are the servers that this one keeps away or limits.
func (d *Door) publicBlocks(q *request) error {
	list, err := d.Safety.PublicBlocks(q.Context())
	if err != nil {
		return err
	}
	q.out = appendList(q.out, list, func(b []byte, r *safety.DomainRule) []byte {
		b = appendText(append(b, `{"domain":`...), r.PublicName())
		b = appendText(append(b, `,"digest":`...), r.Digest())
		b = appendText(append(b, `,"severity":`...), string(r.Severity))
		return append(appendText(append(b, `,"comment":`...), r.PublicComment), '}')
	})
	return nil
}
