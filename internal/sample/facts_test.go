package sample

import (
	"encoding/json"
	"testing"
	"time"
)

// Every figure must say where it was published: each object with a number in it has a source or a study
// of its own or above it.
func TestPublished_EveryFigureHasItsSource(t *testing.T) {
	var all any
	if err := json.Unmarshal(factsJSON, &all); err != nil {
		t.Fatal(err)
	}
	var walk func(path string, v any, sourced bool)
	walk = func(path string, v any, sourced bool) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range []string{"source", "study"} {
				if s, ok := v[key].(string); ok && s != "" {
					sourced = true
				}
			}
			for key, below := range v {
				walk(path+"."+key, below, sourced)
			}
		case []any:
			for _, below := range v {
				walk(path+"[]", below, sourced)
			}
		case float64:
			if !sourced {
				t.Errorf("%s = %v has no source", path, v)
			}
		}
	}
	walk("", all, false)
}

func TestPublished_Figures(t *testing.T) {
	f := Published()
	if f.Rules.Nominees != 3 || f.Rules.Hours != 24 || f.Transmission.IndexCases != 8 ||
		f.Transmission.R0.Mean != 1.43 || f.Transmission.SerialInterval.Mean != 2.1 || f.Transmission.SerialInterval.Median != 1 {
		t.Errorf("got %+v", f)
	}
	if f.Totals.Videos.Value != 17_000_000 || f.Totals.RaisedInAll.Value != 220_000_000 {
		t.Errorf("got %+v", f.Totals)
	}
	var last Donation
	for _, d := range f.Donations {
		if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
			t.Error(err)
		}
		if d.Date <= last.Date || d.Dollars <= last.Dollars {
			t.Errorf("%+v does not come after %+v", d, last)
		}
		last = d
	}
}
