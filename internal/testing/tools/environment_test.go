package tools

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTerraformEnvLeavesOutWhatTheShellHolds(t *testing.T) {
	Require(t, AWSProvider)
	t.Setenv("AWS_PROFILE", "my-own-account")
	t.Setenv("TF_CLI_CONFIG_FILE", "/no/such/file")
	t.Setenv("TF_VAR_environment", "prod")
	env := TerraformEnv(t)

	for _, name := range []string{"AWS_PROFILE", "TF_VAR_environment"} {
		if value, ok := env[name]; ok {
			t.Errorf("%s: expected it to be left out, found %q", name, value)
		}
	}
	if env["CHECKPOINT_DISABLE"] != "1" {
		t.Errorf("CHECKPOINT_DISABLE: expected 1, found %q", env["CHECKPOINT_DISABLE"])
	}
	config := env["TF_CLI_CONFIG_FILE"]
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatalf("TF_CLI_CONFIG_FILE: expected a file that exists, found %s: %v", config, err)
	}
	mirror, err := AWSProvider.Find()
	if err != nil {
		t.Fatal(err)
	}
	program, err := terraform()
	if err != nil {
		t.Fatal(err)
	}
	if env["TERRAFORM_BINARY_NAME"] != program.path {
		t.Errorf("TERRAFORM_BINARY_NAME: expected %s, found %q", program.path, env["TERRAFORM_BINARY_NAME"])
	}
	if mirror != "" && !isFolder(filepath.Join(mirror, program.registry)) {
		mirror = filepath.Join(filepath.Dir(config), "mirror")
		if folder := filepath.Join(mirror, program.registry, "hashicorp", "aws"); !isFolder(folder) {
			t.Errorf("no folder %s", folder)
		}
	}
	if string(text) != cliConfig(mirror) {
		t.Errorf("%s: expected %q, found %q", config, cliConfig(mirror), text)
	}
	if cached := env["TF_PLUGIN_CACHE_DIR"] != ""; cached != (mirror == "") {
		t.Errorf("plugin cache: expected one exactly where there is no mirror (%q), found %q", mirror, env["TF_PLUGIN_CACHE_DIR"])
	}
}

func TestCLIConfigNamesTheMirror(t *testing.T) {
	const want = "provider_installation {\n  filesystem_mirror {\n    path = \"/a mirror\"\n  }\n}\n"
	if got := cliConfig("/a mirror"); got != want {
		t.Errorf("expected %q, found %q", want, got)
	}
	if got := cliConfig(""); got != "" {
		t.Errorf("without a mirror: expected an empty configuration, found %q", got)
	}
}
