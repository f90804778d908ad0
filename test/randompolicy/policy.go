package randompolicy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/differential"
)

// Generator makes policies and requests.
type Generator struct {
	*rand.Rand
	// focus are families that a policy's conditions are mostly of, so that they meet
	// on the same keys.
	focus []family
}

// New is a generator of which everything follows from a seed and a number.
func New(seed, number uint64) *Generator {
	return &Generator{Rand: rand.New(rand.NewPCG(seed, number))}
}

func (g *Generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *Generator, from []T) T { return from[g.IntN(len(from))] }

// some are one to most of the values, each at most once.
func some[T any](g *Generator, most int, from []T) (chosen []T) {
	for _, at := range g.Perm(len(from))[:1+g.IntN(min(most, len(from)))] {
		chosen = append(chosen, from[at])
	}
	return chosen
}

// Policy is a key policy that package evaluation understands: one of the
// differential generator's, or one of this package's grammar.
func (g *Generator) Policy() keypolicy.Document {
	for {
		var document keypolicy.Document
		if g.chance(15) {
			document = differential.Pairs(g.Uint64(), g.Uint64())[0].Policy
		} else {
			document = g.grow()
		}
		if _, err := evaluation.Compile(document); err == nil {
			return document
		}
	}
}

func (g *Generator) grow() (document keypolicy.Document) {
	if g.chance(4) {
		document.Version = keypolicy.OldVersion
	}
	g.focus = some(g, 3, families)
	for i := range 1 + g.IntN(5) {
		effect := keypolicy.Allow
		if i > 0 && g.chance(55) {
			effect = keypolicy.Deny
		}
		document.Statements = append(document.Statements, g.statement(fmt.Sprintf("S%d", i), effect))
	}
	return document
}

func (g *Generator) statement(sid string, effect keypolicy.Effect) keypolicy.Statement {
	s := keypolicy.Statement{Sid: sid, Effect: effect, Principals: some(g, 2, principals), Actions: pick(g, actionLists)}
	if effect == keypolicy.Deny && g.chance(10) {
		s.NotPrincipals, s.Principals = some(g, 4, principals[4:]), nil
	}
	if g.chance(4) {
		s.NotActions, s.Actions = []string{"kms:PutKeyPolicy", "kms:Enc*"}, nil
	}
	switch g.IntN(14) {
	case 0, 1:
		s.Resources = pick(g, resources)
	case 2:
		s.NotResources = pick(g, resources[2:])
	}
	for range g.IntN(4) {
		s.Conditions = with(s.Conditions, g.condition())
	}
	return s
}

// with adds a condition unless one of the same operator and key is there: JSON
// could not tell them apart.
func with(conditions []keypolicy.Condition, c keypolicy.Condition) []keypolicy.Condition {
	if slices.ContainsFunc(conditions, func(other keypolicy.Condition) bool {
		return other.Operator == c.Operator && strings.EqualFold(other.Key, c.Key)
	}) {
		return conditions
	}
	return append(slices.Clone(conditions), c)
}

func (g *Generator) condition() keypolicy.Condition {
	f := pick(g, families)
	if len(g.focus) > 0 && g.chance(75) {
		f = pick(g, g.focus)
	}
	c := keypolicy.Condition{Operator: pick(g, f.operators), Key: pick(g, f.keys)}
	if g.chance(15) && c.Operator != "Null" && !strings.HasSuffix(c.Operator, "IfExists") {
		c.Operator += "IfExists"
	}
	if g.chance(5) {
		c.Key = strings.ToUpper(c.Key)
	}
	values := f.values
	if !strings.HasPrefix(c.Operator[strings.IndexByte(c.Operator, ':')+1:], "String") {
		values = slices.DeleteFunc(slices.Clone(values), func(value string) bool { return !readable(c.Operator, value) })
	}
	c.Values = some(g, 3, values)
	return c
}

// readable reports whether an operator can compare with a value.
func readable(operator, value string) bool {
	_, err := evaluation.Compile(keypolicy.Document{Statements: []keypolicy.Statement{{
		Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"},
		Conditions: []keypolicy.Condition{{Operator: operator, Key: "aws:PrincipalTag/x", Values: []string{value}}},
	}}})
	return err == nil
}

// Mutated is a policy with one to three changes. Some change no decision: the order
// of statements or values, the case of a key, a condition said twice.
func (g *Generator) Mutated(document keypolicy.Document) keypolicy.Document {
	for {
		changed := document.Clone()
		for range 1 + g.IntN(3) {
			g.mutate(&changed)
		}
		if _, err := evaluation.Compile(changed); err == nil && len(changed.Statements) > 0 {
			return changed
		}
	}
}

func (g *Generator) mutate(document *keypolicy.Document) {
	if len(document.Statements) == 0 {
		return
	}
	at := g.IntN(len(document.Statements))
	s := &document.Statements[at]
	switch g.IntN(11) {
	case 0:
		document.Statements = slices.Delete(document.Statements, at, at+1)
	case 1:
		effect := pick(g, []keypolicy.Effect{keypolicy.Allow, keypolicy.Deny})
		document.Statements = append(document.Statements, g.statement("", effect))
	case 2:
		g.Shuffle(len(document.Statements), func(i, j int) {
			document.Statements[i], document.Statements[j] = document.Statements[j], document.Statements[i]
		})
	case 3:
		s.Conditions = with(s.Conditions, g.condition())
	case 4:
		if len(s.Conditions) > 0 {
			i := g.IntN(len(s.Conditions))
			s.Conditions = slices.Delete(s.Conditions, i, i+1)
		}
	case 5, 6:
		if len(s.Conditions) > 0 {
			c := &s.Conditions[g.IntN(len(s.Conditions))]
			c.Values = g.otherValues(*c)
		}
	case 7:
		if len(s.Conditions) > 0 {
			c := &s.Conditions[g.IntN(len(s.Conditions))]
			c.Key = strings.ToLower(c.Key)
			slices.Reverse(c.Values)
		}
	case 8:
		s.Actions, s.NotActions = pick(g, actionLists), nil
	case 9:
		s.Principals, s.NotPrincipals = some(g, 2, principals), nil
	case 10:
		// The same said twice.
		copied := s.Clone()
		copied.Sid = ""
		document.Statements = append(document.Statements, copied)
	}
}

// otherValues are a condition's values, one more or one less, or one of them slightly
// another.
func (g *Generator) otherValues(c keypolicy.Condition) []string {
	values := slices.Clone(c.Values)
	switch i := g.IntN(len(values)); g.IntN(3) {
	case 0:
		if len(values) > 1 {
			values = slices.Delete(values, i, i+1)
		}
	case 1:
		values = append(values, pick(g, values))
		values[i] = g.otherPattern(values[i])
	case 2:
		values[i] = g.otherPattern(values[i])
	}
	return slices.DeleteFunc(values, func(value string) bool { return len(values) > 1 && !readable(c.Operator, value) })
}

// otherPattern is a value with a character less, or a wildcard in place of one.
func (g *Generator) otherPattern(value string) string {
	if value == "" || strings.Contains(value, "${") {
		return "b*"
	}
	i := g.IntN(len(value))
	return value[:i] + pick(g, []string{"", "*", "?", "x"}) + value[i+1:]
}

// Grants are up to two grants of the key, most often none.
func (g *Generator) Grants() (grants []evaluation.Grant) {
	if !g.chance(20) {
		return nil
	}
	for range 1 + g.IntN(2) {
		grant := evaluation.Grant{
			GranteePrincipal: pick(g, []string{
				role("Reader"), "arn:aws:iam::" + Account + ":user/ann", "arn:aws:iam::" + security + ":role/Reader", "arn:aws:iam::" + Account + ":root", "logs.us-east-1.amazonaws.com",
				"arn:aws:sts::" + Account + ":assumed-role/Analyst/ann",
			}),
			Operations: some(g, 3, []string{"Decrypt", "CreateGrant", "DescribeKey", "GenerateDataKey", "Encrypt"}),
		}
		constraint := map[string]string{pick(g, []string{"app", "App", "env"}): pick(g, []string{"blue", "red", "*"})}
		switch g.IntN(5) {
		case 0:
			grant.EncryptionContextEquals = constraint
		case 1:
			grant.EncryptionContextSubset = constraint
		}
		grants = append(grants, grant)
	}
	return grants
}
