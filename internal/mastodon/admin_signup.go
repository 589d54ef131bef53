package mastodon

import (
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/safety"
)

// Who may sign up from where: mail domains and addresses, and the network.
func adminSignUpRoutes() []route {
	const addresses = "ip_blocks"
	routes := []route{
		governed(addresses, "GET", addresses, func(d *Door, q *request) error {
			return listed(d, q, func(p db.Page) ([]*safety.AddressBlock, error) {
				return d.Safety.AddressBlocks(q.Context(), q.viewer, p)
			},
				func(b *safety.AddressBlock) id.ID { return b.ID }, appendAddressBlock)
		}),
		governed(addresses, "POST", addresses, func(d *Door, q *request) error {
			c, err := q.addressChange()
			if err != nil {
				return err
			}
			made, err := d.Safety.BlockAddress(q.Context(), q.viewer, c, door.Addr(q.Request))
			return one(q, made, err, appendAddressBlock)
		}),
		governed(addresses, "GET", addresses+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			b, err := d.Safety.AddressBlock(q.Context(), q.viewer, i)
			return one(q, b, err, appendAddressBlock)
		})),
		governed(addresses, "PUT", addresses+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			c, err := q.addressChange()
			if err != nil {
				return err
			}
			b, err := d.Safety.ChangeAddressBlock(q.Context(), q.viewer, i, c, door.Addr(q.Request))
			return one(q, b, err, appendAddressBlock)
		})),
		governed(addresses, "DELETE", addresses+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			return nothing(q, d.Safety.UnblockAddress(q.Context(), q.viewer, i))
		})),
		governed("canonical_email_blocks", "POST", "canonical_email_blocks/test", func(d *Door, q *request) error {
			list, err := d.Safety.TestMail(q.Context(), q.viewer, q.get("email"))
			return one(q, list, err, func(b []byte, list []*safety.MailBlock) []byte { return appendList(b, list, appendMailHash) })
		}),
	}
	return append(append(routes, mailRoutes("email_domain_blocks", safety.MailDomains, (*Door).barMailDomain, appendMailDomain)...),
		mailRoutes("canonical_email_blocks", safety.MailHashes, (*Door).barMail, appendMailHash)...)
}

// mailRoutes are those of one kind of blocks of mail.
func mailRoutes(noun string, k safety.MailKind, add func(*Door, *request) (*safety.MailBlock, error), each func([]byte, *safety.MailBlock) []byte) []route {
	return []route{
		governed(noun, "GET", noun, func(d *Door, q *request) error {
			return listed(d, q, func(p db.Page) ([]*safety.MailBlock, error) { return d.Safety.MailBlocks(q.Context(), q.viewer, k, p) },
				func(b *safety.MailBlock) id.ID { return b.ID }, each)
		}),
		governed(noun, "POST", noun, func(d *Door, q *request) error {
			b, err := add(d, q)
			return one(q, b, err, each)
		}),
		governed(noun, "GET", noun+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			b, err := d.Safety.MailBlock(q.Context(), q.viewer, k, i)
			return one(q, b, err, each)
		})),
		governed(noun, "DELETE", noun+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			_, err := d.Safety.UnbarMail(q.Context(), q.viewer, k, i)
			return nothing(q, err)
		})),
	}
}

func (d *Door) barMailDomain(q *request) (*safety.MailBlock, error) {
	return d.Safety.BarMailDomain(q.Context(), q.viewer, q.get("domain"))
}

func (d *Door) barMail(q *request) (*safety.MailBlock, error) {
	return d.Safety.BarMail(q.Context(), q.viewer, q.get("email"), q.get("canonical_email_hash"))
}

func (q *request) addressChange() (c safety.AddressChange, err error) {
	if s := q.get("ip"); s != "" {
		c.Address = &s
	}
	if s := safety.Severity(q.get("severity")); s != "" {
		c.Severity = &s
	}
	c.Comment = q.word("comment")
	c.Lasts, err = q.seconds("expires_in")
	return c, err
}

// appendAddressBlock appends Mastodon's entity Admin::IpBlock.
func appendAddressBlock(b []byte, a *safety.AddressBlock) []byte {
	b = appendID(append(b, `{"id":`...), a.ID)
	b = appendText(append(b, `,"ip":`...), a.Prefix.String())
	b = appendText(append(b, `,"severity":`...), string(a.Severity))
	b = appendText(append(b, `,"comment":`...), a.Comment)
	b = appendTime(append(b, `,"created_at":`...), a.CreatedAt)
	return append(appendTimeOr(append(b, `,"expires_at":`...), a.ExpiresAt), '}')
}

// appendMailDomain appends Mastodon's entity Admin::EmailDomainBlock. How many
// were held back by it is not counted.
func appendMailDomain(b []byte, m *safety.MailBlock) []byte {
	b = appendID(append(b, `{"id":`...), m.ID)
	b = appendText(append(b, `,"domain":`...), m.Domain)
	b = appendTime(append(b, `,"created_at":`...), m.CreatedAt)
	return append(b, `,"history":[]}`...)
}

// appendMailHash appends Mastodon's entity Admin::CanonicalEmailBlock.
func appendMailHash(b []byte, m *safety.MailBlock) []byte {
	b = appendID(append(b, `{"id":`...), m.ID)
	return append(appendText(append(b, `,"canonical_email_hash":`...), m.Hash), '}')
}
