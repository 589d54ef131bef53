-- +goose Up

-- What moved somebody to come, as they said it; the act that a check-in makes
-- takes it over. Who was put on the list by a check-in goes from it with that.
ALTER TABLE coming ADD COLUMN source_kind TEXT NOT NULL DEFAULT ''; -- '', post, act, nomination
ALTER TABLE coming ADD COLUMN source_id BIGINT;
ALTER TABLE coming ADD COLUMN walked_in BOOLEAN NOT NULL DEFAULT FALSE;
