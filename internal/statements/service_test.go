package statements

import (
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// A row that is filled in halfway would give a statement without a condition, or
// none at all.
func TestRowsOfServicesAreWhole(t *testing.T) {
	var names []string
	for _, s := range services {
		names = append(names, s.name)
		for what, wrong := range map[string]bool{
			"has no page": !strings.Contains(s.page, `"`),
			"is called nothing, or says not what its conditions stop": s.title == "" || s.stops == "",
			"takes names without resources or the reverse":            s.keys != 0 && (s.takes == nil) != (s.resource == nil),
			"makes grants without a context":                          len(s.grantOperations) > 0 && len(s.context) == 0,
			"uses no key":                                             s.via == "" && s.principals == nil,
			"calls by itself without actions or the reverse":          (s.principals == nil) != (len(s.actions) == 0),
			"calls by itself for anything":                            s.principals != nil && s.source == nil && len(s.context) == 0,
			"serves roles without being called, or without a context": len(s.roleActions) > 0 && (s.via == "" || len(s.context) == 0),
			"serves deployers without being called":                   s.deploys && s.via == "",
			"grants without being called":                             s.grants && s.via == "",
			"stores without needing anything of the key":              len(s.stores) > 0 && len(Storing{&s, s.stores[0]}.Needs(testScope, "x")) == 0,
			"has actions that KMS has not":                            slices.ContainsFunc(slices.Concat(s.actions, s.roleActions), func(a string) bool { return aws.MatchActions(a) == 0 }),
		} {
			if wrong {
				t.Errorf("%s %s", s.name, what)
			}
		}
		for _, pair := range s.context {
			if s.resource != nil && len(pair.values(testScope, []string{s.resource(testScope, "x")})) == 0 || s.resource == nil && len(pair.values(testScope, nil)) == 0 {
				t.Errorf("%s: the pair %s may say nothing", s.name, pair.name)
			}
		}
	}
	if !slices.IsSorted(names) || len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("the rows are not in the order of their names, each once: %v", names)
	}
}

func TestServicesWithoutARowAreAMistake(t *testing.T) {
	defer func() {
		if problem := recover(); problem != `statements: no AWS service "S4"` {
			t.Errorf("got %v", problem)
		}
	}()
	Serve("S4")
}

// A secret's name is the beginning of others: only the six characters that Secrets
// Manager adds may follow it.
func TestASecretIsNotThoseWhoseNamesGoOn(t *testing.T) {
	policy := keypolicy.Document{Statements: AllowUseThroughServices(testScope, MustVerb("EncryptDecrypt"), namedRoles, Serve("SecretsManager", "db"))}
	for secret, want := range map[string]bool{"db-AbCdEf": true, "db-admin-AbCdEf": false, "db": false} {
		decision, err := evaluation.Evaluate(policy, evaluation.Request{
			Principal: namedRoles.Arns[0], Action: "kms:Decrypt",
			Key:               "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
			Context:           map[string][]string{"kms:ViaService": {"secretsmanager.us-east-1.amazonaws.com"}},
			EncryptionContext: map[string]string{"SecretARN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:" + secret},
		})
		if err != nil || decision.Allowed != want {
			t.Errorf("%s: %v, %v, want allowed %v", secret, decision, err, want)
		}
	}
}

// Two rows of Lambda are called through one service.
func TestServicesAreNamedOnceInACondition(t *testing.T) {
	for _, statement := range AllowDeploymentThroughServices(testScope, namedRoles, Serve("Lambda"), Serve("LambdaCode", "*")) {
		if got := statement.Conditions[0].Values; !slices.Equal(got, []string{"lambda.us-east-1.amazonaws.com"}) {
			t.Errorf("%s: through %v", statement.Sid, got)
		}
	}
}
