-- +goose Up

-- Amounts lie in the smallest unit by ISO 4217. These currencies were kept with the
-- decimals that people write today, which is none.
UPDATE act SET quantity = quantity * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE gift_doubt SET amount = amount * (SELECT CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END FROM act WHERE act.id = gift_doubt.act_id) WHERE act_id IN (SELECT id FROM act WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD'));
UPDATE call SET goal = goal * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END, stretch = stretch * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE reported SET amount = amount * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE matching SET most = most * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END, basis = basis * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END,
    final = final * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END, paid = paid * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE spending SET amount = amount * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE payment SET amount = amount * (SELECT CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END FROM checkout WHERE checkout.id = payment.checkout_id),
    counted = counted * (SELECT CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END FROM checkout WHERE checkout.id = payment.checkout_id) WHERE checkout_id IN (SELECT id FROM checkout WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD'));
UPDATE checkout SET amount = amount * CASE unit WHEN 'IQD' THEN 1000 ELSE 100 END WHERE unit IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE tally SET base = base * CASE substr(name, 5, 3) WHEN 'IQD' THEN 1000 ELSE 100 END WHERE name LIKE 'sum/___/%' AND substr(name, 5, 3) IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');
UPDATE tally_delta SET n = n * CASE substr(name, 5, 3) WHEN 'IQD' THEN 1000 ELSE 100 END WHERE name LIKE 'sum/___/%' AND substr(name, 5, 3) IN (
    'AFN', 'ALL', 'AMD', 'COP', 'GYD', 'IDR', 'IQD', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA', 'MMK', 'MNT', 'MRO', 'MUR', 'PKR', 'RSD', 'SLL', 'SOS', 'STD', 'SYP', 'TZS', 'UZS', 'YER', 'ZMK', 'ZWD');

-- Gifts that payments settle: their quantity and proof are nobody's to say.
ALTER TABLE act ADD COLUMN settled BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE act SET settled = TRUE WHERE id IN (SELECT act_id FROM payment);
DELETE FROM gift_doubt WHERE act_id IN (SELECT act_id FROM payment);

-- To whom the gift goes, as it was when the donor went to pay.
ALTER TABLE checkout ADD COLUMN payee_id BIGINT;
UPDATE checkout SET payee_id = (SELECT beneficiary_id FROM call WHERE call.id = checkout.call_id);
CREATE INDEX checkout_payee ON checkout (payee_id);

-- Months that were to end, and of which Stripe was perhaps not told, are asked about.
UPDATE checkout SET ask_at = changed_at WHERE ending AND monthly AND state <> 'ended';

-- What was given back is compared by its payment alone.
ALTER TABLE payback DROP COLUMN unit;

-- Nobody offers to match the same gifts twice at once.
UPDATE matching SET state = 'withdrawn' WHERE state = 'offered'
    AND EXISTS (SELECT 1 FROM matching m WHERE m.call_id = matching.call_id AND m.account_id = matching.account_id AND m.state = 'offered' AND m.id > matching.id);
CREATE UNIQUE INDEX matching_offered ON matching (call_id, account_id) WHERE state = 'offered';

-- The mailbox that an address leads to; see package mail. '' until the server
-- has filled it in.
ALTER TABLE login ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';
CREATE INDEX login_mailbox ON login (mailbox);

-- Words and names that stayed behind.
UPDATE checkout SET story = '', pen_name = '', via_kind = '', via_id = NULL WHERE NOT monthly AND id IN (
    SELECT checkout_id FROM payment JOIN act ON act.id = payment.act_id WHERE act.state = 'withdrawn');
UPDATE act SET confirmed_by = NULL, confirmed_how = '' WHERE confirmed_by IN (SELECT id FROM account WHERE state = 'deleted');
UPDATE invitation SET note = '' WHERE act_id IN (SELECT id FROM act WHERE state = 'withdrawn');
CREATE INDEX act_confirmer ON act (confirmed_by) WHERE confirmed_by IS NOT NULL;
