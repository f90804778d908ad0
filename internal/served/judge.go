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
	j := &judge{key: key, inquiry: inquiry, known: map[string]answer{}}
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

// serves tells whether the policy serves a service for a resource of that name.
func (j *judge) serves(storing statements.Storing, name cmk.Name, isWritten bool) answer {
	needs, wide := storing.Needs(j.location, name.Text), storing.Needs(j.wide, name.Pattern)
	id := fmt.Sprint(storing.Name(), isWritten, j.signature(slices.Concat(needs, wide), name))
	found, known := j.known[id]
	if !known {
		for _, of := range [][]statements.Need{needs, wide} {
			for i := range of {
				of[i].WritersSuffice = of[i].WritersSuffice || isWritten
			}
		}
		found = j.judge(needs, wide, name)
		j.known[id] = found
	}
	return found
}

func (a *answer) deny(need statements.Need, blocks []evaluation.StatementRef) {
	switch {
	case a.denied == nil:
		a.denied = &denied{need, slices.Clone(need.Actions), blocks}
	case a.denied.need.Caller == need.Caller && slices.Equal(a.denied.blocks, blocks):
		a.denied.actions = append(a.denied.actions, need.Actions...)
	}
}

func (j *judge) judge(needs, wide []statements.Need, name cmk.Name) answer {
	var found answer
	for i, need := range needs {
		met, why := j.meets(need, wide[i], !name.IsKnown())
		switch {
		case met == byNobody && need.IsVital:
			found.deny(need, j.blocks(need))
		case met == byNobody && !need.IsVital:
			found.readOnly = true
		case met == undecided && found.undecided == "":
			found.undecided = why
		case met == byOthers:
			found.onlyOthers = true
		case met == byIam:
			found.byIam = append(found.byIam, need)
		}
	}
	if found.denied != nil {
		return answer{denied: found.denied}
	}
	return found
}
