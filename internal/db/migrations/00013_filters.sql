-- +goose Up

-- What somebody wishes not to read; nobody else knows of it.
CREATE TABLE filter (
    id         {{id}},
    account_id BIGINT  NOT NULL,                 -- whose filter it is
    title      TEXT    NOT NULL,
    contexts   BIGINT  NOT NULL,                 -- where it holds: filter.Contexts
    action     TEXT    NOT NULL,                 -- what becomes of a post: warn, hide, blur
    dropping   BOOLEAN NOT NULL,                 -- with hide: such posts are not even sent to home and notices
    expires_at BIGINT                            -- NULL: never
);
CREATE INDEX filter_account ON filter (account_id, id);
CREATE TABLE filter_keyword (
    id         {{id}},
    filter_id  BIGINT  NOT NULL,
    account_id BIGINT  NOT NULL,                 -- filter.account_id
    keyword    TEXT    NOT NULL,                 -- as written
    whole_word BOOLEAN NOT NULL
);
CREATE INDEX filter_keyword_account ON filter_keyword (account_id, id);
CREATE INDEX filter_keyword_filter ON filter_keyword (filter_id);
CREATE TABLE filter_post (
    id         {{id}},
    filter_id  BIGINT NOT NULL,
    account_id BIGINT NOT NULL,                  -- filter.account_id
    post_id    BIGINT NOT NULL
);
CREATE INDEX filter_post_account ON filter_post (account_id, id);
CREATE UNIQUE INDEX filter_post_pair ON filter_post (filter_id, post_id);
CREATE INDEX filter_post_post ON filter_post (post_id);
