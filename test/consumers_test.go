package test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/test/access"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

const caseKey = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

// plainConfig and fullConfig are plainEnvironment and fullEnvironment as main.go
// reads them.
func plainConfig(mode access.Mode) *kmstier.KmsTierConfig {
	return &kmstier.KmsTierConfig{
		Environment: "prod", AccountId: "123456789012", Region: "us-east-1",
		LambdaRoleArns:        []string{"arn:aws:iam::123456789012:role/LambdaETLRole"},
		FargateRoleArns:       []string{"arn:aws:iam::123456789012:role/FargateTaskRole"},
		GlueRoleArns:          []string{"arn:aws:iam::123456789012:role/GlueJobRole"},
		AdministratorRoleArns: []string{"arn:aws:iam::123456789012:role/PipelineExecutionRole"},
		SecurityAccountId:     "098765432109",
		LogsAccountId:         "111111111111",
		AccountAccess:         kmstier.AccountAccess(mode),
	}
}

func fullConfig(mode access.Mode) *kmstier.KmsTierConfig {
	config := plainConfig(mode)
	config.Services = []string{"svc-ingest-api", "svc-embed"}
	config.RoleArnPatterns = []string{"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_DataEngineer_*"}
	config.ServiceRoles = []kmstier.ServiceRole{{Service: "svc-embed", RoleArns: []string{"arn:aws:iam::123456789012:role/EmbedRole"}}}
	config.DeployerRoleArns = []string{"arn:aws:iam::123456789012:role/DeployRole"}
	config.SecurityRoleArns = []string{"arn:aws:iam::098765432109:role/SecurityAuditorRole"}
	config.LogsRoleArns = []string{"arn:aws:iam::111111111111:role/LogArchiverRole"}
	config.LogsBucketArn = "arn:aws:s3:::nc-dp-logs-central"
	return config
}

// consumerOf is the kind of role that a principal of the access cases is.
func consumerOf(principal string) (kmstier.Consumer, bool) {
	for name, consumer := range map[string]kmstier.Consumer{
		"LambdaETLRole": kmstier.AnyService, "FargateTaskRole": kmstier.AnyService, "GlueJobRole": kmstier.AnyService,
		"us-east-1/AWSReservedSSO_DataEngineer_1a2b3c":    kmstier.AnyService,
		"assumed-role/AWSReservedSSO_DataEngineer_1a2b3c": kmstier.AnyService,
		"EmbedRole":             kmstier.OneService("svc-embed"),
		"DeployRole":            kmstier.Deployer,
		"PipelineExecutionRole": kmstier.Administrator,
		"SecurityAuditorRole":   kmstier.SecurityAccount,
		"LogArchiverRole":       kmstier.LogsAccount,
	} {
		if strings.Contains(principal+"/", name+"/") {
			return consumer, true
		}
	}
	return "", false
}

// asked is a request of a consumer, with what the key policy offers it.
type asked struct {
	simulator.Request
	name     string
	consumer kmstier.Consumer
	offered  bool
}

func (a asked) foreign() bool {
	return a.consumer == kmstier.SecurityAccount || a.consumer == kmstier.LogsAccount
}

// consumerRequests are the requests of all cases of consumers, whatever IAM
// policies the cases give them, each once. The key has its tags.
func consumerRequests(cases *access.Cases, purpose string) []asked {
	var all []asked
	seen := map[string]bool{}
	for _, c := range cases.All {
		consumer, is := consumerOf(c.Request.Principal)
		if !is {
			continue
		}
		request := c.Request
		request.IdentityPolicy = ""
		request.Context = maps.Clone(request.Context)
		if request.Context == nil {
			request.Context = simulator.Context{}
		}
		for name, value := range map[string]string{"app": "neurocipher-pipeline", "env": "prod", "Name": "nc-dp-" + purpose + "-prod"} {
			request.Context["aws:ResourceTag/"+name] = []string{value}
		}
		if id := fmt.Sprint(request); !seen[id] {
			seen[id] = true
			all = append(all, asked{Request: request, name: c.String(), consumer: consumer})
		}
	}
	return all
}

// without is a policy that lacks the statements that a rule picks.
func withoutStatements(t *testing.T, policy string, rule func(keypolicy.Statement) bool) string {
	t.Helper()
	document, err := keypolicy.Parse([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	document.Statements = slices.DeleteFunc(document.Statements, rule)
	return asJson(t, document)
}

func isDelegation(s keypolicy.Statement) bool { return strings.HasPrefix(s.Sid, "EnableIam") }

const everythingOfKms = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}`

// settle finds out what the key policy offers: what its statements for roles
// allow where nothing is left to IAM and IAM forbids nothing. DescribeKey of the
// data key is offered to roles by pattern too, though only IAM gives it to them.
func settle(t *testing.T, decider access.Decider, policy, purpose string, all []asked) {
	t.Helper()
	offer := withoutStatements(t, policy, isDelegation)
	var requests []simulator.Request
	for _, one := range all {
		one.KeyPolicy, one.IdentityPolicy = offer, everythingOfKms
		requests = append(requests, one.Request)
	}
	for i, decision := range decide(t, decider, requests) {
		byPattern := strings.Contains(all[i].Principal, "AWSReservedSSO_DataEngineer")
		all[i].offered = decision.Allowed || byPattern && purpose == "data" && all[i].Action == "kms:DescribeKey"
	}
}

func decide(t *testing.T, decider access.Decider, requests []simulator.Request) []simulator.Decision {
	t.Helper()
	decisions, err := decider.Decide(requests)
	if err != nil {
		t.Fatal(err)
	}
	return decisions
}

// consumerPolicies are what the library gives to roles, by consumer.
type consumerPolicies struct{ identity, boundary map[kmstier.Consumer]string }

func policiesFor(t *testing.T, config *kmstier.KmsTierConfig, purpose string, all []asked) consumerPolicies {
	t.Helper()
	policies := consumerPolicies{map[kmstier.Consumer]string{}, map[kmstier.Consumer]string{}}
	for _, one := range all {
		if _, known := policies.identity[one.consumer]; known {
			continue
		}
		identity, err := config.UsePolicy(purpose, caseKey, one.consumer)
		switch {
		case err == nil:
			policies.identity[one.consumer] = asJson(t, identity)
		case strings.Contains(err.Error(), "may do nothing with the "+purpose+" key"):
			policies.identity[one.consumer] = ""
		default:
			t.Fatal(err)
		}
		if one.foreign() {
			continue
		}
		boundary, err := config.BoundaryPolicy(one.consumer)
		if err != nil {
			t.Fatal(err)
		}
		policies.boundary[one.consumer] = asJson(t, boundary)
	}
	return policies
}

// under are the requests with a key policy and the consumers' own policies.
func (p consumerPolicies) under(policy string, all []asked) []simulator.Request {
	requests := make([]simulator.Request, len(all))
	for i, one := range all {
		requests[i] = one.Request
		requests[i].KeyPolicy = policy
		requests[i].IdentityPolicy = p.identity[one.consumer]
		requests[i].Boundary = p.boundary[one.consumer]
	}
	return requests
}

// TestConsumersGetWhatTheKeyPoliciesOffer puts every request that an access case
// makes as a service role, a deployer, an administrator or a role of another
// account, with the identity policy and the boundary that the library gives to
// its kind. What is allowed must be what the key policy offers: no less by the
// boundary, no more by root delegation. A role that the configuration does not
// list and that lives by IAM gets the same from its policy alone.
//
// Then a part of an identity policy or of a boundary is taken away, one after the
// other, and each time a request must be decided differently.
func TestConsumersGetWhatTheKeyPoliciesOffer(t *testing.T) {
	sim := simulator.Start(t)
	configs := map[string]func(access.Mode) *kmstier.KmsTierConfig{
		"data-key": plainConfig, "logs-key": plainConfig, "data-key-full": fullConfig, "logs-key-full": fullConfig,
	}
	for name, c := range accessCases {
		if configs[name] == nil {
			// Whom additional keys are for is asked by verb and by role: see
			// additional_key_test.go of package kmstier.
			continue
		}
		t.Run(name, func(t *testing.T) {
			cases, err := access.Load("testdata/access/" + name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			for _, mode := range access.Modes {
				rendered := renderedPolicy(t, fmt.Sprintf(c.environment, mode), c.purpose)
				all := consumerRequests(cases, c.purpose)
				settle(t, sim, rendered, c.purpose, all)
				policies := policiesFor(t, configs[name](mode), c.purpose, all)
				byIam := withoutStatements(t, rendered, func(s keypolicy.Statement) bool {
					return s.Effect == keypolicy.Allow && s.Sid != "EnableIamUserPermissions"
				})
				inAccount := slices.DeleteFunc(slices.Clone(all), asked.foreign)
				offered := 0
				for who, decider := range map[string]access.Decider{"simulator": sim, "Evaluate": evaluator{}} {
					for i, decision := range decide(t, decider, policies.under(rendered, all)) {
						if decision.Allowed != all[i].offered {
							t.Errorf("%s, %s: %s: offered %v, got %s", mode, who, all[i].name, all[i].offered, decision)
						}
						if all[i].offered {
							offered++
						}
					}
					if mode != access.DelegateToIam {
						continue
					}
					for i, decision := range decide(t, decider, policies.under(byIam, inAccount)) {
						if decision.Allowed != inAccount[i].offered {
							t.Errorf("%s, listed nowhere: %s: offered %v, got %s", who, inAccount[i].name, inAccount[i].offered, decision)
						}
					}
					// A key of another environment is none of the boundary's.
					for i, decision := range decide(t, decider, policies.under(rendered, withTag(inAccount, "env", "stg"))) {
						if decision.Allowed {
							t.Errorf("%s, another environment's key: %s: %s", who, inAccount[i].name, decision)
						}
					}
				}
				t.Logf("%s: %d requests, %d of them offered", mode, len(all), offered/2)
				if mode == access.DelegateToIam && !t.Failed() {
					policies.requireEveryPart(t, withoutGrantDenials(t, rendered), withoutGrantDenials(t, byIam), c.purpose, inAccount)
				}
			}
		})
	}
}

// withoutGrantDenials is the policy without what denies grants to everybody: it binds
// them as the policies of consumers do, which each matter by themselves.
func withoutGrantDenials(t *testing.T, policy string) string {
	t.Helper()
	return withoutStatements(t, policy, func(s keypolicy.Statement) bool {
		return s.Effect == keypolicy.Deny && slices.Equal(s.Actions, []string{"kms:CreateGrant"})
	})
}

func withTag(all []asked, name, value string) []asked {
	changed := slices.Clone(all)
	for i := range changed {
		changed[i].Context = maps.Clone(changed[i].Context)
		changed[i].Context["aws:ResourceTag/"+name] = []string{value}
	}
	return changed
}

func withKey(all []asked, arn string) []asked {
	changed := slices.Clone(all)
	for i := range changed {
		changed[i].KeyArn = arn
	}
	return changed
}

// requireEveryPart takes parts of the policies away. Requests on other keys show
// what binds the policies to this one.
func (p consumerPolicies) requireEveryPart(t *testing.T, rendered, byIam, purpose string, all []asked) {
	t.Helper()
	other := withKey(all, strings.Replace(caseKey, "1234abcd", "0000abcd", 1))
	abroad := withKey(all, strings.Replace(caseKey, "us-east-1", "ca-central-1", 1))
	tagged := slices.Concat(withTag(all, "app", "other"), withTag(all, "env", "stg"), withTag(all, "Name", "nc-dp-other"))
	for consumer, identity := range p.identity {
		if identity == "" || p.boundary[consumer] == "" {
			continue
		}
		requests := func(policy, identity, boundary string, lists ...[]asked) []simulator.Request {
			own := slices.DeleteFunc(slices.Concat(lists...), func(a asked) bool { return a.consumer != consumer })
			return consumerPolicies{
				map[kmstier.Consumer]string{consumer: identity}, map[kmstier.Consumer]string{consumer: boundary},
			}.under(policy, own)
		}
		unnoticed := func(policy string, change func(string) []simulator.Request) {
			whole := decide(t, evaluator{}, change(policy))
			for _, mutation := range partsOf(t, policy) {
				ofOtherKey := policy != identity && !strings.HasPrefix(mutation.Sid, map[string]string{"data": "AllowDataKey", "logs": "AllowLogsKey"}[purpose])
				if !ofOtherKey && !differs(t, change(mutation.Policy), whole) {
					t.Errorf("%s: no request notices %s", consumer, mutation.Name)
				}
			}
		}
		unnoticed(identity, func(identity string) []simulator.Request {
			return requests(byIam, identity, "", all, other)
		})
		unnoticed(p.boundary[consumer], func(boundary string) []simulator.Request {
			return requests(rendered, everythingOfKms, boundary, all, abroad, tagged)
		})
	}
}

// partsOf are the mutations of an identity policy or boundary: without a
// statement, a condition or an action, and with a statement on every key.
func partsOf(t *testing.T, policy string) []access.Mutation {
	t.Helper()
	mutations, err := access.Mutations(policy)
	if err != nil {
		t.Fatal(err)
	}
	mutations = slices.DeleteFunc(mutations, func(m access.Mutation) bool {
		return m.Kind == access.Value && !strings.Contains(m.Name, " without Action ")
	})
	document, err := keypolicy.Parse([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	for i, statement := range document.Statements {
		wider := document.Clone()
		wider.Statements[i].Resources = nil
		mutations = append(mutations, access.Mutation{Name: statement.Sid + " on every key", Sid: statement.Sid, Policy: asJson(t, wider)})
	}
	return mutations
}

// differs reports whether a request is decided otherwise than before. Neighbours
// are much alike, so they are asked in large steps.
func differs(t *testing.T, requests []simulator.Request, before []simulator.Decision) bool {
	t.Helper()
	const step = 97
	for start := range step {
		var some []simulator.Request
		var want []bool
		for i := start; i < len(requests); i += step {
			some, want = append(some, requests[i]), append(want, before[i].Allowed)
		}
		for i, decision := range decide(t, evaluator{}, some) {
			if decision.Allowed != want[i] {
				return true
			}
		}
	}
	return false
}
