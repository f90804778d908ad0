package exact

import (
	"fmt"
	"maps"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/solve"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// witness is the request of a solution.
func (b *builder) witness(solution []solve.Bits, texts map[*variable]choice) evaluation.Request {
	r := b.population.request(b.principal)
	r.Action = b.name
	context, pairs := map[string][]string{}, map[string]string{}
	for name, values := range b.engine.key.Known {
		if len(values) > 0 {
			context[name] = values
		}
	}
	names, haveNames := b.variables[contextKeysLower]
	spelling := map[string]string{}
	if haveNames {
		for _, name := range b.chosen(names, solution) {
			spelling[lowerKey(name)] = name
			pairs[name] = "x"
		}
	}
	for _, v := range b.order {
		chosen := texts[v]
		name, isPair := contextName(v)
		switch {
		case v.constant != nil, v == names:
		case v.multiple:
			if values := b.chosen(v, solution); len(values) > 0 {
				b.put(context, v, values)
			}
		case v.name == principalVariable:
			of := b.population.request(chosen.text)
			r.Principal = of.Principal
			maps.Copy(context, of.Context)
		case chosen.absent:
		case v.name == timeVariable:
			context["aws:CurrentTime"] = []string{chosen.text}
			context["aws:EpochTime"] = []string{timeAs("aws:epochtime", chosen.text)}
		case isPair:
			if spelled, known := spelling[lowerKey(name)]; known {
				name = spelled
			}
			pairs[name] = chosen.text
		default:
			b.put(context, v, []string{chosen.text})
		}
	}
	if len(context) > 0 {
		r.Context = context
	}
	if len(pairs) > 0 {
		r.EncryptionContext = pairs
	}
	return r
}

// put gives the request values for all keys that the variable stands for.
func (b *builder) put(context map[string][]string, v *variable, values []string) {
	switch {
	case v.name == "aws:principalorgid" && b.own:
		context["aws:PrincipalOrgID"], context["aws:ResourceOrgID"] = values, values
	case v.name == "aws:principalorgpaths" && b.own:
		context["aws:PrincipalOrgPaths"], context["aws:ResourceOrgPaths"] = values, values
	default:
		context[v.key] = values
	}
}

// chosen are the texts of a multiple variable in a solution.
func (b *builder) chosen(v *variable, solution []solve.Bits) (texts []string) {
	for i, class := range v.classes {
		if i != v.domain.other && solution[class].First() == 1 {
			texts = append(texts, v.domain.values[i].text)
		}
	}
	return texts
}

// confirm asks the evaluator whether a request is what the question wants.
func (b *builder) confirm(q Question, r evaluation.Request) Outcome {
	matches := map[int][]evaluation.StatementMatch{}
	disagreement := ""
	matched := func(t Term) (evaluation.Strength, bool) {
		p := &b.engine.parts[t.Part]
		of, known := matches[p.document]
		if !known {
			of = b.engine.documents[p.document].matches(r)
			matches[p.document] = of
		}
		m := of[p.place]
		if m.Undecided != nil {
			disagreement = m.Undecided.Error()
		}
		return m.Matched, m.Matched >= max(t.AtLeast, evaluation.ThroughAccount)
	}
	for _, t := range q.Match {
		if strength, is := matched(t); !is {
			disagreement += fmt.Sprintf(" part %d does not match (%d)", t.Part, strength)
		}
	}
	for _, t := range q.Fail {
		if strength, is := matched(t); is {
			disagreement += fmt.Sprintf(" part %d matches (%d)", t.Part, strength)
		}
	}
	for _, t := range b.doubts(q) {
		matched(t)
	}
	if disagreement != "" {
		return unknown(fmt.Sprintf("%s: the request that was found is none to the evaluator:%s: %+v", Disagreement, disagreement, r))
	}
	return Outcome{Answer: Yes, Witness: r}
}

// Disagreement begins the reason of an answer that is unknown because the evaluator
// did not confirm what was found. That is a fault of this package.
const Disagreement = "internal disagreement"

// IsDisagreement reports whether an answer is unknown because of such a fault.
func (o Outcome) IsDisagreement() bool { return strings.HasPrefix(o.Reason, Disagreement) }
