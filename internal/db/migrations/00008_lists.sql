-- +goose Up

-- Lists that somebody keeps of accounts it follows; nobody else knows of them.
CREATE TABLE list (
    id         {{id}},
    account_id BIGINT  NOT NULL,                 -- whose list it is
    title      TEXT    NOT NULL,
    replies    TEXT    NOT NULL,                 -- which replies to others show: followed, list, none
    exclusive  BOOLEAN NOT NULL,                 -- what its members write shows here and not at home
    created_at BIGINT  NOT NULL
);
CREATE INDEX list_account ON list (account_id, id);
CREATE TABLE list_member (
    id         {{id}},
    list_id    BIGINT NOT NULL,
    owner_id   BIGINT NOT NULL,                  -- list.account_id, who follows or asked to follow the member
    account_id BIGINT NOT NULL
);
CREATE UNIQUE INDEX list_member_pair ON list_member (list_id, account_id);
CREATE INDEX list_member_owner ON list_member (owner_id, account_id);
CREATE INDEX list_member_account ON list_member (account_id, id);

-- Hashtags whose posts come to somebody's home.
CREATE TABLE tag_follow (
    id         {{id}},
    account_id BIGINT NOT NULL,
    tag        TEXT   NOT NULL,                  -- db.Fold, without '#'
    display    TEXT   NOT NULL,                  -- as the follower wrote it
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tag_follow_pair ON tag_follow (account_id, tag);

-- Direct posts of one thread among the same people, as one of them has them.
CREATE TABLE conversation (
    id           {{id}},
    account_id   BIGINT  NOT NULL,               -- who has it: of this server, the author or mentioned
    thread       BIGINT  NOT NULL,
    participants TEXT    NOT NULL,               -- the others' account ids, sorted, with commas between
    last_post    BIGINT  NOT NULL,               -- the newest of its posts
    unread       BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX conversation_among ON conversation (account_id, thread, participants);
CREATE INDEX conversation_last ON conversation (account_id, last_post);
CREATE TABLE conversation_post (
    conversation_id BIGINT NOT NULL,
    post_id         BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, post_id)
);
CREATE INDEX conversation_post_post ON conversation_post (post_id);
