package served

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// met says by whom a need is met, from the weakest.
type met int

const (
	byNobody met = iota
	undecided
	// byOthers: by principals of other accounts, or by AWS services in the place of
	// roles.
	byOthers
	// byIam: by whoever an IAM policy lets.
	byIam
	// byPolicy: by the key's policy or a grant alone.
	byPolicy
)

// metBy is an answer to a need, and why it is undecided.
type metBy struct {
	by  met
	why string
}

// meets tells by whom a need is met as far as all is known.
func (j *judge) meets(id string, need statements.Need) (by met, why string) {
	found, known := j.met[id]
	if !known {
		found.by, found.why = j.asks(j.inquiry, need, need.When)
		j.met[id] = found
	}
	return found.by, found.why
}

// mightMeet tells whether a need that is met by nobody might be once all is known: wide
// is the need with "*" for what is not. That it is by nobody then is a proof.
func (j *judge) mightMeet(need, wide statements.Need, isOpen bool) (found met, why string) {
	open := func(reason string, inquiry *analysis.Inquiry, need statements.Need, when []keypolicy.Condition) bool {
		by, own := j.asks(inquiry, need, when)
		if by == byNobody {
			return false
		}
		found, why = undecided, reason
		if by == undecided {
			why = own
		}
		return true
	}
	switch {
	case need.Loose != nil && open("only with pairs that clients add to the encryption context is it allowed", j.inquiry, need, need.Loose):
	case isOpen && open("what it is called is not known before apply, and the policy does not serve all names", j.inquiry, wide, wide.When):
	case (j.widest != nil || j.location != j.wide || isOpen) && open("the policy holds what is not known before apply", j.widestInquiry(), wide, wide.When):
	case j.leftOut != "":
		return undecided, j.leftOut
	}
	return found, why
}

func (j *judge) widestInquiry() *analysis.Inquiry {
	if j.widest != nil {
		return j.widest
	}
	return j.inquiry
}

// asks asks for the best that any of the need's actions is met by, with Needs of
// several services for the worst of these.
func (j *judge) asks(inquiry *analysis.Inquiry, need statements.Need, when []keypolicy.Condition) (found met, why string) {
	if need.Caller != statements.Itself {
		return j.best(inquiry, need, when, "")
	}
	found = byPolicy
	for _, service := range need.Services {
		if one, oneWhy := j.best(inquiry, need, when, service); one < found {
			found, why = one, oneWhy
		}
	}
	return found, why
}

func (j *judge) best(inquiry *analysis.Inquiry, need statements.Need, when []keypolicy.Condition, service string) (found met, why string) {
	take := func(one met, oneWhy string) {
		if one > found {
			found, why = one, oneWhy
		}
	}
	for _, action := range need.AnyOf {
		requests := analysis.Requests{Action: action, When: slices.Concat(when, j.then)}
		if need.Caller == statements.Users {
			requests.Without = statements.DeploymentSids()
		}
		take(callers(inquiry, requests, func(c analysis.Caller) met { return fits(c, need, service) }))
		if need.Written != nil && found < byPolicy {
			requests.When = slices.Concat(need.Written, j.then)
			take(callers(inquiry, requests, func(c analysis.Caller) met { return writes(c, need) }))
		}
		if found == byPolicy {
			break
		}
	}
	return found, why
}

// callers is the best that callers can do, as far as they count.
func callers(inquiry *analysis.Inquiry, requests analysis.Requests, counts func(analysis.Caller) met) (found met, why string) {
	all, err := inquiry.Callers(requests)
	if err != nil {
		return undecided, err.Error()
	}
	for caller := range all {
		if one := counts(caller); one > found {
			if found = one; one == undecided {
				why = caller.Why
			}
		}
		if found == byPolicy {
			break
		}
	}
	return found, why
}

// fits tells what a caller means for a need of roles, or of one service.
func fits(c analysis.Caller, need statements.Need, service string) met {
	switch {
	case !counted(c.Principal, need):
		return byNobody
	case need.Caller == statements.Itself && !mayBe(c.Principal, service):
		return byNobody
	case c.Principal.Foreign:
		return min(strength(c), byOthers)
	}
	return strength(c)
}

// mayBe reports whether services of a row may have a name.
func mayBe(p analysis.Principal, service string) bool {
	return aws.MatchesWildcard(p.Id, service) || aws.MatchesWildcard(service, p.Id)
}

// counted tells whether a need is about principals of a kind. The root user is
// nobody's way to use a resource.
func counted(p analysis.Principal, need statements.Need) bool {
	if need.Caller == statements.Itself {
		return p.Kind == analysis.KindService
	}
	return !slices.Contains([]analysis.Kind{analysis.KindService, analysis.KindRoot, analysis.KindAnonymous, analysis.KindNobody}, p.Kind)
}

// writes tells what a service means that may write to the resource by itself.
func writes(c analysis.Caller, need statements.Need) met {
	if c.Principal.Kind != analysis.KindService {
		return byNobody
	}
	if need.WritersSuffice {
		return strength(c)
	}
	return min(strength(c), byOthers)
}

func strength(c analysis.Caller) met {
	switch c.Verdict {
	case analysis.Conditional:
		return byPolicy
	case analysis.Delegated:
		return byIam
	case analysis.Undecided:
		return undecided
	}
	return byNobody
}

// blocks are the statements that deny a need.
func (j *judge) blocks(need statements.Need) []evaluation.StatementRef {
	var all []evaluation.StatementRef
	for _, action := range need.AnyOf {
		blocks, err := j.inquiry.Blocks(analysis.Requests{Action: action, When: slices.Concat(need.When, j.then), Without: statements.DeploymentSids()}, func(p analysis.Principal) bool {
			return counted(p, need) && (need.Caller != statements.Itself || slices.ContainsFunc(need.Services, func(service string) bool { return mayBe(p, service) }))
		})
		if err != nil {
			continue // that it is denied has been proven; only the reason is missing
		}
		for _, block := range blocks {
			if !slices.Contains(all, block) {
				all = append(all, block)
			}
		}
	}
	return all
}
