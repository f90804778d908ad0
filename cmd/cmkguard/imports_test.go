package main

import (
	"os/exec"
	"strings"
	"testing"
)

// The command starts at once and needs no Node.js: neither jsii nor a construct
// is in it. The construct loads none of the bindings of the tier.
func TestWhatIsLoaded(t *testing.T) {
	for of, forbidden := range map[string][]string{
		".":                         {"jsii-runtime-go", "terraform-cdk-go", "kmstier/constructs/"},
		"../../constructs/cmkguard": {"cdktf-provider-aws-go", "constructs/kmstier", "constructs/kmsaudit"},
	} {
		listed, err := exec.Command("go", "list", "-deps", of).Output()
		if err != nil {
			t.Fatal(err)
		}
		for name := range strings.FieldsSeq(string(listed)) {
			for _, part := range forbidden {
				if strings.Contains(name, part) {
					t.Errorf("%s loads %s", of, name)
				}
			}
		}
	}
}
