package tools

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// recorder notes what Require does to a test instead of doing it.
type recorder struct {
	testing.TB
	skipped, failed string
}

func (r *recorder) Helper()                           {}
func (r *recorder) Skipf(format string, args ...any)  { r.skipped = fmt.Sprintf(format, args...) }
func (r *recorder) Fatal(args ...any)                 { r.failed = fmt.Sprint(args...) }
func (r *recorder) Fatalf(format string, args ...any) { r.failed = fmt.Sprintf(format, args...) }

func TestRequire(t *testing.T) {
	there := newTool("a hammer", "buy one", func() (string, error) { return "/bin/hammer", nil })
	wrong := newTool("a drill", "buy one", func() (string, error) { return "", fmt.Errorf("%w: DRILL is %q", errWrongSetting, "spoon") })
	gone := newTool("a saw", "buy one", func() (string, error) { return "", errors.New("no saw in the box") })

	for name, tc := range map[string]struct {
		variable         string
		needed           []*Tool
		skipped, failure string
	}{
		"nothing is missing":                {"1", []*Tool{there}, "", ""},
		"a missing tool skips":              {"", []*Tool{there, gone}, "a saw is missing: no saw in the box; to install it: buy one", ""},
		"one that was chosen wrongly fails": {"", []*Tool{there, wrong}, "", `wrong setting: DRILL is "spoon"`},
		"a missing tool fails where needed": {"1", []*Tool{there, gone}, "", "a saw is missing: no saw in the box; to install it: buy one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(RequireVariable, tc.variable)
			r := &recorder{TB: t}
			Require(r, tc.needed...)
			if !strings.HasPrefix(r.skipped, tc.skipped) || (tc.skipped == "") != (r.skipped == "") {
				t.Errorf("skipped: expected %q, found %q", tc.skipped, r.skipped)
			}
			if !strings.HasPrefix(r.failed, tc.failure) || (tc.failure == "") != (r.failed == "") {
				t.Errorf("failed: expected %q, found %q", tc.failure, r.failed)
			}
		})
	}
}

func TestEveryToolSaysHowToInstallIt(t *testing.T) {
	for _, tool := range []*Tool{Terraform, Node, CDKTFCLI, PolicySimulator, Emulator, AWSProvider} {
		if tool.String() == "" || tool.install == "" {
			t.Errorf("tool %q has no name or no way to install it: %q", tool, tool.install)
		}
	}
}
