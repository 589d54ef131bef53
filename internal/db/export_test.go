package db

import (
	"context"
	"io/fs"
)

// MigrateTo brings the schema up to a version of ours.
func (d *DB) MigrateTo(ctx context.Context, version int64) error {
	p, err := d.migrations()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}

// Queued is how many functions wait for the writer.
func (d *DB) Queued() int { return len(d.writer.queue) }

// WordsFS is a folder of migrations in an engine's words.
func WordsFS(files fs.FS, e Engine) fs.FS { return wordsFS{files, e} }

// Prepared is how many statements readers have prepared.
func (d *DB) Prepared() int {
	d.stmts.kept.CleanUp()
	return d.stmts.kept.EstimatedSize()
}
