package mastodon

import (
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/safety"
)

// attach reads what notices of reports and decisions show of these, for
// appendNotice; most lists have none of them, and cost nothing.
func (d *Door) attach(q *request, list []*notice.Notice) error {
	var reports, decisions []id.ID
	for _, n := range list {
		switch n.Kind {
		case notice.Reported:
			reports = append(reports, n.Subject)
		case notice.Warning:
			decisions = append(decisions, n.Subject)
		}
	}
	if len(reports)+len(decisions) == 0 {
		return nil
	}
	told, err := d.Safety.ReportsOf(q.Context(), reports)
	if err != nil {
		return err
	}
	decided, err := d.Safety.TellingOf(q.Context(), decisions)
	if err != nil {
		return err
	}
	q.attached = make(map[id.ID][]byte, len(reports)+len(decisions))
	for _, n := range list {
		var b []byte
		var about id.ID
		r, v := told[n.Subject], decided[n.Subject]
		switch {
		case n.Kind == notice.Reported && r != nil:
			about = r.TargetID
		case n.Kind == notice.Warning && v != nil:
			about = v.TargetID
		default:
			continue
		}
		f, err := d.face(q.Context(), about)
		if err != nil {
			return err
		}
		if n.Kind == notice.Reported {
			b = appendReport(append(b, `,"report":`...), r, f)
		} else {
			b = appendWarning(append(b, `,"moderation_warning":`...), v, f)
		}
		q.attached[n.ID] = b
	}
	return nil
}

// appendWarning appends a decision as whom it is about sees it (Mastodon's entity
// AccountWarning).
func appendWarning(b []byte, v *safety.Decision, target *face) []byte {
	b = appendID(append(b, `{"id":`...), v.ID)
	b = appendText(append(b, `,"action":`...), string(v.Action))
	b = appendText(append(b, `,"text":`...), v.Reason)
	b = appendList(append(b, `,"status_ids":`...), v.PostIDs, appendID)
	b = append(b, `,"target_account":`...)
	if target == nil {
		b = append(b, "null"...)
	} else {
		b = append(b, target.json()...)
	}
	b = append(b, `,"appeal":`...)
	if a := v.Appeal; a == nil {
		b = append(b, "null"...)
	} else {
		b = appendText(append(b, `{"text":`...), a.Text)
		b = append(appendText(append(b, `,"state":`...), string(a.State)), '}')
	}
	return append(appendTime(append(b, `,"created_at":`...), v.CreatedAt), '}')
}
