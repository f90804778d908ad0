package differential

import (
	"flag"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
	"github.com/neurocipher-io/kmstier/test/simulator"
)

var (
	pairs = flag.Int("pairs", defaultPairs(), "how many pairs of a policy and a request to compare")
	seed  = flag.Uint64("seed", 1, "what the pairs follow from")
)

// defaultPairs are few, so that the tests run often, and many in CI.
func defaultPairs() int {
	if os.Getenv(tools.RequireVariable) == "1" {
		return 20000
	}
	return 4000
}

// TestEvaluateAgainstSimulator fails on any difference that is not known.
func TestEvaluateAgainstSimulator(t *testing.T) {
	started := time.Now()
	report, err := Run(simulator.Start(t), *seed, *pairs)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("seed %d: %d pairs in %v: %d allowed, %d denied, %d refused", *seed, report.Pairs, time.Since(started).Round(time.Second), report.Allowed, report.Denied, report.Refused)
	for _, name := range slices.Sorted(maps.Keys(report.Known)) {
		t.Logf("known: %6d %s", report.Known[name], name)
	}
	for _, difference := range report.Unexplained[:min(3, len(report.Unexplained))] {
		t.Errorf("%v", difference)
	}
	if len(report.Unexplained) > 0 {
		t.Errorf("%d differences are unexplained", len(report.Unexplained))
	}
}
