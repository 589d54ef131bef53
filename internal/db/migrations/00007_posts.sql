-- +goose Up

-- What a post says beside its text, and through which app it was written.
ALTER TABLE post ADD COLUMN poll_id BIGINT;                        -- its poll now; an edit that changes the options makes another
ALTER TABLE post ADD COLUMN app_name TEXT NOT NULL DEFAULT '';     -- '': written on the pages, or unknown
ALTER TABLE post ADD COLUMN app_website TEXT NOT NULL DEFAULT '';
ALTER TABLE post_edit ADD COLUMN options TEXT NOT NULL DEFAULT '[]'; -- JSON list: the poll's at that time

CREATE TABLE poll (
    id          {{id}},
    post_id     BIGINT  NOT NULL,
    options     TEXT    NOT NULL,                -- JSON list, two to four
    multiple    BOOLEAN NOT NULL,                -- one may choose several
    hide_totals BOOLEAN NOT NULL,                -- until it ends
    ends_at     BIGINT  NOT NULL,
    told        BOOLEAN NOT NULL DEFAULT FALSE   -- its end was told
);
CREATE UNIQUE INDEX poll_post ON poll (post_id);
CREATE INDEX poll_due ON poll (ends_at) WHERE NOT told;

-- Who voted for what: in no API but their own.
CREATE TABLE vote (
    poll_id    BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    choices    BIGINT NOT NULL,                  -- a bit for each option, the first is 1
    PRIMARY KEY (poll_id, account_id)
);
CREATE INDEX vote_account ON vote (account_id, poll_id);

-- Posts that wait to be published.
CREATE TABLE scheduled (
    id         {{id}},
    account_id BIGINT NOT NULL,
    draft      TEXT   NOT NULL,                  -- JSON: post.Draft
    publish_at BIGINT NOT NULL
);
CREATE INDEX scheduled_account ON scheduled (account_id, id);
CREATE INDEX scheduled_due ON scheduled (publish_at);

-- Posts that their authors show first, five at most.
CREATE TABLE pin (
    post_id    BIGINT PRIMARY KEY,
    account_id BIGINT NOT NULL,                  -- its author
    id         BIGINT NOT NULL                   -- orders them
);
CREATE INDEX pin_account ON pin (account_id, id);

-- Threads of which an account wishes no notices.
CREATE TABLE muted_thread (
    account_id BIGINT NOT NULL,
    thread     BIGINT NOT NULL,                  -- post.thread
    id         BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread)
);
CREATE INDEX muted_thread_newest ON muted_thread (account_id, id);
