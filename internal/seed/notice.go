package seed

import (
	"context"
	"testing"

	"goodturn/internal/event"
	"goodturn/internal/notice"
)

// Base is where this server's pages are in tests.
const Base = "https://" + Host

// Notices opens the room on m, wired as package server wires it.
func Notices(t testing.TB, m *Mission) *notice.Service {
	t.Helper()
	if err := m.Accounts.EnsureServer(context.Background(), "Here"); err != nil {
		t.Fatal(err)
	}
	s := notice.New(m.D, m.IDs, m.Hub, m.Jobs, m.Clock.Now, Base,
		notice.Rooms{Accounts: m.Accounts, Relations: m.Relations, Posts: m.Posts, Calls: m.Calls})
	event.On(m.Hub, s.OnLiked)
	event.On(m.Hub, s.OnUnliked)
	event.On(m.Hub, s.OnPostCreated)
	event.On(m.Hub, s.OnPostEdited)
	event.On(m.Hub, s.OnPostDeleted)
	event.On(m.Hub, s.OnPollEnded)
	event.On(m.Hub, s.OnFollowed)
	event.On(m.Hub, s.OnUnfollowed)
	event.On(m.Hub, s.OnRequested)
	event.On(m.Hub, s.OnRequestEnded)
	event.On(m.Hub, s.OnBlocked)
	event.On(m.Hub, s.OnNominated)
	event.On(m.Hub, s.OnNominationReminder)
	event.On(m.Hub, s.OnNominationAccepted)
	event.On(m.Hub, s.OnNominationRefused)
	event.On(m.Hub, s.OnNominationWithdrawn)
	event.On(m.Hub, s.OnNominationMissed)
	event.On(m.Hub, s.OnWitnessAsked)
	event.On(m.Hub, s.OnWitnessStands)
	event.On(m.Hub, s.OnWitnessWithdrawn)
	event.On(m.Hub, s.OnProven)
	event.On(m.Hub, s.OnActDone)
	event.On(m.Hub, s.OnActResourced)
	event.On(m.Hub, s.OnActChanged)
	event.On(m.Hub, s.OnActWithdrawn)
	event.On(m.Hub, s.OnHandoverOffered)
	event.On(m.Hub, s.OnCallCancelled)
	event.On(m.Hub, s.OnOrganiserInvited)
	event.On(m.Hub, s.OnOrganiserChanged)
	event.On(m.Hub, s.OnCallUpdated)
	event.On(m.Hub, s.OnUpdateRemoved)
	event.On(m.Hub, s.OnSpent)
	event.On(m.Hub, s.OnPetitionAnswered)
	event.On(m.Hub, s.OnCommitmentRuled)
	event.On(m.Hub, s.OnCommitmentDue)
	event.On(m.Hub, s.OnRecordRemoved)
	event.On(m.Hub, s.OnThanked)
	event.On(m.Hub, s.OnUnthanked)
	event.On(m.Hub, s.OnAttested)
	event.On(m.Hub, s.OnUnattested)
	event.On(m.Hub, s.OnLowered)
	event.On(m.Hub, s.OnAccountDeleted)
	return s
}
