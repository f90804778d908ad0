// Package tierpolicies has the key policies that a KmsTier renders for the
// configuration of the access cases, as files, so that tests of lower packages
// judge the policies that are shipped. A test of package kmstier keeps the files as
// they must be; UPDATE_SNAPS=true writes them anew.
package tierpolicies

import (
	"embed"
	"io/fs"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Key is the ARN that the policies are asked about with.
const Key = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

//go:embed *.policy.json
var files embed.FS

// All are the policies by name: "data-key.DelegateToIam".
func All(tb testing.TB) map[string]keypolicy.Document {
	tb.Helper()
	names, err := fs.Glob(files, "*.policy.json")
	if err != nil {
		tb.Fatal(err)
	}
	policies := map[string]keypolicy.Document{}
	for _, name := range names {
		data, err := files.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		policy, err := keypolicy.Parse(data)
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		policies[strings.TrimSuffix(name, ".policy.json")] = policy
	}
	return policies
}
