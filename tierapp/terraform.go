package tierapp

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// binaryVariable is how CDKTF is told of another program than terraform.
const binaryVariable = "TERRAFORM_BINARY_NAME"

// checkTerraform reports that Terraform is missing where CDKTF needs it: it asks for the
// version before it writes an import block, which Terraform has since 1.5.
func checkTerraform(chosen []environments.Environment) error {
	program := cmp.Or(os.Getenv(binaryVariable), "terraform")
	for _, environment := range chosen {
		if len(environment.Adopt) == 0 {
			continue
		}
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("environments.%s.adopt: CDKTF asks Terraform for its version where keys are adopted, and there is no %q in PATH: "+
				"install Terraform 1.5 or newer, or name it in %s", environment.Name, program, binaryVariable)
		}
	}
	return nil
}
