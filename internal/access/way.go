package access

import (
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Way is one way in which a principal may carry out an action, confirmed by the
// evaluator.
type Way struct {
	// Conditions must all be met by the request; none means that any request will
	// do.
	Conditions []keypolicy.Condition
	// NeedsIam tells that an IAM policy of the principal must allow the action, too.
	NeedsIam bool
	// Statement is the statement or grant that allows.
	Statement evaluation.StatementRef
	// Except are statements that nevertheless deny some of these requests.
	Except []Exception
}

// Exception is a Deny that takes requests out of a [Way].
type Exception struct {
	// Conditions are those of a request that is denied.
	Conditions []keypolicy.Condition
	Statement  evaluation.StatementRef
}

// unconditional reports whether every request is allowed.
func (w Way) unconditional() bool { return len(w.Conditions) == 0 && len(w.Except) == 0 }

// covers reports whether whoever may go the other way may go this one. Exceptions
// do not matter: a Deny that takes requests out of one way takes them out of the
// other.
func (w Way) covers(other Way) bool {
	if w.NeedsIam && !other.NeedsIam {
		return false
	}
	theirs := signatures(other.Conditions)
	for _, mine := range signatures(w.Conditions) {
		if !slices.Contains(theirs, mine) {
			return false
		}
	}
	return true
}

// identity is the same for ways that let the same requests through, by whatever
// statement.
func (w Way) identity() string {
	parts := signatures(w.Conditions)
	if w.NeedsIam {
		parts = append(parts, "iam")
	}
	for _, except := range w.Except {
		parts = append(parts, "except", strings.Join(signatures(except.Conditions), "\x01"))
	}
	return strings.Join(parts, "\x02")
}

// widest drops the ways that another one covers.
func widest(ways []Way) []Way {
	var kept []Way
	for i, way := range ways {
		covered := slices.ContainsFunc(kept, func(other Way) bool { return other.covers(way) })
		for _, other := range ways[i+1:] {
			covered = covered || other.covers(way) && !way.covers(other)
		}
		if !covered {
			kept = append(kept, way)
		}
	}
	return kept
}
