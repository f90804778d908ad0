package kmstier

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/parent"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// ebsClaim is EBS encryption by default, of which an account has one setting a
// Region.
const ebsClaim = "kmstier: EBS encryption by default"

// claimed are what a tier takes of its stack.
func (s settings) claimed() []string {
	claimed := []string{s.alias(purposeData), s.alias(purposeLogs)}
	if s.ebsEncryptionByDefault {
		claimed = append(claimed, ebsClaim)
	}
	return claimed
}

// conflicts report what another tier of the stack has already.
func (s settings) conflicts(claims parent.Claims) keypolicy.Problems {
	var problems keypolicy.Problems
	for _, claim := range s.claimed() {
		switch {
		case !claims[claim]:
		case claim == ebsClaim:
			problems = append(problems, keypolicy.Problem{Field: "EbsEncryptionByDefault", Value: fmt.Sprint(true),
				Reason: "is set by another tier of this stack; an account has one such setting a Region"})
		default:
			problems = append(problems, keypolicy.Problem{Field: "Environment", Value: fmt.Sprintf("%q", s.environment),
				Reason: fmt.Sprintf("gives the alias %s, which another tier of this stack has; change Environment or NamePrefix", claim)})
		}
	}
	return problems
}
