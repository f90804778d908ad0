package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/test/simulator"
)

// Mode is what a key's account may do with the key, as kmstier's AccountAccess
// says it. It is a type of this package, so that reading cases needs no jsii.
type Mode string

// The modes.
const (
	// DelegateToIam lets IAM policies of the account allow any use of the key.
	DelegateToIam Mode = "DelegateToIam"
	// AdministerOnly lets them allow administration only.
	AdministerOnly Mode = "AdministerOnly"
)

// Modes are all modes.
var Modes = []Mode{DelegateToIam, AdministerOnly}

// Case is one request and the decision that the policy must lead to.
type Case struct {
	// Name says what the case is about; several cases share it.
	Name string
	// Variant names the context that sets the case apart, if one does.
	Variant string
	// Request is the request without a key policy.
	Request simulator.Request
	// Expect says by mode whether the request is to be allowed.
	Expect map[Mode]bool
	// DecidedBy are by mode the Sids of the statements that decide on the cases of the
	// same line, sorted, with [NoStatement] where nothing matches.
	DecidedBy map[Mode][]string

	// Line is the place of the line that the case comes from, from 0.
	Line int
}

// NoStatement stands for a Sid where no statement decides: nothing allows.
const NoStatement = "no statement"

// String returns what the case is about, who does what, and in which context.
func (c Case) String() string {
	var text strings.Builder
	text.WriteString(c.Name)
	if c.Variant != "" {
		fmt.Fprintf(&text, " (%s)", c.Variant)
	}
	fmt.Fprintf(&text, ": %s %s", c.Request.Principal, c.Request.Action)
	for i, key := range slices.Sorted(maps.Keys(c.Request.Context)) {
		lead := ", "
		if i == 0 {
			lead = " with "
		}
		fmt.Fprintf(&text, "%s%s=%s", lead, key, strings.Join(c.Request.Context[key], "|"))
	}
	if c.Request.IdentityPolicy != "" {
		text.WriteString(", allowed by IAM")
	}
	return text.String()
}

// Cases are the cases of one key.
type Cases struct {
	// About says for which configuration they hold.
	About string
	// All are the cases, in the order of the file.
	All []Case
}

// Requests returns the requests of all cases against a key policy.
func (c *Cases) Requests(policy string) []simulator.Request {
	requests := make([]simulator.Request, len(c.All))
	for i, one := range c.All {
		requests[i] = one.Request
		requests[i].KeyPolicy = policy
	}
	return requests
}

// Differences returns a line for every decision that is not the expected one.
// The decisions are those on [Cases.Requests], in that order.
func (c *Cases) Differences(decisions []simulator.Decision, mode Mode) []string {
	if len(decisions) != len(c.All) {
		return []string{fmt.Sprintf("expected a decision on each of %d cases, found %d", len(c.All), len(decisions))}
	}
	var lines []string
	for i, one := range c.All {
		if decisions[i].Allowed != one.Expect[mode] {
			lines = append(lines, fmt.Sprintf("%s: expected %s under %s, found %s", one, word(one.Expect[mode]), mode, decisions[i]))
		}
	}
	return lines
}

func word(allowed bool) string {
	if allowed {
		return "allow"
	}
	return "deny"
}
