package test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// The Go code in the README compiles against the library as it is.
func TestReadmeCompiles(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readFile(t, filepath.Join(repository, "README.md")), -1)
	if len(blocks) != 1 {
		t.Fatalf("the README has %d blocks of Go, the test knows one", len(blocks))
	}
	source := filepath.Join(t.TempDir(), "snippet.go")
	writeFile(t, source, `package snippet

import (
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

func compose(stack cdktf.TerraformStack, etlRole, embedRole iamrole.IamRole) error {
`+blocks[0][1]+`
	_ = use
	return err
}
`)
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
