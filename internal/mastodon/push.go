package mastodon

import (
	"slices"
	"strconv"

	"goodturn/internal/push"
)

func pushRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/push/subscription", scopes: "push", do: (*Door).subscribe},
		{method: "GET", path: "/api/v1/push/subscription", scopes: "push", do: (*Door).subscription},
		{method: "PUT", path: "/api/v1/push/subscription", scopes: "push", do: (*Door).changeSubscription},
		{method: "DELETE", path: "/api/v1/push/subscription", scopes: "push", do: (*Door).unsubscribe},
	}
}

// alerts are the types of notifications that a device can wish to be told of.
var alerts = []string{"mention", "quote", "status", "reblog", "follow", "follow_request", "favourite", "poll", "update", "quoted_update",
	"admin.sign_up", "admin.report"}

// wish reads of what a device is to be told.
func (q *request) wish() (w push.Wish) {
	for _, a := range alerts {
		if q.yes("data[alerts][" + a + "]") {
			w.Alerts = append(w.Alerts, a)
		}
	}
	w.Policy = push.Policy(q.get("data[policy]"))
	if w.Policy == "" {
		w.Policy = push.Policy(q.get("policy")) // where PUT is documented to have it
	}
	return w
}

func (d *Door) subscribe(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	s, err := d.Pushes.Subscribe(q.Context(), q.viewer, q.token.ID, push.Draft{
		Endpoint: q.get("subscription[endpoint]"), Key: q.get("subscription[keys][p256dh]"), Secret: q.get("subscription[keys][auth]"),
		Standard: q.yes("subscription[standard]"), Wish: q.wish(),
	})
	if err != nil {
		return err
	}
	d.answerSubscription(q, s)
	return nil
}

func (d *Door) subscription(q *request) error {
	s, err := d.Pushes.Subscription(q.Context(), q.viewer, q.token.ID)
	if err != nil {
		return err
	}
	d.answerSubscription(q, s)
	return nil
}

func (d *Door) changeSubscription(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	s, err := d.Pushes.Change(q.Context(), q.viewer, q.token.ID, q.wish())
	if err != nil {
		return err
	}
	d.answerSubscription(q, s)
	return nil
}

func (d *Door) unsubscribe(q *request) error {
	q.out = append(q.out, "{}"...)
	return d.Pushes.Unsubscribe(q.Context(), q.viewer, q.token.ID)
}

// answerSubscription answers with Mastodon's entity WebPushSubscription.
func (d *Door) answerSubscription(q *request, s *push.Subscription) {
	b := appendID(append(q.out, `{"id":`...), s.ID)
	b = appendText(append(b, `,"endpoint":`...), s.Endpoint)
	b = strconv.AppendBool(append(b, `,"standard":`...), s.Standard)
	b = append(b, `,"alerts":{`...)
	for n, a := range alerts {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, a), ':')
		b = strconv.AppendBool(b, slices.Contains(s.Alerts, a))
	}
	b = appendText(append(b, `},"policy":`...), string(s.Policy))
	b = appendText(append(b, `,"server_key":`...), d.Pushes.PublicKey())
	q.out = append(b, '}')
}
