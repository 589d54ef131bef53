-- +goose Up
-- What counts as done, in the organisers' words; of challenges alone.
ALTER TABLE call ADD COLUMN counts_as_done TEXT NOT NULL DEFAULT '';

-- Whom a link is for, by their handle on another server; '' of a mail, of a link for
-- anybody, and once erased.
ALTER TABLE invitation ADD COLUMN handle TEXT NOT NULL DEFAULT '';
-- Nobody is asked twice from one act.
CREATE UNIQUE INDEX invitation_handle ON invitation (act_id, handle) WHERE handle <> '' AND state <> 'withdrawn';
CREATE INDEX invitation_handle_erase ON invitation (deadline) WHERE handle <> '';
