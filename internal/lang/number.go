package lang

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/currency"
	"golang.org/x/text/number"
)

// nbsp keeps a number and its unit on one line.
const nbsp = "\u00a0"

// Number writes a whole number with its groups ("12,345", "12.345").
func (p *Printer) Number(n int64) string {
	if n > -1000 && n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	digits := strconv.FormatUint(magnitude(n), 10)
	var out strings.Builder
	out.Grow(len(digits) + len(digits)/3 + 1)
	if n < 0 {
		out.WriteByte('-')
	}
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteString(p.style.group)
		}
		out.WriteByte(digits[i])
	}
	return out.String()
}

// Decimal writes f with exactly that many digits after the point.
func (p *Printer) Decimal(f float64, digits int) string {
	return p.out.Sprint(number.Decimal(f, number.Scale(digits)))
}

// Percent writes a proportion (0.125 is "13%" or "13 %").
func (p *Printer) Percent(proportion float64) string {
	return p.out.Sprint(number.Percent(proportion, number.MaxFractionDigits(0)))
}

// symbols are the currencies that need no letters to be told from the others.
var symbols = map[string]string{"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "NGN": "₦", "UAH": "₴", "VND": "₫"}

// decimals are the exponents of ISO 4217 that are not 2, the latter part those of
// currencies that are no more. CLDR has others, which say how prices are written: no
// amount is kept by them.
var decimals = map[string]int{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0,
	"XAF": 0, "XOF": 0, "XPF": 0, "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
	"ADP": 0, "BYR": 0, "ESP": 0, "ITL": 0, "LUF": 0, "MGF": 0, "TMM": 0, "TRL": 0,
}

// newer are currencies that package currency does not know yet.
var newer = []string{"MRU", "SLE", "VED", "VES", "XCG", "ZWG"}

// IsCurrency says whether a code is the ISO 4217 code of a currency, in capitals.
func IsCurrency(code string) bool {
	c, err := currency.ParseISO(code)
	// ParseISO takes any case, and knows codes for "no currency" and tests.
	return err == nil && c.String() == code && code != "XXX" && code != "XTS" || slices.Contains(newer, code)
}

// Decimals is how many decimals the smallest unit of a currency has, by its ISO 4217
// code.
func Decimals(code string) int {
	if n, not2 := decimals[code]; not2 {
		return n
	}
	return 2
}

// Money writes an amount of minor units of an ISO 4217 currency with as many
// decimals as that currency has; whole amounts go without. A code that is none
// is written out after the bare number.
func (p *Printer) Money(minor int64, code string) string {
	if !IsCurrency(code) {
		return p.Number(minor) + nbsp + code
	}
	scale := Decimals(code)
	sign := ""
	if minor < 0 {
		sign = "−"
	}
	digits := strconv.FormatUint(magnitude(minor), 10)
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	whole, fraction := digits[:len(digits)-scale], digits[len(digits)-scale:]
	n, _ := strconv.ParseInt(whole, 10, 64) // at most the digits of an int64
	text := p.Number(n)
	if strings.Trim(fraction, "0") != "" {
		text += p.style.point + fraction
	}
	symbol, known := symbols[code]
	switch {
	case !known && p.style.moneyFirst:
		return sign + code + nbsp + text
	case !known:
		return sign + text + nbsp + code
	case p.style.moneyFirst:
		return sign + symbol + text
	}
	return sign + text + nbsp + symbol
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
