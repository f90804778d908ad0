package differential

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// Report counts what a run found.
type Report struct {
	// Pairs were asked of both evaluators.
	Pairs int
	// Allowed and Denied are the answers of evaluation.Evaluate.
	Allowed, Denied int
	// Refused are the pairs for which evaluation.Evaluate answers with an error,
	// because AWS does not say what holds.
	Refused int
	// Known counts the differences that an entry of Known explains, by its name.
	Known map[string]int
	// Unexplained are all other differences.
	Unexplained []Difference
}

// Difference is a pair on which the evaluators disagree.
type Difference struct {
	Policy    uint64
	Pair      Pair
	Decision  evaluation.Decision
	Simulated string
}

// String is the difference with all that is needed to look into it.
func (d Difference) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "policy %d: Evaluate says %v; the simulator says %s\n", d.Policy, d.Decision, d.Simulated)
	fmt.Fprintf(&text, "%s\n", d.Pair.Policy.Indented())
	request, err := json.MarshalIndent(d.Pair.Request, "", "  ")
	if err != nil {
		fmt.Fprintf(&text, "%+v", d.Pair.Request)
	}
	text.Write(request)
	if explanation, err := evaluation.Explain(d.Pair.Policy, d.Pair.Request); err == nil {
		fmt.Fprintf(&text, "\n%v", explanation)
	}
	return text.String()
}

// Decider is the other evaluator.
type Decider interface {
	Decide(requests []simulator.Request) ([]simulator.Decision, error)
}

// policiesPerBatch is how many policies are sent to the simulator at once.
const policiesPerBatch = 20

// Run asks both evaluators the pairs of a seed, at least as many as wanted, and
// compares.
func Run(other Decider, seed uint64, pairs int) (Report, error) {
	report := Report{Known: map[string]int{}}
	for number := uint64(0); report.Pairs < pairs; {
		var batch []Pair
		var numbers []uint64
		for range policiesPerBatch {
			for _, pair := range Pairs(seed, number) {
				batch = append(batch, pair)
				numbers = append(numbers, number)
			}
			number++
		}
		if err := report.ask(other, numbers, batch); err != nil {
			return report, fmt.Errorf("policies %d to %d: %w", numbers[0], number-1, err)
		}
	}
	return report, nil
}

// Ask asks both evaluators some pairs, and compares. A [Difference] has the place of
// its pair for the policy's number.
func Ask(other Decider, pairs []Pair) (Report, error) {
	report := Report{Known: map[string]int{}}
	numbers := make([]uint64, len(pairs))
	for i := range numbers {
		numbers[i] = uint64(i)
	}
	return report, report.ask(other, numbers, pairs)
}

func (r *Report) ask(other Decider, numbers []uint64, pairs []Pair) error {
	questions := make([]simulator.Request, len(pairs))
	for i, pair := range pairs {
		questions[i] = question(pair)
	}
	answers, err := other.Decide(questions)
	if err != nil {
		return err
	}
	for i, pair := range pairs {
		r.compare(numbers[i], pair, answers[i])
	}
	return nil
}

func (r *Report) compare(number uint64, pair Pair, answer simulator.Decision) {
	r.Pairs++
	decision, err := evaluation.Evaluate(pair.Policy, pair.Request)
	switch {
	case errors.Is(err, evaluation.ErrUndecided):
		r.Refused++
		return
	case err != nil:
		r.Unexplained = append(r.Unexplained, Difference{number, pair, evaluation.Decision{Reason: evaluation.Reason(err.Error())}, answer.Result})
		return
	case decision.Allowed:
		r.Allowed++
	default:
		r.Denied++
	}
	if agree(decision, answer) {
		return
	}
	if name := explain(pair, decision, answer); name != "" {
		r.Known[name]++
		return
	}
	r.Unexplained = append(r.Unexplained, Difference{number, pair, decision, answer.Result})
}

// agree wants the same verdict and, for a denial, the same kind: by a Deny or for
// want of an Allow.
func agree(decision evaluation.Decision, answer simulator.Decision) bool {
	return decision.Allowed == answer.Allowed && (decision.Reason == evaluation.DeniedByStatement) == (answer.Result == "ExplicitlyDenied")
}

// explain names the known mistake that led the simulator to its answer, or the
// several that did so together; empty if none did.
func explain(pair Pair, decision evaluation.Decision, answer simulator.Decision) string {
	// Not a matter of reading the pair otherwise: the simulator knows nothing of
	// which operations KMS offers to other accounts.
	if decision.Reason == evaluation.DeniedAcrossAccounts && answer.Allowed {
		return AcrossAccounts.Name
	}
	leads := func(misread Pair) bool {
		decision, err := evaluation.Evaluate(misread.Policy, misread.Request)
		return err == nil && (agree(decision, answer) || decision.Reason == evaluation.DeniedAcrossAccounts && answer.Allowed)
	}
	for _, known := range Known {
		if leads(known.Misread(pair)) {
			return known.Name
		}
	}
	for i, first := range Known {
		for _, second := range Known[i+1:] {
			if leads(second.Misread(first.Misread(pair))) {
				return first.Name + ", and " + second.Name
			}
		}
	}
	return ""
}

// everyone is how a document renders its principals when they are everyone.
var everyone = func() string {
	statement := keypolicy.Document{Statements: []keypolicy.Statement{{Principals: []keypolicy.Principal{keypolicy.Everyone()}}}}.Indented()
	_, after, _ := strings.Cut(statement, `"Principal": `)
	principal, _, _ := strings.Cut(after, "}")
	return principal + "}"
}()

// question is the pair as the simulator wants it.
func question(pair Pair) simulator.Request {
	q := simulator.Request{
		KeyPolicy: pair.Policy.Indented(), KeyArn: pair.Request.Key, Principal: pair.Request.Principal,
		Action: pair.Request.Action, Context: pair.Request.Context,
	}
	for _, policy := range pair.Request.IdentityPolicies {
		q.IdentityPolicy = policy.Indented()
	}
	if boundary := pair.Request.PermissionsBoundary; boundary != nil {
		q.Boundary = boundary.Indented()
	}
	for _, level := range pair.Request.ServiceControlPolicies {
		for _, policy := range level {
			q.ControlPolicies = append(q.ControlPolicies, policy.Indented())
		}
	}
	for _, level := range pair.Request.ResourceControlPolicies {
		for _, policy := range level[1:] {
			// AWS takes everyone in this form only.
			text := strings.ReplaceAll(policy.Indented(), everyone, `"*"`)
			q.ResourceControlPolicies = append(q.ResourceControlPolicies, text)
		}
	}
	return q
}
