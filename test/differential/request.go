package differential

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// request is a random one that a policy has something to say about.
func (g *generator) request(policy keypolicy.Document) evaluation.Request {
	r := evaluation.Request{Principal: pick(g, callers), Action: pick(g, actions), Key: keyArn, Context: map[string][]string{}}
	// Aim at one statement: its principal, its action and its conditions, most of
	// the time.
	aim := pick(g, policy.Statements)
	if len(aim.Principals) > 0 && g.chance(80) {
		g.aimAtPrincipal(&r, pick(g, aim.Principals))
	}
	if len(aim.Actions) > 0 && g.chance(80) {
		if matching := keyActions(pick(g, aim.Actions)); len(matching) > 0 {
			r.Action = pick(g, matching)
		}
	}
	for _, c := range aim.Conditions {
		if g.chance(92) {
			g.carry(&r, c, g.chance(88))
		}
	}
	for _, s := range policy.Statements {
		for _, c := range s.Conditions {
			if g.chance(6) {
				g.carry(&r, c, g.chance(50))
			}
		}
	}
	if g.chance(15) {
		put(&r, "kms:EncryptionContext:app", "neurocipher-pipeline")
		put(&r, "kms:EncryptionContext:env", "prod")
		put(&r, "kms:EncryptionContext:service", pick(g, []string{"svc-embed", "svc-ingest-api"}))
	}
	if g.chance(30) {
		put(&r, "aws:PrincipalTag/team", "blue")
	}
	if g.chance(20) {
		put(&r, identityKey, pick(g, textsFound))
	}
	if g.chance(10) {
		r.ResourceControlPolicies = [][]keypolicy.Document{{fullResourceControl, g.resourceControlPolicy()}}
	}
	if !strings.HasPrefix(r.Principal, "arn:") {
		return g.settle(r)
	}
	if g.chance(65) {
		r.IdentityPolicies = []keypolicy.Document{g.identityPolicy()}
	}
	if g.chance(15) {
		boundary := g.identityPolicy()
		r.PermissionsBoundary = &boundary
	}
	if g.chance(15) {
		r.ServiceControlPolicies = [][]keypolicy.Document{{g.identityPolicy()}}
		if g.chance(50) {
			r.ServiceControlPolicies[0] = append(r.ServiceControlPolicies[0], g.identityPolicy())
		}
	}
	return g.settle(r)
}

func keyActions(pattern string) []string {
	decidable := aws.KeyActions.Names()
	return slices.DeleteFunc(aws.MatchActions(pattern).Names(), func(action string) bool { return !slices.Contains(decidable, action) })
}

func (g *generator) aimAtPrincipal(r *evaluation.Request, p keypolicy.Principal) {
	var near []string
	for _, caller := range callers {
		switch {
		case p.Id == "*", caller == p.Id:
			near = append(near, caller)
		case strings.HasPrefix(p.Id, "arn:") && strings.HasPrefix(caller, "arn:"):
			if strings.Split(p.Id, ":")[4] == strings.Split(caller, ":")[4] {
				near = append(near, caller)
			}
			if role := p.Id[strings.LastIndex(p.Id, "/")+1:]; strings.Contains(caller, "/"+role) {
				near = append(near, caller, caller, caller)
			}
		}
	}
	if len(near) > 0 {
		r.Principal = pick(g, near)
	}
}

// carry gives the request a value for a condition's key: one that meets it, if
// so wished, or any other.
func (g *generator) carry(r *evaluation.Request, c keypolicy.Condition, meet bool) {
	// aws:PrincipalArn follows from the principal.
	if strings.EqualFold(c.Key, "aws:PrincipalArn") {
		return
	}
	var values []string
	if comparisonOf(c) == aws.CompareExistence {
		meet = false
	}
	if meet {
		for range 1 + g.IntN(2) {
			values = append(values, concrete(pick(g, c.Values)))
		}
	} else {
		for _, f := range families {
			// The kind that Null asks about is that of another family.
			if f.comparisons[0] != aws.CompareExistence && slices.ContainsFunc(f.keys, func(key string) bool { return strings.EqualFold(key, c.Key) }) {
				values = some(g, 3, f.found)
				break
			}
		}
		if values == nil {
			values = some(g, 3, textsFound)
		}
	}
	key := c.Key
	if g.chance(10) {
		key = g.otherCase(key)
	}
	put(r, key, values...)
}

// concrete fills a pattern: what it matches, mostly.
func concrete(pattern string) string {
	pattern = strings.NewReplacer("${*}", "*", "${?}", "?", "${$}", "$", "${aws:PrincipalTag/team}", "blue", "${aws:PrincipalTag/team, 'prod'}", "prod", "${"+identityKey+"}", "us-east-1:1234").Replace(pattern)
	return strings.NewReplacer("*", "xyz", "?", "q").Replace(pattern)
}

// multiValued are the keys of which a request may carry several values.
var multiValued = []string{"kms:encryptioncontextkeys", "kms:grantoperations", "aws:tagkeys"}

func put(r *evaluation.Request, key string, values ...string) {
	for name := range r.Context {
		if strings.EqualFold(name, key) {
			delete(r.Context, name)
		}
	}
	values = slices.Compact(slices.Sorted(slices.Values(values)))
	if !slices.Contains(multiValued, strings.ToLower(key)) {
		values = values[:1]
	}
	r.Context[key] = values
}

// settle gives the request what AWS derives from the principal and the
// simulator does not, for both evaluators alike.
func (g *generator) settle(r evaluation.Request) evaluation.Request {
	has := func(key string) bool {
		for name := range r.Context {
			if strings.EqualFold(name, key) {
				return true
			}
		}
		return false
	}
	kind := ""
	switch {
	case strings.Contains(r.Principal, ":user/"):
		kind = "User"
		if !has("aws:username") {
			put(&r, "aws:username", r.Principal[strings.LastIndex(r.Principal, "/")+1:])
		}
	case strings.Contains(r.Principal, "role/"):
		kind = "AssumedRole"
	case strings.Contains(r.Principal, ":federated-user/"):
		kind = "FederatedUser"
	}
	if kind != "" && !has("aws:PrincipalType") {
		put(&r, "aws:PrincipalType", kind)
	}
	if strings.Contains(r.Principal, "assumed-role/Analyst/") && !has("aws:PrincipalArn") && g.chance(50) {
		put(&r, "aws:PrincipalArn", roleArn("team/data/Analyst"))
	}
	return r
}

// identityPolicy is a policy without principals, most often a plain one.
func (g *generator) identityPolicy() (document keypolicy.Document) {
	for range 1 + g.IntN(2) {
		s := g.statement("")
		s.Principals, s.NotPrincipals = nil, nil
		if g.chance(60) {
			s.Effect, s.Conditions = keypolicy.Allow, nil
		}
		if g.chance(40) {
			s.Actions, s.NotActions, s.Resources, s.NotResources = []string{"kms:*"}, nil, nil, nil
		}
		document.Statements = append(document.Statements, s)
	}
	return document
}

// fullResourceControl is what AWS attaches at each level of an organization.
var fullResourceControl = keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"*"}}}}

// resourceControlPolicy is a policy as AWS takes it: it denies everyone listed
// actions of a service.
func (g *generator) resourceControlPolicy() (document keypolicy.Document) {
	for range 1 + g.IntN(2) {
		s := g.statement("")
		s.Effect, s.Principals, s.NotPrincipals = keypolicy.Deny, []keypolicy.Principal{keypolicy.Everyone()}, nil
		s.Actions, s.NotActions = slices.DeleteFunc(some(g, 4, actionPatterns), func(pattern string) bool { return !strings.HasPrefix(pattern, "kms:") }), nil
		if len(s.Actions) == 0 {
			s.Actions = []string{"kms:*"}
		}
		document.Statements = append(document.Statements, s)
	}
	return document
}
