package kmstier

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// ebsReservation is EBS encryption by default, of which an account has one setting a
// Region.
const ebsReservation = "kmstier: EBS encryption by default"

// reservations are what a tier takes of its stack.
func (s settings) reservations() []string {
	var reservations []string
	for _, purpose := range s.purposes() {
		reservations = append(reservations, s.reserved(s.alias(purpose.name)))
		for _, replica := range s.replicas {
			reservations = append(reservations, reservedBy(replica.alias, s.alias(purpose.name)))
		}
	}
	for _, key := range s.adopted {
		reservations = append(reservations, s.adoptedReservation(key))
	}
	if s.ebsEncryptionByDefault {
		reservations = append(reservations, s.reserved(ebsReservation))
	}
	return reservations
}

// reserved is a name of which there can be one a provider: another is another account
// or Region.
func (s settings) reserved(name string) string { return reservedBy(s.providerAlias, name) }

func reservedBy(providerAlias, name string) string {
	if providerAlias == "" {
		return name
	}
	return name + " of provider " + providerAlias
}

// conflicts report what another tier of the stack has already.
func (s settings) conflicts(reserved site.Reservations) keypolicy.Problems {
	problems := s.adoptionConflicts(reserved)
	for _, name := range s.reservations() {
		switch {
		case !reserved[name], strings.HasPrefix(name, adoptedReservation):
		case name == s.reserved(ebsReservation):
			problems = append(problems, keypolicy.Problem{Field: "EbsEncryptionByDefault", Value: fmt.Sprint(true),
				Reason: "is set by another tier of this stack; an account has one such setting a Region"})
		default:
			problems = append(problems, keypolicy.Problem{Field: "Environment", Value: fmt.Sprintf("%q", s.environment),
				Reason: fmt.Sprintf("gives the alias %s, which another tier of this stack has; change Environment or NamePrefix", name)})
		}
	}
	return problems
}
