package differential

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// eachStatement makes a Misread of what becomes of single statements, of every
// policy of a pair; false drops the statement.
func eachStatement(misread func(s keypolicy.Statement, r evaluation.Request) (keypolicy.Statement, bool)) func(Pair) Pair {
	return func(p Pair) Pair {
		read := func(d keypolicy.Document) keypolicy.Document {
			var statements []keypolicy.Statement
			for _, statement := range d.Statements {
				if statement, kept := misread(statement, p.Request); kept {
					statements = append(statements, statement)
				}
			}
			d.Statements = statements
			return d
		}
		readAll := func(documents []keypolicy.Document) (all []keypolicy.Document) {
			for _, d := range documents {
				all = append(all, read(d))
			}
			return all
		}
		p.Policy = read(p.Policy)
		p.Request.IdentityPolicies = readAll(p.Request.IdentityPolicies)
		if p.Request.PermissionsBoundary != nil {
			boundary := read(*p.Request.PermissionsBoundary)
			p.Request.PermissionsBoundary = &boundary
		}
		for _, levels := range []*[][]keypolicy.Document{&p.Request.ServiceControlPolicies, &p.Request.ResourceControlPolicies} {
			read := make([][]keypolicy.Document, 0, len(*levels))
			for _, level := range *levels {
				read = append(read, readAll(level))
			}
			*levels = read
		}
		return p
	}
}

// eachCondition makes a Misread of what becomes of single conditions.
func eachCondition(misread func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition) func(Pair) Pair {
	return eachStatement(func(s keypolicy.Statement, r evaluation.Request) (keypolicy.Statement, bool) {
		var conditions []keypolicy.Condition
		for _, c := range s.Conditions {
			conditions = append(conditions, misread(c, r))
		}
		s.Conditions = conditions
		return s, true
	})
}

// Conditions that always and never hold; no request carries the tag.
var (
	always = keypolicy.Condition{Operator: "Null", Key: "aws:PrincipalTag/unheard-of", Values: []string{"true"}}
	never  = keypolicy.Condition{Operator: "StringEquals", Key: "aws:PrincipalTag/unheard-of", Values: []string{"x"}}
)

// holds asks keypolicy whether a request meets one condition.
func holds(c keypolicy.Condition, r evaluation.Request) bool {
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}, Conditions: []keypolicy.Condition{c}}}}
	explanation, err := evaluation.Explain(policy, aboutConditions(r))
	return err == nil && explanation.Statements[0].Matches
}

// named asks keypolicy whether a list of principals has one that takes the
// caller in, if only through the account.
func named(principals []keypolicy.Principal, r evaluation.Request) bool {
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: principals, Actions: []string{"kms:*"}}}}
	explanation, err := evaluation.Explain(policy, aboutConditions(r))
	return err == nil && explanation.Statements[0].Principal
}

// aboutConditions is a request whose action a key policy decides, with the same
// condition keys.
func aboutConditions(r evaluation.Request) evaluation.Request {
	r = alone(r)
	r.Action = "kms:Decrypt"
	return r
}

func alone(r evaluation.Request) evaluation.Request {
	r.IdentityPolicies, r.PermissionsBoundary, r.ServiceControlPolicies, r.ResourceControlPolicies = nil, nil, nil, nil
	return r
}

func present(key string, r evaluation.Request) bool {
	return holds(keypolicy.Condition{Operator: "Null", Key: key, Values: []string{"false"}}, r)
}

// valueOf is the first value that the request carries for a key, derived ones
// included.
func valueOf(key string, r evaluation.Request) (string, bool) {
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"},
		Conditions: []keypolicy.Condition{{Operator: "Null", Key: key, Values: []string{"false"}}}}}}
	explanation, err := evaluation.Explain(policy, aboutConditions(r))
	if err != nil || len(explanation.Statements[0].Conditions[0].Found) == 0 {
		return "", false
	}
	return explanation.Statements[0].Conditions[0].Found[0], true
}

// valueless reports whether a value holds a policy variable that has neither a value
// in the request nor a default.
func valueless(value string, r evaluation.Request) bool {
	for _, variable := range variables.FindAllStringSubmatch(value, -1) {
		if found, carried := valueOf(variable[1], r); !carried || found == "" {
			return true
		}
	}
	return false
}

// variables are policy variables without a default.
var variables = regexp.MustCompile(`\$\{([A-Za-z0-9.-]+:[^,}]+)\}`)

var (
	numericKeys = keysCompared(aws.CompareNumber)
	dateKeys    = append(keysCompared(aws.CompareDate), "aws:EpochTime")
)

// keysCompared are the keys of the vocabulary whose values are compared so.
func keysCompared(comparison aws.Comparison) (keys []string) {
	for _, f := range families {
		if slices.Contains(f.comparisons, comparison) {
			keys = append(keys, f.keys...)
		}
	}
	return keys
}

// digits is the number that a text begins with, as JavaScript's parseInt and, with
// a point, parseFloat read it; empty for none.
func digits(text string) string {
	end, point := 0, strings.Contains(text, ".")
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || end == 0 && text[end] == '-' || point && text[end] == '.') {
		end++
	}
	return text[:end]
}

func milliseconds(text string) string {
	if count, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.UnixMilli(count).UTC().Format(time.RFC3339Nano)
	}
	return text
}

func cloneContext(context map[string][]string) map[string][]string {
	clone := map[string][]string{}
	maps.Copy(clone, context)
	return clone
}
