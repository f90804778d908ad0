package exact

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// spell writes what a question comes to.
func spell(e *Engine, s Simplified) string {
	if s.Never {
		return "never"
	}
	literal := func(l Literal) string {
		text := "principals"
		if l.Condition != Principals {
			c := e.conditions[e.parts[l.Part].conditions[l.Condition]].source
			text = fmt.Sprintf("%s %s %s", c.Key, c.Operator, strings.Join(c.Values, ","))
		}
		if !l.Holds {
			text = "not " + text
		}
		return text
	}
	var lines []string
	for _, l := range s.Always {
		lines = append(lines, literal(l))
	}
	for _, clause := range s.Clauses {
		var literals []string
		for _, l := range clause {
			literals = append(literals, literal(l))
		}
		slices.Sort(literals)
		lines = append(lines, strings.Join(literals, " or "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}

func allowQuestion(policy keypolicy.Document, parts []Part, allow int) (q Question) {
	q.Match = []Term{{Part: parts[allow]}}
	for i, s := range policy.Statements {
		if s.Effect == keypolicy.Deny {
			q.Fail = append(q.Fail, Term{Part: parts[i]})
		}
	}
	return q
}

func TestSimplify(t *testing.T) {
	const direct, via = `"Null":{"kms:ViaService":"true"}`, `"Null":{"kms:ViaService":"false"}`
	tests := map[string]struct {
		allow  string
		denies []string
		class  Class
		action string
		want   string
	}{
		"nothing":                  {``, nil, ownRole, "", ""},
		"what always holds":        {`"StringEquals":{"aws:RequestedRegion":"us-east-1"}`, nil, ownRole, "", ""},
		"what never does":          {`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, nil, ownRole, "", "never"},
		"a condition":              {direct, nil, ownRole, "", "kms:ViaService Null true"},
		"a deny that cannot match": {direct, []string{via + `,"StringEquals":{"aws:PrincipalTag/a":"b"}`}, ownRole, "", "kms:ViaService Null true"},
		"a deny of one condition":  {``, []string{via}, ownRole, "", "not kms:ViaService Null false"},
		"a deny of two": {``, []string{via + `,"StringEquals":{"aws:PrincipalTag/a":"b"}`}, ownRole, "",
			"not aws:PrincipalTag/a StringEquals b or not kms:ViaService Null false"},
		"one left of two": {via, []string{via + `,"StringEquals":{"aws:PrincipalTag/a":"b"}`}, ownRole, "",
			"kms:ViaService Null false; not aws:PrincipalTag/a StringEquals b"},
		"one left, and what follows": {`"StringEquals":{"aws:PrincipalTag/a":"b"}`,
			[]string{`"StringEquals":{"aws:PrincipalTag/a":"b","aws:PrincipalTag/c":"d"}`, `"StringNotEquals":{"aws:PrincipalTag/c":"d"},"Bool":{"aws:SecureTransport":"false"}`}, ownRole, "",
			"aws:PrincipalTag/a StringEquals b; not aws:PrincipalTag/c StringEquals d; not aws:SecureTransport Bool false"},
		"implied by another":       {`"StringLike":{"aws:PrincipalTag/a":"b*"},"StringEquals":{"aws:PrincipalTag/a":"blue"}`, nil, ownRole, "", "aws:PrincipalTag/a StringEquals blue"},
		"the same deny twice":      {``, []string{via, via}, ownRole, "", "not kms:ViaService Null false"},
		"a deny within another":    {``, []string{`"StringLike":{"aws:PrincipalTag/a":"b*"},` + via, `"StringEquals":{"aws:PrincipalTag/a":"blue"},` + via}, ownRole, "", "not aws:PrincipalTag/a StringLike b* or not kms:ViaService Null false"},
		"all is denied":            {``, []string{``}, ownRole, "", "never"},
		"denied one way and other": {``, []string{via, direct}, ownRole, "", "never"},
		"a pair is its name":       {`"StringEquals":{"kms:EncryptionContext:app":"x"},"ForAnyValue:StringEqualsIgnoreCase":{"kms:EncryptionContextKeys":"app"}`, nil, ownRole, "", "kms:EncryptionContext:app StringEquals x"},
		"without a context":        {``, []string{`"StringEquals":{"kms:EncryptionContext:app":"x"}`}, ownRole, "kms:DescribeKey", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow, tt.denies...))
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if tt.action == "" {
				tt.action = "kms:Decrypt"
			}
			cell, err := e.Cell(tt.class, tt.action)
			if err != nil {
				t.Fatal(err)
			}
			if got := spell(e, cell.Simplify(allowQuestion(policy, parts, 0))); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestValues(t *testing.T) {
	tests := map[string]struct {
		allow string
		want  string
	}{
		"two patterns that overlap": {`"StringLike":{"kms:ViaService":["s3.*"]},"StringLikeIfExists":{"kms:ViaService":["*.us-east-1.amazonaws.com"]}`, "s3.us-east-1.amazonaws.com"},
		"a pattern with one text":   {`"StringLike":{"kms:ViaService":"s3.*"}`, "s3.us-east-1.amazonaws.com"},
		"a pattern with many":       {`"StringLike":{"kms:ViaService":"s3*"}`, "many"},
		"listed":                    {`"StringEquals":{"kms:ViaService":["s3.us-east-1.amazonaws.com","ec2.us-east-1.amazonaws.com"]}`, "ec2.us-east-1.amazonaws.com s3.us-east-1.amazonaws.com"},
		"absent as well":            {`"StringEqualsIfExists":{"kms:ViaService":["s3.us-east-1.amazonaws.com"]}`, "many"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow))
			e := newEngine(t, Key{Arn: keyArn, OwnRegion: true})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			cell, err := e.Cell(ownRole, "kms:Decrypt")
			if err != nil {
				t.Fatal(err)
			}
			texts, few := cell.Values(allowQuestion(policy, parts, 0), "kms:ViaService")
			got := "many"
			if few {
				got = strings.Join(texts, " ")
			}
			if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// What a question comes to is met by the requests that the question wants, and by
// no others.
func TestSimplifyChangesNothing(t *testing.T) {
	policies := min(*randomPolicies, 300)
	if testing.Short() {
		policies = min(policies, 60)
	}
	wanted, unwanted := 0, 0
	for number := range policies {
		g := &generator{rand.New(rand.NewPCG(*randomSeed+100, uint64(number)))}
		policy := g.policy()
		compiled, err := evaluation.Compile(policy)
		if err != nil {
			t.Fatal(err)
		}
		e := newEngine(t, Key{Arn: keyArn})
		parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
		for range 40 {
			c := g.caller()
			r := g.request(policy, c)
			matches, err := compiled.Match(r)
			if err != nil {
				t.Fatal(err)
			}
			explanation, err := compiled.Explain(r)
			if err != nil || slices.ContainsFunc(matches, func(m evaluation.StatementMatch) bool { return m.Undecided != nil }) {
				continue
			}
			for allow, s := range policy.Statements {
				if s.Effect != keypolicy.Allow {
					continue
				}
				wants := matches[allow].Matched != evaluation.NoMatch
				for i, s := range policy.Statements {
					wants = wants && (s.Effect == keypolicy.Allow || matches[i].Matched == evaluation.NoMatch)
				}
				if wants {
					wanted++
				} else {
					unwanted++
				}
				for _, class := range c.classes {
					cell, err := e.Cell(class, r.Action)
					if err != nil {
						t.Fatal(err)
					}
					simple := cell.Simplify(allowQuestion(policy, parts, allow))
					holds := func(l Literal) bool {
						of := explanation.Statements[l.Part-parts[0]]
						switch l.Condition {
						case Principals:
							return of.Principal == l.Holds
						case len(e.ConditionsOf(l.Part)):
							return of.Resource == l.Holds
						}
						return of.Conditions[l.Condition].Holds == l.Holds
					}
					meets := !simple.Never && !slices.ContainsFunc(simple.Always, func(l Literal) bool { return !holds(l) })
					for _, clause := range simple.Clauses {
						meets = meets && slices.ContainsFunc(clause, holds)
					}
					if meets != wants {
						t.Fatalf("policy %d: the request is wanted: %t, what the question comes to is met: %t: %q: %+v, of %+v: %s", number, wants, meets, spell(e, simple), r, class, policy.Indented())
					}
				}
			}
		}
	}
	if wanted*50 < unwanted {
		t.Errorf("%d requests wanted and %d not: too few to test anything", wanted, unwanted)
	}
}
