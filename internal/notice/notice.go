// Package notice is in charge of what an account is told: that somebody liked,
// shared or answered what it wrote, follows it, nominated it, was a witness of
// or confirmed what it did, and so on; and of how far it has read.
//
// It makes notices in the transaction of what they tell of, and takes them back
// when that is taken back. Notices of one kind about one thing are read as a
// Group; those of strangers may wait in a Request, by the receiver's Policy. How
// a notice looks, and mails and pushes, are for others.
package notice

import (
	"time"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// Kind says what a notice tells, with what its Subject is.
type Kind string

// The kinds. Those from Nomination to Lowered come with a direct post of
// the movement's account (this server's where there is no movement), so that
// they reach people in apps that know nothing of them.
const (
	Like          Kind = "like"           // of a post
	Share         Kind = "share"          // of a post
	Reply         Kind = "reply"          // the post that answers
	Mention       Kind = "mention"        // the post that mentions
	Follow        Kind = "follow"         // no subject
	FollowRequest Kind = "follow_request" // no subject
	NewPost       Kind = "post"           // of an account of whose posts one asked to hear
	Poll          Kind = "poll"           // the post whose poll is over: one's own, or one that one voted in
	Update        Kind = "update"         // a post that one shared says something else now

	Nomination      Kind = "nomination"       // one was nominated; its subject, as of all of nominations, is the nomination
	Reminder        Kind = "reminder"         // half of the time for a nomination is over
	Acceptance      Kind = "acceptance"       // somebody accepted
	NotThisTime     Kind = "not_this_time"    // one's nomination ended; From is the movement, whatever became of it
	WitnessAsked    Kind = "witness_asked"    // to be a witness of an act of From's
	WitnessOffered  Kind = "witness_offered"  // From offers to be a witness of one's act
	Witness         Kind = "witness"          // From stands as a witness of one's act
	WitnessAccepted Kind = "witness_accepted" // From accepted one as a witness of their act
	Confirmation    Kind = "confirmation"     // of one's act
	Step            Kind = "step"             // the call that is offered after a like; From is the movement
	ActOffered      Kind = "act_offered"      // one's answer to a nomination, with pictures, that could be an act
	DateReminder    Kind = "date_reminder"    // a date that one comes to begins soon; its subject, as of the others of dates, is the date
	DateMoved       Kind = "date_moved"       // it has another time or place
	DateCancelled   Kind = "date_cancelled"   // it does not take place
	DatePlace       Kind = "date_place"       // one waited for a place, and has one
	HoursDisputed   Kind = "hours_disputed"   // the hours that one logged there
	HoursLogged     Kind = "hours_logged"     // hours wait there to be confirmed by one
	DateYours       Kind = "date_yours"       // one is to look after it
	DateUndone      Kind = "date_undone"      // that one was checked in was a mistake
	DateOffList     Kind = "date_off_list"    // one is on the list no more
	Thanks          Kind = "thanks"           // somebody says thanks for one's act by a link, which is the subject; From is the movement or this server
	Attested        Kind = "attested"         // and that it happened, likewise
	Lowered         Kind = "lowered"          // one's act counts as told, because who was there looks unusual; From is the movement

	Inspired  Kind = "act"       // an act that was inspired by one's act or post
	Cancelled Kind = "cancelled" // a call that one took part in; From is the movement
	Spent     Kind = "spent"     // the call that one gave for: its beneficiary says on what the money went; From is the movement
	Handover  Kind = "handover"  // From offers one to organise a movement

	OrganiserAsked   Kind = "organiser_asked"   // From, an organiser, asks one to organise the call that is the subject, too
	CallUpdate       Kind = "call_update"       // an update of a call that one took part in; From is the movement
	PetitionAnswer   Kind = "petition_answer"   // the answer of an addressee of a petition that one signed; From is the movement, here and below
	CommitmentKept   Kind = "commitment_kept"   // the ruling on a commitment to a petition that one signed
	CommitmentBroken Kind = "commitment_broken" // likewise
	CommitmentDue    Kind = "commitment_due"    // a commitment whose day has come, of oneself or to be ruled on
)

// Posted says whether the kind comes with a direct post that was made for it.
func (k Kind) Posted() bool {
	switch k {
	case Nomination, Reminder, Acceptance, NotThisTime, WitnessAsked, WitnessOffered, Witness, WitnessAccepted, Confirmation,
		Step, ActOffered, DateReminder, DateMoved, DateCancelled, DatePlace, HoursDisputed,
		HoursLogged, DateYours, DateUndone, DateOffList,
		Thanks, Attested, Lowered:
		return true
	}
	return false
}

// Notice is one thing that an account is told.
type Notice struct {
	ID        id.ID
	Kind      Kind
	From      *account.Account
	Subject   id.ID       // see Kind; 0 for none
	ActID     id.ID       // the act that it is about, if any
	Post      *post.Entry // to show with it, nil for none
	Group     GroupKey    // what it is read with; itself alone for most
	CreatedAt time.Time
	Unread    bool
	Filtered  bool // it waits in a request
}

// Made tells of a new notice. It may be one that waits (Notice.Filtered): whoever
// disturbs somebody by it looks.
type Made struct {
	AccountID id.ID
	NoticeID  id.ID
	Kind      Kind
}

// Taken tells that notices of an account are gone.
type Taken struct {
	AccountID id.ID
	NoticeIDs []id.ID
}

// Read tells that an account read further.
type Read struct {
	AccountID id.ID
	What      What
	LastID    id.ID
}
