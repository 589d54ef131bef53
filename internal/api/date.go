package api

import (
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/meet"
)

// Date is one time at which people of a call come together.
type Date struct {
	ID          id.ID      `json:"id"`
	URL         string     `json:"url" example:"https://goodturn.example/dates/117104873472131072"`
	Call        *CallRef   `json:"call"`
	Title       string     `json:"title" about:"What happens then: the call's title unless the date has one." example:"Cook on Sundays"`
	Note        string     `json:"note" about:"Markdown." example:"Bring an apron."`
	StartsAt    Time       `json:"starts_at"`
	EndsAt      Time       `json:"ends_at"`
	Starts      string     `json:"starts" about:"The same by the clock of the place." example:"2026-05-17T18:00"`
	Ends        string     `json:"ends" example:"2026-05-17T20:00"`
	Zone        string     `json:"zone" about:"The IANA name of the place's time zone." example:"Europe/Vienna"`
	Place       string     `json:"place" example:"The market hall"`
	Latitude    *float64   `json:"latitude" example:"48.2085"`
	Longitude   *float64   `json:"longitude" example:"16.3731"`
	Access      string     `json:"access" about:"Ramps, quiet corners, signing." example:"The east gate has a ramp."`
	Online      string     `json:"online" about:"A link; empty unless you come or are responsible." example:""`
	Skills      string     `json:"skills" example:""`
	Capacity    *int64     `json:"capacity" about:"Places; null without a limit." example:"40"`
	GuestsMost  int64      `json:"guests_most" about:"Whom one person may bring." example:"2"`
	Taken       int64      `json:"taken" about:"Places of people who come and their guests." example:"12"`
	Waiting     int64      `json:"waiting" about:"People who wait for a place." example:"0"`
	Names       meet.Names `json:"names" enum:"comers organisers" about:"Who sees who comes, beside the organisers."`
	Coordinator *Account   `json:"coordinator" about:"Checks people in and confirms hours; null for none."`
	State       meet.State `json:"state" enum:"on cancelled" example:"on"`
	Reason      string     `json:"reason" about:"Why it was cancelled." example:""`
	Series      *id.ID     `json:"series_id" about:"The same for all dates that one rule made; null for a single one."`
	Mine        *Coming    `json:"mine" about:"What you said; null if you neither come nor wait."`
	Responsible bool       `json:"responsible" about:"Whether you check people in and confirm hours."`
}

// Coming is somebody who comes or waits.
type Coming struct {
	ID         id.ID          `json:"id" about:"What the list is paged by."`
	Account    *Account       `json:"account"`
	Standing   *meet.Standing `json:"standing" enum:"comes waits" about:"null in your own word on a date that was cancelled." example:"comes"`
	Guests     int64          `json:"guests" example:"1"`
	Hidden     bool           `json:"hidden" about:"From the others who come."`
	Visibility act.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"Of the act that a check-in makes; only where it is yours to know, as all below." example:"organisers"`
	CameAt     *Time          `json:"came_at" about:"When they were checked in; null if they were not."`
	ActID      *id.ID         `json:"act_id" about:"The act that came of it."`
	Minutes    *int64         `json:"minutes" about:"Of a shift, as logged." example:"120"`
	Hours      *meet.Hours    `json:"hours" enum:"logged confirmed disputed" about:"Where the hours stand; null if none were logged." example:"logged"`
	ConfirmsAt *Time          `json:"confirms_at" about:"When the check-in at a shift confirms the hours, if they are no longer than it; null where it did, or does not."`
	Note       string         `json:"note" example:""`
	Reason     string         `json:"reason" about:"Why the hours are disputed." example:""`
}

// DateDraft is what organisers write.
type DateDraft struct {
	Title       string     `json:"title,omitempty" max:"120" example:""`
	Note        string     `json:"note,omitempty" max:"5000" about:"Markdown." example:"Bring an apron."`
	Starts      string     `json:"starts" about:"By the clock of the place." example:"2026-05-17T18:00"`
	Ends        string     `json:"ends" about:"By the clock of the place." example:"2026-05-17T20:00"`
	Zone        string     `json:"zone,omitempty" about:"The IANA name of the place's time zone; UTC unless said." example:"Europe/Vienna"`
	Place       string     `json:"place,omitempty" max:"200" example:"The market hall"`
	Latitude    *float64   `json:"latitude,omitempty" about:"With longitude." example:"48.2085"`
	Longitude   *float64   `json:"longitude,omitempty" example:"16.3731"`
	Access      string     `json:"access,omitempty" max:"1000" example:"The east gate has a ramp."`
	Online      string     `json:"online,omitempty" max:"500" about:"A web address, for those who come." example:"https://talk.example/soup"`
	Skills      string     `json:"skills,omitempty" max:"200" example:"Peel onions"`
	Capacity    *int64     `json:"capacity,omitempty" about:"Places; null for no limit." example:"40"`
	GuestsMost  int64      `json:"guests_most,omitempty" about:"At most 20." example:"2"`
	Names       meet.Names `json:"names,omitempty" enum:"comers organisers" about:"Who sees who comes; comers unless said." example:"comers"`
	Coordinator *string    `json:"coordinator,omitempty" about:"A handle or id." example:"kitchen"`
	Repeat      string     `json:"repeat,omitempty" about:"An RRULE of RFC 5545 that makes up to 60 dates: FREQ=WEEKLY or MONTHLY with INTERVAL, BYDAY, BYMONTHDAY and COUNT or UNTIL. The hour stays the same by the clock of the place. Only when it is made." example:"FREQ=WEEKLY;COUNT=10"`
	Later       bool       `json:"later,omitempty" about:"Also all that follow it in its series: their times move by as much, all else becomes as here. Only when it is changed."`
}

// DateCancellation says why.
type DateCancellation struct {
	Reason string `json:"reason" max:"500" about:"Those who come are told." example:"The hall is closed."`
	Later  bool   `json:"later,omitempty" about:"Also all that follow it in its series."`
}

// Intent is what somebody says who comes.
type Intent struct {
	Guests     int64          `json:"guests,omitempty" example:"1"`
	Hidden     bool           `json:"hidden,omitempty" about:"From the others who come."`
	Visibility act.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"Of the act that a check-in makes; organisers unless said." example:"organisers"`
	InspiredBy *Source        `json:"inspired_by,omitempty" about:"What moves you to come; the act that a check-in makes keeps it. Left out, it stays as said before."`
}

// CheckIn is what shows that somebody is at the place.
type CheckIn struct {
	Code       string         `json:"code" max:"40" example:"ABCDE23456"`
	Visibility act.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"Of the act; as you said when you came unless said." example:"public"`
	InspiredBy *Source        `json:"inspired_by,omitempty" about:"What moved you; as you said when you came unless said."`
}

// SignedOff is how many people's hours were confirmed.
type SignedOff struct {
	Confirmed int `json:"confirmed" example:"7"`
}

// Code is to be shown at the place.
type Code struct {
	Code string `json:"code" example:"ABCDE23456"`
	URL  string `json:"url" about:"Where a QR code should lead." example:"https://goodturn.example/dates/117104873472131072/here?code=ABCDE23456"`
}

// Arrival is how many guests a coordinator sees.
type Arrival struct {
	Guests int64 `json:"guests,omitempty" about:"Counted in the act, at an event." example:"1"`
}

// LoggedHours are how long somebody says they helped.
type LoggedHours struct {
	Minutes int64  `json:"minutes" example:"120"`
	Note    string `json:"note,omitempty" max:"500" example:"Peeled onions."`
}

// SignOff says what hours are signed.
type SignOff struct {
	Minutes int64 `json:"minutes,omitempty" about:"As you read them. If the person says it otherwise by now it is a conflict. Left out where none were logged: the shift's length is signed, for who was checked in." example:"120"`
}

// OffList says why somebody is taken off a list.
type OffList struct {
	Reason string `json:"reason" max:"500" about:"They are told." example:"This evening is for those who have not been yet; come next week?"`
}

// Dispute says why hours cannot be confirmed.
type Dispute struct {
	Reason string `json:"reason" max:"500" about:"They are told." example:"We closed at eight."`
}

// Served is a line of a certificate.
type Served struct {
	DateID      id.ID    `json:"date_id"`
	StartsAt    Time     `json:"starts_at"`
	Quantity    int64    `json:"quantity" about:"Minutes, or people." example:"120"`
	ConfirmedBy *Account `json:"confirmed_by" about:"Null for a check-in with the code."`
	ConfirmedAt Time     `json:"confirmed_at"`
	How         string   `json:"how" example:"Checked in with the code at the place."`
}

// Calendar is the address of one's own.
type Calendar struct {
	URL string `json:"url" about:"Secret, and shown only now." example:"https://goodturn.example/calendar/4KXQ…/dates.ics"`
}

func dateRoutes() []route {
	when := param{name: "when", about: "What lies ahead, the next first, unless said.", choices: []string{"ahead", "past"}, example: "ahead"}
	after := param{name: "after", about: "The last of the page before.", example: "117104873472131072"}
	return []route{
		{method: "GET", path: "/movements/{slug}/dates", group: groupDates, summary: "The dates of a movement's calls", scope: "read:statuses", open: true, about: "At most 200.",
			query: []param{when, after}, do: gives((*Door).movementDates)},
		{method: "GET", path: "/calls/{id}/dates", group: groupDates, summary: "A call's dates", scope: "read:statuses", open: true, about: "At most 200.",
			query: []param{when, after}, do: gives((*Door).listDates)},
		{method: "POST", path: "/calls/{id}/dates", group: groupDates, summary: "Set a date, or a series of them", scope: "write:statuses", creates: true,
			about: "For organisers. It answers the first of a series.", do: takes((*Door).addDate)},
		{method: "GET", path: "/dates/{id}", group: groupDates, summary: "One date", scope: "read:statuses", open: true, do: gives((*Door).getDate)},
		{method: "GET", path: "/dates/{id}/pictures", group: groupDates, summary: "The newest acts that show a date to everybody by pictures or films", scope: "read:statuses", open: true,
			about: "Who came adds them to their act, mine.act_id: see PATCH /acts/{id}. At most 30.", do: gives((*Door).datePictures)},
		{method: "PATCH", path: "/dates/{id}", group: groupDates, summary: "Change a date", scope: "write:statuses",
			about: "For organisers. What is left out stays as it is. Those who come are told of another time or place, and those who wait move up to new places.",
			do:    changes((*Door).dateDraft, (*Door).editDate)},
		{method: "POST", path: "/dates/{id}/cancel", group: groupDates, summary: "Cancel a date for good", scope: "write:statuses", about: "For organisers.", do: takes((*Door).cancelDate)},
		{method: "PUT", path: "/dates/{id}/coming", group: groupDates, summary: "Say that you come", scope: "write:statuses",
			about: "Where no place is free, you wait and move up in order. Said again, it changes what you said.", do: takes((*Door).come)},
		{method: "DELETE", path: "/dates/{id}/coming", group: groupDates, summary: "Say that you do not come after all", scope: "write:statuses", do: does((*Door).leaveDate)},
		{method: "GET", path: "/dates/{id}/people", group: groupDates, summary: "Who comes", scope: "read:statuses",
			about: "All of it for who is responsible; for others who come, those who let them see their names; nobody for everybody else. 100 at a time.",
			query: []param{{name: "after", about: "Only those after this id.", example: "117104873472131072"},
				{name: "q", about: "Only those in whose name or handle this stands, the first 100; for who is responsible.", example: "mara"}}, do: gives((*Door).datePeople)},
		{method: "GET", path: "/dates/{id}/code", group: groupDates, summary: "The check-in code", scope: "read:statuses", about: "For who is responsible.", do: gives((*Door).dateCode)},
		{method: "POST", path: "/dates/{id}/code", group: groupDates, summary: "Make a new check-in code", scope: "write:statuses", about: "For who is responsible; the old one ends.", do: gives((*Door).newDateCode)},
		{method: "POST", path: "/dates/{id}/check-in", group: groupDates, summary: "Check in with the code", scope: "write:statuses",
			about: "From an hour before it begins until an hour after it ends. It makes your act, and confirms it; that of a shift once it is over.", do: takes((*Door).checkIn)},
		{method: "POST", path: "/dates/{id}/confirm-hours", group: groupDates, summary: "Confirm all hours of a shift as planned", scope: "write:statuses",
			about: "For who is responsible, once it is over: of all who were checked in or logged hours, unless they logged more than its length, or the hours are disputed. One's own stay as they are.", do: gives((*Door).confirmAllHours)},
		{method: "PUT", path: "/dates/{id}/people/{account}/check-in", group: groupDates, summary: "Check somebody in", scope: "write:statuses", about: "For who is responsible. Who is not on the list must be a member of the movement, or have done something for the call.", do: hears((*Door).checkInBy)},
		{method: "DELETE", path: "/dates/{id}/people/{account}/check-in", group: groupDates, summary: "Take back a check-in that was a mistake", scope: "write:statuses", about: "For 30 days. The person is told. The act goes with it; if it holds more by now, it stays as told.", do: does((*Door).undoCheckIn)},
		{method: "PUT", path: "/dates/{id}/hours", group: groupDates, summary: "Log how long you helped", scope: "write:statuses", do: takes((*Door).logHours)},
		{method: "POST", path: "/dates/{id}/people/{account}/confirm-hours", group: groupDates, summary: "Sign somebody's hours off", scope: "write:statuses", about: "For who is responsible; nobody their own.", do: hears((*Door).confirmHours)},
		{method: "POST", path: "/dates/{id}/people/{account}/dispute-hours", group: groupDates, summary: "Say why hours cannot be confirmed", scope: "write:statuses", do: hears((*Door).disputeHours)},
		{method: "POST", path: "/dates/{id}/people/{account}/off", group: groupDates, summary: "Take somebody off the list", scope: "write:statuses",
			about: "For who is responsible; of who was not there yet. They are told why.", do: hears((*Door).takeOff)},
		{method: "DELETE", path: "/dates/{id}/coordinator", group: groupDates, summary: "No longer look after a date", scope: "write:statuses",
			about: "For its coordinator, who looks after none that follow in its series, either.", do: does((*Door).stepDown)},
		{method: "GET", path: "/calls/{id}/certificate", group: groupDates, summary: "What you did at a call's dates, as others confirmed", scope: "read:statuses", about: "Yours alone.", do: gives((*Door).certificate)},
		{method: "GET", path: "/me/dates", group: groupMe, summary: "The dates that you come to, wait for or coordinate", scope: "read:statuses", query: []param{when, after}, do: gives((*Door).myDates)},
		{method: "POST", path: "/me/calendar", group: groupMe, summary: "Make a secret address of your calendar", scope: "write:accounts", about: "The one before ends.", do: gives((*Door).newCalendar)},
		{method: "DELETE", path: "/me/calendar", group: groupMe, summary: "End the address of your calendar", scope: "write:accounts", do: does((*Door).endCalendar)},
	}
}
