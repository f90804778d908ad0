package served

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/source"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// judge decides what one key's policy serves.
type judge struct {
	key source.Key
	// inquiry asks the policy, widest asks it with all that is not known of it in favour
	// of whoever calls; nil where all is known.
	inquiry, widest *analysis.Inquiry
	// location is where the key is, wide the same with "*" for what is a token.
	location, wide statements.Location
	// leftOut says why that nobody may do something is no proof.
	leftOut string
	// then are the conditions of requests now, where the policy speaks of time.
	then []keypolicy.Condition
	// known are the answers, by what of a name makes a difference to the policy.
	known map[string]answer
	// met are the answers to needs as far as all is known, by the same.
	met map[string]metBy
	// patterns are those of each service.
	patterns map[string]patterns
}

// answer is what a policy means for a resource.
type answer struct {
	// denied is what nobody may do, and no IAM policy could help; nil where there is
	// nothing.
	denied *denied
	// undecided says why something cannot be told.
	undecided string
	// byIam are needs that only an IAM policy meets.
	byIam []statements.Need
	// onlyOthers tells that only AWS services and principals of other accounts may use
	// the resource, readOnly that nobody may encrypt anything new for it.
	onlyOthers, readOnly bool
	// notAnew tells that nobody could create the resource, which is there, anew.
	notAnew bool
}

// denied is a need that is not met, with the actions of all those of the same caller.
type denied struct {
	need    statements.Need
	actions []string
	blocks  []evaluation.StatementRef
}

func newJudge(key source.Key, leftOut []string) (*judge, error) {
	services := servicePrincipals(key.Arn)
	inquiry, err := analysis.Inquire(key.Key, services...)
	if err != nil {
		return nil, err
	}
	j := &judge{key: key, inquiry: inquiry, known: map[string]answer{}, met: map[string]metBy{}, patterns: map[string]patterns{}}
	j.location, j.wide = locationOf(key.Arn)
	if all := slices.Concat(key.LeftOut, leftOut); len(all) > 0 {
		j.leftOut = all[0]
	}
	if policy, isWider := widened(key.Policy); isWider {
		wider := key.Key
		wider.Policy = policy
		if j.widest, err = analysis.Inquire(wider, services...); err != nil {
			return nil, err
		}
	}
	if speaksOfTime(key.Policy) {
		j.then = []keypolicy.Condition{{Operator: "DateEquals", Key: "aws:CurrentTime", Values: []string{time.Now().UTC().Format(time.RFC3339)}}}
	}
	return j, nil
}

// unknownAccount is the account of a key where nothing tells it.
const unknownAccount = "000000000000"

// locationOf is where a key is, and the same with "*" for tokens. What nothing tells
// is "*" in both.
func locationOf(keyArn string) (location, wide statements.Location) {
	arn, _ := aws.ParseArn(keyArn)
	location = statements.Location{Partition: arn.Partition, Region: arn.Region, AccountId: arn.Account, DnsSuffix: "*"}
	if partition, known := aws.FindPartition(arn.Partition); known {
		location.DnsSuffix = partition.DnsSuffix
	}
	if location.Region == source.UnknownRegion {
		location.Region = "*"
	}
	if location.AccountId == unknownAccount {
		location.AccountId = "*"
	}
	wide = location
	for _, part := range []*string{&wide.Partition, &wide.Region, &wide.AccountId} {
		if aws.IsToken(*part) {
			*part = "*"
		}
	}
	return location, wide
}

// servicePrincipals are the names of all services that may call for what they store.
func servicePrincipals(keyArn string) []string {
	location, _ := locationOf(keyArn)
	var names []string
	for _, storing := range statements.Stores() {
		for _, need := range storing.Needs(location, "*") {
			for _, name := range need.Services {
				if !strings.Contains(name, "*") && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		}
	}
	return names
}

func speaksOfTime(policy keypolicy.Document) bool {
	return slices.ContainsFunc(policy.Statements, func(s keypolicy.Statement) bool {
		return slices.ContainsFunc(s.Conditions, func(c keypolicy.Condition) bool {
			return strings.EqualFold(c.Key, "aws:CurrentTime") || strings.EqualFold(c.Key, "aws:EpochTime")
		})
	})
}

// serves tells whether the policy serves a service for a resource of that name, into
// which AWS services may write, and which may be there already.
func (j *judge) serves(storing statements.Storing, name cmk.Name, isWritten, exists bool) answer {
	q := question{storing: storing, name: name, isWritten: isWritten, exists: exists}
	q.exact = fmt.Sprint(storing.Name(), isWritten, exists, " ", j.signature(storing, storing.Resource(j.location, name.Text)))
	q.wide = q.exact
	if !name.IsKnown() || j.wide != j.location {
		q.wide = fmt.Sprint(name.IsKnown(), j.signature(storing, storing.Resource(j.wide, name.Pattern)), " ", q.exact)
	}
	if found, known := j.known[q.exact]; known {
		return found
	}
	if found, known := j.known[q.wide]; known {
		return found
	}
	found, isSettled := j.judge(q)
	if isSettled {
		j.known[q.exact] = found
	} else {
		j.known[q.wide] = found
	}
	return found
}

// question is what is asked about a resource; exact and wide are the same for those
// about which the same is asked, by all that is known of it, and besides by what may be.
type question struct {
	storing     statements.Storing
	name        cmk.Name
	isWritten   bool
	exists      bool
	exact, wide string
}

// needs are those of the question's resource at a location.
func (q question) needs(location statements.Location, name string) []statements.Need {
	needs := q.storing.Needs(location, name)
	for i := range needs {
		needs[i].WritersSuffice = needs[i].WritersSuffice || q.isWritten
	}
	return needs
}

func (a *answer) deny(need statements.Need, blocks []evaluation.StatementRef) {
	switch {
	case a.denied == nil:
		a.denied = &denied{need, slices.Clone(need.Actions), blocks}
	case a.denied.need.Caller == need.Caller && slices.Equal(a.denied.blocks, blocks):
		a.denied.actions = append(a.denied.actions, need.Actions...)
	}
}

// judge answers a question. It is settled where nothing that is not known matters.
func (j *judge) judge(q question) (found answer, isSettled bool) {
	isSettled = true
	var wide []statements.Need
	for i, need := range q.needs(j.location, q.name.Text) {
		by, why := j.meets(fmt.Sprint(i, " ", q.exact), need)
		if by == byNobody {
			isSettled = false
			if wide == nil {
				wide = q.needs(j.wide, q.name.Pattern)
			}
			by, why = j.mightMeet(need, wide[i], !q.name.IsKnown())
		}
		switch {
		case by == byNobody && need.Caller == statements.Creators && q.exists:
			found.notAnew = true // its grant is made
		case by == byIam && need.Caller == statements.Creators && q.exists:
		case by == byNobody && need.IsVital:
			found.deny(need, j.blocks(need))
		case by == byNobody:
			found.readOnly = true
		case by == undecided && found.undecided == "":
			found.undecided = why
		case by == byOthers:
			found.onlyOthers = true
		case by == byIam:
			found.byIam = append(found.byIam, need)
		}
	}
	if found.denied != nil {
		return answer{denied: found.denied}, isSettled
	}
	return found, isSettled
}
