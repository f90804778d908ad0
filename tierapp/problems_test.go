package tierapp

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

func parse(t *testing.T, settings string) *environments.File {
	t.Helper()
	file, err := environments.Parse("environments.yaml", []byte(`environments:
  prod:
    account_id: "123456789012"
    region: us-east-1
    backend:
      local: {path: state/prod.tfstate}
`+settings))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestCheckNamesTheFieldOfEveryConstruct(t *testing.T) {
	err := checkFile(parse(t, `    deletion_window_days: 5
    guard:
      exceptions:
        - {resource: "every queue", reason: none}
    audit:
      log_group_retention_days: 8
      alert_emails: [nobody]
  a-name-of-more-than-thirty-characters:
    account_id: "222222222222"
    region: us-east-1
    backend:
      local: {path: state/long.tfstate}
`))
	want := []string{
		`environments.yaml:7: environments.prod.deletion_window_days is 5: must be from 7 to 30`,
		`environments.yaml:10: environments.prod.guard.exceptions[0].resource is "every queue"`,
		`environments.yaml:12: environments.prod.audit.log_group_retention_days is 8`,
		`environments.yaml:13: environments.prod.audit.alert_emails[0] is "nobody"`,
		`environments.yaml:14: environments.a-name-of-more-than-thirty-characters is "a-name-of-more-than-thirty-characters"`,
	}
	if err == nil {
		t.Fatal("nothing is refused")
	}
	got := strings.Split(err.Error(), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d problems, want %d:\n%s", len(got), len(want), err)
	}
	for i, problem := range got {
		if !strings.HasPrefix(problem, want[i]) {
			t.Errorf("problem %d is\n%s\nwant\n%s...", i, problem, want[i])
		}
	}
}

func TestCheckTakesWhatIsRight(t *testing.T) {
	if err := checkFile(parse(t, "")); err != nil {
		t.Error(err)
	}
}

func TestCheckTakesATrailThatExists(t *testing.T) {
	if err := checkFile(parse(t, "    audit: {existing_trail: {}}\n")); err != nil {
		t.Error(err)
	}
}

func TestCheckLeavesOutAnAuditThatIsSwitchedOff(t *testing.T) {
	if err := checkFile(parse(t, "    audit: {enabled: false, alert_emails: [nobody]}\n")); err != nil {
		t.Error(err)
	}
}

func TestInFileNamesTheEnvironmentOfAnyError(t *testing.T) {
	file := parse(t, "")
	got := inFileWords(file, file.Environments[0], errors.New("no room")).Error()
	if diff := cmp.Diff("environment prod: no room", got); diff != "" {
		t.Error(diff)
	}
}

// What the constructs ask of a field that the file does not have, because another
// one gives it, is asked of that one.
func TestCheckNamesTheFieldOfATrustedAccount(t *testing.T) {
	err := checkFile(parse(t, `    security_account_id: "123456789012"
    logs_account_id: "123456789012"
`))
	want := `environments.yaml:7: environments.prod.security_account_id is "123456789012": is the key's own account; must be another, or left out
environments.yaml:8: environments.prod.logs_account_id is "123456789012": is the key's own account; must be another, or left out
environments.yaml:7: environments.prod.security_account_id is "123456789012": is the keys' own account, whose roles may get grants anyway; leave it out`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestCheckTakesOneAccountForSecurityAndLogs(t *testing.T) {
	if err := checkFile(parse(t, `    security_account_id: "098765432109"
    logs_account_id: "098765432109"
`)); err != nil {
		t.Error(err)
	}
}

// The tier's keys have the default tags of the provider.
func TestCheckHoldsDefaultTagsToTheTiersRules(t *testing.T) {
	many := "tags:\n"
	for i := range 48 {
		many += fmt.Sprintf("  tag-%d: x\n", i)
	}
	tests := map[string]struct{ settings, want string }{
		"the name of a key":   {"    tags: {Name: mine}\n", `environments.yaml:7: environments.prod.tags.Name is "mine": is set by the tier, for each key after its alias`},
		"another environment": {"    tags: {env: dev}\n", `environments.yaml:7: environments.prod.tags.env is "dev": is set by the tier to "prod", which access control by tag relies on`},
		"a common tag":        {"tags: {app: shop}\n", `environments.yaml:7: tags.app is "shop": is set by the tier to "neurocipher-pipeline", which access control by tag relies on`},
		"as the tier has it":  {"    tags: {env: prod, app: neurocipher-pipeline}\n", "<nil>"},
		"too many together":   {many, "environments.yaml:7: tags is 48: with those of the construct there would be 51; AWS allows 50"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, fmt.Sprint(checkFile(parse(t, test.settings)))); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckSaysOnceWhatEnvironmentsHaveInCommon(t *testing.T) {
	err := checkFile(parse(t, `  stg:
    account_id: "222222222222"
    region: us-east-1
    backend:
      local: {path: state/stg.tfstate}
name_prefix: Shop
`))
	if err == nil || strings.Count(err.Error(), "\n") != 0 || !strings.HasPrefix(err.Error(), `environments.yaml:12: name_prefix is "Shop"`) {
		t.Errorf("got\n%v\nwant one problem of name_prefix", err)
	}
}
