package smt

import (
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Given is the question whether a request is one of those that the script asks for: the
// same script, with as many of its values as can be told from the request. That it can
// be satisfied proves what the script asks, since nothing was taken away; that it
// cannot, proves nothing.
func (q Translated) Given(r evaluation.Request) string {
	t := q.made
	told := map[string]string{}
	for key, values := range r.Context {
		if len(values) == 1 {
			told[strings.ToLower(key)] = values[0]
		}
	}
	for name, value := range r.EncryptionContext {
		told[contextPrefix+strings.ToLower(name)] = value
	}
	var facts []term
	tell := func(symbol, is term) {
		// The script declares what it uses.
		if strings.Contains(q.Script, "(declare-const "+string(symbol)+" ") {
			facts = append(facts, is)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(t.variables)) {
		v := t.variables[key]
		value, has := told[key]
		switch {
		case !has:
			tell(v.present, not(v.present))
		case v.number == "" && v.address == "":
			tell(v.present, v.present)
			tell(v.text.term, v.text.is(value))
		}
	}
	arn := r.Principal
	if given, has := told["aws:principalarn"]; has {
		arn = given
	}
	tell(t.arn.term, apply("=", t.arn.term, literal(arn)))
	if parts := strings.Split(arn, ":"); len(parts) > 4 {
		tell(t.account.term, apply("=", t.account.term, literal(parts[4])))
	}
	var pins strings.Builder
	for _, fact := range facts {
		pins.WriteString("(assert " + string(fact) + ")\n")
	}
	return strings.Replace(q.Script, "(check-sat)", pins.String()+"(check-sat)", 1)
}
