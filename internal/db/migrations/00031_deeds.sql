-- +goose Up
-- Links by which a doer asks the person helped whether it reached them. Who holds one
-- needs no account to say thanks, and that it happened. Its secret is computed from the
-- row's id and never kept.
CREATE TABLE deed_link (
    id             {{id}},
    act_id         BIGINT  NOT NULL,
    doer_id        BIGINT  NOT NULL,               -- who made it: the act's doer
    tells          BOOLEAN NOT NULL,               -- its holder sees who did it and the story, whoever else may see the act
    slot           BIGINT,                         -- its place among the act's open links, from 1; NULL once it is withdrawn or over
    withdrawn      BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     BIGINT  NOT NULL,
    expires_at     BIGINT  NOT NULL,               -- until then something can be said
    said           BIGINT  NOT NULL DEFAULT 0,     -- how often thanks were said, also those taken back
    thanks         TEXT    NOT NULL DEFAULT '',
    thanks_name    TEXT    NOT NULL DEFAULT '',    -- as they call themselves; may be ''
    thanked_at     BIGINT,                         -- NULL while there are no thanks
    refused        BOOLEAN NOT NULL DEFAULT FALSE, -- the doer deleted thanks: no others are taken
    shown          BOOLEAN NOT NULL DEFAULT FALSE, -- the doer shows the thanks with the act
    witnessed_at   BIGINT,                         -- when it was used to witness, which is once; NULL if not
    witness_stands BOOLEAN NOT NULL DEFAULT FALSE  -- and nobody took that back
);
-- So few are open at once.
CREATE UNIQUE INDEX deed_link_place ON deed_link (act_id, slot) WHERE slot IS NOT NULL;
CREATE INDEX deed_link_act ON deed_link (act_id, id);
CREATE INDEX deed_link_doer ON deed_link (doer_id);
CREATE INDEX deed_link_over ON deed_link (expires_at) WHERE thanked_at IS NULL AND NOT witness_stands;

-- How many links an account made on the last day on which it made some.
CREATE TABLE deed_making (
    account_id BIGINT PRIMARY KEY,
    day        BIGINT NOT NULL,                    -- days since 1970 in UTC
    links      BIGINT NOT NULL
);
