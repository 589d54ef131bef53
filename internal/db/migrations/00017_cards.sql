-- +goose Up

-- What is shown of a web page that posts link to: one row a page.
CREATE TABLE card (
    id            {{id}},
    url           TEXT   NOT NULL,               -- the page's own address once it was fetched; until then the one in the post
    state         TEXT   NOT NULL,               -- waiting, ready, none: there is nothing to show
    kind          TEXT   NOT NULL DEFAULT 'link', -- link, photo
    title         TEXT   NOT NULL DEFAULT '',
    description   TEXT   NOT NULL DEFAULT '',
    language      TEXT   NOT NULL DEFAULT '',    -- ISO 639, '' unknown
    author_name   TEXT   NOT NULL DEFAULT '',
    author_url    TEXT   NOT NULL DEFAULT '',
    provider_name TEXT   NOT NULL DEFAULT '',
    provider_url  TEXT   NOT NULL DEFAULT '',
    published_at  BIGINT,                        -- as the page says
    account_id    BIGINT,                        -- of a page of this server: whose words these are
    due_at        BIGINT NOT NULL,               -- fetched again when it is posted after this
    created_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX card_url ON card (url);
CREATE INDEX card_account ON card (account_id) WHERE account_id IS NOT NULL;

-- The card of a post: that of its first link.
CREATE TABLE post_card (
    post_id {{id}},
    card_id BIGINT NOT NULL,
    url     TEXT   NOT NULL                      -- the address in the post, which may lead to the page by detours
);
CREATE INDEX post_card_card ON post_card (card_id, post_id DESC);
CREATE INDEX post_card_url ON post_card (url, post_id DESC);
