-- +goose Up

-- A sum opens to the acts that it is made of, newest first: in a movement or a
-- call, by what they count and how they are proven. However many acts lie beside
-- them, a page of these is read along its index.
CREATE INDEX act_movement_sum ON act (movement_id, unit, proof, id) WHERE state = 'live';
CREATE INDEX act_call_sum ON act (call_id, unit, proof, id) WHERE state = 'live';

-- Of a petition's signatures, those that give a reason.
CREATE INDEX act_call_told ON act (call_id, id) WHERE story <> '' AND state = 'live';
