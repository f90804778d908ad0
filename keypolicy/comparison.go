package keypolicy

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// comparison is what a condition operator does with one value of the policy and
// one of the request.
type comparison int

const (
	compareText comparison = iota
	compareTextIgnoringCase
	comparePattern
	compareArn
	compareNumber
	compareDate
	compareBool
	compareBinary
	compareAddress
	compareExistence
)

// ordering is which outcomes of a three-way comparison an operator accepts.
type ordering struct{ less, equal, greater bool }

func (o ordering) accepts(outcome int) bool {
	return outcome < 0 && o.less || outcome == 0 && o.equal || outcome > 0 && o.greater
}

// operatorMeaning is a condition operator without set prefix and IfExists.
type operatorMeaning struct {
	compare comparison
	order   ordering
	// negated operators hold when no value matches, also when the key is absent.
	negated bool
}

var (
	isEqual        = ordering{equal: true}
	isLess         = ordering{less: true}
	isLessEqual    = ordering{less: true, equal: true}
	isGreater      = ordering{greater: true}
	isGreaterEqual = ordering{greater: true, equal: true}
)

// operatorMeanings are the operators of the IAM User Guide, "IAM JSON policy
// elements: Condition operators".
var operatorMeanings = map[string]operatorMeaning{
	"StringEquals":              {compare: compareText},
	"StringNotEquals":           {compare: compareText, negated: true},
	"StringEqualsIgnoreCase":    {compare: compareTextIgnoringCase},
	"StringNotEqualsIgnoreCase": {compare: compareTextIgnoringCase, negated: true},
	"StringLike":                {compare: comparePattern},
	"StringNotLike":             {compare: comparePattern, negated: true},
	"ArnEquals":                 {compare: compareArn},
	"ArnLike":                   {compare: compareArn},
	"ArnNotEquals":              {compare: compareArn, negated: true},
	"ArnNotLike":                {compare: compareArn, negated: true},
	"NumericEquals":             {compare: compareNumber, order: isEqual},
	"NumericNotEquals":          {compare: compareNumber, order: isEqual, negated: true},
	"NumericLessThan":           {compare: compareNumber, order: isLess},
	"NumericLessThanEquals":     {compare: compareNumber, order: isLessEqual},
	"NumericGreaterThan":        {compare: compareNumber, order: isGreater},
	"NumericGreaterThanEquals":  {compare: compareNumber, order: isGreaterEqual},
	"DateEquals":                {compare: compareDate, order: isEqual},
	"DateNotEquals":             {compare: compareDate, order: isEqual, negated: true},
	"DateLessThan":              {compare: compareDate, order: isLess},
	"DateLessThanEquals":        {compare: compareDate, order: isLessEqual},
	"DateGreaterThan":           {compare: compareDate, order: isGreater},
	"DateGreaterThanEquals":     {compare: compareDate, order: isGreaterEqual},
	"Bool":                      {compare: compareBool},
	"BinaryEquals":              {compare: compareBinary},
	"IpAddress":                 {compare: compareAddress},
	"NotIpAddress":              {compare: compareAddress, negated: true},
	"Null":                      {compare: compareExistence},
}

// operand is one value of a condition, read as its operator needs it.
type operand struct {
	text string
	// opaque values are tokens to which the operator's reading does not apply: they
	// match the same text alone.
	opaque   bool
	template template
	arn      [6]template
	number   number
	date     time.Time
	truth    bool
	bytes    []byte
	prefix   netip.Prefix
}

func (m operatorMeaning) compile(value string, variables bool, keys *keyTable) (operand, error) {
	o := operand{text: value}
	var ok bool
	switch m.compare {
	case compareText, compareTextIgnoringCase, comparePattern:
		var err error
		o.template, err = compileTemplate(value, m.compare == comparePattern, variables, keys)
		return o, err
	case compareArn:
		parts, isArn := splitArn(value)
		if !isArn {
			if IsToken(value) {
				o.opaque = true
				return o, nil
			}
			return o, fmt.Errorf("value %q: an ARN to compare with has six parts, such as %q", value, "arn:aws:iam::123456789012:role/*")
		}
		for i, part := range parts {
			var err error
			if o.arn[i], err = compileTemplate(part, true, variables, keys); err != nil {
				return o, err
			}
		}
		return o, nil
	}
	if IsToken(value) {
		o.opaque = true
		return o, nil
	}
	var want string
	switch m.compare {
	case compareNumber:
		o.number, ok = parseNumber(value)
		want = "a number"
	case compareDate:
		o.date, ok = parseDate(value)
		want = "a date such as 2026-04-01T00:00:00Z, or seconds since 1970"
	case compareBool, compareExistence:
		o.truth, ok = parseBool(value)
		want = "true or false"
	case compareBinary:
		var err error
		o.bytes, err = base64.StdEncoding.DecodeString(value)
		ok = err == nil
		want = "bytes in base64"
	case compareAddress:
		o.prefix, ok = parsePrefix(value)
		want = "an IP address or a range such as 203.0.113.0/24"
	}
	if !ok {
		return o, fmt.Errorf("value %q: must be %s", value, want)
	}
	return o, nil
}

// matches reports whether the request's value is the operand, or within it. What
// the operator cannot read does not match.
func (m operatorMeaning) matches(o *operand, e *evaluation, found string) bool {
	if o.opaque {
		return o.text == found
	}
	switch m.compare {
	case compareText, comparePattern:
		return o.template.matches(e, found)
	case compareTextIgnoringCase:
		pattern, ok := o.template.expand(e)
		return ok && strings.EqualFold(pattern, found)
	case compareArn:
		parts, isArn := splitArn(found)
		if !isArn {
			return false
		}
		for i := range parts {
			if !o.arn[i].matches(e, parts[i]) {
				return false
			}
		}
		return true
	case compareNumber:
		value, ok := parseNumber(found)
		return ok && m.order.accepts(value.compare(o.number))
	case compareDate:
		value, ok := parseDate(found)
		return ok && m.order.accepts(value.Compare(o.date))
	case compareBool:
		value, ok := parseBool(found)
		return ok && value == o.truth
	case compareBinary:
		value, err := base64.StdEncoding.DecodeString(found)
		return err == nil && bytes.Equal(value, o.bytes)
	case compareAddress:
		value, err := netip.ParseAddr(found)
		return err == nil && o.prefix.Contains(value)
	}
	return false
}

// number is an integer exactly, or a decimal as near as a float64 comes.
type number struct {
	integer   int64
	isInteger bool
	decimal   float64
}

var numberFormat = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func parseNumber(text string) (number, bool) {
	if integer, err := strconv.ParseInt(text, 10, 64); err == nil {
		return number{integer: integer, isInteger: true, decimal: float64(integer)}, true
	}
	if !numberFormat.MatchString(text) {
		return number{}, false
	}
	decimal, err := strconv.ParseFloat(text, 64)
	return number{decimal: decimal}, err == nil
}

func (n number) compare(other number) int {
	if n.isInteger && other.isInteger {
		return compareOrdered(n.integer, other.integer)
	}
	return compareOrdered(n.decimal, other.decimal)
}

func compareOrdered[T int64 | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func parseBool(text string) (value, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	}
	return false, false
}

// dateLayouts are the forms of ISO 8601 in the W3C note that the IAM User Guide
// refers to. The year alone is left out: it would read as seconds since 1970.
var dateLayouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01",
}

func parseDate(text string) (time.Time, bool) {
	if seconds, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(seconds, 0), true
	}
	for _, layout := range dateLayouts {
		if date, err := time.Parse(layout, text); err == nil {
			return date, true
		}
	}
	return time.Time{}, false
}

func parsePrefix(text string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix, true
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(address, address.BitLen()), true
}
