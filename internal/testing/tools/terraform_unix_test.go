//go:build unix

package tools

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The programs of this test are shell scripts.
func TestFindTerraform(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	program := func(name, script string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	terraform := program("terraform", "echo Terraform v1.11.4; echo on linux_amd64")
	tofu := program("tofu", "echo OpenTofu v1.12.6; echo on linux_amd64")
	program("terragrunt", "echo terragrunt version v0.1")
	program("broken", "exit 3")

	for chosen, want := range map[string]terraformProgram{
		"":     {terraform, registries["Terraform"]},
		"tofu": {tofu, registries["OpenTofu"]},
		tofu:   {tofu, registries["OpenTofu"]},
	} {
		if found, err := findTerraform(chosen); err != nil || found != want {
			t.Errorf("%q: expected %v, found %v, %v", chosen, want, found, err)
		}
	}
	for chosen, want := range map[string]string{
		"no-such-program":            `no program "no-such-program" on PATH`,
		"./tofu":                     "must be the name of a program on PATH or an absolute path",
		filepath.Join(folder, "saw"): "must be Terraform or OpenTofu",
		"terragrunt":                 `version begins with "terragrunt version v0.1"`,
		"broken":                     "exit status 3",
	} {
		_, err := findTerraform(chosen)
		if !errors.Is(err, errWrongSetting) || !strings.Contains(err.Error(), TerraformVariable) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: expected a wrong setting with %q, found %v", chosen, want, err)
		}
	}
}
