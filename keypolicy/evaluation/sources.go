package evaluation

import "github.com/neurocipher-io/kmstier/internal/aws"

// source is something that allows: a statement or a grant.
type source struct {
	statement StatementRef
	strength  Strength
	reason    Reason
}

// sources are the key policy's strongest Allow and the strongest grant, the
// stronger first.
func (e *evaluation) sources(p *CompiledPolicy) (sources [2]source) {
	statement, found := e.allows(p)
	sources[0] = source{statement, found, AllowedByKeyPolicy}
	if e.action&aws.GrantOnlyActions != 0 {
		found = e.mayRetire()
		sources[0] = source{strength: found, reason: AllowedToRetire}
	}
	if found == Direct || len(e.request.Grants) == 0 {
		return sources
	}
	grant, granted := e.granted()
	sources[1] = source{grant, granted, AllowedByGrant}
	if granted > found {
		sources[0], sources[1] = sources[1], sources[0]
	}
	return sources
}

// mayRetire is how far the key's account, taken for the one that made the grants,
// lets the caller retire them: no key policy has a say in that.
func (e *evaluation) mayRetire() Strength {
	switch {
	case e.caller.account != e.key.Account || e.caller.kind == callerService:
		return NoMatch
	case e.caller.kind == callerRoot:
		return Direct
	}
	return ThroughAccount
}

func (e *evaluation) decideWithinAccount(p *CompiledPolicy) Decision {
	var refused Decision
	for _, s := range e.sources(p) {
		decision := Decision{Statement: s.statement}
		switch s.strength {
		case NoMatch:
			continue
		case Direct:
			decision.Allowed, decision.Reason = true, s.reason
		case AsRole:
			decision.Reason = e.limited()
			if decision.Reason == "" {
				decision.Allowed, decision.Reason = true, s.reason
			}
		case ThroughAccount:
			identity, allowed := e.allowedByAny(e.identity)
			decision.Reason = DeniedByIdentity
			if allowed {
				decision.Identity = identity
				decision.Reason = e.limited()
			}
			if decision.Reason == "" {
				decision.Allowed, decision.Reason = true, AllowedThroughIam
				if s.reason == AllowedToRetire {
					decision.Reason = AllowedToRetire
				}
			}
		}
		if decision.Allowed {
			return decision
		}
		if refused.Reason == "" {
			refused = decision
		}
	}
	if refused.Reason == "" {
		refused.Reason = DeniedByDefault
	}
	return refused
}

// decideAcrossAccounts needs an Allow on both sides. See the IAM User Guide,
// "Cross-account policy evaluation logic", and the KMS Developer Guide, "Allowing
// users in other accounts to use a KMS key".
func (e *evaluation) decideAcrossAccounts(p *CompiledPolicy) Decision {
	s := e.sources(p)[0]
	decision := Decision{Statement: s.statement}
	switch {
	case e.action&aws.CrossAccountActions == 0:
		decision.Reason = DeniedAcrossAccounts
		return decision
	case s.strength == NoMatch:
		decision.Reason = DeniedByDefault
		return decision
	case e.caller.kind == callerRoot:
		// The other account's root user has every permission that the account has.
		decision.Allowed, decision.Reason = true, s.reason
		return decision
	}
	identity, allowed := e.allowedByAny(e.identity)
	if !allowed {
		decision.Reason = DeniedByIdentity
		return decision
	}
	decision.Identity = identity
	if decision.Reason = e.limited(); decision.Reason == "" {
		decision.Allowed, decision.Reason = true, AllowedOnBothSides
		if s.reason == AllowedByGrant {
			decision.Reason = AllowedByGrant
		}
	}
	return decision
}
