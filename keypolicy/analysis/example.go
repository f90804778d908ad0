package analysis

import (
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Example is a request that goes a path of an answer of the report, with no more in
// it than matters, and without the IAM policy that the path may need.
func (r *Report) Example(answer Answer, path AccessPath) evaluation.Request {
	if r.plain == nil || path.plain == nil {
		return r.example(answer, path)
	}
	of := exampleOf{path.plain, replaceWords(answer.principal, r.names.swaps), answer.action}
	request, known := r.plain.examples[of]
	if !known {
		answer.principal = of.principal
		request = r.plain.example(answer, *path.plain)
		if r.plain.examples == nil {
			r.plain.examples = map[exampleOf]evaluation.Request{}
		}
		r.plain.examples[of] = request
	}
	return changed(request, r.names.swaps)
}

// exampleOf is what an example is of.
type exampleOf struct {
	path              *AccessPath
	principal, action string
}

func (r *Report) example(answer Answer, path AccessPath) evaluation.Request {
	request := path.witness
	request.Action = answer.action
	if answer.principal != "" {
		request.Principal = answer.principal
	}
	if r.compiled == nil {
		compiled, err := evaluation.Compile(r.Key.Policy)
		if err != nil {
			return request
		}
		r.compiled = compiled
	}
	return simplest(request, path.NeedsIam, spelling(r.Key.Policy), func(request evaluation.Request) bool {
		request.Grants = r.Key.Grants
		decision, err := r.compiled.Evaluate(request)
		return err == nil && decision.Allowed && r.goes(request, path.Statement)
	})
}

// goes reports whether a statement or grant matches a request.
func (r *Report) goes(request evaluation.Request, by evaluation.StatementRef) bool {
	match := r.compiled.Match
	if by.Policy == evaluation.GrantOfKey {
		match = evaluation.MatchGrants
	}
	matches, err := match(request)
	return err == nil && matches[by.Index].Matched != evaluation.NoMatch
}

// simplest drops what a request can do without, and spells the names of its
// encryption context as policies do, as long as it is an example of something.
func simplest(request evaluation.Request, needsIam bool, spelled map[string]string, is func(evaluation.Request) bool) evaluation.Request {
	if needsIam {
		request.IdentityPolicies = allowEverything
	}
	request.EncryptionContext, request.Context = maps.Clone(request.EncryptionContext), maps.Clone(request.Context)
	for _, name := range slices.Sorted(maps.Keys(request.Context)) {
		values := request.Context[name]
		delete(request.Context, name)
		// A key without values is absent, and must stay if the request would have it.
		if !is(request) {
			request.Context[name] = values
		}
	}
	for _, name := range slices.Sorted(maps.Keys(request.EncryptionContext)) {
		value := request.EncryptionContext[name]
		delete(request.EncryptionContext, name)
		if is(request) {
			continue
		}
		if usual, found := spelled[strings.ToLower(name)]; found {
			request.EncryptionContext[usual] = value
			if is(request) {
				continue
			}
			delete(request.EncryptionContext, usual)
		}
		request.EncryptionContext[name] = value
	}
	request.IdentityPolicies = nil
	return request
}

// spelling are the names of encryption contexts as policies spell them, by their
// lower case.
func spelling(policies ...keypolicy.Document) map[string]string {
	spelled := map[string]string{}
	for _, policy := range policies {
		for _, s := range policy.Statements {
			for _, c := range s.Conditions {
				if name, isContext := cutPrefixFold(c.Key, aws.EncryptionContextPrefix); isContext {
					spelled[strings.ToLower(name)] = name
				}
			}
		}
	}
	return spelled
}
