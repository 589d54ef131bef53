package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"goodturn/internal/api"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

func TestProblems(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, reader, nobody := h.person("ada"), h.person("reader", "read:accounts"), h.nobody()
		ada.post("/movements", soup).ok(201)

		t.Run("ErrNoToken", func(t *testing.T) {
			a := nobody.post("/movements", soup).wrong(401, "")
			if got := a.Header.Get("WWW-Authenticate"); got != "Bearer" {
				t.Errorf("WWW-Authenticate is %q", got)
			}
		})
		t.Run("ErrUnknownToken", func(t *testing.T) {
			a := person{h: h, token: "made-up"}.get("/movements").wrong(401, "")
			if got := a.Header.Get("WWW-Authenticate"); !strings.Contains(got, "invalid_token") {
				t.Errorf("WWW-Authenticate is %q", got)
			}
		})
		t.Run("ErrScope", func(t *testing.T) {
			reader.get("/movements").ok(200)
			a := reader.post("/movements", soup).wrong(403, "")
			if got := a.Header.Get("WWW-Authenticate"); !strings.Contains(got, `scope="write:accounts"`) {
				t.Errorf("WWW-Authenticate is %q", got)
			}
			reader.get("/nominations").wrong(403, "")
		})
		t.Run("ErrRoute", func(t *testing.T) { nobody.get("/miracles").wrong(404, "") })
		t.Run("ErrMethod", func(t *testing.T) {
			a := ada.send("PUT", "/movements", object{}).wrong(405, "")
			if got := a.Header.Get("Allow"); got != "GET, HEAD, POST, OPTIONS" {
				t.Errorf("Allow is %q", got)
			}
		})
		t.Run("ErrNotJSON", func(t *testing.T) {
			ada.raw("POST", "/movements", []byte("hashtag=Soup"), "Content-Type", "application/x-www-form-urlencoded").wrong(415, "Content-Type")
			ada.raw("POST", "/movements", []byte("hashtag=Soup")).wrong(422, "")
		})
		t.Run("ErrTooLarge", func(t *testing.T) {
			ada.post("/movements", object{"hashtag": "Soup", "story": strings.Repeat("a", 1<<20)}).wrong(413, "")
		})
		t.Run("ErrLanguage", func(t *testing.T) {
			a := nobody.send("GET", "/nominations", nil, "Accept-Language", "de").wrong(401, "")
			if a.text("detail") == nobody.get("/nominations").text("detail") {
				t.Errorf("a reader of German is told %q", a.text("detail"))
			}
		})
		t.Run("OK/preflight", func(t *testing.T) {
			a := nobody.raw("OPTIONS", "/movements", nil).ok(204)
			if a.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(a.Header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") {
				t.Errorf("the headers are %v", a.Header)
			}
		})
		t.Run("OK/head", func(t *testing.T) { nobody.raw("HEAD", "/movements", nil).ok(200) })
	})
}

// What is sent here is refused with a clear word, and nothing is lost or made.
func TestHostileInput(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.person("ada"), h.person("grace")
		ada.post("/movements", soup).ok(201)
		c := ada.post("/movements/soupforall/calls", object{"kind": "deed", "title": "Bring soup"}).ok(201).text("id")
		mine := grace.post("/calls/"+c+"/acts", object{"visibility": "me"}).ok(201).text("id")
		theirs := "/calls/" + c + "/acts"
		hers := grace.post(theirs, nil).ok(201).text("id")
		own := ada.post(theirs, nil).ok(201).text("id")
		calls := "/movements/soupforall/calls"
		past := h.Clock.Now().Add(-time.Hour).Format(time.RFC3339)
		future := h.Clock.Now().Add(time.Hour).Format(time.RFC3339)

		for _, row := range []struct {
			name, method, path, body string
			status                   int
			field                    string
		}{
			{"empty body", "POST", "/movements", ``, 422, "hashtag"},
			{"empty object", "POST", "/movements", `{}`, 422, "hashtag"},
			{"empty purpose", "POST", "/movements", `{"hashtag":"Cake","purpose":"  "}`, 422, "purpose"},
			{"oversized", "POST", "/movements", `{"hashtag":"Cake","purpose":"` + strings.Repeat("é", 201) + `"}`, 422, "purpose"},
			{"hashtag with a space", "POST", "/movements", `{"hashtag":"two words","purpose":"p"}`, 422, "hashtag"},
			{"hashtag that is taken", "POST", "/movements", `{"hashtag":"soupFORall","slug":"other","purpose":"p"}`, 409, "hashtag"},
			{"unknown field", "POST", "/movements", `{"hashtag":"Cake","purpose":"p","boss":true}`, 422, "boss"},
			{"wrong type", "POST", "/movements", `{"hashtag":5}`, 422, "hashtag"},
			{"list for an object", "POST", "/movements", `[]`, 422, ""},
			{"not UTF-8", "POST", "/movements", "{\"hashtag\":\"\xff\"}", 422, ""},
			{"NUL", "POST", "/movements", `{"hashtag":"Cake","purpose":"a\u0000b"}`, 422, "purpose"},
			{"cut off", "POST", "/movements", `{"hashtag":"Ca`, 422, ""},
			{"two objects", "POST", "/movements", `{} {}`, 422, ""},
			{"too deep", "POST", "/movements", strings.Repeat(`{"a":`, 20000), 422, ""},
			{"unknown cause", "POST", "/movements", `{"hashtag":"Cake","purpose":"p","causes":["luck"]}`, 422, "causes"},
			{"null slug", "POST", "/movements", `{"hashtag":null,"purpose":"p"}`, 422, "hashtag"},
			{"slug with NUL", "GET", "/movements/%00", ``, 404, ""},
			{"slug not UTF-8", "GET", "/movements/%ff", ``, 404, ""},
			{"query not UTF-8", "GET", "/movements?q=%ff", ``, 422, "q"},
			{"hashtag NUL in a query", "GET", "/movements?hashtag=%00", ``, 422, "hashtag"},
			{"after is no id", "GET", "/movements?after=x", ``, 422, "after"},
			{"limit is no number", "GET", "/movements?limit=ten", ``, 422, "limit"},
			{"unknown state", "GET", "/movements?state=asleep", ``, 422, "state"},
			{"max_id is no id", "GET", theirs + "?max_id=-1", ``, 422, "max_id"},
			{"unknown movement", "GET", "/movements/nowhere", ``, 404, ""},
			{"deadline in the past", "POST", calls, `{"kind":"event","title":"t","closes_at":"` + past + `"}`, 422, "closes_at"},
			{"time that is none", "POST", calls, `{"kind":"event","title":"t","starts_at":"tomorrow"}`, 422, "starts_at"},
			{"time as a number", "POST", calls, `{"kind":"event","title":"t","starts_at":5}`, 422, "starts_at"},
			{"kind that is none", "POST", calls, `{"kind":"miracle","title":"t"}`, 422, "kind"},
			{"kind of a wrong type", "POST", calls, `{"kind":[],"title":"t"}`, 422, "kind"},
			{"proof that is none", "POST", calls, `{"kind":"deed","title":"t","counts_from":"sworn"}`, 422, "counts_from"},
			{"negative goal", "POST", calls, `{"kind":"deed","title":"t","goal":-1}`, 422, "goal"},
			{"no time to answer", "POST", calls, `{"kind":"challenge","title":"t","answer_hours":0}`, 422, "answer_hours"},
			{"endless answer", "POST", calls, `{"kind":"challenge","title":"t","answer_hours":9000000000000}`, 422, "answer_hours"},
			{"partner that is nobody", "POST", calls, `{"kind":"deed","title":"t","beneficiary":"nobody9"}`, 422, "beneficiary"},
			{"handle with NUL", "POST", calls, `{"kind":"deed","title":"t","beneficiary":"a\u0000"}`, 422, "beneficiary"},
			{"call of nothing", "POST", "/calls/1/acts", `{}`, 404, ""},
			{"call that is no id", "GET", "/calls/x", ``, 404, ""},
			{"negative quantity", "POST", theirs, `{"quantity":-1}`, 422, "quantity"},
			{"quantity as text", "POST", theirs, `{"quantity":"5"}`, 422, "quantity"},
			{"quantity with a fraction", "POST", theirs, `{"quantity":1.5}`, 422, "quantity"},
			{"quantity beyond 64 bits", "POST", theirs, `{"quantity":99999999999999999999}`, 422, "quantity"},
			{"done in the future", "POST", theirs, `{"done_at":"` + future + `"}`, 422, "done_at"},
			{"done by a word", "POST", "/acts", `{"done_at":"yesterday"}`, 422, "done_at"},
			{"a deed of halves", "POST", "/acts", `{"quantity":1.5}`, 422, "quantity"},
			{"evidence as text", "POST", "/acts", `{"media_ids":"x"}`, 422, "media_ids"},
			{"inspired by a word", "POST", "/acts", `{"inspired_by":"x"}`, 422, "inspired_by"},
			{"inspired by a song", "PUT", "/acts/" + own + "/source", `{"kind":"song","id":"5"}`, 422, "kind"},
			{"inspired by an unknown act, later", "PUT", "/acts/" + own + "/source", `{"kind":"act","id":"5"}`, 422, "id"},
			{"invented currency", "POST", calls, `{"kind":"fundraiser","title":"t","currency":"ZZZ"}`, 422, "currency"},
			{"invented currency, as a unit", "POST", calls, `{"kind":"fundraiser","title":"t","unit":"ZZZ"}`, 422, "unit"},
			{"somebody's hashtag", "POST", "/movements", `{"hashtag":"SoupForAll","purpose":"p"}`, 409, "hashtag"},
			{"story too long", "POST", theirs, `{"story":"` + strings.Repeat("a", 5001) + `"}`, 422, "story"},
			{"inspired by nothing", "POST", theirs, `{"inspired_by":{}}`, 422, "inspired_by"},
			{"inspired by a number", "POST", theirs, `{"inspired_by":{"kind":"act","id":5}}`, 422, "inspired_by.id"},
			{"inspired by an unknown act", "POST", theirs, `{"inspired_by":{"kind":"act","id":"5"}}`, 422, "inspired_by"},
			{"inspired by somebody's private act", "POST", theirs, `{"inspired_by":{"kind":"act","id":"` + mine + `"}}`, 422, "inspired_by"},
			{"somebody's picture", "POST", theirs, `{"media_ids":["5"]}`, 422, "media_ids"},
			{"witness that is nobody", "POST", theirs, `{"witnesses":["nobody9"]}`, 422, "witnesses"},
			{"witness with NUL", "POST", theirs, `{"witnesses":["\u0000"]}`, 422, "witnesses"},
			{"oneself as a witness", "POST", theirs, `{"witnesses":["ada"]}`, 422, "witnesses"},
			{"nominees where none are", "POST", theirs, `{"nominees":["grace"]}`, 422, "nominees"},
			{"post of no visibility", "POST", theirs, `{"tell_as":"loud"}`, 422, "tell_as"},
			{"somebody's private act", "GET", "/acts/" + mine, ``, 404, ""},
			{"changing somebody's private act", "PATCH", "/acts/" + mine, `{"story":"x"}`, 404, ""},
			{"withdrawing somebody's private act", "DELETE", "/acts/" + mine, ``, 404, ""},
			{"nominating from nothing", "POST", "/nominations", `{"act_id":"7","nominees":["grace"]}`, 404, ""},
			{"nominating from text", "POST", "/nominations", `{"act_id":"x","nominees":["grace"]}`, 422, "act_id"},
			{"unknown nomination", "POST", "/nominations/9/accept", ``, 404, ""},
			{"unknown member", "DELETE", "/movements/soupforall/members/nobody9", ``, 404, ""},
			{"role that is none", "PUT", "/movements/soupforall/members/grace", `{"role":"queen"}`, 422, "role"},
			{"resource with a script for a link", "POST", "/movements/soupforall/resources", `{"title":"t","url":"javascript:alert(1)"}`, 422, "url"},
			{"why with NUL", "POST", "/calls/" + c + "/cancel", `{"reason":"\u0000"}`, 422, "reason"},
			{"disclosed with NUL", "PUT", "/movements/soupforall/members/ada", `{"role":"partner","disclosed":"\u0000"}`, 422, "disclosed"},
			{"member with NUL", "DELETE", "/movements/soupforall/members/%00", ``, 404, ""},
			{"slug as typed with NUL", "POST", "/movements", `{"hashtag":"Cake","purpose":"p","slug":"a\u0000"}`, 422, "slug"},
			{"hashtag with NUL", "POST", "/movements", `{"hashtag":"a\u0000b","purpose":"p"}`, 422, "hashtag"},
			{"zone with NUL", "POST", calls, `{"kind":"deed","title":"t","zone":"\u0000"}`, 422, "zone"},
			{"unit with NUL", "POST", "/calls/" + c + "/reported", `{"unit":"\u0000","amount":1,"as_of":"` + past + `","source":"s"}`, 422, "unit"},
			{"movement with NUL", "POST", "/acts", `{"movement":"\u0000"}`, 422, "movement"},
			{"visibility with NUL", "POST", theirs, `{"visibility":"\u0000"}`, 422, "visibility"},
			{"mode with NUL", "PUT", "/me/interests", `{"mode":"\u0000"}`, 422, "mode"},
			{"town with NUL", "PUT", "/me/interests", `{"town":"\u0000"}`, 422, "town"},
			{"cause with NUL in a query", "GET", "/movements?cause=%00", ``, 422, "cause"},
			{"source with NUL", "POST", theirs, `{"inspired_by":{"kind":"\u0000","id":"5"}}`, 422, "inspired_by"},
			{"confirmation with NUL", "POST", "/acts/" + hers + "/confirm", `{"how":"\u0000"}`, 422, "how"},
			{"confirming one's own act", "POST", "/acts/" + own + "/confirm", `{}`, 403, ""},
			{"minutes below nothing", "PUT", "/me/interests", `{"minutes":-1}`, 422, "minutes"},
		} {
			t.Run(row.name, func(t *testing.T) {
				h.t = t
				ada.raw(row.method, row.path, []byte(row.body)).wrong(row.status, row.field)
			})
		}
		t.Run("key too long", func(t *testing.T) {
			h.t = t
			ada.send("POST", theirs, object{}, "Idempotency-Key", strings.Repeat("k", 256)).wrong(422, "Idempotency-Key")
			ada.send("POST", theirs, object{}, "Idempotency-Key", "\xff").wrong(422, "Idempotency-Key")
		})
		h.t = t
		h.nobody().get("/movements/soupforall").ok(200).has("counts.acts", 3)
		h.Counted(t)
	})
}

func TestLimits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d, true)
		ada := h.person("ada")
		if got := ada.get("/causes").ok(200).Header.Get("X-RateLimit-Remaining"); got != "599" {
			t.Errorf("%s requests are left", got)
		}
		for range 599 {
			w := httptest.NewRecorder()
			r := httptest.NewRequest("GET", api.Base+"/causes", nil)
			r.Header.Set("Authorization", "Bearer "+ada.token)
			h.mux.ServeHTTP(w, r)
			if w.Code != http.StatusOK {
				t.Fatalf("a request answers %d", w.Code)
			}
		}
		if ada.get("/causes").wrong(429, "").Header.Get("Retry-After") == "" {
			t.Error("nobody says how long to wait")
		}
		h.nobody().get("/causes").ok(200)
		h.Clock.Add(5 * time.Minute)
		ada.get("/causes").ok(200)
	})
}
