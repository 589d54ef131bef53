-- +goose Up

-- What the server says of itself where an administrator wrote it; what has no
-- row is the text that the program comes with.
CREATE TABLE about_text (
    name       TEXT   PRIMARY KEY,               -- description, story, privacy, message, email, contact
    value      TEXT   NOT NULL,                  -- Markdown, a line, or an id, by its name
    changed_at BIGINT NOT NULL
);

-- The rules of the server. While there is no row at all, those that the program
-- comes with hold. A withdrawn one stays, for the reports that name it.
CREATE TABLE server_rule (
    id           {{id}},
    position     BIGINT NOT NULL,
    text         TEXT   NOT NULL,
    hint         TEXT   NOT NULL DEFAULT '',
    translations TEXT   NOT NULL DEFAULT '{}',   -- JSON: language -> {text, hint}
    withdrawn_at BIGINT,
    changed_at   BIGINT NOT NULL
);

-- Terms of service, each version from its day on.
CREATE TABLE terms (
    effective_on TEXT   PRIMARY KEY,             -- 2006-01-02, UTC
    text         TEXT   NOT NULL,                -- Markdown
    changed_at   BIGINT NOT NULL
);

CREATE TABLE announcement (
    id           {{id}},
    text         TEXT    NOT NULL,               -- as posts are written: links, hashtags, mentions, emoji
    starts_at    BIGINT,                         -- of what it tells of
    ends_at      BIGINT,                         -- it is not shown after this
    all_day      BOOLEAN NOT NULL DEFAULT FALSE, -- the two are days
    published_at BIGINT,                         -- NULL: a draft
    reacted      BIGINT  NOT NULL DEFAULT 0,     -- counts up with each reaction, which so come one after the other
    created_at   BIGINT  NOT NULL,
    changed_at   BIGINT  NOT NULL
);
CREATE TABLE announcement_dismissal (
    account_id      BIGINT NOT NULL,
    announcement_id BIGINT NOT NULL,
    PRIMARY KEY (account_id, announcement_id)
);
CREATE INDEX announcement_dismissal_of ON announcement_dismissal (announcement_id);
CREATE TABLE announcement_reaction (
    announcement_id BIGINT NOT NULL,
    name            TEXT   NOT NULL,             -- a Unicode emoji, or a shortcode of ours
    account_id      BIGINT NOT NULL,
    id              BIGINT NOT NULL,
    PRIMARY KEY (announcement_id, name, account_id)
);
CREATE INDEX announcement_reaction_account ON announcement_reaction (account_id);

CREATE TABLE emoji (
    id         {{id}},
    shortcode  TEXT    NOT NULL,
    category   TEXT    NOT NULL DEFAULT '',
    picker     BOOLEAN NOT NULL DEFAULT TRUE,    -- offered by clients for choosing
    disabled   BOOLEAN NOT NULL DEFAULT FALSE,
    media_id   BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX emoji_shortcode ON emoji (shortcode);

-- Posts whose words are to be indexed, new or changed; see package search.
CREATE TABLE search_due (
    post_id {{id}}
);
INSERT INTO search_due (post_id) SELECT id FROM post WHERE share_of IS NULL;

-- The words of posts, in each engine's own kind of index.
{{search_words}}

-- The words that accounts are found by: of username and name, and a movement's
-- hashtags.
CREATE TABLE search_name (
    word       TEXT   NOT NULL,                  -- folded
    account_id BIGINT NOT NULL,
    PRIMARY KEY (word, account_id)
);
CREATE INDEX search_name_account ON search_name (account_id);

-- Accounts whose words are to be gathered; those that were here before are
-- gathered as soon as the server starts.
CREATE TABLE search_name_due (
    account_id {{id}}
);
INSERT INTO search_name_due (account_id) SELECT id FROM account WHERE state <> 'deleted' AND kind <> 'server';
