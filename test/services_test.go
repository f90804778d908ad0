package test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// callers are those of the access cases of services.
var callers = map[string]string{
	"roles":    "arn:aws:iam::123456789012:role/LambdaETLRole",
	"deployer": "arn:aws:iam::123456789012:role/DeployRole",
}

const (
	servedKey = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	stranger  = "arn:aws:iam::123456789012:role/Rogue"
)

// servingEverything is an environment whose keys serve all services that they can, each
// with resources whose names begin with the platform's prefix.
func servingEverything() string {
	var text strings.Builder
	// The names of the services are not those of the audit's own log group, which the
	// guard finds, and in production refuses.
	text.WriteString(plainEnvironment + "    deployer_role_arns: [" + callers["deployer"] + "]\n    guard: {enforcement: warn}\n    aws_services:\n")
	for _, purpose := range []string{"data", "logs"} {
		fmt.Fprintf(&text, "      %s:\n", purpose)
		for _, offer := range statements.Offers() {
			if purpose == "data" && !offer.Data || purpose == "logs" && !offer.Logs {
				continue
			}
			fmt.Fprintf(&text, "        - {service: %s", offer.Name)
			if offer.Names != nil {
				fmt.Fprintf(&text, ", resource_names: [%q]", patternOf(offer))
			}
			text.WriteString("}\n")
		}
	}
	return text.String()
}

// patternOf is a pattern of names that the limits of a service allow.
func patternOf(offer statements.Offer) string {
	for _, pattern := range []string{"nc-dp-prod-*", "NCDPPROD*"} {
		if offer.Names.Limit.Allows(pattern) {
			return pattern
		}
	}
	return "*"
}

// What AWS sends for each service is allowed, by the statement that is for it, and what
// differs from it in one part is not. It is asked of the policies that Terraform
// renders, in both modes, of a simulator written by others and of Evaluate, and each
// statement and condition for a service matters to one of the cases.
func TestServiceCases(t *testing.T) {
	tools.Require(t, tools.Terraform, tools.AWSProvider)
	calls, err := access.LoadCalls("testdata/services.json")
	if err != nil {
		t.Fatal(err)
	}
	sim := simulator.Start(t)
	tested := map[string]bool{}
	for _, purpose := range []string{"data", "logs"} {
		cases := access.ServiceCases(calls, servedKey, purpose, callers, stranger)
		for _, one := range cases.All {
			for _, sid := range one.DecidedBy[access.AdministerOnly] {
				tested[sid] = true
			}
		}
		mutations := map[access.Mode][]access.Mutation{}
		for _, mode := range access.Modes {
			policy := renderedPolicy(t, fmt.Sprintf(servingEverything(), mode), purpose)
			requests := cases.Requests(policy)
			for who, decider := range map[string]access.Decider{"simulator": sim, "Evaluate": evaluator{}} {
				decisions, err := decider.Decide(requests)
				if err != nil {
					t.Fatalf("%s key, %s, %s: %v", purpose, mode, who, err)
				}
				for _, difference := range cases.Differences(decisions, mode) {
					t.Errorf("%s key, %s: %s", purpose, who, difference)
				}
			}
			decided, err := decidingSids(requests)
			if err != nil {
				t.Fatal(err)
			}
			for i, one := range cases.All {
				if want := one.DecidedBy[mode]; one.Expect[mode] && !slices.Equal(want, []string{decided[i]}) {
					t.Errorf("%s: %s decides, want %v", one, decided[i], want)
				}
			}
			mutations[mode] = slices.DeleteFunc(mutationsOf(t, policy), func(m access.Mutation) bool { return !tested[m.Sid] })
			t.Logf("%s key, %s: %d cases, %d parts to take away, policy of %d bytes", purpose, mode, len(requests), len(mutations[mode]), len(policy))
		}
		if t.Failed() {
			return
		}
		survivors, err := access.Survivors(evaluator{}, cases, mutations)
		if err != nil || len(survivors) > 0 {
			t.Errorf("%s key: no case notices the absence of %q (%v)", purpose, survivors, err)
		}
	}
}

// casesElsewhere are services whose calls are access cases of testdata/access, since
// keys serve them by default.
var casesElsewhere = []string{"CloudTrail", "CloudWatchLogs", "DynamoDb", "Ebs", "Lambda", "LogDelivery", "Rds", "S3", "SecretsManager"}

// A row of the table without a call of AWS would be a guess.
func TestEachServiceHasACallOfAws(t *testing.T) {
	calls, err := access.LoadCalls("testdata/services.json")
	if err != nil {
		t.Fatal(err)
	}
	called := map[string]bool{}
	for _, call := range calls {
		called[call.Service] = true
	}
	for _, name := range statements.OfferNames() {
		if called[name] == slices.Contains(casesElsewhere, name) {
			t.Errorf("%s must have a call in testdata/services.json, or be served by default", name)
		}
		delete(called, name)
	}
	if len(called) > 0 {
		t.Errorf("calls of services that no key can serve: %v", slices.Collect(maps.Keys(called)))
	}
}
