package kmstier

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// maxManagedPolicySize is how many characters a managed policy may have, which a
// boundary is. See the IAM User Guide, "IAM and AWS STS quotas".
const maxManagedPolicySize = 6144

// BoundaryPolicy is what the permissions boundary of roles of these kinds must
// contain for the tier's keys, so that it blocks nothing that the key policies
// offer. "pb-etl" and "pb-fargate" are for AnyService (which includes every
// OneService), "pb-admin" for Administrator.
//
// It depends on the configuration alone, so that boundaries and roles can be
// made before the keys: it names each key by the tags app, env and Name rather
// than by its ARN. AWS may take five minutes to see a changed tag.
//
// An AccountId or Region that the configuration leaves open is "*", the partition
// "aws". A [ConfigError] says what is wrong with the configuration or the
// consumers.
func (c *KmsTierConfig) BoundaryPolicy(consumers ...Consumer) (keypolicy.Document, error) {
	s, err := c.checked()
	if err != nil {
		return keypolicy.Document{}, err
	}
	policy, problems := s.boundaryPolicy(s.location(anywhere{s.place}), consumers)
	return policy, config.Refuse(fmt.Sprintf("BoundaryPolicy of environment %q", c.Environment), problems)
}

// NewBoundaryPolicyDocument is what [KmsTierConfig.BoundaryPolicy] says, as an
// aws_iam_policy_document below the scope, for the source_policy_documents of a
// boundary. It needs no tier, and looks up what the configuration leaves open as
// a tier does. The id names it within the scope.
//
// A [ConfigError] says what is wrong with the scope, the id, the configuration or
// the consumers; nothing is created then.
func NewBoundaryPolicyDocument(scope constructs.Construct, id string, given *KmsTierConfig, consumers ...Consumer) (*PolicyDocument, error) {
	subject := fmt.Sprintf("NewBoundaryPolicyDocument %q", id)
	if problems := site.Check(scope, id); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	s, err := given.checked()
	if err != nil {
		return nil, err
	}
	if _, problems := s.boundaryPolicy(s.assumedLocation(), consumers); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	return newLookedUpDocument(scope, id, s, func(place statements.Location) keypolicy.Document {
		policy, _ := s.boundaryPolicy(place, consumers)
		return policy
	}), nil
}

func (s settings) boundaryPolicy(location statements.Location, consumers []Consumer) (keypolicy.Document, keypolicy.Problems) {
	p := &parser{settings: s}
	p.consumers(consumers)
	var policy keypolicy.Document
	if p.Count() > 0 {
		return policy, p.Problems()
	}
	for _, purpose := range s.purposes() {
		var offers []keypolicy.Statement
		for _, consumer := range consumers {
			offers = append(offers, s.offers(purpose, location, consumer)...)
		}
		policy.Statements = append(policy.Statements,
			statements.BoundaryStatements(location, purpose.boundarySid, s.ownTags(purpose.name), offers)...)
	}
	if size := policy.Size(); size > maxManagedPolicySize {
		p.Report("consumers", strings.Trim(fmt.Sprint(consumers), "[]"), fmt.Sprintf("need %d characters; a boundary may have %d", size, maxManagedPolicySize))
	}
	return policy, p.Problems()
}
