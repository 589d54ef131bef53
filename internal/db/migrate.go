package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrateLock is the PostgreSQL advisory lock under which migrations run.
const migrateLock = 0x676f6f647475726e // "goodturn"

// words are those in which the engines' schemas differ. Text sorts by its bytes
// on both, whatever collation a PostgreSQL database was created with; nor can
// an operating system's update of a collation harm an index then.
var words = map[Engine]*strings.Replacer{
	SQLite: strings.NewReplacer(
		"{{id}}", "INTEGER PRIMARY KEY",
		"{{blob}}", "BLOB",
		"{{seq}}", "INTEGER PRIMARY KEY AUTOINCREMENT",
		// The words come folded and apart from each other, so nothing is left to
		// SQLite's tokenizer: all that is not ASCII is part of a word.
		"{{search_words}}", `CREATE VIRTUAL TABLE search_words USING fts5(words, tokenize = "ascii tokenchars '_'");
INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1);`,
	),
	Postgres: strings.NewReplacer(
		"{{id}}", "BIGINT PRIMARY KEY",
		"{{blob}}", "BYTEA",
		"{{seq}}", "BIGSERIAL PRIMARY KEY",
		"{{search_words}}", `CREATE TABLE search_words (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL);
CREATE INDEX search_words_words ON search_words USING GIN (words);`,
		" TEXT", ` TEXT COLLATE "C"`,
	),
}

// Migrate brings the schema up to date, the job queue's tables included. Any
// number of nodes may call it at once; it waits for the one that is at it.
func (d *DB) Migrate(ctx context.Context) (err error) {
	unlock, err := d.lockMigrations(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()

	p, err := d.migrations()
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if len(done) > 0 {
		d.log.Debug("migrated", "to", done[len(done)-1].Source.Version)
	}
	return d.migrateJobs(ctx)
}

func (d *DB) migrations() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, d.write, wordsFS{migrations, d.engine}, goose.WithDisableGlobalRegistry(true))
}

func (d *DB) migrateJobs(ctx context.Context) error {
	m, err := rivermigrate.New(d.jobDriver(), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the job queue: %w", err)
	}
	return nil
}

func (d *DB) jobDriver() riverdriver.Driver[*sql.Tx] {
	if d.engine == Postgres {
		return riverdatabasesql.New(d.write)
	}
	return riversqlite.New(d.write)
}

func (d *DB) lockMigrations(ctx context.Context) (unlock func() error, err error) {
	if d.engine == SQLite {
		return LockFile(ctx, d.path+".lock")
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	// A lock is waited for as long as the context allows: the other node may
	// have much to move.
	if _, err := conn.ExecContext(ctx, "SET lock_timeout = 0"); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate: %w", err), conn.Close())
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrateLock)); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate: %w", err), conn.Close())
	}
	return func() error {
		_, e1 := conn.ExecContext(context.Background(), "SELECT pg_advisory_unlock($1)", int64(migrateLock))
		_, e2 := conn.ExecContext(context.Background(), "RESET lock_timeout")
		return errors.Join(e1, e2, conn.Close())
	}, nil
}

// SchemaHash names the schema that Migrate makes: it changes with every
// migration, ours and the job queue's.
func SchemaHash(e Engine) (string, error) {
	h := sha256.New()
	add := func(f fs.FS) error {
		return fs.WalkDir(f, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			b, err := fs.ReadFile(f, name)
			fmt.Fprintf(h, "%s %d\n%s", name, len(b), b)
			return err
		})
	}
	jobs := (&DB{engine: e}).jobDriver().GetMigrationFS(riverdriver.MigrationLineMain)
	if err := errors.Join(add(wordsFS{migrations, e}), add(jobs)); err != nil {
		return "", fmt.Errorf("hash the migrations: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// wordsFS is the folder of migrations in the words of one engine.
type wordsFS struct {
	files  fs.FS
	engine Engine
}

func (w wordsFS) ReadDir(name string) ([]fs.DirEntry, error) {
	return fs.ReadDir(w.files, path.Join("migrations", name))
}

func (w wordsFS) Open(name string) (fs.File, error) {
	f, err := w.files.Open(path.Join("migrations", name))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil || info.IsDir() {
		return f, err
	}
	b, err := fs.ReadFile(w.files, path.Join("migrations", name))
	if err != nil {
		return nil, err
	}
	text := words[w.engine].Replace(string(b))
	if _, rest, found := strings.Cut(text, "{{"); found {
		word, _, _ := strings.Cut(rest, "}}")
		return nil, &fs.PathError{Op: "open", Path: name, Err: fmt.Errorf("unknown word {{%s}}", word)}
	}
	return &textFile{strings.NewReader(text), info, int64(len(text))}, nil
}

// textFile is a file of text in memory.
type textFile struct {
	*strings.Reader
	fs.FileInfo
	size int64
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *textFile) Size() int64                { return f.size }
func (f *textFile) Close() error               { return nil }

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY
}
