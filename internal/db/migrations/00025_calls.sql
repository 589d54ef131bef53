-- +goose Up

-- A draft opens by itself at opens_at; a second goal shows once the first is
-- reached; what is archived leaves lists and keeps its page.
ALTER TABLE call ADD COLUMN opens_at BIGINT;     -- of a draft alone
ALTER TABLE call ADD COLUMN stretch BIGINT;      -- the second goal, in the smallest unit; above the first
ALTER TABLE call ADD COLUMN archived_at BIGINT;  -- of a closed or cancelled call
CREATE INDEX call_opening ON call (opens_at) WHERE state = 'draft' AND opens_at IS NOT NULL;
CREATE INDEX call_archived ON call (movement_id, id) WHERE archived_at IS NOT NULL;

-- Who may do for one call what its movement's organisers may.
CREATE TABLE call_organiser (
    call_id    BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    state      TEXT   NOT NULL,                  -- invited, stands
    invited_by BIGINT NOT NULL,                  -- account
    created_at BIGINT NOT NULL,
    PRIMARY KEY (call_id, account_id)
);
CREATE INDEX call_organiser_account ON call_organiser (account_id, call_id);

-- What organisers tell those who took part, in order.
CREATE TABLE call_update (
    id         {{id}},
    call_id    BIGINT NOT NULL,
    author_id  BIGINT,                           -- account; NULL once it is deleted
    title      TEXT   NOT NULL,
    body       TEXT   NOT NULL,                  -- Markdown
    created_at BIGINT NOT NULL,
    edited_at  BIGINT
);
CREATE INDEX call_update_call ON call_update (call_id, id);
CREATE INDEX call_update_author ON call_update (author_id) WHERE author_id IS NOT NULL;

-- Who is not to be told of a call's updates.
CREATE TABLE call_quiet (
    account_id BIGINT NOT NULL,
    call_id    BIGINT NOT NULL,                  -- 0 is all calls
    PRIMARY KEY (account_id, call_id)
);
CREATE INDEX call_quiet_call ON call_quiet (call_id);
-- An update that is removed takes what was told of it with it.
CREATE INDEX notice_call_update ON notice (subject, id) WHERE kind = 'call_update';
