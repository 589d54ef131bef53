// Package sample is what the demonstration is filled with: the Ice Bucket Challenge as published, and
// two smaller movements beside it. It is in charge of the material (figures with their sources, a
// cascade drawn from them, invented people, their words) and answers the same for the same moment; it
// knows no database, and every account in it is invented.
package sample

import (
	_ "embed"
	"encoding/json"
	"time"
)

//go:embed icebucket.json
var factsJSON []byte

// Fact is a published figure: where it was published, and the day or month it was true.
type Fact struct {
	Value  int64  `json:"value"`
	AsOf   string `json:"as_of"` // YYYY-MM-DD, or YYYY-MM
	Source string `json:"source"`
}

// Donation is what the ALS Association had received since 29 July 2014 by the end of a day.
type Donation struct {
	Date       string `json:"date"` // YYYY-MM-DD
	Dollars    int64  `json:"total_since_july_29"`
	LowerBound bool   `json:"lower_bound"` // published as "more than"
	Source     string `json:"source"`
}

// Day is the donation's date, at midnight UTC. Like Published, it takes a date that cannot be read for a
// mistake of the build.
func (d Donation) Day() time.Time {
	day, err := time.Parse(time.DateOnly, d.Date)
	if err != nil {
		panic("sample: icebucket.json: " + err.Error())
	}
	return day
}

// Facts are the published figures of the Ice Bucket Challenge of summer 2014.
type Facts struct {
	Totals struct {
		Videos      Fact `json:"videos_on_facebook"`
		Watched     Fact `json:"people_who_watched"`
		Views       Fact `json:"views"`
		TookPart    Fact `json:"people_who_posted_commented_or_liked"`
		RaisedALSA  Fact `json:"raised_by_als_association_usd"` // US dollars
		RaisedInAll Fact `json:"raised_worldwide_usd"`          // US dollars
	} `json:"totals"`
	Rules struct {
		Nominees int    `json:"nominees_per_participant"`
		Hours    int    `json:"hours_to_respond"`
		Source   string `json:"source"`
	} `json:"rules"`
	Donations    []Donation `json:"als_association_donations_usd"` // by date
	Transmission struct {
		Study      string `json:"study"`
		IndexCases int    `json:"index_cases"`
		R0         struct {
			Mean float64    `json:"mean"`
			CI95 [2]float64 `json:"ci95"`
		} `json:"basic_reproduction_number"`
		SerialInterval struct {
			Mean   float64 `json:"mean"`
			Median float64 `json:"median"`
		} `json:"serial_interval_days"`
	} `json:"transmission"`
	OtherGames struct {
		Study string `json:"study"`
	} `json:"other_nomination_games"`
	FromLikeToAct struct {
		Study   string `json:"study"`
		Finding string `json:"finding"`
	} `json:"from_like_to_act"`
}

// Published returns the figures. They are part of the binary and checked by a test, so what cannot be
// read is a mistake of the build.
func Published() Facts {
	var f Facts
	if err := json.Unmarshal(factsJSON, &f); err != nil {
		panic("sample: icebucket.json: " + err.Error())
	}
	return f
}
