package api

import (
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/petition"
)

func (d *Door) addAddressee(q *request, in AddresseeDraft) (*Petition, error) {
	return d.onRecord(q, func(c *call.Call) error {
		_, err := d.Petitions.AddAddressee(q.Context(), q.viewer, c.ID, petition.AddresseeDraft{Handle: in.Account, Name: in.Name, Role: in.Role})
		return err
	})
}

func (d *Door) addAnswer(q *request, in AnswerDraft) (*Petition, error) {
	return d.onRecord(q, func(c *call.Call) error {
		_, err := d.Petitions.AddAnswer(q.Context(), q.viewer, c.ID, petition.AnswerDraft{AddresseeID: id.ID(in.AddresseeID), Body: in.Body, Source: in.Source})
		return err
	})
}

func (d *Door) addCommitment(q *request, in CommitmentDraft) (*Petition, error) {
	return d.onRecord(q, func(c *call.Call) error {
		_, err := d.Petitions.AddCommitment(q.Context(), q.viewer, c.ID, petition.CommitmentDraft{AddresseeID: id.ID(in.AddresseeID), Promise: in.Promise,
			Source: in.Source, Due: moment(&in.Due)})
		return err
	})
}

func (d *Door) ruleCommitment(q *request, in RulingDraft) (*Petition, error) {
	row, err := q.id("row", "commitment")
	if err != nil {
		return nil, err
	}
	return d.onRecord(q, func(c *call.Call) error {
		return d.Petitions.Rule(q.Context(), q.viewer, c.ID, row, in.State, in.Evidence)
	})
}

func (d *Door) addDelivery(q *request, in DeliveryDraft) (*Petition, error) {
	return d.onRecord(q, func(c *call.Call) error {
		draft := petition.DeliveryDraft{On: moment(&in.On), How: in.How}
		if in.AddresseeID != nil {
			draft.AddresseeID = id.ID(*in.AddresseeID)
		}
		_, err := d.Petitions.AddDelivery(q.Context(), q.viewer, c.ID, draft)
		return err
	})
}

// onRecord changes the petition of the path, and gives it as it is then.
func (d *Door) onRecord(q *request, change func(c *call.Call) error) (*Petition, error) {
	c, err := d.call(q)
	if err == nil {
		err = change(c)
	}
	if err != nil {
		return nil, err
	}
	return d.getPetition(q)
}

func (d *Door) removeAddressee(q *request) error {
	return d.offRecord(q, "addressee", func(c *call.Call, row id.ID) error {
		return d.Petitions.RemoveAddressee(q.Context(), q.viewer, c.ID, row)
	})
}

func (d *Door) removeAnswer(q *request) error {
	return d.offRecord(q, "answer", func(c *call.Call, row id.ID) error {
		return d.Petitions.RemoveAnswer(q.Context(), q.viewer, c.ID, row)
	})
}

func (d *Door) removeCommitment(q *request) error {
	return d.offRecord(q, "commitment", func(c *call.Call, row id.ID) error {
		return d.Petitions.RemoveCommitment(q.Context(), q.viewer, c.ID, row)
	})
}

func (d *Door) removeDelivery(q *request) error {
	return d.offRecord(q, "delivery", func(c *call.Call, row id.ID) error {
		return d.Petitions.RemoveDelivery(q.Context(), q.viewer, c.ID, row)
	})
}

func (d *Door) offRecord(q *request, what string, remove func(c *call.Call, row id.ID) error) error {
	c, err := d.call(q)
	if err != nil {
		return err
	}
	row, err := q.id("row", what)
	if err != nil {
		return err
	}
	return remove(c, row)
}
