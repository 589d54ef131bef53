-- +goose Up

-- What an account wishes of its own page, and of what it writes.
ALTER TABLE account ADD COLUMN hides_network BOOLEAN NOT NULL DEFAULT FALSE;      -- whom it follows and who follows it is for itself
ALTER TABLE account ADD COLUMN indexable BOOLEAN NOT NULL DEFAULT TRUE;           -- its public posts may be found by their words
ALTER TABLE account ADD COLUMN default_sensitive BOOLEAN NOT NULL DEFAULT FALSE;  -- its pictures are hidden unless it says otherwise
ALTER TABLE account ADD COLUMN shows_media BOOLEAN NOT NULL DEFAULT TRUE;         -- its page has a list of pictures
ALTER TABLE account ADD COLUMN shows_media_replies BOOLEAN NOT NULL DEFAULT TRUE; -- with those in replies
ALTER TABLE account ADD COLUMN shows_featured BOOLEAN NOT NULL DEFAULT TRUE;      -- its page names the accounts and hashtags it features
ALTER TABLE account ADD COLUMN credited_by TEXT NOT NULL DEFAULT '[]';            -- JSON list of domains that may name it as an author
UPDATE account SET indexable = discoverable;

-- Which posts of a followee are wished: languages with commas between, '' for all.
ALTER TABLE follow ADD COLUMN languages TEXT NOT NULL DEFAULT '';
ALTER TABLE follow_request ADD COLUMN languages TEXT NOT NULL DEFAULT '';

-- What somebody notes about another, for nobody but themselves.
CREATE TABLE account_note (
    id         {{id}},
    account_id BIGINT NOT NULL,
    target_id  BIGINT NOT NULL,
    text       TEXT   NOT NULL
);
CREATE UNIQUE INDEX account_note_pair ON account_note (account_id, target_id);
CREATE INDEX account_note_target ON account_note (target_id);

-- Those whom somebody follows and shows on their page.
CREATE TABLE endorsement (
    id         {{id}},
    account_id BIGINT NOT NULL,
    target_id  BIGINT NOT NULL
);
CREATE UNIQUE INDEX endorsement_pair ON endorsement (account_id, target_id);
CREATE INDEX endorsement_target ON endorsement (target_id);

-- Servers that somebody keeps away.
CREATE TABLE domain_block (
    id         {{id}},
    account_id BIGINT NOT NULL,
    domain     TEXT   NOT NULL,                  -- as in account.domain
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX domain_block_pair ON domain_block (account_id, domain);

-- Accounts that somebody does not wish to be suggested.
CREATE TABLE unsuggested (
    id         {{id}},
    account_id BIGINT NOT NULL,
    target_id  BIGINT NOT NULL
);
CREATE UNIQUE INDEX unsuggested_pair ON unsuggested (account_id, target_id);
CREATE INDEX unsuggested_target ON unsuggested (target_id);

-- Accounts that somebody gathers for others to follow.
CREATE TABLE collection (
    id           {{id}},
    account_id   BIGINT  NOT NULL,               -- who gathers
    name         TEXT    NOT NULL,
    description  TEXT    NOT NULL DEFAULT '',
    language     TEXT    NOT NULL DEFAULT '',
    tag          TEXT    NOT NULL DEFAULT '',    -- as written, without '#'
    sensitive    BOOLEAN NOT NULL,
    discoverable BOOLEAN NOT NULL,               -- others find it on the gatherer's page
    created_at   BIGINT  NOT NULL,
    changed_at   BIGINT  NOT NULL
);
CREATE INDEX collection_account ON collection (account_id, id);
CREATE TABLE collection_item (
    id            {{id}},
    collection_id BIGINT  NOT NULL,
    owner_id      BIGINT  NOT NULL,              -- collection.account_id
    account_id    BIGINT  NOT NULL,              -- who is in it
    revoked       BOOLEAN NOT NULL DEFAULT FALSE, -- they took themselves out, and stay out
    created_at    BIGINT  NOT NULL
);
CREATE UNIQUE INDEX collection_item_pair ON collection_item (collection_id, account_id);
CREATE INDEX collection_item_account ON collection_item (account_id, collection_id);
CREATE INDEX collection_item_owner ON collection_item (owner_id);

-- Hashtags that somebody shows on their page.
CREATE TABLE featured_tag (
    id         {{id}},
    account_id BIGINT NOT NULL,
    tag        TEXT   NOT NULL,                  -- db.Fold, without '#'
    display    TEXT   NOT NULL                   -- as they wrote it
);
CREATE UNIQUE INDEX featured_tag_pair ON featured_tag (account_id, tag);

-- So that an account's posts with a hashtag are counted without reading all of the hashtag's.
ALTER TABLE post_tag ADD COLUMN account_id BIGINT NOT NULL DEFAULT 0; -- post.account_id
UPDATE post_tag SET account_id = (SELECT post.account_id FROM post WHERE post.id = post_tag.post_id);
CREATE INDEX post_tag_account ON post_tag (account_id, tag, post_id);
