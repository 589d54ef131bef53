-- +goose Up

-- Where a movement's ripple begins, for it to be drawn: its first acts, and not
-- all that came of them.
CREATE INDEX IF NOT EXISTS act_first ON act (movement_id, id) WHERE generation = 0 AND state <> 'staging';

-- Those of a list that its reader may not see are among these, of a movement or a
-- call; most acts are public.
CREATE INDEX IF NOT EXISTS act_hidden ON act (movement_id) WHERE visibility <> 'public';
CREATE INDEX IF NOT EXISTS act_call_hidden ON act (call_id) WHERE visibility <> 'public';
