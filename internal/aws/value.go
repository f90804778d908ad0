package aws

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Value is a value of a condition, read as its operator needs it.
type Value struct {
	// Text is the value as written.
	Text string
	// Opaque values are tokens to which the operator's reading does not apply: they
	// match the same text alone.
	Opaque bool
	// Template is set for texts and patterns, Arn for ARNs.
	Template Template
	Arn      [6]Template

	Number Number
	Date   time.Time
	Truth  bool
	Bytes  []byte
	Prefix netip.Prefix
}

// HasVariables reports whether the value has policy variables.
func (v *Value) HasVariables() bool {
	if len(v.Template.Variables) > 0 {
		return true
	}
	for i := range v.Arn {
		if len(v.Arn[i].Variables) > 0 {
			return true
		}
	}
	return false
}

// ParseValue reads a value for the operator; variables tells whether the policy's
// version knows policy variables. The error says what the operator wants.
func (o *Operator) ParseValue(text string, variables bool) (v Value, err error) {
	v.Text = text
	switch o.Comparison {
	case CompareText, CompareTextIgnoringCase, ComparePattern:
		v.Template, err = ParseTemplate(text, o.HasWildcards(), variables)
		return v, err
	case CompareArn:
		parts, isArn := SplitArn(text)
		if !isArn {
			if IsToken(text) {
				v.Opaque = true
				return v, nil
			}
			return v, errors.New(`an ARN to compare with has six parts, such as "arn:aws:iam::123456789012:role/*"`)
		}
		for i, part := range parts {
			if v.Arn[i], err = ParseTemplate(part, true, variables); err != nil {
				return v, err
			}
		}
		return v, nil
	}
	if IsToken(text) {
		v.Opaque = true
		return v, nil
	}
	var ok bool
	var want string
	switch o.Comparison {
	case CompareNumber:
		v.Number, ok = ParseNumber(text)
		want = "must be a number"
	case CompareDate:
		v.Date, ok = ParseDate(text)
		want = "must be a date such as 2026-04-01T00:00:00Z, or seconds since 1970"
	case CompareBool, CompareExistence:
		v.Truth, ok = ParseBool(text)
		want = `must be "true" or "false"`
	case CompareBinary:
		v.Bytes, err = base64.StdEncoding.DecodeString(text)
		ok = err == nil
		want = "must be bytes in base64"
	case CompareAddress:
		v.Prefix, ok = ParsePrefix(text)
		want = "must be an IP address or a range such as 203.0.113.0/24"
	}
	if !ok {
		return v, fmt.Errorf("%s, which is what %s compares with", want, o.Name)
	}
	return v, nil
}

// Matches reports whether a value of the request is the policy's value, or within
// it, before any negation. The policy's value has no variables; what the operator
// cannot read does not match.
func (o *Operator) Matches(v *Value, found string) bool {
	if v.Opaque {
		return v.Text == found
	}
	switch o.Comparison {
	case CompareText, CompareTextIgnoringCase, ComparePattern:
		return o.MatchesText(v.Template.Texts[0], v.Template.Wild, found)
	case CompareArn:
		parts, isArn := SplitArn(found)
		if !isArn {
			return false
		}
		for i := range parts {
			if !v.Arn[i].matches(parts[i]) {
				return false
			}
		}
		return true
	case CompareNumber:
		value, ok := ParseNumber(found)
		return ok && o.order.accepts(value.Compare(v.Number))
	case CompareDate:
		value, ok := ParseDate(found)
		return ok && o.order.accepts(value.Compare(v.Date))
	case CompareBool:
		value, ok := ParseBool(found)
		return ok && value == v.Truth
	case CompareBinary:
		value, err := base64.StdEncoding.DecodeString(found)
		return err == nil && bytes.Equal(value, v.Bytes)
	case CompareAddress:
		value, err := netip.ParseAddr(found)
		return err == nil && v.Prefix.Contains(value)
	}
	return false
}

// MatchesText is [Operator.Matches] of an operator that compares texts, with a
// template's texts joined by the values of its variables; wild tells that they have
// wildcards.
func (o *Operator) MatchesText(template string, wild bool, found string) bool {
	switch {
	case o.Comparison == CompareTextIgnoringCase:
		return strings.EqualFold(template, found)
	case wild:
		return MatchesText(template, found)
	}
	return template == found
}

func (t *Template) matches(text string) bool {
	if !t.Wild {
		return t.Texts[0] == text
	}
	return MatchesText(t.Texts[0], text)
}

// Number is an integer exactly, or a decimal as near as a float64 comes.
type Number struct {
	Integer   int64
	IsInteger bool
	Decimal   float64
}

var numberFormat = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// ParseNumber reads a number as the Numeric operators do.
func ParseNumber(text string) (Number, bool) {
	if integer, err := strconv.ParseInt(text, 10, 64); err == nil {
		return Number{Integer: integer, IsInteger: true, Decimal: float64(integer)}, true
	}
	if !numberFormat.MatchString(text) {
		return Number{}, false
	}
	decimal, err := strconv.ParseFloat(text, 64)
	return Number{Decimal: decimal}, err == nil
}

// Compare is negative, zero or positive as the number is less than, equal to or
// greater than the other.
func (n Number) Compare(other Number) int {
	if n.IsInteger && other.IsInteger {
		return compareOrdered(n.Integer, other.Integer)
	}
	return compareOrdered(n.Decimal, other.Decimal)
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

// ParseBool reads true or false, whatever the case.
func ParseBool(text string) (value, ok bool) {
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

// ParseDate reads a date as the Date operators do.
func ParseDate(text string) (time.Time, bool) {
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

// ParsePrefix reads an address, or a range of addresses in CIDR form.
func ParsePrefix(text string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(text); err == nil {
		return prefix, true
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(address, address.BitLen()), true
}
