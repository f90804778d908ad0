package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// BoundaryReport is how a permissions boundary fits what the tier's key policies
// grant. A boundary that fits has an empty report.
type BoundaryReport struct {
	// Blocked is what a key policy grants and the boundary keeps from roles.
	Blocked []BlockedAction
	// Excess is what the boundary allows on keys and no key policy grants.
	Excess []ExcessAction
}

// BlockedAction is an action that a key policy grants to roles and that their
// boundary blocks.
type BlockedAction struct {
	// Key is the key's purpose: "data" or "logs".
	Key string
	// Action is the action, such as "kms:Decrypt".
	Action string
	// Roles are the ARNs or patterns of roles from the configuration.
	Roles []string
	// Ways are those of the key policy that are blocked, in words with the Sid:
	// "through S3 in us-east-1, for arn:aws:s3:::nc-dp-prod-* (AllowUseThroughS3)".
	Ways []string
	// Partly tells that the boundary lets some requests of these ways through.
	Partly bool
	// Gap is what the boundary lacks: that no statement allows the action or the
	// request, with what the nearest wants in vain; or which statement denies it.
	Gap string

	text string
}

// ExcessAction is an action that a boundary allows on a key whose policy grants
// it to none of the roles.
type ExcessAction struct {
	// Key is the key's purpose, or "other keys": keys of the account that carry no
	// tags and no alias.
	Key string
	// Action is the action, such as "kms:ScheduleKeyDeletion".
	Action string
	// Statement is the boundary's statement: its Sid, or its place.
	Statement string
	// When says under which conditions: "always", "directly, with app=x".
	When string

	text string
}

// String is the finding in a sentence.
func (a BlockedAction) String() string { return a.text }

// String is the finding in a sentence.
func (a ExcessAction) String() string { return a.text }

// Empty reports whether the boundary fits.
func (r BoundaryReport) Empty() bool { return len(r.Blocked)+len(r.Excess) == 0 }

// String has a line for each finding.
func (r BoundaryReport) String() string {
	var lines []string
	for _, blocked := range r.Blocked {
		lines = append(lines, blocked.String())
	}
	for _, excess := range r.Excess {
		lines = append(lines, excess.String())
	}
	return strings.Join(lines, "\n")
}

// CheckBoundary compares a permissions boundary, as JSON, with what the key
// policies grant to roles of these kinds: to those that the configuration lists,
// or to one that stands in for a kind of which it lists none. What the key
// policies leave to the account's IAM policies is granted to nobody.
//
// Every finding is a request that was evaluated with the key policy, an identity
// policy that allows everything, and the boundary. The keys carry their tags and
// aliases; their ids are not known, so a boundary that names a key by its id does
// not match. For those, give the applied state to kmsaccess boundary. Nor does a
// token match anything but itself: give the boundary as it is deployed.
//
// A [ConfigError] says what is wrong with the configuration, the consumers or the
// boundary, or what in the boundary AWS does not document.
func (c *KmsTierConfig) CheckBoundary(boundary []byte, consumers ...Consumer) (BoundaryReport, error) {
	s, err := c.checked()
	if err != nil {
		return BoundaryReport{}, err
	}
	report, problems := s.checkBoundary(boundary, consumers)
	return report, config.Refuse(fmt.Sprintf("CheckBoundary of environment %q", c.Environment), problems)
}

// CheckBoundary is [KmsTierConfig.CheckBoundary] with what was granted to roles
// since the tier was made.
func (t *KmsTier) CheckBoundary(boundary []byte, consumers ...Consumer) (BoundaryReport, error) {
	report, problems := t.settings.checkBoundary(boundary, consumers)
	return report, config.Refuse(fmt.Sprintf("CheckBoundary of KmsTier %q", *t.Node().Path()), problems)
}

func (s settings) checkBoundary(boundary []byte, consumers []Consumer) (BoundaryReport, keypolicy.Problems) {
	p := &parser{settings: s}
	for _, place := range []struct {
		field string
		value config.Value
	}{{"AccountId", s.place.Account}, {"Region", s.place.Region}} {
		if !place.value.IsKnown() {
			p.Report(place.field, place.value.Text(), "must be known when the app runs, since conditions of a boundary may compare it")
		}
	}
	p.consumers(consumers)
	document, err := keypolicy.Parse(boundary)
	if err != nil {
		p.Report("boundary", "", "is no policy that can be read: "+err.Error())
	}
	if p.Count() > 0 {
		return BoundaryReport{}, p.Problems()
	}
	location := s.assumedLocation()
	var roles []string
	for _, consumer := range consumers {
		of := s.rolesOf(consumer)
		if of.Empty() {
			standIn := standInRole(location, location.AccountId)
			of.Arns = []string{standIn}
			for _, key := range s.purposes() {
				for _, role := range s.standIns(key, consumer, standIn) {
					s = s.withRole(role)
				}
			}
		}
		roles = slices.Concat(roles, of.Arns, of.ArnPatterns)
	}
	var keys []analysis.Key
	for _, purpose := range s.purposes() {
		keys = append(keys, analysis.Key{
			Address: purpose.name, Arn: "arn:" + location.Partition + ":kms:" + location.Region + ":" + location.AccountId + ":key/" + purpose.name,
			Policy: purpose.policy(s, location), Tags: s.tagsOf(purpose.name), AllTags: true, Aliases: []string{s.alias(purpose.name)},
		})
	}
	found, err := analysis.CheckBoundary(document, keys, keypolicy.Canonical(roles)...)
	if err != nil {
		p.Report("boundary", "", "cannot be decided about: "+err.Error())
		return BoundaryReport{}, p.Problems()
	}
	return newBoundaryReport(found), nil
}

func newBoundaryReport(found analysis.BoundaryReport) (report BoundaryReport) {
	for _, blocked := range found.Blocked {
		action := BlockedAction{
			Key: blocked.Key, Action: blocked.Action, Roles: blocked.Principals, Partly: blocked.Partly, Gap: blocked.Gap, text: blocked.String(),
		}
		for _, way := range blocked.Paths {
			action.Ways = append(action.Ways, analysis.Words(way.Conditions)+" ("+analysis.StatementName(way.Statement)+")")
		}
		report.Blocked = append(report.Blocked, action)
	}
	for _, excess := range found.Excess {
		report.Excess = append(report.Excess, ExcessAction{
			Key: excess.Key, Action: excess.Action, Statement: analysis.StatementName(excess.Path.Statement),
			When: analysis.Words(excess.Path.Conditions), text: excess.String(),
		})
	}
	return report
}
