package post

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// Choices are the options that somebody chose: a bit for each, the first is 1.
type Choices uint64

// Has says whether the option was chosen; the first is 0.
func (c Choices) Has(option int) bool { return c&(1<<option) != 0 }

// None says whether nothing was chosen.
func (c Choices) None() bool { return c == 0 }

// Results are how a poll stands now: votes by option, and how many people voted.
type Results struct {
	Votes  []int64
	Voters int64
}

// Total is the number of all votes, of which one person may have several.
func (r Results) Total() (n int64) {
	for _, v := range r.Votes {
		n += v
	}
	return n
}

// Results are those of the entry's poll; none where it has no poll. Whoever
// shows them asks Poll.Hidden first.
func (e *Entry) Results() Results {
	if e.results == nil {
		return Results{}
	}
	r := Results{Votes: make([]int64, len(e.results.votes)), Voters: e.results.voters.Load()}
	for n := range r.Votes {
		r.Votes[n] = e.results.votes[n].Load()
	}
	return r
}

// tallyVotes are the names of the counters of a poll's options.
var tallyVotes = func() (names [MaxOptions]string) {
	for n := range names {
		names[n] = "votes " + strconv.Itoa(n+1)
	}
	return names
}()

// counted are the counters of votes with these choices.
func (c Choices) counted(poll id.ID, n int64) []tally.Delta {
	deltas := []tally.Delta{{Subject: poll, Name: TallyVoters, N: n}}
	for option, name := range tallyVotes {
		if c.Has(option) {
			deltas = append(deltas, tally.Delta{Subject: poll, Name: name, N: n})
		}
	}
	return deltas
}

// Vote gives the viewer's vote, once and for all: options are counted from 0.
// problem.NotFound when there is no such poll to see; problem.Invalid when it is
// the viewer's own, over, voted on before, or has no such option.
func (s *Service) Vote(ctx context.Context, v account.Viewer, poll id.ID, options []int) (*Entry, error) {
	a, err := s.author(ctx, v)
	if err != nil {
		return nil, err
	}
	e, err := s.Asking(ctx, v, poll)
	if err != nil {
		return nil, err
	}
	p := e.Post
	choices, err := p.Poll.choices(options)
	switch {
	case err != nil:
		return nil, err
	case v.Is(p.AccountID):
		return nil, problem.Invalid("choices", "You cannot vote in your own polls")
	case p.Poll.Ended(s.now()):
		return nil, errEnded()
	}
	defer s.memory.begin(p.ID)()
	err = s.d.Update(ctx, func(tx *db.Tx) error { return s.vote(tx, a.ID, p, choices) })
	if err != nil {
		return nil, err
	}
	return s.Get(ctx, v, p.ID)
}

func errEnded() error { return problem.Invalid("choices", "The poll has already ended") }
func errVoted() error { return problem.Invalid("choices", "You have already voted on this poll") }

func (p *Poll) choices(options []int) (c Choices, err error) {
	for _, o := range options {
		if o < 0 || o >= len(p.Options) {
			return 0, problem.Invalid("choices", "The chosen vote option does not exist")
		}
		c |= 1 << o
	}
	switch n := bits.OnesCount64(uint64(c)); {
	case n == 0:
		return 0, problem.Invalid("choices", "Choose an option.")
	case n > 1 && !p.Multiple:
		return 0, problem.Invalid("choices", "Choose one option only.")
	}
	return c, nil
}

func (s *Service) vote(tx *db.Tx, by id.ID, p *Post, choices Choices) error {
	res, err := tx.Exec(locked(tx, `INSERT INTO vote (poll_id, account_id, choices)
		SELECT poll.id, CAST($1 AS BIGINT), CAST($2 AS BIGINT) FROM poll WHERE poll.id = $3 AND poll.ends_at > $4`, " FOR KEY SHARE")+
		` ON CONFLICT (poll_id, account_id) DO NOTHING`, int64(by), int64(choices), p.Poll.ID, db.Millis(s.now()))
	if err != nil {
		return fmt.Errorf("vote: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return fmt.Errorf("vote: %w", err)
	} else if n == 0 {
		return s.notVoted(tx, p.Poll.ID)
	}
	if err := tally.AddAll(tx, choices.counted(p.Poll.ID, 1)...); err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Voted{PollID: p.Poll.ID, PostID: p.ID, AccountID: by, Choices: choices, counted: true})
}

// notVoted says why a vote was not taken.
func (s *Service) notVoted(tx *db.Tx, poll id.ID) error {
	var ends int64
	err := tx.QueryRow(`SELECT ends_at FROM poll WHERE id = $1`, poll).Scan(&ends)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return problem.NotFound("poll")
	case err != nil:
		return fmt.Errorf("look for a poll: %w", err)
	case ends <= db.Millis(s.now()):
		return errEnded()
	}
	return errVoted()
}

// ballot names what one account chose in one poll.
type ballot struct{ viewer, poll id.ID }

const (
	ballotBytes = 4 << 20
	ballotIdle  = 30 * time.Minute
)

func (s *Service) rememberBallots() {
	s.ballots = cache.New(cache.Options[ballot, Choices]{
		Bytes: ballotBytes,
		Idle:  ballotIdle,
		Size:  func(ballot, Choices) int { return 100 },
		Fresh: s.hub.Fresh,
		Load:  s.loadBallots,
	})
	event.After(s.hub, func(e Voted) { s.ballots.Drop(ballot{e.AccountID, e.PollID}) })
	s.hub.OnGap(s.ballots.Clear)
}

// loadBallots reads what was chosen; that nothing was is remembered too.
func (s *Service) loadBallots(ctx context.Context, keys []ballot) (map[ballot]Choices, error) {
	found := make(map[ballot]Choices, len(keys))
	polls := map[id.ID][]id.ID{} // by viewer: one for a page
	for _, k := range keys {
		found[k] = 0
		polls[k.viewer] = append(polls[k.viewer], k.poll)
	}
	for viewer, asked := range polls {
		list, args := db.In(2, asked)
		_, err := db.All(s.d.Read(ctx), func(row db.Row) (k ballot, err error) {
			var c int64
			k.viewer = viewer
			err = row.Scan(&k.poll, &c)
			found[k] = Choices(c)
			return k, err
		}, `SELECT poll_id, choices FROM vote WHERE account_id = $1 AND poll_id IN `+list, append([]any{int64(viewer)}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read votes: %w", err)
		}
	}
	return found, nil
}

// Ballots are what viewer chose in each of the polls, in their order.
func (s *Service) Ballots(ctx context.Context, viewer id.ID, polls []id.ID) ([]Choices, error) {
	all := make([]Choices, len(polls))
	if viewer == 0 || len(polls) == 0 {
		return all, nil
	}
	keys := make([]ballot, len(polls))
	for n, p := range polls {
		keys[n] = ballot{viewer, p}
	}
	found, err := s.ballots.Many(ctx, keys)
	if err != nil {
		return nil, err
	}
	for n, k := range keys {
		all[n] = found[k]
	}
	return all, nil
}

// endedMost is how many polls are ended at once.
const endedMost = 50

// EndPolls tells of polls that are over, each once; called every few seconds.
func (s *Service) EndPolls(ctx context.Context) error {
	now := db.Millis(s.now())
	for {
		due, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT id FROM poll WHERE NOT told AND ends_at <= $1 ORDER BY ends_at LIMIT `+
			strconv.Itoa(endedMost), now)
		if err != nil {
			return fmt.Errorf("look for polls that are over: %w", err)
		}
		err = s.d.UpdateEach(ctx, len(due), 1, func(tx *db.Tx, i int) error { return s.endPoll(tx, due[i], now) })
		if err != nil || len(due) < endedMost {
			return err
		}
	}
}

func (s *Service) endPoll(tx *db.Tx, poll id.ID, now int64) error {
	e := PollEnded{PollID: poll, At: db.Time(now)}
	err := tx.QueryRow(`UPDATE poll SET told = TRUE WHERE id = $1 AND NOT told AND ends_at <= $2 RETURNING post_id`, poll, now).Scan(&e.PostID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // told or prolonged meanwhile
	}
	if err != nil {
		return fmt.Errorf("end a poll: %w", err)
	}
	if err := tx.QueryRow(`SELECT account_id FROM post WHERE id = $1`, e.PostID).Scan(&e.AccountID); err != nil {
		return notFound(err, "read whose poll is over")
	}
	return event.Emit(s.hub, tx, e)
}

// VotersIn lists who voted in a poll, by their ids above after, at most so many:
// for telling them of its end, and for nobody's eyes.
func (s *Service) VotersIn(tx *db.Tx, poll, after id.ID, most int) ([]id.ID, error) {
	voters, err := db.All(tx, db.ScanID, `SELECT account_id FROM vote WHERE poll_id = $1 AND account_id > $2 ORDER BY account_id LIMIT `+
		strconv.Itoa(most), poll, int64(after))
	if err != nil {
		return nil, fmt.Errorf("list voters: %w", err)
	}
	return voters, nil
}
