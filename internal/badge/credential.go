package badge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/go-jose/go-jose/v4"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/text"
)

// contexts are those of Verifiable Credentials 2.0 and Open Badges 3.0.
var contexts = []string{
	"https://www.w3.org/ns/credentials/v2",
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
}

// credential is an OpenBadgeCredential (appendix B of the standard) with the
// claims of a JWT beside its members, as section 8.2.4 has it.
type credential struct {
	Context     []string   `json:"@context"`
	ID          string     `json:"id"`
	Type        []string   `json:"type"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	Issuer      profile    `json:"issuer"`
	ValidFrom   string     `json:"validFrom"`
	Subject     subject    `json:"credentialSubject"`
	Evidence    []evidence `json:"evidence,omitempty"`
	Status      status     `json:"credentialStatus"`
	Schema      []status   `json:"credentialSchema"`

	ClaimIssuer    string `json:"iss"`
	ClaimID        string `json:"jti"`
	ClaimNotBefore int64  `json:"nbf"`
	ClaimSubject   string `json:"sub"`
}

type profile struct {
	ID          string   `json:"id"`
	Type        []string `json:"type"`
	Name        string   `json:"name"`
	URL         string   `json:"url"`
	Description string   `json:"description,omitempty"`
}

type subject struct {
	ID          string      `json:"id"`
	Type        []string    `json:"type"`
	Identifier  []identity  `json:"identifier,omitempty"`
	EndedAt     string      `json:"activityEndDate"`
	Achievement achievement `json:"achievement"`
	Result      []result    `json:"result,omitempty"`
}

type identity struct {
	Type   string `json:"type"`
	Hash   string `json:"identityHash"`
	Kind   string `json:"identityType"`
	Hashed bool   `json:"hashed"`
	Salt   string `json:"salt"`
}

type achievement struct {
	ID          string              `json:"id"`
	Type        []string            `json:"type"`
	Kind        string              `json:"achievementType"`
	Name        string              `json:"name"`
	Description string              `json:"description"`
	Criteria    criteria            `json:"criteria"`
	Image       *picture            `json:"image,omitempty"`
	Language    string              `json:"inLanguage"`
	Tags        []string            `json:"tag,omitempty"`
	Results     []resultDescription `json:"resultDescription,omitempty"`
}

type criteria struct {
	ID        string `json:"id"`
	Narrative string `json:"narrative"`
}

type picture struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type resultDescription struct {
	ID   string   `json:"id"`
	Type []string `json:"type"`
	Name string   `json:"name"`
	Kind string   `json:"resultType"`
}

type result struct {
	Type        []string `json:"type"`
	Description string   `json:"resultDescription"`
	Value       string   `json:"value"`
}

type evidence struct {
	ID        string   `json:"id"`
	Type      []string `json:"type"`
	Name      string   `json:"name,omitempty"`
	Narrative string   `json:"narrative,omitempty"`
}

type status struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

const schemaURL = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"

// descriptionMost is how much of a call's text a badge repeats, in runes.
const descriptionMost = 1000

// credential says what was done, for whom to read it.
func (s *Service) credential(is row, w around, who subject, p *lang.Printer) credential {
	from := w.act.ConfirmedAt.UTC().Truncate(time.Second)
	who.EndedAt = w.act.DoneAt.UTC().Format(time.RFC3339)
	who.Achievement = s.achievement(w, p)
	if w.act.Unit == call.Volunteering.Unit() {
		hours := who.Achievement.ID + "#hours"
		who.Achievement.Results = []resultDescription{{ID: hours, Type: []string{"ResultDescription"}, Name: p.T("Confirmed hours"), Kind: "RawScore"}}
		who.Result = []result{{Type: []string{"Result"}, Description: hours, Value: strconv.FormatFloat(float64(w.act.Quantity)/60, 'f', -1, 64)}}
	}
	c := credential{
		Context: contexts, ID: urn(is.id), Type: []string{"VerifiableCredential", "OpenBadgeCredential"},
		Name: who.Achievement.Name, Description: p.T("A confirmed act, as %s keeps it.", s.c.Name),
		Issuer: s.profile(is.issuer, w.movement), ValidFrom: from.Format(time.RFC3339), Subject: who,
		Evidence: s.evidence(w, p),
		Status:   status{ID: s.statusURL(is.issuer, is.month), Type: "1EdTechRevocationList"},
		Schema:   []status{{ID: schemaURL, Type: "1EdTechJsonSchemaValidator2019"}},
	}
	c.ClaimIssuer, c.ClaimID, c.ClaimNotBefore, c.ClaimSubject = c.Issuer.ID, c.ID, from.Unix(), who.ID
	return c
}

// subject is who did it: by a profile's address; or by a digest, behind an id that
// stands nowhere else.
func (d doer) subject(badge string) subject {
	who := subject{ID: d.url, Type: []string{"AchievementSubject"}}
	if d.email != "" {
		// Each badge has a salt of its own, so that two do not show that they are one
		// person's to who does not know the address.
		salt := uuid()
		sum := sha256.Sum256([]byte(d.email + salt))
		who.ID = urn(badge) + "#subject"
		who.Identifier = []identity{{Type: "IdentityObject", Hash: "sha256$" + hex.EncodeToString(sum[:]), Kind: "emailAddress", Hashed: true, Salt: salt}}
	}
	return who
}

func (s *Service) achievement(w around, p *lang.Printer) achievement {
	out := achievement{Type: []string{"Achievement"}, Kind: kindOf(w.act), Language: p.Tag()}
	var at string
	switch {
	case w.call != nil:
		at = s.c.URL + "/calls/" + w.call.ID.String()
		out.Name, out.Description = w.call.Title, firstOf(w.call.Body, descriptionMost)
		out.Image = &picture{ID: at + "/picture.png", Type: "Image"}
	case w.movement != nil:
		at = s.c.URL + "/movements/" + w.movement.Slug
		out.Name, out.Description = p.T("A good deed for #%s", w.movement.Hashtag), w.movement.Purpose
	default:
		at, out.Name = s.c.URL+"/", p.T("A good deed")
	}
	if out.Description == "" {
		out.Description = out.Name
	}
	out.ID = at
	out.Criteria = criteria{ID: at, Narrative: p.T("It was really done: somebody other than the doer, who answers for it, or the server itself has confirmed it.")}
	if w.movement != nil {
		out.Tags = []string{w.movement.Hashtag}
	}
	return out
}

// kindOf is the standard's word for what was done.
func kindOf(a *act.Act) string {
	if a.Kind == call.Volunteering || a.Kind == call.Deed {
		return "CommunityService"
	}
	return "Achievement"
}

// evidence is what everybody may see of the act, and nothing else.
func (s *Service) evidence(w around, p *lang.Printer) []evidence {
	if !act.Visible(account.Nobody, act.Sight{}, w.act) {
		return nil
	}
	all := []evidence{{ID: s.c.URL + "/acts/" + w.act.ID.String(), Type: []string{"Evidence"}, Name: p.T("The act on %s", s.c.Name), Narrative: w.act.Story}}
	for i := range w.evidence.Media {
		m, name := &w.evidence.Media[i], p.T("A picture")
		switch m.Kind {
		case media.Video, media.Moving:
			name = p.T("A film")
		case media.Audio:
			name = p.T("A sound recording")
		}
		all = append(all, evidence{ID: s.c.URL + m.URL(), Type: []string{"Evidence"}, Name: name})
	}
	for _, link := range w.evidence.Links {
		all = append(all, evidence{ID: link, Type: []string{"Evidence"}, Name: text.Shown(link)})
	}
	return all
}

// profile is the server, speaking for a movement.
func (s *Service) profile(of id.ID, m *movement.Movement) profile {
	out := profile{ID: s.issuerURL(of), Type: []string{"Profile"}, Name: s.c.Name, URL: s.c.URL + "/"}
	if m != nil {
		out.Name, out.Description, out.URL = m.Name+" · "+s.c.Name, m.Purpose, s.c.URL+"/movements/"+m.Slug
	}
	return out
}

// Issuer is who speaks in badges, as who verifies one reads it: a profile of the
// standard with its keys, as a controlled identifier document has them.
type Issuer struct {
	Context []string `json:"@context"`
	profile
	Keys    string               `json:"jwks_uri"`
	Methods []verificationMethod `json:"verificationMethod"`
	Asserts []string             `json:"assertionMethod"`
}

type verificationMethod struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Controller string          `json:"controller"`
	Key        jose.JSONWebKey `json:"publicKeyJwk"`
}

// Issuer is the profile of an issuer, named as its address ends. NotFound.
func (s *Service) Issuer(ctx context.Context, name string) (*Issuer, error) {
	of, err := issuerID(name)
	if err != nil {
		return nil, err
	}
	var m *movement.Movement
	if of != 0 {
		if m, err = s.rooms.Movements.ByID(ctx, account.Nobody, of); err != nil {
			return nil, err
		}
	}
	keys, err := s.Keys(ctx)
	if err != nil {
		return nil, err
	}
	out := &Issuer{Context: append(contexts[:len(contexts):len(contexts)], "https://w3id.org/security/jwk/v1"), profile: s.profile(of, m), Keys: s.c.URL + "/badges/keys"}
	out.Methods, out.Asserts = []verificationMethod{}, []string{}
	for _, k := range keys.Keys {
		out.Methods = append(out.Methods, verificationMethod{ID: k.KeyID, Type: "JsonWebKey", Controller: out.ID, Key: k})
		out.Asserts = append(out.Asserts, k.KeyID)
	}
	return out, nil
}

// firstOf is the beginning of a text.
func firstOf(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
