package tools

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestFindTerraform(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the programs of this test are shell scripts")
	}
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

// OpenTofu and Terraform both search a mirror by the names of its folders, and
// follow no link but the last.
func TestMirrorForTheOtherProgram(t *testing.T) {
	mirror, folder := t.TempDir(), t.TempDir()
	from, to := registries["Terraform"], registries["OpenTofu"]
	version := filepath.Join("hashicorp", "aws", "5.100.0", "linux_amd64")
	archive := filepath.Join("hashicorp", "aws", "terraform-provider-aws_5.99.0_linux_amd64.zip")
	if err := os.MkdirAll(filepath.Join(mirror, from, version), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(version, "provider"), archive} {
		if err := os.WriteFile(filepath.Join(mirror, from, file), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if same, err := mirrorFor(from, mirror, folder); err != nil || same != mirror {
		t.Errorf("expected the mirror as it is, found %s, %v", same, err)
	}
	made, err := mirrorFor(to, mirror, folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(version, "provider"), archive} {
		if content, err := os.ReadFile(filepath.Join(made, to, file)); err != nil || string(content) != file {
			t.Errorf("%s: expected the mirrored file, found %q, %v", file, content, err)
		}
	}
	for path, isLink := range map[string]bool{filepath.Dir(version): false, version: true, archive: true} {
		info, err := os.Lstat(filepath.Join(made, to, path))
		if err != nil || (info.Mode()&os.ModeSymlink != 0) != isLink {
			t.Errorf("%s: expected a link: %v, found %v, %v", path, isLink, info, err)
		}
	}
}
