package mastodon

import (
	"strconv"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/safety"
)

func adminDomainRoutes() []route {
	const blocks, allows = "domain_blocks", "domain_allows"
	cursor := func(r *safety.DomainRule) id.ID { return r.ID }
	return []route{
		governed(blocks, "GET", blocks, func(d *Door, q *request) error {
			return listed(d, q, func(p db.Page) ([]*safety.DomainRule, error) { return d.Safety.DomainBlocks(q.Context(), q.viewer, p) }, cursor, appendDomainBlock)
		}),
		governed(blocks, "POST", blocks, func(d *Door, q *request) error {
			rule := safety.DomainRule{Domain: q.get("domain")}
			q.mend(&rule)
			made, err := d.Safety.BlockDomain(q.Context(), q.viewer, rule)
			return one(q, made, err, appendDomainBlock)
		}),
		governed(blocks, "GET", blocks+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			r, err := d.Safety.DomainBlock(q.Context(), q.viewer, i)
			return one(q, r, err, appendDomainBlock)
		})),
		governed(blocks, "PUT", blocks+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			r, err := d.Safety.ChangeDomainBlock(q.Context(), q.viewer, i, q.mend)
			return one(q, r, err, appendDomainBlock)
		})),
		governed(blocks, "DELETE", blocks+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			return nothing(q, d.Safety.UnblockDomain(q.Context(), q.viewer, i))
		})),
		governed(allows, "GET", allows, func(d *Door, q *request) error {
			return listed(d, q, func(p db.Page) ([]*safety.DomainRule, error) { return d.Safety.DomainAllows(q.Context(), q.viewer, p) }, cursor, appendDomainAllow)
		}),
		governed(allows, "POST", allows, func(d *Door, q *request) error {
			made, err := d.Safety.AllowDomain(q.Context(), q.viewer, q.get("domain"))
			return one(q, made, err, appendDomainAllow)
		}),
		governed(allows, "GET", allows+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			r, err := d.Safety.DomainAllow(q.Context(), q.viewer, i)
			return one(q, r, err, appendDomainAllow)
		})),
		governed(allows, "DELETE", allows+"/{id}", byID(func(d *Door, q *request, i id.ID) error {
			r, err := d.Safety.DisallowDomain(q.Context(), q.viewer, i)
			return one(q, r, err, appendDomainAllow)
		})),
	}
}

// mend sets what a request says of a rule.
func (q *request) mend(r *safety.DomainRule) {
	if s := q.get("severity"); s != "" {
		r.Severity = safety.Severity(s)
	}
	for name, into := range map[string]*bool{"reject_media": &r.RejectMedia, "reject_reports": &r.RejectReports, "obfuscate": &r.Obfuscate} {
		if yes := q.flag(name); yes != nil {
			*into = *yes
		}
	}
	for name, into := range map[string]*string{"private_comment": &r.PrivateComment, "public_comment": &r.PublicComment} {
		if s := q.word(name); s != nil {
			*into = *s
		}
	}
}

// appendDomainBlock appends Mastodon's entity Admin::DomainBlock.
func appendDomainBlock(b []byte, r *safety.DomainRule) []byte {
	b = appendDomainFacts(b, r)
	b = appendText(append(b, `,"digest":`...), r.Digest())
	b = appendText(append(b, `,"severity":`...), string(r.Severity))
	b = strconv.AppendBool(append(b, `,"reject_media":`...), r.RejectMedia)
	b = strconv.AppendBool(append(b, `,"reject_reports":`...), r.RejectReports)
	b = appendTextOr(append(b, `,"private_comment":`...), r.PrivateComment)
	b = appendTextOr(append(b, `,"public_comment":`...), r.PublicComment)
	return append(strconv.AppendBool(append(b, `,"obfuscate":`...), r.Obfuscate), '}')
}

// appendDomainAllow appends Mastodon's entity Admin::DomainAllow.
func appendDomainAllow(b []byte, r *safety.DomainRule) []byte {
	return append(appendDomainFacts(b, r), '}')
}

func appendDomainFacts(b []byte, r *safety.DomainRule) []byte {
	b = appendID(append(b, `{"id":`...), r.ID)
	b = appendText(append(b, `,"domain":`...), r.Domain)
	return appendTime(append(b, `,"created_at":`...), r.CreatedAt)
}
