package tierapp

import (
	"testing"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// Only who adopts keys needs Terraform for a synthesis.
func TestTerraformIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv(binaryVariable, "")
	dev := environments.Environment{Name: "dev"}
	if err := checkTerraform([]environments.Environment{dev}); err != nil {
		t.Error(err)
	}
	prod := environments.Environment{Name: "prod", Adopt: []environments.AdoptedKey{{Purpose: "data"}}}
	const want = `environments.prod.adopt: CDKTF asks Terraform for its version where keys are adopted, and there is no "terraform" in PATH: install Terraform 1.5 or newer, or name it in TERRAFORM_BINARY_NAME`
	if err := checkTerraform([]environments.Environment{dev, prod}); err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
	t.Setenv(binaryVariable, "/bin/sh")
	if err := checkTerraform([]environments.Environment{prod}); err != nil {
		t.Error(err)
	}
}
