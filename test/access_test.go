package test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/terraform"
	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

// plainEnvironment has everything default but its roles and accounts.
const plainEnvironment = `environments:
  prod:
    account_id: "123456789012"
    region: us-east-1
    lambda_role_arns: [arn:aws:iam::123456789012:role/LambdaETLRole]
    fargate_role_arns: [arn:aws:iam::123456789012:role/FargateTaskRole]
    glue_role_arns: [arn:aws:iam::123456789012:role/GlueJobRole]
    administrator_role_arns: [arn:aws:iam::123456789012:role/PipelineExecutionRole]
    security_account_id: "098765432109"
    logs_account_id: "111111111111"
    account_access: %s
    backend:
      local: {path: state/prod.tfstate}
`

// fullEnvironment sets what else decides about access.
const fullEnvironment = "services: [svc-ingest-api, svc-embed]\n" + plainEnvironment + `    role_arn_patterns:
      - arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_DataEngineer_*
    service_roles:
      - service: svc-embed
        role_arns: [arn:aws:iam::123456789012:role/EmbedRole]
    deployer_role_arns: [arn:aws:iam::123456789012:role/DeployRole]
    security_role_arns: [arn:aws:iam::098765432109:role/SecurityAuditorRole]
    logs_role_arns: [arn:aws:iam::111111111111:role/LogArchiverRole]
    logs_bucket_arn: arn:aws:s3:::nc-dp-logs-central
`

var accessCases = map[string]struct{ environment, purpose string }{
	"data-key":      {plainEnvironment, "data"},
	"logs-key":      {plainEnvironment, "logs"},
	"data-key-full": {fullEnvironment, "data"},
	"logs-key-full": {fullEnvironment, "logs"},
}

// unnoticed are the parts of the policies whose absence no access case can
// notice, with the reason.
var unnoticed = map[string][]string{
	"data-key":      awsServicesOfExtraStatements,
	"data-key-full": awsServicesOfExtraStatements,
}

// The tier's own statements let AWS services in only with a context that exempts
// them already. This condition is for services that extra statements let in,
// which keypolicy's TestDirectUseDeniesLeaveAwsServicesAlone shows.
var awsServicesOfExtraStatements = []string{
	"DenyDirectUseWithoutAppContext without BoolIfExists aws:PrincipalIsAWSService",
	"DenyDirectUseWithoutEnvContext without BoolIfExists aws:PrincipalIsAWSService",
	"DenyDirectUseWithoutServiceContext without BoolIfExists aws:PrincipalIsAWSService",
}

// The access cases are what the policies mean. They are put to the policies that
// Terraform's AWS provider renders, in both modes, and answered twice: by a
// simulator written by others and by evaluation.Evaluate. Then one part of a
// policy after the other is taken away, and each time a case must fail.
func TestAccessCases(t *testing.T) {
	tools.Require(t, tools.Terraform, tools.AWSProvider)
	sim := simulator.Start(t)
	for name, c := range accessCases {
		t.Run(name, func(t *testing.T) {
			cases, err := access.Load("testdata/access/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			mutations := map[access.Mode][]access.Mutation{}
			for _, mode := range access.Modes {
				policy := renderedPolicy(t, fmt.Sprintf(c.environment, mode), c.purpose)
				requests := cases.Requests(policy)
				for who, decider := range map[string]access.Decider{"simulator": sim, "Evaluate": evaluator{}} {
					decisions, err := decider.Decide(requests)
					if err != nil {
						t.Fatalf("%s, %s: %v", mode, who, err)
					}
					for _, difference := range cases.Differences(decisions, mode) {
						t.Errorf("%s, %s: %s", mode, who, difference)
					}
				}
				all, err := access.Mutations(policy)
				if err != nil {
					t.Fatal(err)
				}
				mutations[mode] = slices.DeleteFunc(all, func(m access.Mutation) bool { return m.Kind == access.Value })
				t.Logf("%s: %d cases, %d statements and conditions to take away", mode, len(requests), len(mutations[mode]))
			}
			if t.Failed() {
				return
			}
			survivors, err := access.Survivors(evaluator{}, cases, mutations)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(survivors, unnoticed[name]) {
				t.Errorf("no case notices the absence of %q, expected that of %q", survivors, unnoticed[name])
			}
		})
	}
}

// renderedPolicies are those that tests have asked for: each costs seconds.
var renderedPolicies = map[[2]string]string{}

func renderedPolicy(t *testing.T, environments, purpose string) string {
	t.Helper()
	asked := [2]string{environments, purpose}
	if policy, known := renderedPolicies[asked]; known {
		return policy
	}
	stack := synthesize(t, environments).stack("prod")
	policy, err := terraform.KeyPolicy(terraform.New(t, stack, terraform.Options{Offline: true}).Plan(), purpose)
	if err != nil {
		t.Fatal(err)
	}
	renderedPolicies[asked] = policy
	return policy
}

// evaluator answers the simulator's requests by evaluation.Evaluate.
type evaluator struct{}

func (evaluator) Decide(requests []simulator.Request) ([]simulator.Decision, error) {
	decisions := make([]simulator.Decision, 0, len(requests))
	documents := map[string]keypolicy.Document{}
	parse := func(text string) (keypolicy.Document, error) {
		document, known := documents[text]
		if known {
			return document, nil
		}
		document, err := keypolicy.Parse([]byte(text))
		documents[text] = document
		return document, err
	}
	policies := map[string]*evaluation.CompiledPolicy{}
	for _, request := range requests {
		policy := policies[request.KeyPolicy]
		if policy == nil {
			document, err := parse(request.KeyPolicy)
			if err != nil {
				return nil, err
			}
			if policy, err = evaluation.Compile(document); err != nil {
				return nil, err
			}
			policies[request.KeyPolicy] = policy
		}
		asked := evaluation.Request{
			Principal: request.Principal, Action: request.Action, Key: request.KeyArn, Context: request.FullContext(),
		}
		if request.IdentityPolicy != "" {
			identity, err := parse(request.IdentityPolicy)
			if err != nil {
				return nil, err
			}
			asked.IdentityPolicies = []keypolicy.Document{identity}
		}
		if request.Boundary != "" {
			boundary, err := parse(request.Boundary)
			if err != nil {
				return nil, err
			}
			asked.PermissionsBoundary = &boundary
		}
		decision, err := policy.Evaluate(asked)
		if err != nil {
			return nil, err
		}
		decisions = append(decisions, simulator.Decision{Allowed: decision.Allowed, Result: decision.String()})
	}
	return decisions, nil
}
