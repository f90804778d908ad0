package smt

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Question is whether anybody of a class may carry out an action on a key.
type Question struct {
	Key    string
	Policy keypolicy.Document
	Grants []evaluation.Grant
	Class  Class
	Action string
	// WithIam tells that the principals have an IAM policy that allows everything.
	WithIam bool
	// Lenient takes what AWS does not say for whatever allows the request. Without it,
	// only requests count about which AWS says all.
	Lenient bool
}

// Translated is a question in SMT-LIB: it can be satisfied if there is a request that
// is allowed.
type Translated struct {
	Script string
	// Kinds are what the question has in it that is hard or easy to get wrong.
	Kinds []string
	// Doubtful tells that AWS may not say what matters, so that the lenient question is
	// another.
	Doubtful bool
	// Cvc5Only tells that z3 does not know all functions of the script.
	Cvc5Only bool
	// made is the work that it comes from.
	made *translation
}

// untranslatableError says what a question has in it that is not written in SMT-LIB.
type untranslatableError string

func (e untranslatableError) Error() string { return "not translated: " + string(e) }

func untranslatable(what string) { panic(untranslatableError(what)) }

// translation is the work on one question.
type translation struct {
	Question
	action aws.ActionSet
	class  Class
	// key is the key's ARN in its six parts.
	key [6]string

	// symbols are those of the script with their sorts, in an order; facts are about one
	// each.
	symbols  map[term]string
	order    []term
	facts    map[term][]term
	asserted []term
	kinds    map[string]bool
	doubtful bool
	cvc5Only bool

	// arn is the principal's ARN, of a session its role's, of a service its name.
	arn, account text
	userNameOf   *text
	divided      map[string]bool

	variables map[string]*variable
	sets      map[string][]*variable
	// pairs are the keys of the encryption context that are asked for; counts how many
	// conditions ask for a key with several values; numbers are the keys that hold any
	// text and are compared with numbers.
	pairs   []string
	counts  map[string]int
	numbers map[string]bool
}

// Translate writes a question in SMT-LIB. The error tells what in it is beyond the
// translation.
func Translate(q Question) (translated Translated, err error) {
	defer func() {
		if failure, is := recover().(untranslatableError); is {
			err = failure
		}
	}()
	t := &translation{
		Question: q, class: q.Class, symbols: map[term]string{}, facts: map[term][]term{}, kinds: map[string]bool{}, divided: map[string]bool{},
		variables: map[string]*variable{}, sets: map[string][]*variable{}, counts: map[string]int{}, numbers: map[string]bool{},
	}
	t.action, _ = aws.FindAction(q.Action)
	copy(t.key[:], strings.SplitN(q.Key, ":", 6))
	statements := t.relevant()
	t.count(statements)
	t.call()
	if q.Class.Account == "" && q.Class.Principal == "" && q.Class.signed() {
		t.kinds["any other account"] = true
	}
	t.kinds[q.Class.Kind] = true

	for _, c := range q.Class.Only {
		t.kinds["class by pattern"] = true
		t.assert(t.condition(c, true).holds)
	}
	for _, c := range q.Class.Except {
		t.kinds["class by pattern"] = true
		t.assert(not(t.condition(c, true).holds))
	}
	variables := q.Policy.Version != keypolicy.OldVersion
	allowed, denied := no, no
	for _, s := range statements {
		m := t.statement(s, variables)
		if q.Lenient && s.Effect == keypolicy.Allow {
			m.holds = or(m.holds, m.undecided)
		}
		if m.undecided != no {
			t.doubtful = true
			if !q.Lenient {
				t.assert(not(m.undecided))
			}
		}
		if s.Effect == keypolicy.Allow {
			allowed = or(allowed, m.holds)
		} else {
			denied = or(denied, m.holds)
		}
	}
	for _, grant := range q.Grants {
		allowed = or(allowed, t.grant(grant))
	}
	t.assert(allowed)
	t.assert(not(denied))
	return Translated{Script: t.script(), Kinds: slices.Sorted(maps.Keys(t.kinds)), Doubtful: t.doubtful, Cvc5Only: t.cvc5Only, made: t}, nil
}

// relevant are the statements that speak of the action. See the IAM User Guide, "IAM
// JSON policy elements: Action": case does not matter.
func (t *translation) relevant() (statements []keypolicy.Statement) {
	for _, s := range t.Policy.Statements {
		listed := slices.ContainsFunc(slices.Concat(s.Actions, s.NotActions), func(pattern string) bool {
			return describes(pieces(strings.ToLower(pattern), true, false), strings.ToLower(t.Action))
		})
		if listed == (len(s.NotActions) == 0) {
			statements = append(statements, s)
		}
	}
	return statements
}

// count finds out what all conditions ask for, before any is translated.
func (t *translation) count(statements []keypolicy.Statement) {
	pairs := map[string]bool{}
	for _, s := range statements {
		for _, c := range s.Conditions {
			key := strings.ToLower(c.Key)
			if documented, _ := aws.FindConditionKey(c.Key); documented.MultiValued {
				t.counts[key]++
				if key == "aws:resourceorgpaths" {
					t.counts["aws:principalorgpaths"]++
				}
			}
			if strings.HasPrefix(key, contextPrefix) {
				pairs[key] = true
			}
			if strings.Contains(c.Operator, "Numeric") && forms[key] == textForm && key != "aws:principalaccount" && key != "kms:calleraccount" {
				t.numbers[key] = true
			}
		}
	}
	for _, grant := range t.Grants {
		for _, pairsOf := range []map[string]string{grant.EncryptionContextEquals, grant.EncryptionContextSubset} {
			for name := range pairsOf {
				pairs[contextPrefix+strings.ToLower(name)] = true
			}
		}
		if grant.EncryptionContextEquals != nil {
			t.counts[contextKeys]++
		}
	}
	t.pairs = slices.Sorted(maps.Keys(pairs))
}

func (t *translation) asked(key string) int { return max(1, t.counts[key]) }

// statement is when a statement matches the request.
func (t *translation) statement(s keypolicy.Statement, variables bool) verdict {
	named := verdict{t.names(s.Principals, t.WithIam || s.Effect == keypolicy.Deny), no}
	if len(s.NotPrincipals) > 0 {
		t.kinds["NotPrincipal"] = true
		named = t.except(s.NotPrincipals)
	}
	if named.holds == no && named.undecided == no {
		return verdict{no, no}
	}
	all := []verdict{named, {t.covers(s, variables), no}}
	for _, c := range s.Conditions {
		all = append(all, t.condition(c, variables))
	}
	holds, possible, doubt := yes, yes, no
	for _, v := range all {
		holds = and(holds, v.holds)
		possible = and(possible, or(v.holds, v.undecided))
		doubt = or(doubt, v.undecided)
	}
	return verdict{holds, and(possible, doubt)}
}

// covers is when a statement's Resource element is about the key. See the KMS
// Developer Guide, "Key policies in AWS KMS", "Elements in a key policy".
func (t *translation) covers(s keypolicy.Statement, variables bool) term {
	patterns := slices.Concat(s.Resources, s.NotResources)
	if len(patterns) == 0 {
		return yes
	}
	t.kinds["Resource"] = true
	var matches []term
	for _, pattern := range patterns {
		if pattern == "*" {
			matches = append(matches, yes)
			continue
		}
		// Before the fifth colon there are no variables. See the IAM User Guide, "IAM
		// policy elements: Variables and tags", "Where you can use policy variables".
		parts, err := arnParts(pattern)
		if err != nil {
			untranslatable(err.Error())
		}
		about := yes
		for i, part := range parts {
			about = and(about, t.matchText(known(t.key[i]), pieces(part, true, variables && i == 5)))
		}
		matches = append(matches, about)
	}
	if len(s.NotResources) > 0 {
		return not(or(matches...))
	}
	return or(matches...)
}

// grant is when a grant gives the request its operation. See the KMS API Reference,
// "GrantConstraints": the names of pairs are compared whatever their case.
func (t *translation) grant(g evaluation.Grant) term {
	if !slices.ContainsFunc(g.Operations, func(o string) bool { return "kms:"+o == t.Action }) {
		return no
	}
	t.kinds["grant"] = true
	principal := keypolicy.AwsPrincipal(g.GranteePrincipal)
	if strings.HasSuffix(g.GranteePrincipal, ".amazonaws.com") {
		principal = keypolicy.ServicePrincipal(g.GranteePrincipal)
	}
	all := []term{t.nameOf(principal, t.WithIam)}
	if t.Action == "kms:DescribeKey" {
		return all[0]
	}
	for _, pairs := range []map[string]string{g.EncryptionContextEquals, g.EncryptionContextSubset} {
		for _, name := range slices.Sorted(maps.Keys(pairs)) {
			v := t.single(contextPrefix + strings.ToLower(name))
			all = append(all, v.present, v.text.is(pairs[name]))
		}
	}
	if g.EncryptionContextEquals != nil {
		for _, v := range t.set(contextKeys) {
			listed := no
			for name := range g.EncryptionContextEquals {
				listed = or(listed, v.text.in(foldedText(name)))
			}
			all = append(all, or(not(v.present), listed))
		}
	}
	return and(all...)
}

var plainName = regexp.MustCompile(`[^a-z0-9]`)

// name is a symbol for a key, unlike that of any other.
func (t *translation) name(key string) string {
	return plainName.ReplaceAllStringFunc(key, func(c string) string { return fmt.Sprintf("_%x", c) })
}

// declare makes a symbol of the script, with what is so of it in all requests.
func (t *translation) declare(symbol term, sort string, facts ...term) {
	if _, known := t.symbols[symbol]; known {
		return
	}
	t.symbols[symbol] = sort
	t.order = append(t.order, symbol)
	t.about(symbol, facts...)
}

// about adds a fact to a symbol: one that some value of it meets, whatever the others
// are. It need not be said where nothing else speaks of the symbol.
func (t *translation) about(symbol term, facts ...term) {
	for _, fact := range facts {
		if fact != yes {
			t.facts[symbol] = append(t.facts[symbol], fact)
		}
	}
}

func (t *translation) assert(fact term) {
	if fact != yes {
		t.asserted = append(t.asserted, fact)
	}
}

var symbolForm = regexp.MustCompile(`"(?:[^"]|"")*"|[a-z][a-zA-Z0-9_-]*`)

// script is the question with those symbols that it speaks of, directly or through the
// facts about others.
func (t *translation) script() string {
	used := map[term]bool{}
	var use func(fact term)
	use = func(fact term) {
		for _, word := range symbolForm.FindAllString(string(fact), -1) {
			symbol := term(word)
			if _, known := t.symbols[symbol]; !known || used[symbol] {
				continue
			}
			used[symbol] = true
			for _, fact := range t.facts[symbol] {
				use(fact)
			}
		}
	}
	for _, fact := range t.asserted {
		use(fact)
	}
	var declarations, facts strings.Builder
	for _, symbol := range t.order {
		if !used[symbol] {
			continue
		}
		fmt.Fprintf(&declarations, "(declare-const %s %s)\n", symbol, t.symbols[symbol])
		for _, fact := range t.facts[symbol] {
			fmt.Fprintf(&facts, "(assert %s)\n", fact)
		}
	}
	for _, fact := range t.asserted {
		fmt.Fprintf(&facts, "(assert %s)\n", fact)
	}
	return "(set-logic ALL)\n" + declarations.String() + facts.String() + "(check-sat)\n"
}

// note says what kind of condition a question has in it.
func (t *translation) note(key, set string, ifExists bool, operator string) {
	mark := func(kind string, is bool) {
		if is {
			t.kinds[kind] = true
		}
	}
	mark("set of values", set != "")
	mark("IfExists", ifExists)
	mark("address", strings.Contains(operator, "IpAddress"))
	mark("time", strings.HasPrefix(operator, "Date") || key == "aws:epochtime")
	mark("number", strings.HasPrefix(operator, "Numeric"))
	mark("whatever the case", strings.HasSuffix(operator, "IgnoreCase"))
	mark("principal's ARN", key == "aws:principalarn")
	mark("account", key == "aws:principalaccount" || key == "kms:calleraccount")
	mark("type or name of a principal", key == "aws:principaltype" || key == "aws:username" || key == "aws:userid")
	mark("service by name", strings.HasPrefix(key, "aws:principalservicename"))
	mark("names in the encryption context", key == contextKeys)
	mark("kms:ViaService", key == "kms:viaservice")
	mark("aws:RequestedRegion", key == "aws:requestedregion")
}
