package exact

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
)

// thresholds are the whole numbers on either side of which a number or a date is
// compared in different ways.
func thresholds(o *operand) []int64 {
	var near int64
	switch o.operator.Comparison {
	case aws.CompareNumber:
		decimal := o.compared.Number.Decimal
		if math.Abs(decimal) > 1<<53 {
			return nil
		}
		near = int64(math.Floor(decimal))
	case aws.CompareDate:
		near = o.compared.Date.Unix()
	default:
		return nil
	}
	return []int64{near - 1, near, near + 1}
}

// wholeNumbers is the language of the numbers with so many digits that an operand
// matches. Between two thresholds it matches all or none.
func wholeNumbers(o *operand, length int) language.Language {
	most := int64(math.Pow10(length)) - 1
	var bounds []int64
	for _, at := range append(thresholds(o), 0) {
		if at >= 0 && at <= most {
			bounds = append(bounds, at)
		}
	}
	slices.Sort(bounds)
	bounds = slices.Compact(bounds)
	var all language.Language
	for i, from := range bounds {
		to := most
		if i+1 < len(bounds) {
			to = bounds[i+1] - 1
		}
		if o.operator.Matches(o.compared, fmt.Sprintf("%0*d", length, from)) {
			all = append(all, between(fmt.Sprintf("%0*d", length, from), fmt.Sprintf("%0*d", length, to))...)
		}
	}
	return all
}

// between are the texts of digits from one to another of the same length.
func between(from, to string) language.Language {
	if len(from) == 0 {
		return language.Language{nil}
	}
	set := func(first, last byte) language.Pattern {
		return language.One(language.Between(rune(first), rune(last)))
	}
	prefix := func(p language.Pattern, l language.Language) (all language.Language) {
		for _, rest := range l {
			all = append(all, join(p, rest))
		}
		return all
	}
	lowest, highest := "000000000000000000"[:len(from)-1], "999999999999999999"[:len(from)-1]
	any := language.Language{language.One(digits).Times(len(from) - 1)}
	switch {
	case from[0] == to[0]:
		return prefix(set(from[0], from[0]), between(from[1:], to[1:]))
	case from[1:] == lowest && to[1:] == highest:
		return prefix(set(from[0], to[0]), any)
	}
	all := prefix(set(from[0], from[0]), between(from[1:], highest))
	if to[0]-from[0] > 1 {
		all = append(all, prefix(set(from[0]+1, to[0]-1), any)...)
	}
	return append(all, prefix(set(to[0], to[0]), between(lowest, to[1:]))...)
}

// candidates are texts of which each way to be compared has one.
func candidates(f form, operands []*operand) (texts []string) {
	add := func(text string) {
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	switch f.kind {
	case wholeForm:
		for _, o := range operands {
			if o.isExact {
				if number, err := strconv.ParseInt(o.exact, 10, 64); err == nil && number >= 0 && strconv.FormatInt(number, 10) == o.exact {
					add(o.exact)
				}
				continue
			}
			for _, at := range thresholdsOf(o) {
				if at >= 0 {
					add(strconv.FormatInt(at, 10))
				}
			}
		}
		add("0")
	case timeForm:
		add(timeText(1893456000)) // 2030, as an example
		for _, o := range operands {
			if o.isExact {
				if date, ok := aws.ParseDate(o.exact); ok {
					add(timeText(date.Unix()))
				}
				continue
			}
			for _, at := range thresholdsOf(o) {
				if at >= 0 && at < 253402300800 {
					add(timeText(at))
				}
			}
		}
		add(timeText(0))
		add(timeText(253402300799))
	case addressForm:
		add("192.0.2.1")
		add("2001:db8::1")
		for _, o := range operands {
			if o.isExact {
				if address, err := netip.ParseAddr(o.exact); err == nil && address.String() == o.exact {
					add(o.exact)
				}
				continue
			}
			if o.compared == nil || o.operator.Comparison != aws.CompareAddress {
				continue
			}
			prefix := o.compared.Prefix.Masked()
			add(prefix.Addr().String())
			if after := lastOf(prefix).Next(); after.IsValid() {
				add(after.String())
			}
		}
		add("0.0.0.0")
		add("::")
	}
	return texts
}

func thresholdsOf(o *operand) []int64 {
	if o.compared == nil {
		return nil
	}
	return thresholds(o)
}

func lastOf(prefix netip.Prefix) netip.Addr {
	bytes := prefix.Addr().AsSlice()
	for i := prefix.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 1 << (7 - i%8)
	}
	last, _ := netip.AddrFromSlice(bytes)
	return last
}

func timeText(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }

// numberCandidates are texts for a key that is compared with numbers, dates or
// addresses though it may hold any text.
func numberCandidates(operands []*operand) (texts []string) {
	for _, o := range operands {
		if o.compared == nil {
			continue
		}
		switch o.operator.Comparison {
		case aws.CompareNumber:
			decimal := o.compared.Number.Decimal
			for _, step := range []float64{0, -1, 1, -0.25, 0.25} {
				texts = append(texts, strconv.FormatFloat(decimal+step, 'f', -1, 64))
			}
			texts = append(texts, o.compared.Text)
		case aws.CompareDate:
			for _, at := range thresholds(o) {
				texts = append(texts, strconv.FormatInt(at, 10))
			}
			texts = append(texts, o.compared.Text)
		case aws.CompareAddress:
			texts = append(texts, candidates(form{kind: addressForm}, []*operand{o})...)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	// Between any two numbers there is another.
	var numbers []float64
	for _, text := range texts {
		if number, ok := aws.ParseNumber(text); ok {
			numbers = append(numbers, number.Decimal)
		}
	}
	slices.Sort(numbers)
	for i := 1; i < len(numbers); i++ {
		texts = append(texts, strconv.FormatFloat((numbers[i-1]+numbers[i])/2, 'f', -1, 64))
	}
	return slices.Compact(slices.Sorted(slices.Values(texts)))
}
