package cmkguard_test

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
)

// An app with an audit and a guard that refuses needs no exception for what the
// audit makes without a key on purpose. A queue of one's own is refused all the
// same, whatever it is called.
func TestAnAuditNeedsNoException(t *testing.T) {
	app, _ := newApp(t)
	stack := newStack(app, "prod")
	if _, err := kmsaudit.NewKmsAudit(stack, "audit", &kmsaudit.KmsAuditConfig{Environment: "prod", LogsKeyArn: *newKey(stack, "logs").Arn()}); err != nil {
		t.Fatal(err)
	}
	guard := newGuard(t, app, cmkguard.Config{Enforcement: cmkguard.Error})
	if failure := synthesize(app); failure != "" {
		t.Fatalf("the audit is refused: %s", failure)
	}
	excepted := guard.Result().Excepted
	if len(excepted) != 1 || excepted[0].Finding.Path != "prod/audit/undelivered" || !strings.Contains(excepted[0].Exception.Reason, "must outlive the alerts key") {
		t.Errorf("excepted are %v, want the queue alone", excepted)
	}

	if err := guard.Synth(); err != nil {
		t.Errorf("Synth refuses the audit: %v", err)
	}

	newQueue(stack, "undelivered", nil)
	if failure := synthesize(app); !strings.Contains(failure, "prod/undelivered") || strings.Contains(failure, "prod/audit/undelivered") {
		t.Errorf("with a queue of one's own the synthesis gives %q, want that it is refused", failure)
	}
}
