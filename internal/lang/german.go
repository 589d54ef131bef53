package lang

// german speaks as the pages do: warm, plain, and du. Its sentences live beside
// each other by where they are read: times here, the look of pages in
// german_look.go, the pages in german_web_social.go, german_web_mission.go,
// german_web_act.go and german_web_search.go, mails in german_mails.go; problems by floor in german_people.go,
// german_mission.go, german_follows.go, german_safety.go and german_ground.go; apps and what they
// may in german_apps.go, filters in german_filters.go, calls in german_calls.go and german_call_words.go, petitions in german_petition.go, trends in german_trends.go, what
// administrators look after in german_admin.go, dates in german_meet.go, badges in german_badge.go; those that only programs run
// into in german_api.go.
var german = Catalog{
	Sentences: merge(germanTimes, germanLook, germanWebSocial, germanWebMission, germanWebAct, germanPlaces, germanPosts, germanCauses, germanMails, germanPeople, germanMission, germanFollows, germanGround, germanAPI, germanSafety, germanMedia, germanApps, germanAbout, germanWebSearch, germanProfile, germanFilters, germanTrends, germanAdmin, germanFiles, germanLists, germanCalls, germanCallWords, germanFundraiser, germanInvitations, germanPetition, germanMeet, germanDeed, germanKindness, germanBadge, germanWeight),
	Plurals:   merge(germanTimesPlural, germanLookPlural, germanPostsPlural, germanWebSocialPlural, germanWebMissionPlural, germanWebActPlural, germanWebSearchPlural, germanFiltersPlural, germanAdminPlural, germanTrendsPlural, germanListsPlural, germanFundraiserPlural, germanPetitionPlural, germanMeetPlural, germanKindnessPlural),
}

func merge[T any](parts ...map[string]T) map[string]T {
	all := map[string]T{}
	for _, part := range parts {
		for key, value := range part {
			all[key] = value
		}
	}
	return all
}

var germanTimes = map[string]string{
	"just now":       "gerade eben",
	"now":            "jetzt",
	"yesterday":      "gestern",
	"under a minute": "unter einer Minute",
}

var germanTimesPlural = map[string]Plural{
	"%d minutes ago": {"vor %d Minute", "vor %d Minuten"},
	"%d hours ago":   {"vor %d Stunde", "vor %d Stunden"},
	"%d days ago":    {"vor %d Tag", "vor %d Tagen"},
	"in %d minutes":  {"in %d Minute", "in %d Minuten"},
	"in %d hours":    {"in %d Stunde", "in %d Stunden"},
	"in %d days":     {"in %d Tag", "in %d Tagen"},
	"%d days":        {"%d Tag", "%d Tage"},
	"%d hours":       {"%d Stunde", "%d Stunden"},
	"%d minutes":     {"%d Minute", "%d Minuten"},
}
