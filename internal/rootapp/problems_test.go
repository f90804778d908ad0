package rootapp

import (
	"errors"
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
	err := Check(parse(t, `    deletion_window_days: 5
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
	if err := Check(parse(t, "")); err != nil {
		t.Error(err)
	}
}

func TestCheckLeavesOutAnAuditThatIsSwitchedOff(t *testing.T) {
	if err := Check(parse(t, "    audit: {enabled: false, alert_emails: [nobody]}\n")); err != nil {
		t.Error(err)
	}
}

func TestInFileNamesTheEnvironmentOfAnyError(t *testing.T) {
	file := parse(t, "")
	got := InFile(file, file.Environments[0], errors.New("no room")).Error()
	if diff := cmp.Diff("environment prod: no room", got); diff != "" {
		t.Error(diff)
	}
}
