-- +goose Up

-- Notices of one kind about one thing within twelve hours are read as a group,
-- and those that the receiver's policy holds back wait as requests.
ALTER TABLE notice ADD COLUMN span BIGINT NOT NULL DEFAULT 0;             -- the hour since 1970 in which its group began; 0 is in no group
ALTER TABLE notice ADD COLUMN lead BOOLEAN NOT NULL DEFAULT TRUE;         -- the first of its group in its minute, or in no group: groups are found by these
ALTER TABLE notice ADD COLUMN filtered BOOLEAN NOT NULL DEFAULT FALSE;    -- waits until its receiver accepts the sender
CREATE INDEX notice_lead ON notice (account_id, id) WHERE lead;
CREATE INDEX notice_filtered ON notice (account_id, from_id, id) WHERE filtered;

-- The notices of a group; the first also finds all about a post, as the index
-- did that it replaces.
DROP INDEX notice_post;
CREATE INDEX notice_post ON notice (post_id, kind, span, id) WHERE post_id IS NOT NULL;
CREATE INDEX notice_bare ON notice (account_id, kind, span, id) WHERE post_id IS NULL;

-- What an account does with notices from strangers: 0 accepts, 1 filters, 2
-- drops. Who has no row has notice.DefaultPolicy.
CREATE TABLE notice_policy (
    account_id       BIGINT PRIMARY KEY,
    not_following    BIGINT NOT NULL,
    not_followers    BIGINT NOT NULL,
    new_accounts     BIGINT NOT NULL,
    private_mentions BIGINT NOT NULL,
    limited_accounts BIGINT NOT NULL,
    changed_at       BIGINT NOT NULL
);

-- Whose notices come in whatever the policy says: their request was accepted.
CREATE TABLE notice_permission (
    account_id BIGINT NOT NULL,
    from_id    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, from_id)
);
CREATE INDEX notice_permission_from ON notice_permission (from_id);

-- Who asked to hear of an account's posts.
CREATE INDEX follow_notify ON follow (followee_id, follower_id) WHERE notify;
