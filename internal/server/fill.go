package server

import (
	"context"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/sample"
)

// SignIn is how a visitor enters the demo.
type SignIn struct {
	Username string `json:"username"`
	Password string `json:"password"`
	What     string `json:"what"`
}

// FillSample opens a server on an empty folder, fills it with the sample, and
// closes it again. password makes the guests' passwords.
func FillSample(ctx context.Context, c Config, password func() string, say func(string)) (ins []SignIn, err error) {
	s, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	if err := s.Impact.Start(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Impact.Stop(context.WithoutCancel(ctx))) }()
	guests, err := sample.Fill(ctx, sample.House{
		DB: s.DB, Accounts: s.Accounts, Relations: s.Relations, Posts: s.Posts,
		Movements: s.Movements, Calls: s.Calls, Acts: s.Acts, Fundraisers: s.Fundraisers, Meets: s.Meets, Petitions: s.Petitions, Deeds: s.Deeds, Finish: s.settle,
		Saw: func(viewer id.ID, subjects ...id.ID) { s.Impact.Saw(s.Impact.Account(viewer), subjects...) },
	}, s.config.Now(), say)
	if err != nil {
		return nil, err
	}
	err = s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := s.Accounts.SetRoleIn(tx, guests.Organiser.ID, account.RoleModerator, s.config.Now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("make %s a moderator: %w", guests.Organiser.Username, err)
	}
	for _, g := range []struct {
		account *account.Account
		what    string
	}{{guests.Participant, "a participant"}, {guests.Organiser, "the organiser of the movements, and a moderator"}} {
		in := SignIn{Username: g.account.Username, Password: password(), What: g.what}
		hash, err := s.Auth.HashPassword(ctx, in.Password)
		if err != nil {
			return nil, err
		}
		err = s.DB.Update(ctx, func(tx *db.Tx) error {
			return s.Auth.AddLoginIn(tx, g.account.ID, g.account.Username+"@demo.example", hash)
		})
		if err != nil {
			return nil, fmt.Errorf("let %s sign in: %w", in.Username, err)
		}
		ins = append(ins, in)
	}
	return ins, nil
}

// settle does at once what sweeps do by the clock.
func (s *Server) settle(ctx context.Context) error {
	now := s.config.Now()
	for _, sweep := range []func(context.Context) error{
		func(ctx context.Context) error { return s.Acts.Sweep(ctx, now) },
		func(ctx context.Context) error { return s.Calls.CloseDue(ctx, now) },
		s.Ripples.Fold, s.Book.Fold, s.Ripples.Refresh,
	} {
		if err := sweep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Running says whether a server answers commands on that data folder.
func Running(data string) bool {
	conn, err := dialSocket(context.Background(), data)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// URL is how people reach the server.
func (s *Server) URL() string { return s.config.URL }
