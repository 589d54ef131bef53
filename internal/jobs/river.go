package jobs

import (
	"context"
	"database/sql"
	"log/slog"
	"slices"
	"sync"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"goodturn/internal/db"
)

// driver is River's own, with a bell in place of PostgreSQL's LISTEN: a job
// that this node enqueued is fetched at once, on both engines, and polling is
// left for what time or other nodes made due.
type driver struct {
	riverdriver.Driver[*sql.Tx]
	bell *bell
}

func newDriver(d *db.DB, b *bell) driver {
	if d.Engine() == db.Postgres {
		return driver{riverdatabasesql.New(d.WriteDB()), b}
	}
	return driver{riversqlite.New(d.WriteDB()), b}
}

func (driver) SupportsListener() bool     { return true }
func (driver) SupportsListenNotify() bool { return false }

func (d driver) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return listener{d.bell}
}

// bell wakes the fetcher of a queue; rung twice before it is heard, it rings once.
type bell struct {
	mu   sync.Mutex
	rung []string      // queues, in their order
	c    chan struct{} // full while any is rung
}

func newBell() *bell { return &bell{c: make(chan struct{}, 1)} }

func (b *bell) ring(queue string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !slices.Contains(b.rung, queue) {
		b.rung = append(b.rung, queue)
	}
	b.sound()
}

func (b *bell) sound() {
	select {
	case b.c <- struct{}{}:
	default:
	}
}

// heard is the queue that was rung first, after c; none where it was heard before.
func (b *bell) heard() (queue string, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.rung) == 0 {
		return "", false
	}
	queue, b.rung = b.rung[0], b.rung[1:]
	if len(b.rung) > 0 {
		b.sound()
	}
	return queue, true
}

// listener tells River of the bell in the words of its notification
// "river_insert".
type listener struct{ bell *bell }

func (l listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		select {
		case <-l.bell.c:
			if queue, ok := l.bell.heard(); ok {
				return &riverdriver.Notification{Topic: "river_insert", Payload: `{"queue":"` + queue + `"}`}, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (listener) Connect(context.Context) error          { return nil }
func (listener) Close(context.Context) error            { return nil }
func (listener) Listen(context.Context, string) error   { return nil }
func (listener) Unlisten(context.Context, string) error { return nil }
func (listener) Ping(context.Context) error             { return nil }
func (listener) Schema() string                         { return "" }
func (listener) SetAfterConnectExec(string)             {}

// quiet lets River's warnings and errors through, and not what it tells of
// its every-day work.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}
func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(a)} }
func (q quiet) WithGroup(name string) slog.Handler   { return quiet{q.Handler.WithGroup(name)} }
