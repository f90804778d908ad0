package analysis

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// AccessPath is one way in which a principal may carry out an action: by one
// statement or grant, with all requests that meet the conditions and none of the
// exceptions. It is exact, and a request that goes it was confirmed by the
// evaluator.
type AccessPath struct {
	// Conditions must all be met by the request; none means that any request will
	// do.
	Conditions []keypolicy.Condition
	// Except are statements that nevertheless deny some of these requests.
	Except []Exception
	// NeedsIam tells that an IAM policy of the principal must allow the action, too.
	NeedsIam bool
	// Statement is the statement or grant that allows.
	Statement evaluation.StatementRef

	// witness is a request that goes this path, by whomever and whatever action of
	// those for which the same was found.
	witness evaluation.Request
	// said is what [AccessPath.says] says, once that is known.
	said string
	// plain is the path that this one was made of by giving names back, if it was.
	plain *AccessPath
}

// Exception is a Deny that takes requests out of an [AccessPath].
type Exception struct {
	// Conditions are those of a request that is denied.
	Conditions []keypolicy.Condition
	Statement  evaluation.StatementRef
}

// unconditional reports whether every request is allowed.
func (p AccessPath) unconditional() bool { return len(p.Conditions) == 0 && len(p.Except) == 0 }

// Verdict is what the path is worth.
func (p AccessPath) Verdict() Verdict {
	switch {
	case p.NeedsIam:
		return Delegated
	case p.unconditional():
		return Always
	}
	return Conditional
}

// covers reports whether whoever may go the other path may go this one, as far as
// their conditions tell. Exceptions do not matter: a Deny that takes requests out
// of one path takes them out of the other.
func (p AccessPath) covers(other AccessPath) bool {
	if p.NeedsIam && !other.NeedsIam {
		return false
	}
	theirs := signatures(other.Conditions)
	for _, mine := range signatures(p.Conditions) {
		if !slices.Contains(theirs, mine) {
			return false
		}
	}
	return true
}

// Identity is the same for paths that are told alike, by whatever statement.
func (p AccessPath) Identity() string {
	text := p.said
	if text == "" {
		text = p.says()
	}
	if p.NeedsIam {
		return "iam" + text
	}
	return text
}

// says is what the path says of requests, in order.
func (p AccessPath) says() string {
	text := "\x02" + strings.Join(signatures(p.Conditions), "\x02")
	for _, except := range p.Except {
		text += "\x03" + strings.Join(signatures(except.Conditions), "\x02")
	}
	return text
}

// widest drops the paths that another one covers.
func widest(paths []AccessPath) []AccessPath {
	var kept []AccessPath
	for i, path := range paths {
		covered := slices.ContainsFunc(kept, func(other AccessPath) bool { return other.covers(path) })
		for _, other := range paths[i+1:] {
			covered = covered || other.covers(path) && !path.covers(other)
		}
		if !covered {
			kept = append(kept, path)
		}
	}
	return kept
}
