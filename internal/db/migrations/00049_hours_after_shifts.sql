-- +goose Up
-- A check-in says that somebody is there; how long they helped counts as confirmed once
-- the shift is over, by the word of whoever checked them in.
ALTER TABLE coming ADD COLUMN confirm_at BIGINT; -- when the check-in confirms the hours; NULL for not, or done
ALTER TABLE coming ADD COLUMN came_by BIGINT;    -- account whose word it is; NULL for the code's
CREATE INDEX coming_confirm ON coming (confirm_at) WHERE confirm_at IS NOT NULL;

-- Who looks after a date is told of what becomes of it, but not of what they did.
ALTER TABLE date_telling ADD COLUMN by_id BIGINT; -- account that moved it or called it off; NULL for none
