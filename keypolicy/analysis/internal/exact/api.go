// Package exact decides whether there is a request that some statements match
// and others do not. Everything that the analysis says of a policy comes down to
// such questions: somebody may decrypt if there is a request of theirs that an
// Allow matches and no Deny; a change takes something away if there is one that
// the old Allow matches, no old Deny, and no new Allow; a condition never holds
// if there is none.
//
// The answer is a request that package evaluation confirms, or the proof that
// there is none, or, past a bound or the rules that AWS documents, unknown with
// the reason. It is never a guess.
//
//	engine := exact.New(exact.Key{Arn: arn})
//	parts, err := engine.Policy(document, evaluation.KeyPolicy)
//	cell, err := engine.Cell(exact.Class{Kind: exact.Role, Account: account}, "kms:Decrypt")
//	outcome := cell.Ask(exact.Question{
//		Match: []exact.Term{{Part: parts[0], AtLeast: evaluation.AsRole}},
//		Fail:  []exact.Term{{Part: parts[1]}, {Part: parts[2]}},
//	})
//
// # What a request can be
//
// A cell is a class of principals, an action and a key. Its requests are all
// that AWS could send, by the paragraph "Availability" of each condition key in
// the IAM User Guide, "AWS global condition context keys", and in the KMS
// Developer Guide, "AWS KMS condition keys":
//
//   - aws:PrincipalArn, aws:PrincipalAccount, kms:CallerAccount,
//     aws:PrincipalType and aws:username follow from who calls. A session has the
//     ARN of its role. A role stands for all of its sessions.
//   - A call by a service itself has none of these, no tags and no organization,
//     and aws:PrincipalIsAWSService is true; only such a call has aws:SourceArn,
//     aws:SourceAccount, aws:PrincipalServiceName and the like, and it has no
//     kms:ViaService.
//   - aws:RequestedRegion and aws:ResourceAccount are those of the key.
//   - Principals of the key's own account are of the key's organization. Of other
//     accounts' principals nothing is known: organization and tags are free.
//   - A key that the action does not carry is absent.
//   - Each key has the values that AWS sends: kms:ViaService is a service and a
//     Region, an account has 12 digits, a name in an ARN has no colon.
//     aws:CurrentTime and aws:EpochTime are one time, and never absent.
//   - All else is free: absent, or any value.
//
// Where this allows more requests than AWS would ever send, a "no" still is a
// proof.
//
// # What is not known
//
// Tokens are opaque, as in package evaluation: a token is equal to itself and to
// nothing else, a Region or account that is a token is not any literal one, and
// a principal that is a token is a role or user of the key's account which no
// literal ARN or pattern names. The same holds for the id of a key whose ARN is
// made up by the caller: let it be a text that no statement has, and Resource
// elements that name a certain key do not match it. Who knows better says so by
// the key's ARN.
package exact

import (
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Key is the key that requests act on.
type Key struct {
	// Arn is the key's ARN; its parts may be tokens.
	Arn string
	// Known are condition keys that have the same values in every request to the
	// key, such as "aws:ResourceTag/env", "kms:ResourceAliases" or "kms:KeySpec",
	// whatever their case. No value means that the condition key is absent. A key
	// that is not listed is free.
	Known map[string][]string
	// OwnRegion leaves out requests through services in other Regions, of which AWS
	// documents few: to find out which conditions are meant for a key elsewhere.
	OwnRegion bool
}

// Kind is what sort of principal calls KMS.
type Kind int

// The kinds of principal.
const (
	// Role is an IAM role, by any of its sessions.
	Role Kind = iota
	// Session is one session of a role, by its own ARN
	// (arn:aws:sts::111122223333:assumed-role/Name/session). The role's path is not
	// in it, so it is free.
	Session
	User
	FederatedUser
	// Root is an account's root user.
	Root
	// Service is an AWS service that calls on its own behalf.
	Service
	// Anonymous is whoever did not sign the request.
	Anonymous
	// Token is a role or user of the key's account whose ARN is a token.
	Token
)

// Class is a set of principals of one kind.
type Class struct {
	Kind Kind
	// Principal names the only one: an ARN, a service's name, a token. Empty is all
	// principals of the kind, within the fields below.
	Principal string
	// Account is the account of all of them. Empty, where there is no Principal, is
	// every account that is not in OtherThan.
	Account string
	// OtherThan are accounts that the class has nobody of. The key's own account
	// must be among them: its principals are other classes.
	OtherThan []string
	// Only are conditions on keys of the principal, such as ArnLike on
	// aws:PrincipalArn, that all of them meet.
	Only []keypolicy.Condition
	// Except are conditions of which they meet none.
	Except []keypolicy.Condition
}

// Part is something that a request matches or not: a statement, a grant or a list
// of conditions, of the engine that made it.
type Part int

// Term is a part of a question.
type Term struct {
	Part Part
	// AtLeast is how strongly the part has to name the principal to count; zero is
	// anyhow. Conditions by themselves, and policies of the principal's own, name it
	// directly.
	AtLeast evaluation.Strength
}

// Question asks for a request of a cell.
type Question struct {
	// Match are what the request has to match.
	Match []Term
	// Fail are what it must not match.
	Fail []Term
}

// Answer is what came of a question.
type Answer int

// The answers.
const (
	// No: it is proven that there is no such request.
	No Answer = iota
	// Yes: there is one, and the evaluator has confirmed it.
	Yes
	// Unknown: there may be one.
	Unknown
)

// Outcome is an answer with what supports it.
type Outcome struct {
	Answer Answer
	// Witness is the request, if there is one. Its policies and grants are left to
	// the caller. The same map may be part of several outcomes: it must not be
	// changed.
	Witness evaluation.Request
	// Reason says why the answer is unknown.
	Reason string
}

// Literal is a condition of a part that holds, or that does not.
type Literal struct {
	Part Part
	// Condition is its place among [Engine.ConditionsOf] the part. The place behind
	// the last is that of the part's Resource element, where it has policy
	// variables; [Principals] stands for its principals, where it depends on who
	// calls whether they are meant.
	Condition int
	Holds     bool
}

// Principals is the place of a part's principals in a [Literal].
const Principals = -1

// Simplified is what a question comes to in its cell: the requests that meet all
// literals, and one literal at least of every clause. What always holds in the
// cell is left out, as is what cannot: what is said is exact, and short.
type Simplified struct {
	// Never tells that there is no such request.
	Never bool
	// Always are literals that the request has to meet.
	Always []Literal
	// Clauses are lists of two literals or more, of each of which it has to meet
	// one.
	Clauses [][]Literal
}
