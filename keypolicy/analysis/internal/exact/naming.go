package exact

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// request is a request of the population with a certain principal, without any
// context.
func (p *population) request(text string) evaluation.Request {
	r := evaluation.Request{Principal: text, Action: "kms:Decrypt", Key: p.engine.key.Arn}
	if p.class.Kind == Session {
		r.Principal = p.class.Principal
		r.Context = map[string][]string{"aws:PrincipalArn": {text}}
	}
	return r
}

// naming is how strongly a part names the population's only principal.
func (p *population) naming(part Part) evaluation.StatementMatch {
	number := p.engine.parts[part].document
	matches, known := p.named[number]
	if !known {
		matches = p.engine.documents[number].matches(p.request(p.principal))
		p.named[number] = matches
	}
	return matches[p.engine.parts[part].place]
}

// namingOf is how strongly a part names a certain principal of the population.
func (p *population) namingOf(part Part, text string) evaluation.StatementMatch {
	of := &p.engine.parts[part]
	return p.engine.documents[of.document].matches(p.request(text))[of.place]
}

// matches asks the evaluator what each statement of a document makes of a request.
// What it does not take is undecided.
func (d *document) matches(r evaluation.Request) []evaluation.StatementMatch {
	var matches []evaluation.StatementMatch
	var err error
	if d.policy != nil {
		matches, err = d.policy.Match(r)
	} else {
		r.Grants = d.grants
		matches, err = evaluation.MatchGrants(r)
	}
	if err != nil {
		matches = make([]evaluation.StatementMatch, d.count)
		for i := range matches {
			matches[i].NamedUndecided, matches[i].Undecided = err, err
		}
	}
	return matches
}

func (e *Engine) namesEveryone(p *part) bool {
	return !p.excepting && slices.Contains(p.principals, keypolicy.Everyone())
}

// mayName reports whether a part can name anybody of a population of several
// principals so strongly: by their account, or by an ARN or name that is theirs.
func (p *population) mayName(part *part, atLeast evaluation.Strength) bool {
	return slices.ContainsFunc(part.principals, func(principal keypolicy.Principal) bool {
		form, _ := principal.Form()
		switch form.Kind {
		case keypolicy.AccountKind:
			if atLeast > evaluation.ThroughAccount && p.class.Kind != Root {
				return false
			}
			if p.account != "" {
				return form.Account == p.account
			}
			return p.class.Kind != Service && !slices.Contains(p.class.OtherThan, form.Account)
		case keypolicy.SessionKind:
			return principal.Id == p.class.Principal
		case keypolicy.IdentityProviderKind, keypolicy.UniqueIdKind:
			return false
		}
		return p.base.Has(principal.Id)
	})
}
