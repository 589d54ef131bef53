package mail

import (
	"strings"

	"goodturn/internal/db"
)

// Mailbox is the mailbox that an address leads to, for comparing alone: case
// folded, without a "+tag", and at Gmail, which has two domains for one mailbox,
// without the dots that it passes over.
func Mailbox(address string) string {
	local, domain := address, ""
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		local, domain = address[:at], address[at+1:]
	}
	local, domain = db.Fold(local), db.Fold(domain)
	if tag := strings.IndexByte(local, '+'); tag > 0 {
		local = local[:tag]
	}
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}
