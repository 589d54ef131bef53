-- +goose Up

-- What moves people today, as the last sweep found it; so that all nodes answer
-- alike, and a restart knows it still.
CREATE TABLE trend (
    kind    TEXT   NOT NULL,                     -- tag, post, link
    subject TEXT   NOT NULL,                     -- the folded hashtag, or the id of a post or card
    place   BIGINT NOT NULL,                     -- 0 is the first of its kind
    people  BIGINT NOT NULL,                     -- who used it in the last day; of a post: its likes and shares
    usual   BIGINT NOT NULL,                     -- people a day in the days before, in tenths; 0 of a post
    PRIMARY KEY (kind, subject)
);

-- What moderators decided about what may be among it; who decided and when is in
-- decision.
CREATE TABLE trend_ruling (
    kind    TEXT    NOT NULL,                    -- tag, post, link, publisher
    subject TEXT    NOT NULL,                    -- as in trend; of a publisher the host of its links
    allowed BOOLEAN NOT NULL,
    PRIMARY KEY (kind, subject)
);
