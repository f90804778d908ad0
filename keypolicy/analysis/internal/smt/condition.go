package smt

import (
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// verdict is when a condition or statement is met. Where AWS does not say, it is
// neither.
type verdict struct{ holds, undecided term }

// condition is when a request meets a condition. See the IAM User Guide, "IAM JSON
// policy elements: Condition operators", and "Single-valued vs. multivalued context
// keys".
func (t *translation) condition(c keypolicy.Condition, variables bool) verdict {
	key := strings.ToLower(c.Key)
	operator, ifExists := strings.CutSuffix(c.Operator, "IfExists")
	set, operator := "", operator
	if before, after, found := strings.Cut(operator, ":"); found {
		set, operator = before, after
	}
	negated := strings.Contains(operator, "Not")
	t.note(key, set, ifExists, operator)

	documented, _ := aws.FindConditionKey(c.Key)
	several := documented.MultiValued
	var slots []*variable
	if several {
		slots = t.set(key)
	} else {
		slots = []*variable{t.single(key)}
	}
	var some []term
	for _, v := range slots {
		some = append(some, v.present)
	}
	present := or(some...)
	if operator == "Null" {
		var wanted []term
		for _, value := range c.Values {
			if strings.EqualFold(value, "true") {
				wanted = append(wanted, not(present))
			} else {
				wanted = append(wanted, present)
			}
		}
		return verdict{or(wanted...), no}
	}
	good := func(v *variable) term {
		var matches []term
		for _, value := range c.Values {
			matches = append(matches, t.matches(key, v, operator, value, variables))
		}
		if negated {
			return not(or(matches...))
		}
		return or(matches...)
	}
	switch {
	case set == "ForAllValues":
		all := yes
		for _, v := range slots {
			all = and(all, or(not(v.present), v.isEmpty(), good(v)))
		}
		return verdict{all, no}
	case set == "ForAnyValue":
		any := no
		for _, v := range slots {
			any = or(any, and(v.present, not(v.isEmpty()), good(v)))
		}
		if ifExists {
			any = or(any, not(present))
		}
		return verdict{any, no}
	case several && negated:
		// What becomes of several values is not documented.
		return verdict{not(present), present}
	case several:
		return verdict{and(truth(ifExists), not(present)), no}
	}
	if ifExists || negated {
		return verdict{or(not(present), good(slots[0])), no}
	}
	return verdict{and(present, good(slots[0])), no}
}

// isEmpty is that a value is the empty text, which set operators take for none.
func (v *variable) isEmpty() term {
	if v.number != "" || v.address != "" {
		return no
	}
	return v.text.is("")
}

// matches is that a value of the request is that of the policy, or within it, before
// any negation.
func (t *translation) matches(key string, v *variable, operator, value string, variables bool) term {
	if v.present == no {
		return no
	}
	operator = strings.Replace(operator, "Not", "", 1)
	switch {
	case strings.HasPrefix(operator, "Numeric"):
		return t.matchesNumber(key, v, strings.TrimPrefix(operator, "Numeric"), value)
	case strings.HasPrefix(operator, "Date"):
		return t.matchesDate(v, strings.TrimPrefix(operator, "Date"), value)
	case operator == "IpAddress":
		return t.matchesAddress(v, value)
	}
	if v.number != "" || v.address != "" {
		untranslatable("a text compared with a number, a date or an address")
	}
	if t.numbers[key] {
		untranslatable("a number compared as a text as well")
	}
	switch operator {
	case "StringEquals":
		return t.matchText(v.text, pieces(value, false, variables))
	case "StringLike":
		return t.matchText(v.text, pieces(value, true, variables))
	case "StringEqualsIgnoreCase":
		return t.matchIgnoringCase(v.text, pieces(value, false, variables))
	case "ArnEquals", "ArnLike":
		return t.matchArn(v.text, value, variables)
	case "Bool":
		return t.matchIgnoringCase(v.text, []piece{{text: strings.ToLower(value)}})
	case "BinaryEquals":
		return matchBytes(v.text, value)
	}
	untranslatable("operator " + operator)
	return no
}

// compare is how a whole number relates to a bound that may be none.
func compare(x term, operator string, bound *big.Rat) term {
	floor := new(big.Int).Div(bound.Num(), bound.Denom())
	whole := bound.IsInt()
	switch operator {
	case "Equals":
		return and(truth(whole), apply("=", x, integer(floor)))
	case "LessThan":
		if whole {
			return apply("<", x, integer(floor))
		}
		return apply("<=", x, integer(floor))
	case "LessThanEquals":
		return apply("<=", x, integer(floor))
	case "GreaterThan":
		return apply(">", x, integer(floor))
	}
	if whole {
		return apply(">=", x, integer(floor))
	}
	return apply(">", x, integer(floor))
}

func integer(n *big.Int) term {
	if n.Sign() < 0 {
		return apply("-", term(new(big.Int).Neg(n).String()))
	}
	return term(n.String())
}

func (t *translation) matchesNumber(key string, v *variable, operator, value string) term {
	bound, ok := new(big.Rat).SetString(value)
	if !ok {
		untranslatable("number " + value)
	}
	switch {
	case v.number != "":
		return compare(v.number, operator, bound)
	case key == "aws:principalaccount" || key == "kms:calleraccount":
		return t.compareAccount(v.text, operator, bound)
	case v.text.constant:
		untranslatable("a constant text compared with a number")
	}
	// Any text: a number or not, and if so, which.
	if !t.numbers[key] {
		untranslatable("a text compared with a number")
	}
	if v.numeric == "" {
		v.numeric, v.real = "numeric-"+term(t.name(key)), "real-"+term(t.name(key))
		t.declare(v.numeric, "Bool", implies(v.numeric, not(v.text.is(""))))
		t.declare(v.real, "Real")
	}
	operators := map[string]string{"Equals": "=", "LessThan": "<", "LessThanEquals": "<=", "GreaterThan": ">", "GreaterThanEquals": ">="}
	number := apply("/", integer(bound.Num())+".0", integer(bound.Denom())+".0")
	if bound.Sign() < 0 {
		number = apply("-", apply("/", term(new(big.Int).Neg(bound.Num()).String()+".0"), term(bound.Denom().String()+".0")))
	}
	return and(v.numeric, apply(operators[operator], v.real, number))
}

// compareAccount compares twelve digits with a bound: as texts of the same length,
// they are in the order of their numbers.
func (t *translation) compareAccount(account text, operator string, bound *big.Rat) term {
	floor := new(big.Int).Div(bound.Num(), bound.Denom())
	most := big.NewInt(999999999999)
	inside := floor.Sign() >= 0 && floor.Cmp(most) <= 0
	if account.constant {
		number, _ := new(big.Rat).SetString(account.literal)
		relation := number.Cmp(bound)
		return truth(map[string]bool{
			"Equals": relation == 0, "LessThan": relation < 0, "LessThanEquals": relation <= 0, "GreaterThan": relation > 0, "GreaterThanEquals": relation >= 0,
		}[operator])
	}
	if !inside {
		below := floor.Sign() < 0
		return truth(strings.HasPrefix(operator, "Greater") == below && operator != "Equals")
	}
	digits := literal(strings.Repeat("0", 12-len(floor.String())) + floor.String())
	whole := bound.IsInt()
	atMost := apply("str.<=", account.term, digits)
	equal := apply("=", account.term, digits)
	switch {
	case operator == "Equals":
		return and(truth(whole), equal)
	case operator == "LessThanEquals" || operator == "LessThan" && !whole:
		return atMost
	case operator == "LessThan":
		return and(atMost, not(equal))
	case operator == "GreaterThan" || !whole:
		return not(atMost)
	}
	return or(not(atMost), equal)
}

func (t *translation) matchesDate(v *variable, operator, value string) term {
	if v.number == "" {
		untranslatable("a date compared with a key that holds none")
	}
	return compare(v.number, operator, new(big.Rat).SetInt64(seconds(value)))
}

// seconds are those since 1970 of a date of a policy. See the IAM User Guide, "IAM
// JSON policy elements: Condition operators", "Date condition operators".
func seconds(value string) int64 {
	if count, err := strconv.ParseInt(value, 10, 64); err == nil {
		return count
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01"} {
		if date, err := time.Parse(layout, value); err == nil && date.Nanosecond() == 0 {
			return date.Unix()
		}
	}
	untranslatable("date " + value)
	return 0
}

func (t *translation) matchesAddress(v *variable, value string) term {
	if v.address == "" {
		untranslatable("an address compared with a key that holds none")
	}
	if !strings.Contains(value, "/") {
		bits := "/32"
		if strings.Contains(value, ":") {
			bits = "/128"
		}
		value += bits
	}
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		untranslatable("address " + value)
	}
	first := new(big.Int).SetBytes(prefix.Masked().Addr().AsSlice())
	size := new(big.Int).Lsh(big.NewInt(1), uint(prefix.Addr().BitLen()-prefix.Bits()))
	last := new(big.Int).Sub(new(big.Int).Add(first, size), big.NewInt(1))
	version := v.v6
	if prefix.Addr().Is4() {
		version = not(v.v6)
	}
	return and(version, apply("<=", integer(first), v.address, integer(last)))
}
