-- +goose Up

CREATE TABLE notice (
    id          {{id}},
    account_id  BIGINT NOT NULL,                 -- whose it is
    kind        TEXT   NOT NULL,                 -- notice.Kind
    from_id     BIGINT NOT NULL,                 -- account
    subject     BIGINT NOT NULL DEFAULT 0,       -- post, act, nomination or movement, by kind
    post_id     BIGINT,                          -- the post to show with it
    act_id      BIGINT,                          -- the act that it is about
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX notice_once ON notice (account_id, kind, from_id, subject);
CREATE INDEX notice_account ON notice (account_id, id);
CREATE INDEX notice_post ON notice (post_id) WHERE post_id IS NOT NULL;
CREATE INDEX notice_act ON notice (act_id) WHERE act_id IS NOT NULL;
CREATE INDEX notice_from ON notice (from_id, account_id);

CREATE TABLE read_mark (
    account_id BIGINT NOT NULL,
    what       TEXT   NOT NULL,                  -- notices, home
    last_id    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, what)
);

-- Distinct viewers, only ever as a sketch; no row names a viewer.
CREATE TABLE reach (
    subject_id BIGINT  NOT NULL,                 -- movement or post
    day        BIGINT  NOT NULL,                 -- days since 1970, UTC
    sketch     {{blob}} NOT NULL,                -- HyperLogLog
    PRIMARY KEY (subject_id, day)
);

-- Random values made once and kept: keys for sketches and refusals.
CREATE TABLE secret (
    name  TEXT    PRIMARY KEY,
    value {{blob}} NOT NULL
);
