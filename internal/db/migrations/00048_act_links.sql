-- +goose Up
-- Links that a doer adds to an act as evidence, in their order. They are shown to those
-- who may see its evidence, and never followed by this server.
CREATE TABLE act_link (
    act_id   BIGINT NOT NULL,
    position BIGINT NOT NULL, -- from 0
    url      TEXT   NOT NULL, -- http or https, as package text leaves a link
    PRIMARY KEY (act_id, position)
);
