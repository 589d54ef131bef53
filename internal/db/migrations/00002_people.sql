-- +goose Up

-- Accounts: people, organisations, and the own actors of movements and of this
-- server; local (domain = '') and remote side by side.
CREATE TABLE account (
    id            {{id}},
    kind          TEXT    NOT NULL,              -- person, organisation, movement, server
    username      TEXT    NOT NULL,
    folded        TEXT    NOT NULL,              -- db.Fold(username)
    domain        TEXT    NOT NULL DEFAULT '',
    uri           TEXT,                          -- remote accounts only; local ones are computed
    url           TEXT    NOT NULL DEFAULT '',
    name          TEXT    NOT NULL DEFAULT '',
    note          TEXT    NOT NULL DEFAULT '',
    fields        TEXT    NOT NULL DEFAULT '[]', -- JSON: [{"name","value"}], four at most
    avatar_id     BIGINT,                        -- media
    header_id     BIGINT,
    locked        BOOLEAN NOT NULL DEFAULT FALSE,
    bot           BOOLEAN NOT NULL DEFAULT FALSE,
    discoverable  BOOLEAN NOT NULL DEFAULT TRUE,
    shows_likes   BOOLEAN NOT NULL DEFAULT FALSE, -- followers see what it likes
    seen_liking   BOOLEAN NOT NULL DEFAULT FALSE, -- others see it among a post's likers
    nominable     BOOLEAN NOT NULL DEFAULT TRUE,
    next_steps    BOOLEAN NOT NULL DEFAULT TRUE,  -- offer a step after a like
    default_visibility TEXT NOT NULL DEFAULT 'public',
    language      TEXT    NOT NULL DEFAULT '',
    role          TEXT    NOT NULL DEFAULT '',   -- '', moderator, admin
    state         TEXT    NOT NULL,              -- active, unconfirmed, pending, suspended, deleted
    sample        BOOLEAN NOT NULL DEFAULT FALSE,
    created_at    BIGINT  NOT NULL,
    changed_at    BIGINT  NOT NULL,              -- also the version that caches compare
    deleted_at    BIGINT
);
CREATE UNIQUE INDEX account_name ON account (folded, domain);
CREATE UNIQUE INDEX account_uri ON account (uri) WHERE uri IS NOT NULL;
CREATE INDEX account_state ON account (state, id) WHERE state <> 'active';

-- What people tell us to be matched: private, in no API but their own.
CREATE TABLE interest (
    account_id BIGINT PRIMARY KEY,
    causes     TEXT   NOT NULL,                  -- JSON list, five at most
    minutes    BIGINT,                           -- time at hand in a week
    town       TEXT   NOT NULL DEFAULT '',
    mode       TEXT   NOT NULL DEFAULT '',       -- '', online, together
    changed_at BIGINT NOT NULL
);

-- How an account signs in; sample accounts have no row here.
CREATE TABLE login (
    account_id   BIGINT PRIMARY KEY,
    email        TEXT   NOT NULL,
    email_folded TEXT   NOT NULL,
    password     TEXT   NOT NULL,                -- argon2id in PHC form
    reason       TEXT   NOT NULL DEFAULT '',     -- why they wish to join, for approval
    confirmed_at BIGINT,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX login_email ON login (email_folded);

CREATE TABLE session (
    id         {{id}},
    account_id BIGINT  NOT NULL,
    hash       {{blob}} NOT NULL,                -- SHA-256 of the cookie's secret
    agent      TEXT    NOT NULL DEFAULT '',
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX session_hash ON session (hash);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at);

CREATE TABLE token (
    id         {{id}},
    account_id BIGINT  NOT NULL,
    hash       {{blob}} NOT NULL,
    name       TEXT    NOT NULL DEFAULT '',
    scopes     TEXT    NOT NULL,                 -- Mastodon's names, separated by spaces
    created_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX token_hash ON token (hash);
CREATE INDEX token_account ON token (account_id);

-- One-purpose links sent by mail.
CREATE TABLE mail_token (
    hash       {{blob}} PRIMARY KEY,
    purpose    TEXT   NOT NULL,                  -- confirm, reset; and known, changed, whose mails carry no link
    account_id BIGINT NOT NULL,
    email      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mail_token_account ON mail_token (account_id, purpose);
CREATE INDEX mail_token_expiry ON mail_token (expires_at);

CREATE TABLE follow (
    id          {{id}},
    follower_id BIGINT  NOT NULL,
    followee_id BIGINT  NOT NULL,
    shares      BOOLEAN NOT NULL DEFAULT TRUE,   -- see what the followee shares
    notify      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX follow_pair ON follow (follower_id, followee_id);
CREATE INDEX follow_followee ON follow (followee_id, id);
CREATE INDEX follow_follower ON follow (follower_id, id);

CREATE TABLE follow_request (
    id          {{id}},
    follower_id BIGINT  NOT NULL,
    followee_id BIGINT  NOT NULL,
    shares      BOOLEAN NOT NULL DEFAULT TRUE,
    notify      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX follow_request_pair ON follow_request (follower_id, followee_id);
CREATE INDEX follow_request_followee ON follow_request (followee_id, id);

CREATE TABLE block (
    id         {{id}},
    account_id BIGINT NOT NULL,
    target_id  BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX block_pair ON block (account_id, target_id);
CREATE INDEX block_target ON block (target_id);

CREATE TABLE mute (
    id         {{id}},
    account_id BIGINT  NOT NULL,
    target_id  BIGINT  NOT NULL,
    notices    BOOLEAN NOT NULL DEFAULT TRUE,    -- hides notices too
    expires_at BIGINT,
    created_at BIGINT  NOT NULL
);
CREATE UNIQUE INDEX mute_pair ON mute (account_id, target_id);
CREATE INDEX mute_target ON mute (target_id);
CREATE INDEX mute_expiry ON mute (expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE media (
    id          {{id}},
    account_id  BIGINT  NOT NULL,
    kind        TEXT    NOT NULL,                -- image
    key         TEXT    NOT NULL,                -- blob, 128 random bits
    type        TEXT    NOT NULL,                -- content type of the blob
    bytes       BIGINT  NOT NULL,
    width       BIGINT  NOT NULL,
    height      BIGINT  NOT NULL,
    small_key   TEXT    NOT NULL,                -- the preview's blob
    small_width BIGINT  NOT NULL,
    small_height BIGINT NOT NULL,
    blurhash    TEXT    NOT NULL,
    description TEXT    NOT NULL DEFAULT '',
    focus_x     BIGINT  NOT NULL DEFAULT 0,      -- thousandths, -1000 to 1000
    focus_y     BIGINT  NOT NULL DEFAULT 0,
    owner_kind  TEXT    NOT NULL DEFAULT '',     -- '', post, act, account: what it hangs on
    owner_id    BIGINT,
    position    BIGINT  NOT NULL DEFAULT 0,
    created_at  BIGINT  NOT NULL
);
CREATE UNIQUE INDEX media_key ON media (key);
CREATE UNIQUE INDEX media_small_key ON media (small_key);
CREATE INDEX media_owner ON media (owner_kind, owner_id, position) WHERE owner_id IS NOT NULL;
CREATE INDEX media_account ON media (account_id, id);
CREATE INDEX media_loose ON media (id) WHERE owner_id IS NULL;

-- Posts and shares; a share is a row with share_of and nothing of its own.
CREATE TABLE post (
    id          {{id}},
    account_id  BIGINT  NOT NULL,
    domain      TEXT    NOT NULL DEFAULT '',
    uri         TEXT,
    url         TEXT    NOT NULL DEFAULT '',
    text        TEXT    NOT NULL DEFAULT '',     -- as written; HTML is made from it
    warning     TEXT    NOT NULL DEFAULT '',
    sensitive   BOOLEAN NOT NULL DEFAULT FALSE,
    visibility  TEXT    NOT NULL,                -- public, unlisted, private, direct
    language    TEXT    NOT NULL DEFAULT '',
    reply_to    BIGINT,                          -- post
    reply_to_account BIGINT,
    thread      BIGINT  NOT NULL,                -- the first post of its thread
    share_of    BIGINT,                          -- post
    act_id      BIGINT,                          -- the act that it tells of
    movement_id BIGINT,                          -- on shares by a movement's account: it carries the post
    meta        TEXT    NOT NULL DEFAULT '{}',   -- JSON: kind and subject of a notice's direct post
    created_at  BIGINT  NOT NULL,
    edited_at   BIGINT,
    version     BIGINT  NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX post_uri ON post (uri) WHERE uri IS NOT NULL;
CREATE INDEX post_account ON post (account_id, id);
CREATE INDEX post_public ON post (id) WHERE visibility = 'public' AND share_of IS NULL AND reply_to IS NULL;
CREATE INDEX post_reply ON post (reply_to, id) WHERE reply_to IS NOT NULL;
CREATE INDEX post_thread ON post (thread, id);
CREATE UNIQUE INDEX post_share ON post (share_of, account_id) WHERE share_of IS NOT NULL;
CREATE INDEX post_sharer ON post (account_id, share_of) WHERE share_of IS NOT NULL;
CREATE INDEX post_act ON post (act_id) WHERE act_id IS NOT NULL;

CREATE TABLE post_edit (
    id         {{id}},
    post_id    BIGINT  NOT NULL,
    text       TEXT    NOT NULL,
    warning    TEXT    NOT NULL,
    sensitive  BOOLEAN NOT NULL,
    media      TEXT    NOT NULL DEFAULT '[]',    -- JSON list of media ids as strings
    created_at BIGINT  NOT NULL                  -- when this text came to be
);
CREATE INDEX post_edit_post ON post_edit (post_id, id);

CREATE TABLE hashtag (
    tag        TEXT   PRIMARY KEY,               -- db.Fold, without '#'
    display    TEXT   NOT NULL,                  -- as first written
    created_at BIGINT NOT NULL
);
CREATE TABLE post_tag (
    tag     TEXT   NOT NULL,
    post_id BIGINT NOT NULL,
    PRIMARY KEY (tag, post_id)
);
CREATE INDEX post_tag_post ON post_tag (post_id);

CREATE TABLE mention (
    post_id    BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id)
);
CREATE INDEX mention_account ON mention (account_id, post_id);

CREATE TABLE liked (
    account_id BIGINT NOT NULL,
    post_id    BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id)
);
CREATE INDEX liked_account ON liked (account_id, id);

CREATE TABLE bookmark (
    account_id BIGINT NOT NULL,
    post_id    BIGINT NOT NULL,
    id         BIGINT NOT NULL,
    PRIMARY KEY (account_id, post_id)
);
CREATE INDEX bookmark_post ON bookmark (post_id);
