-- +goose Up

-- What an act that moved somebody hangs under in the ripple: the act which inspired
-- it, or its movement where it is a first one; NULL for a post. So those that moved
-- most are found among a million without a look at each.
ALTER TABLE moved ADD COLUMN under BIGINT;
UPDATE moved SET under = (SELECT CASE WHEN act.generation > 0 THEN act.parent_id ELSE act.movement_id END
    FROM act WHERE act.id = moved.subject_id);
CREATE INDEX moved_under ON moved (under, acts DESC, subject_id) WHERE under IS NOT NULL;
