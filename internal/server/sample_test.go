package server_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// TestFillSample holds the sample against what the demo promises.
func TestFillSample(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			ctx, c := context.Background(), servertest.Config(t, e)
			var said []string
			ins, err := server.FillSample(ctx, c, func() string { return servertest.Password }, func(line string) { said = append(said, line) })
			if err != nil {
				t.Fatal(err)
			}
			if len(ins) != 2 || len(said) < 3 {
				t.Fatalf("guests %+v, progress %q", ins, said)
			}
			s := servertest.Run(t, c)
			for _, in := range ins {
				if _, _, err := s.Auth.SignIn(ctx, in.Username, in.Password, auth.Client{}); err != nil {
					t.Errorf("%s cannot sign in: %v", in.Username, err)
				}
			}
			if organiser := must(s.Accounts.ByHandle(ctx, ins[1].Username))(t); organiser.Role != account.RoleModerator {
				t.Errorf("nobody moderates: %s is %q", ins[1].Username, organiser.Role)
			}
			reproduces(t, s)
			reported(t, s)
			answered(t, s)
			waits(t, s, ins[0].Username)
			lively(t, s, ins[0].Username)
			noPasswords(t, s, len(ins))
			if err := s.Command(ctx, server.Request{Command: server.CommandRecount, Args: []byte(`{"check":true}`)}, strings.NewReader(""), func(line string) { t.Log(line) }); err != nil {
				t.Error(err)
			}
		})
	}
}

const sampleSlug = "icebucket"

// reproduces: R is the published one, with an interval that overlaps its own.
func reproduces(t *testing.T, s *servertest.Server) {
	t.Helper()
	m := must(s.Movements.Get(context.Background(), account.Nobody, sampleSlug))(t)
	is := must(s.Ripples.Measure(context.Background(), m.ID))(t)
	if is.Reproduction == nil {
		t.Fatal("nothing was measured")
	}
	t.Logf("R is %.2f (%.2f to %.2f) of %d acts in %d generations, serial interval %+v", is.Reproduction.Estimate,
		is.Reproduction.Low, is.Reproduction.High, is.Acts, is.Generations, is.Serial)
	if r := is.Reproduction; r.Estimate < 1.23 || r.Estimate > 1.65 || r.Low > 1.43 || r.High < 1.43 {
		t.Errorf("R is %.2f (%.2f to %.2f), published was 1.43 (1.23 to 1.65)", r.Estimate, r.Low, r.High)
	}
	if is.Acts < 1000 || is.ByGeneration[0] < 8 || is.Generations < 5 {
		t.Errorf("%d acts, generations %v", is.Acts, is.ByGeneration)
	}
}

// reported: what the partner published stands apart from what was done here.
func reported(t *testing.T, s *servertest.Server) {
	t.Helper()
	ctx := context.Background()
	m := must(s.Movements.Get(ctx, account.Nobody, sampleSlug))(t)
	var sums int
	for _, c := range must(s.Calls.Of(ctx, account.Nobody, m.ID, "", db.Page{Limit: db.PageMost}))(t) {
		if c.Kind != call.Fundraiser {
			continue
		}
		here := must(s.Calls.Totals(ctx, []id.ID{c.ID}))(t)[c.ID]
		var published int64
		for _, r := range must(s.Calls.Reports(ctx, account.Nobody, c.ID))(t) {
			sums++
			published = max(published, r.Amount)
			if r.Source == "" || r.AsOf.After(time.Now()) {
				t.Errorf("a sum of %d as of %v has the source %q", r.Amount, r.AsOf, r.Source)
			}
		}
		if done := here.Amount(c.Unit, call.Told); done <= 0 || done >= published {
			t.Errorf("acts here come to %d, published were %d", done, published)
		}
	}
	if sums < 3 {
		t.Errorf("%d sums were published", sums)
	}
}

// answered: the petition speaks to somebody, and something came of it.
func answered(t *testing.T, s *servertest.Server) {
	t.Helper()
	ctx := context.Background()
	calls := must(db.All(s.DB.Read(ctx), db.ScanID, `SELECT id FROM call WHERE kind = 'petition'`))(t)
	if len(calls) != 1 {
		t.Fatalf("%d petitions", len(calls))
	}
	to := must(s.Petitions.Addressees(ctx, account.Nobody, calls[0]))(t)
	answers := must(s.Petitions.Answers(ctx, account.Nobody, calls[0]))(t)
	promises := must(s.Petitions.Commitments(ctx, account.Nobody, calls[0]))(t)
	handed := must(s.Petitions.Deliveries(ctx, account.Nobody, calls[0]))(t)
	if len(to) != 2 || len(answers) != 1 || len(promises) != 2 || len(promises[0].Rulings) != 1 || len(handed) != 1 || handed[0].Signatures == 0 {
		t.Errorf("to %+v: %+v, %+v, %+v", to, answers, promises, handed)
	}
}

// waits: the participant finds a nomination to answer.
func waits(t *testing.T, s *servertest.Server, username string) {
	t.Helper()
	ctx := context.Background()
	participant := must(s.Accounts.ByHandle(ctx, username))(t)
	mine := must(s.Acts.Mine(ctx, account.As(participant), db.Page{}))(t)
	if len(mine) == 0 || !mine[0].Deadline.After(time.Now()) {
		t.Errorf("%s finds %+v", username, mine)
	}
}

// lively: what the participant reads first was liked, answered and shared.
func lively(t *testing.T, s *servertest.Server, username string) {
	t.Helper()
	ctx := context.Background()
	participant := must(s.Accounts.ByHandle(ctx, username))(t)
	liked, likes, answers, shares := 0, int64(0), int64(0), int64(0)
	for _, item := range must(s.Feeds.Home(ctx, account.As(participant), db.Page{Limit: 40}))(t) {
		n := item.Entry.Of().Counts()
		if n.Likes > 0 {
			liked++
		}
		likes, answers, shares = likes+n.Likes, answers+n.Replies, shares+n.Shares
	}
	if liked < 20 || likes < 60 || answers < 5 || shares < 2 {
		t.Errorf("of the newest 40 posts %d were liked, %d times; there are %d answers and %d shares", liked, likes, answers, shares)
	}
}

// noPasswords: nobody but the guests can sign in.
func noPasswords(t *testing.T, s *servertest.Server, guests int) {
	t.Helper()
	var logins, people int
	err := s.DB.Read(context.Background()).QueryRow(`SELECT (SELECT count(*) FROM login), (SELECT count(*) FROM account WHERE kind = 'person')`).Scan(&logins, &people)
	if err != nil || logins != guests || people < 1000 {
		t.Errorf("%d of %d people have a password: %v", logins, people, err)
	}
}
