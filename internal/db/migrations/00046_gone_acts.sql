-- +goose Up

-- What still counts in the totals of a movement or a call though nobody is its doer any
-- more: few among many.
CREATE INDEX act_gone ON act (movement_id, unit, proof, quantity) WHERE state = 'withdrawn';
CREATE INDEX act_call_gone ON act (call_id, unit, proof, quantity) WHERE state = 'withdrawn';
