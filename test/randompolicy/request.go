package randompolicy

import (
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Request is a request near the values of a policy, and of others that it is
// compared with. What AWS could not send is left out of it; dropped tells how many
// values that were.
func (g *Generator) Request(documents ...keypolicy.Document) (r evaluation.Request, dropped int) {
	var statements []keypolicy.Statement
	for _, document := range documents {
		statements = append(statements, document.Statements...)
	}
	n := neighbourhood{Generator: g, statements: statements}
	for _, s := range statements {
		for _, c := range s.Conditions {
			n.values = append(n.values, c.Values...)
		}
	}
	r = evaluation.Request{Key: Key, Action: pick(g, Actions), Context: map[string][]string{}, EncryptionContext: map[string]string{}}
	aim := pick(g, statements)
	if g.chance(70) {
		n.aimAtAction(&r, aim)
	}
	n.call(&r, aim)
	n.organizations(&r)
	n.carry(&r, aim, 88)
	for _, s := range statements {
		n.carry(&r, s, 25)
	}
	if g.chance(30) {
		n.put(&r, "aws:PrincipalTag/team", pick(g, []string{"blue", "Reader", "b", "red"}))
	}
	n.when(&r)
	return r, n.dropped
}

// neighbourhood is the values of some policies and what lies beside them.
type neighbourhood struct {
	*Generator
	statements []keypolicy.Statement
	values     []string
	dropped    int
}

func (n *neighbourhood) aimAtAction(r *evaluation.Request, s keypolicy.Statement) {
	about := aws.StatementActions(s.Actions, s.NotActions) & aws.KeyActions &^ aws.GrantOnlyActions
	if names := about.Names(); len(names) > 0 && len(names) < 10 {
		r.Action = pick(n.Generator, names)
	}
}

// organizations are those of the principal and of the key: the same for principals of
// the key's own account. Paths begin with their organization.
func (n *neighbourhood) organizations(r *evaluation.Request) {
	ids := []string{"", "o-blue", "o-red", "o-green"}
	theirs, ours := pick(n.Generator, ids), pick(n.Generator, ids)
	if AccountOf(r.Principal) == Account {
		ours = theirs
	}
	set := func(id, key, paths string) {
		if id != "" {
			n.put(r, key, id)
			n.put(r, paths, id+"/r-ab12/ou-ab12-11111111/")
		}
	}
	set(theirs, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths")
	set(ours, "aws:ResourceOrgID", "aws:ResourceOrgPaths")
}

// carry gives the request values for the keys of a statement, near the statement's
// own, with so many percent of its conditions.
func (n *neighbourhood) carry(r *evaluation.Request, s keypolicy.Statement, percent int) {
	for _, c := range s.Conditions {
		lower := strings.ToLower(c.Key)
		if !n.chance(percent) || strings.HasSuffix(lower, "orgid") || strings.HasSuffix(lower, "orgpaths") || lower == "aws:currenttime" {
			continue
		}
		// What a negated operator, or one with IfExists, asks of a key, its absence gives.
		if (strings.Contains(c.Operator, "Not") || strings.HasSuffix(c.Operator, "IfExists")) && n.chance(25) {
			continue
		}
		if strings.EqualFold(c.Operator, "Null") && slices.Contains(c.Values, "true") && n.chance(80) {
			continue
		}
		if lower == "kms:encryptioncontextkeys" {
			n.name(r, n.near(pick(n.Generator, c.Values), r))
			continue
		}
		var values []string
		for range 1 + n.IntN(2) {
			values = append(values, n.value(c, r))
		}
		n.put(r, c.Key, values...)
	}
}

// value is one near those of a condition, or of any other: texts that are the same in
// several keys are where policy variables matter.
func (n *neighbourhood) value(c keypolicy.Condition, r *evaluation.Request) string {
	switch {
	case c.Operator == "Null":
		return pick(n.Generator, []string{"blue", "true", "s3.us-east-1.amazonaws.com", "10.0.0.1", "Decrypt"})
	case n.chance(12):
		return n.near(pick(n.Generator, n.values), r)
	case n.chance(8):
		return pick(n.Generator, []string{"blue", "x", "s3.us-east-1.amazonaws.com", "lambda.us-east-1.amazonaws.com", "true", "false", "7", "10.2.0.1"})
	}
	return n.near(pick(n.Generator, c.Values), r)
}

// put gives the request those of the values that AWS could send, for keys that it
// does not have yet.
func (n *neighbourhood) put(r *evaluation.Request, key string, values ...string) {
	if name, is := aws.EncryptionContextName(key); is {
		documented, _ := aws.FindConditionKey(key)
		if action, _ := aws.FindAction(r.Action); documented.Actions.Has(action) {
			if n.chance(30) {
				name = n.otherCase(name)
			}
			n.pair(r, name, values[0])
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(r.Context)) {
		if strings.EqualFold(name, key) {
			return
		}
	}
	var sendable []string
	for _, value := range values {
		if canSend(r, key, value) {
			sendable = append(sendable, value)
		} else {
			n.dropped++
		}
	}
	slices.Sort(sendable)
	sendable = slices.Compact(sendable)
	documented, _ := aws.FindConditionKey(key)
	switch {
	case len(sendable) == 0:
	case documented.MultiValued:
		r.Context[key] = sendable
	default:
		r.Context[key] = sendable[:1]
	}
}

func (n *neighbourhood) name(r *evaluation.Request, name string) {
	if action, _ := aws.FindAction(r.Action); aws.ContextActions.Has(action) && name != "" {
		n.pair(r, name, pick(n.Generator, []string{"blue", "x"}))
	}
}

// pair adds to the encryption context, whose names condition keys cannot tell apart
// by case.
func (n *neighbourhood) pair(r *evaluation.Request, name, value string) {
	for other := range r.EncryptionContext {
		if strings.EqualFold(other, name) {
			return
		}
	}
	r.EncryptionContext[name] = value
}

func (n *neighbourhood) otherCase(text string) string {
	if n.chance(50) {
		return strings.ToUpper(text)
	}
	return strings.ToLower(text)
}

// when is the time of the request: near one that a policy names.
func (n *neighbourhood) when(r *evaluation.Request) {
	seconds := int64(1780000000)
	for _, s := range n.statements {
		for _, c := range s.Conditions {
			lower := strings.ToLower(c.Key)
			if lower != "aws:currenttime" && lower != "aws:epochtime" {
				continue
			}
			if date, isDate := aws.ParseDate(pick(n.Generator, c.Values)); isDate && n.chance(60) {
				seconds = date.Unix() + int64(n.IntN(5)-2)
			}
		}
	}
	atTime(r, seconds)
}

var placeholders = regexp.MustCompile(`\$\{[^}]*\}`)

// near is a text that a value of a policy describes, or one beside it.
func (n *neighbourhood) near(value string, r *evaluation.Request) string {
	value = placeholders.ReplaceAllStringFunc(value, func(placeholder string) string { return n.inserted(placeholder, r) })
	if prefix, isPrefix := aws.ParsePrefix(value); isPrefix {
		return n.nearAddress(prefix)
	}
	if date, err := time.Parse(time.RFC3339, value); err == nil {
		return date.Add(time.Duration(n.IntN(5)-2) * time.Second).UTC().Format(time.RFC3339)
	}
	if number, err := strconv.ParseFloat(value, 64); err == nil && len(value) < 12 && n.chance(80) {
		return strconv.FormatFloat(number+pick(n.Generator, []float64{-1, -0.5, 0, 0, 0.5, 1}), 'f', -1, 64)
	}
	var text strings.Builder
	careless := n.chance(25)
	for _, c := range value {
		switch {
		case c == '*':
			text.WriteString(pick(n.Generator, []string{"", "x", "blue", "us-east-1", "s3", "e", "a:b", "9", "Reader", "b-x"}))
		case c == '?':
			text.WriteString(pick(n.Generator, []string{"x", "b", "e", "5", "é", "a"}))
		case careless && n.chance(6):
		case careless && n.chance(6):
			text.WriteString(n.otherCase(string(c)))
		case careless && n.chance(3):
			text.WriteRune(c)
			text.WriteRune(c)
		default:
			text.WriteRune(c)
		}
	}
	return text.String()
}

// inserted is what stands for a policy variable: what the request has, most often.
func (n *neighbourhood) inserted(placeholder string, r *evaluation.Request) string {
	key, _, _ := strings.Cut(strings.Trim(placeholder, "${}"), ",")
	for name, values := range r.Context {
		if strings.EqualFold(name, key) && len(values) == 1 && n.chance(85) {
			return values[0]
		}
	}
	switch strings.ToLower(key) {
	case "*", "?":
		return key
	case "aws:username":
		return aws.LastSegment(r.Principal)
	case "aws:resourceaccount":
		return Account
	case "aws:principalaccount":
		return AccountOf(r.Principal)
	}
	return pick(n.Generator, []string{"blue", "Reader", "", "b"})
}

// nearAddress is within a range, at its borders or just outside.
func (n *neighbourhood) nearAddress(prefix netip.Prefix) string {
	first := prefix.Masked().Addr()
	last := lastAddress(prefix)
	address := pick(n.Generator, []netip.Addr{first, last, first.Prev(), last.Next(), first.Next()})
	if !address.IsValid() {
		return first.String()
	}
	return address.String()
}

func lastAddress(prefix netip.Prefix) netip.Addr {
	bytes := prefix.Masked().Addr().AsSlice()
	for bit := prefix.Bits(); bit < len(bytes)*8; bit++ {
		bytes[bit/8] |= 1 << (7 - bit%8)
	}
	address, _ := netip.AddrFromSlice(bytes)
	return address
}
