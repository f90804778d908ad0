package tierapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/neurocipher-io/kmstier/internal/hcloutput"
)

// The files of a stack, in JSON and in HCL. Terraform reads both where both are there.
var (
	inJson = []string{"cdk.tf.json"}
	inHcl  = []string{"cdk.tf", "metadata.json"}
)

// written are the files that CDKTF is going to write for a stack.
func written() []string {
	if hcloutput.IsWanted() {
		return inHcl
	}
	return inJson
}

// checkForm refuses what parts of CDKTF take for a yes and others for a no.
func checkForm() error {
	if value := os.Getenv(hcloutput.Variable); !slices.Contains([]string{"", "true", "false"}, value) {
		return fmt.Errorf("%s is %q: must be \"true\" or \"false\", which the CDKTF command line sets; or unset it", hcloutput.Variable, value)
	}
	return nil
}

// readStack reads a stack in either form as JSON.
func readStack(folder, name string) ([]byte, error) {
	files := written()
	content, err := os.ReadFile(filepath.Join(folder, files[0]))
	if err != nil || len(files) == 1 {
		return content, err
	}
	metadata, err := os.ReadFile(filepath.Join(folder, files[1]))
	if err != nil {
		return nil, err
	}
	stack, err := hcloutput.Stack(name, content, metadata)
	if err != nil {
		return nil, err
	}
	return json.Marshal(stack)
}

// removeOther removes what an earlier synthesis left of a stack in the other form.
func removeOther(file string) error {
	for form, other := range map[string][]string{inJson[0]: inHcl, inHcl[0]: inJson} {
		if filepath.Base(file) != form {
			continue
		}
		for _, name := range other {
			if err := os.Remove(filepath.Join(filepath.Dir(file), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
