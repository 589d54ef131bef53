package lang

import (
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

// Money writes an amount of minor units of an ISO 4217 currency with as many
// decimals as that currency has; whole amounts go without. A code that is none
// is written out after the bare number.
func (p *Printer) Money(minor int64, code string) string {
	unit, err := currency.ParseISO(code)
	if err != nil {
		return p.Number(minor) + nbsp + code
	}
	scale, _ := currency.Standard.Rounding(unit)
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
	symbol, known := symbols[unit.String()]
	switch {
	case !known && p.style.moneyFirst:
		return sign + unit.String() + nbsp + text
	case !known:
		return sign + text + nbsp + unit.String()
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
