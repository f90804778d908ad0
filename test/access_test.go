package test

import (
	"fmt"
	"os"
	"slices"
	"strings"
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
    administrator_role_arn_patterns:
      - arn:aws:iam::123456789012:role/admins/KeyAdmin_*
    deployer_role_arns: [arn:aws:iam::123456789012:role/DeployRole]
    security_role_arns: [arn:aws:iam::098765432109:role/SecurityAuditorRole]
    logs_role_arns: [arn:aws:iam::111111111111:role/LogArchiverRole]
    logs_bucket_arn: arn:aws:s3:::nc-dp-logs-central
`

// additionalKeys has further keys: one for signatures, one for MACs, and one more for
// data, of which some roles only encrypt and others only decrypt.
const additionalKeys = plainEnvironment + `    additional_keys:
      - purpose: schema
        spec: ECC_NIST_P256
        usage: SIGN_VERIFY
        users:
          - {verb: Sign, role_arns: [arn:aws:iam::123456789012:role/SchemaRegistryRole]}
          - {verb: Verify, role_arns: [arn:aws:iam::123456789012:role/SchemaReaderRole], role_arn_patterns: [arn:aws:iam::123456789012:role/reader-*]}
      - purpose: token
        spec: HMAC_256
        users:
          - {verb: GenerateMac, role_arns: [arn:aws:iam::123456789012:role/TokenIssuerRole]}
          - {verb: VerifyMac, role_arns: [arn:aws:iam::123456789012:role/TokenCheckerRole]}
      - purpose: security
        aws_services: [{service: SecretsManager, resource_names: [command-*]}]
        users:
          - {verb: Encrypt, service: svc-security-actions, role_arns: [arn:aws:iam::123456789012:role/SecurityEngineRole]}
          - {verb: Decrypt, service: svc-security-actions, role_arns: [arn:aws:iam::123456789012:role/SecurityWorkerRole]}
          - {verb: EncryptDecrypt, service: svc-security-actions, role_arns: [arn:aws:iam::123456789012:role/SecurityConsoleRole]}
`

var accessCases = map[string]struct{ environment, purpose string }{
	"data-key":      {plainEnvironment, "data"},
	"logs-key":      {plainEnvironment, "logs"},
	"data-key-full": {fullEnvironment, "data"},
	"logs-key-full": {fullEnvironment, "logs"},
	"schema-key":    {additionalKeys, "schema"},
	"token-key":     {additionalKeys, "token"},
	"security-key":  {additionalKeys, "security"},
}

// unnoticed are the parts of the policies whose absence no access case can
// notice, with the reason.
var unnoticed = map[string][]string{
	"data-key":      boundTwice("AllowDeclaredGrants", "app", "env"),
	"data-key-full": slices.Concat(leftToIam, boundTwice("AllowDeclaredGrants", "app", "env"), boundTwice("AllowDeclaredGrantsByPattern", "app", "env")),
	"security-key":  deniedToo("SecurityActions"),
	"logs-key-full": slices.Concat(leftToIam, boundTwice("AllowDeclaredGrants", "aws:s3:arn"), boundTwice("AllowDeclaredGrantsByPattern", "aws:s3:arn")),
}

// leftToIam administer by pattern: the account's statement leaves the same to their
// IAM policies in both modes.
var leftToIam = []string{"without AllowKeyAdministrationByPattern", "AllowKeyAdministrationByPattern without ArnLike aws:PrincipalArn"}

// deniedToo are the conditions on direct use of a key that serves no AWS service which
// calls KMS by itself: what they keep from being allowed is denied to everybody, whom no
// exempt context lets past, and there is no service whom the denies would have to spare.
func deniedToo(service string) []string {
	var parts []string
	for _, use := range []string{"Use", "Encrypt", "Decrypt"} {
		for _, name := range []string{"app", "env"} {
			parts = append(parts, "AllowDirect"+use+"BySvc"+service+" without StringEquals kms:EncryptionContext:"+name)
		}
	}
	for _, part := range []string{"App", "Env", "Service"} {
		parts = append(parts, "DenyDirectUseWithout"+part+"Context without BoolIfExists aws:PrincipalIsAWSService")
	}
	return parts
}

// boundTwice are the conditions on declared grants: what they keep from being
// allowed is denied, too. TestDeclaredGrantsAreBoundWithoutTheDenials shows that each
// of them matters by itself.
func boundTwice(sid string, context ...string) []string {
	conditions := []string{"ForAllValues:StringEquals kms:GrantOperations"}
	for _, name := range context {
		conditions = append(conditions, "StringEquals kms:EncryptionContext:"+name)
	}
	conditions = append(conditions, "StringEquals kms:GrantConstraintType", "StringEquals kms:GranteePrincipal")
	for i := range conditions {
		conditions[i] = sid + " without " + conditions[i]
	}
	return conditions
}

// The access cases are what the policies mean. They are put to the policies that
// Terraform's AWS provider renders, in both modes, and answered twice: by a
// simulator written by others and by evaluation.Evaluate, which also says which
// statement decides. Then one part of a policy after the other is taken away, and
// each time a case must fail.
func TestAccessCases(t *testing.T) {
	tools.Require(t, tools.Terraform, tools.AWSProvider)
	sim := simulator.Start(t)
	for name, c := range accessCases {
		t.Run(name, func(t *testing.T) {
			path := casesPath(name)
			cases, err := access.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			mutations := map[access.Mode][]access.Mutation{}
			decided := map[access.Mode][]string{}
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
				if decided[mode], err = decidingSids(requests); err != nil {
					t.Fatal(err)
				}
				mutations[mode] = mutationsOf(t, policy)
				t.Logf("%s: %d cases, %d statements and conditions to take away", mode, len(requests), len(mutations[mode]))
			}
			if t.Failed() {
				return
			}
			if os.Getenv("UPDATE_SNAPS") == "true" {
				if err := cases.WriteDeciders(path, decided); err != nil {
					t.Fatal(err)
				}
				if cases, err = access.Load(path); err != nil {
					t.Fatal(err)
				}
			}
			for _, mode := range access.Modes {
				for _, difference := range cases.DeciderDifferences(decided[mode], mode) {
					t.Errorf("%s; UPDATE_SNAPS=true writes it anew", difference)
				}
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

// Which grants administrators may make is said twice: by what allows them, and by
// what denies everybody others. Where IAM policies allow no grant, the first is
// enough alone, and each of its conditions matters.
func TestDeclaredGrantsAreBoundWithoutTheDenials(t *testing.T) {
	tools.Require(t, tools.Terraform, tools.AWSProvider)
	const mode = access.AdministerOnly
	for _, name := range []string{"data-key", "data-key-full", "logs-key-full"} {
		t.Run(name, func(t *testing.T) {
			cases, err := access.Load(casesPath(name))
			if err != nil {
				t.Fatal(err)
			}
			policy := withoutGrantDenials(t, renderedPolicy(t, fmt.Sprintf(accessCases[name].environment, mode), accessCases[name].purpose))
			allowed := slices.DeleteFunc(mutationsOf(t, policy), func(m access.Mutation) bool { return !strings.HasPrefix(m.Sid, "AllowDeclaredGrants") })
			decisions, err := evaluator{}.Decide(cases.Requests(policy))
			if err != nil {
				t.Fatal(err)
			}
			for _, difference := range cases.Differences(decisions, mode) {
				t.Error(difference)
			}
			survivors, err := access.Survivors(evaluator{}, cases, map[access.Mode][]access.Mutation{mode: allowed})
			if err != nil || len(survivors) > 0 || len(allowed) < 5 {
				t.Errorf("of %d parts, no case notices the absence of %q (%v)", len(allowed), survivors, err)
			}
		})
	}
}

func casesPath(name string) string { return "testdata/access/" + name + ".json" }

// mutationsOf are the policies that lack one statement or condition each.
func mutationsOf(t *testing.T, policy string) []access.Mutation {
	t.Helper()
	all, err := access.Mutations(policy)
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(m access.Mutation) bool { return m.Kind == access.Value })
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
	err := evaluate(requests, func(decision evaluation.Decision) {
		decisions = append(decisions, simulator.Decision{Allowed: decision.Allowed, Result: decision.String()})
	})
	return decisions, err
}

// decidingSids are the Sids of the statements of key policies that decide on the
// requests.
func decidingSids(requests []simulator.Request) ([]string, error) {
	sids := make([]string, 0, len(requests))
	err := evaluate(requests, func(decision evaluation.Decision) {
		sid := access.NoStatement
		if decision.Allowed || decision.Reason == evaluation.DeniedByStatement {
			sid = decision.Statement.Sid
		}
		sids = append(sids, sid)
	})
	return sids, err
}

func evaluate(requests []simulator.Request, take func(evaluation.Decision)) error {
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
				return err
			}
			if policy, err = evaluation.Compile(document); err != nil {
				return err
			}
			policies[request.KeyPolicy] = policy
		}
		asked := evaluation.Request{
			Principal: request.Principal, Action: request.Action, Key: request.KeyArn, Context: request.FullContext(),
		}
		if request.IdentityPolicy != "" {
			identity, err := parse(request.IdentityPolicy)
			if err != nil {
				return err
			}
			asked.IdentityPolicies = []keypolicy.Document{identity}
		}
		if request.Boundary != "" {
			boundary, err := parse(request.Boundary)
			if err != nil {
				return err
			}
			asked.PermissionsBoundary = &boundary
		}
		decision, err := policy.Evaluate(asked)
		if err != nil {
			return err
		}
		take(decision)
	}
	return nil
}
