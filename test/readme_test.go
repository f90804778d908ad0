package test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// readmeCode is what stands around each block of Go in the README.
var readmeCode = []struct{ before, after string }{
	{`
func compose(stack cdktf.TerraformStack, etlRole, embedRole iamrole.IamRole) error {
`, `
	_ = use
	return err
}
`},
	{`
func test(t *testing.T, stack cdktf.TerraformStack, tier *kmstier.KmsTier, etl, administrator, rogue string) {
`, `
}
`},
}

// The Go code in the README compiles against the library as it is.
func TestReadmeCompiles(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readFile(t, filepath.Join(repository, "README.md")), -1)
	if len(blocks) != len(readmeCode) {
		t.Fatalf("the README has %d blocks of Go, the test knows %d", len(blocks), len(readmeCode))
	}
	code := `package snippet

import (
	"testing"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/constructs/kmstier/kmstiertest"
)
`
	for i, around := range readmeCode {
		code += around.before + blocks[i][1] + around.after
	}
	source := filepath.Join(t.TempDir(), "snippet.go")
	writeFile(t, source, code)
	root, err := filepath.Abs(repository)
	if err != nil {
		t.Fatal(err)
	}
	// An overlay places the file in the module without writing it there.
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(root, "internal", "snippet", "snippet.go"): source},
	})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(t.TempDir(), "overlay.json")
	writeFile(t, overlayFile, string(overlay))
	command := exec.Command("go", "build", "-overlay", overlayFile, "./internal/snippet")
	command.Dir = root
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
