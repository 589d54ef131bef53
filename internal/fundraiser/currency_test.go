package fundraiser

import (
	"strings"
	"testing"

	"goodturn/internal/call"
	"goodturn/internal/lang"
)

// All currencies that Stripe takes, by docs.stripe.com/currencies, with their decimals
// by ISO 4217 and as Stripe counts them.
func TestCurrencies(t *testing.T) {
	for _, row := range []struct {
		iso, stripe int
		units       string
	}{
		{0, 0, "BIF CLP DJF GNF JPY KMF KRW PYG RWF VND VUV XAF XOF XPF"},
		{0, 2, "ISK UGX"},
		{2, 0, "MGA"},
		{3, 3, "BHD JOD KWD OMR TND"},
		{2, 2, `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK DOP DZD EGP ETB
			EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN
			MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH
			USD UYU UZS WST XCD XCG YER ZAR ZMW`},
	} {
		for unit := range strings.FieldsSeq(row.units) {
			if got := call.Decimals(unit); !call.IsCurrency(unit) || got != row.iso {
				t.Errorf("%s has %d decimals, not %d", unit, got, row.iso)
			}
			if got := stripeDecimals(unit); got != row.stripe {
				t.Errorf("Stripe takes %s with %d decimals, not %d", unit, got, row.stripe)
			}
			const amount = 5_000_000
			sent, err := toStripe(amount, unit)
			if err != nil || fromStripe(sent, unit) != amount {
				t.Errorf("%d of %s is sent as %d and comes back as %d: %v", amount, unit, sent, fromStripe(sent, unit), err)
			}
		}
	}
	if sent, _ := toStripe(50_000_00, "COP"); sent != 50_000_00 {
		t.Errorf("50,000 pesos are sent as %d", sent)
	}
	if got := lang.Match("en", "").Money(50_000_00, "COP"); strings.ReplaceAll(got, "\u00a0", " ") != "COP 50,000" {
		t.Errorf("50,000 pesos are written %q", got)
	}
	for unit, want := range map[string]int{"IQD": 3, "LYD": 3, "CLF": 4, "ITL": 0, "minutes": 0, "XXX": 0, "eur": 0} {
		if got := call.Decimals(unit); got != want {
			t.Errorf("%s has %d decimals, not %d", unit, got, want)
		}
	}
}
