package served

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/statements"
)

// noteOf names what a note is about: a key and a service, which is empty for what is
// said of the key whatever the service.
type noteOf struct {
	key     cmk.UsedKey
	service string
}

// note is what is said once of a key and a service.
type note struct {
	service statements.Storing
	key     *judge
	// problem is why nothing can be told of the key.
	problem string
	// unknown are types of which it is not known what their services need.
	unknown []string
	// byIam, onlyOthers and readOnly are addresses, needs what is needed by IAM.
	byIam, onlyOthers, readOnly, notAnew places
	// who needs an IAM policy, for which actions, and through what.
	who, actions, through []string
}

// places are addresses, of which the first is shown.
type places struct {
	first string
	all   map[string]bool
}

func (p *places) add(address string) {
	if p.all == nil {
		p.first, p.all = address, map[string]bool{}
	}
	p.all[address] = true
}

func (p places) words() string {
	if len(p.all) == 1 {
		return p.first
	}
	return fmt.Sprintf("%s and %d more", p.first, len(p.all)-1)
}

func (x *examiner) note(use cmk.Use, service string) *note {
	of := noteOf{use.Key, service}
	if x.notes[of] == nil {
		x.notes[of] = &note{}
		x.order = append(x.order, of)
	}
	return x.notes[of]
}

func addOnce(list *[]string, text string) {
	if !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}

func (n *note) issues(of noteOf) []cmk.Issue {
	issue := cmk.Issue{Rule: cmk.NotServed, Advice: true, Stack: of.key.Stack, Address: of.key.Address, Path: of.key.Path, Type: of.key.Type, Attribute: "policy"}
	if of.service != "" {
		issue.Attribute = "policy for " + of.service
	}
	var problems, fixes []string
	switch {
	case n.problem != "":
		issue.Problem = "whether its policy serves what is stored under it cannot be told: " + n.problem
		issue.Fix = "examine the plan, or except the key with what you know of it"
		return []cmk.Issue{issue}
	case len(n.unknown) > 0:
		issue.Problem = "whether its policy serves what is stored under it is not examined for " + and(n.unknown) + ": what their services need is not known here"
		issue.Fix = "look their services up in AWS's documentation"
		return []cmk.Issue{issue}
	}
	if len(n.byIam.all) > 0 {
		problems = append(problems, fmt.Sprintf("serves %s by IAM policies alone for %s: one must allow %s on this key%s to %s",
			n.service.Title(), n.byIam.words(), and(n.actions), and(n.through), and(n.who)))
		fixes = append(fixes, "write such a policy, or let the key serve it: kmstier."+n.service.Name()+"(...) in the tier's AwsServices")
	}
	if len(n.onlyOthers.all) > 0 {
		problems = append(problems, fmt.Sprintf("serves %s for %s to AWS services and other accounts alone: no role or user of the account can use it", n.service.Title(), n.onlyOthers.words()))
		fixes = append(fixes, "let roles use it if they must")
	}
	if len(n.readOnly.all) > 0 {
		problems = append(problems, fmt.Sprintf("lets nobody store anything new in %s through %s", n.readOnly.words(), n.service.Title()))
		fixes = append(fixes, "let roles encrypt with it if they must")
	}
	if len(n.notAnew.all) > 0 {
		problems = append(problems, fmt.Sprintf("lets nobody create %s anew: %s needs a grant that nobody may make", n.notAnew.words(), n.service.Title()))
		fixes = append(fixes, "let whoever would create it anew make grants")
	}
	if len(problems) == 0 {
		return nil
	}
	issue.Problem, issue.Fix = strings.Join(problems, "; it "), strings.Join(fixes, "; ")
	return []cmk.Issue{issue}
}
