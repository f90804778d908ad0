package tools

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// TerraformVariable names the environment variable with the program that the
// tests run as Terraform: the name of one on PATH, such as tofu, or an absolute
// path. Without it they run terraform.
const TerraformVariable = "KMSTIER_TERRAFORM"

// errWrongSetting is of a tool that somebody has chosen by a variable, and that is
// none: a test must not be skipped for it, since they believe that it runs.
var errWrongSetting = errors.New("wrong setting")

// Terraform is the Terraform command line, or OpenTofu's.
var Terraform = newTool("Terraform",
	"get Terraform 1.5 or newer from developer.hashicorp.com/terraform/install and put it on PATH, or name another program, such as tofu, in "+TerraformVariable,
	func() (string, error) {
		found, err := terraform()
		return found.path, err
	})

// terraformProgram is the program that the tests run as Terraform.
type terraformProgram struct {
	path string
	// registry is where it looks for a provider whose source names no registry.
	registry string
}

var terraform = sync.OnceValues(func() (terraformProgram, error) {
	return findTerraform(os.Getenv(TerraformVariable))
})

func findTerraform(chosen string) (terraformProgram, error) {
	if chosen == "" {
		return programNamed("terraform")
	}
	// "go test" runs each package in its own folder, where a relative path leads
	// elsewhere.
	if filepath.Base(chosen) != chosen && !filepath.IsAbs(chosen) {
		return terraformProgram{}, fmt.Errorf("%w: %s is %q: must be the name of a program on PATH or an absolute path", errWrongSetting, TerraformVariable, chosen)
	}
	found, err := programNamed(chosen)
	if err != nil {
		return found, fmt.Errorf("%w: %s is %q: must be Terraform or OpenTofu: %w", errWrongSetting, TerraformVariable, chosen, err)
	}
	return found, nil
}

// registries are where the programs look for a provider whose source names no
// registry, by what their "version" command begins with.
var registries = map[string]string{
	"Terraform": "registry.terraform.io", // https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses
	"OpenTofu":  "registry.opentofu.org", // https://opentofu.org/docs/language/providers/requirements/#source-addresses
}

// programNamed finds a program and asks what it is.
func programNamed(name string) (terraformProgram, error) {
	path, err := onPath(name)
	if err != nil {
		return terraformProgram{}, err
	}
	command := exec.Command(path, "version")
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull)
	out, err := command.Output()
	if err != nil {
		return terraformProgram{}, fmt.Errorf("%s version: %w", path, err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	product, _, _ := strings.Cut(line, " v")
	registry, known := registries[product]
	if !known {
		return terraformProgram{}, fmt.Errorf("%s version begins with %q", path, line)
	}
	return terraformProgram{path, registry}, nil
}
