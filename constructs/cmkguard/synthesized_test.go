package cmkguard_test

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
)

const synthesized = `{"resource": {"aws_sqs_queue": {"jobs": {"name": "jobs", "//": {"metadata": {"path": "prod/jobs"}}}}}}`

func TestExamineSynthesizedFindsWhatTheGuardFinds(t *testing.T) {
	config := &cmkguard.Config{Environment: "prod"}
	found, err := config.ExamineSynthesized(map[string][]byte{"prod": []byte(synthesized)})
	if err != nil {
		t.Fatal(err)
	}
	errors := found.Errors()
	if len(errors) != 1 || errors[0].Address != "aws_sqs_queue.jobs" || errors[0].Path != "prod/jobs" || errors[0].Rule != cmkguard.NoKey {
		t.Errorf("found %s", found)
	}
	config.Exceptions = []cmkguard.Exception{{Resource: "prod/jobs", Reason: "none"}, {Resource: "prod/other", Reason: "none"}}
	found, err = config.ExamineSynthesized(map[string][]byte{"prod": []byte(synthesized)})
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Excepted) != 1 || len(found.Findings) != 1 || found.Findings[0].Rule != cmkguard.StaleException {
		t.Errorf("found %s", found)
	}
}

func TestExamineSynthesizedRefusesWhatItCannotRead(t *testing.T) {
	for content, want := range map[string]string{"{": "the stack prod is no JSON", "[]": "not an object"} {
		if _, err := (&cmkguard.Config{}).ExamineSynthesized(map[string][]byte{"prod": []byte(content)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", content, err, want)
		}
	}
	if _, err := (&cmkguard.Config{Enforcement: "off"}).ExamineSynthesized(nil); err == nil || !strings.Contains(err.Error(), "Enforcement") {
		t.Errorf("a wrong configuration gives %v", err)
	}
}
