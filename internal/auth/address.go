package auth

import (
	"context"
	"net/netip"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// CheckAddress is a mail address as it is kept: alone, without spaces around.
// problem.Invalid on field.
func CheckAddress(field, s string) (string, error) { return address(field, s) }

// AskMail counts a wish, from somebody who has not signed in, to have a mail sent
// to an address. send is false where that address had mails enough lately: then
// none is sent, and the answer is the same. problem.TooMany for who wishes too
// often, and what Screen says of the address.
func (s *Service) AskMail(ctx context.Context, email string, from netip.Addr) (send bool, err error) {
	if !s.throttle.allow(perAskMail, prefix(from)) {
		return false, tooMany()
	}
	if _, err := s.screen(ctx, email, from); err != nil {
		return false, err
	}
	return s.throttle.allow(perMail, db.Fold(email)), nil
}

// ConfirmedIn says whether an account confirmed its address.
func ConfirmedIn(r db.Reader, i id.ID) (bool, error) {
	logins, err := LoginsIn(r, []id.ID{i})
	return logins[i].Confirmed, err
}
