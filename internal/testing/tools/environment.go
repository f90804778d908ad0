package tools

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TerraformEnv returns the environment for a process that runs Terraform, be it
// Terraform itself or the CDKTF command line.
//
// Of the inherited environment it leaves out everything of AWS and of Terraform:
// a test must neither reach the account of the person who runs it nor depend on
// their settings. Terraform then finds its providers in the mirror named by
// [MirrorVariable], or downloads them once into a cache that all test runs share.
func TerraformEnv(tb testing.TB) map[string]string {
	tb.Helper()
	Require(tb, Terraform, AWSProvider)
	env, err := TerraformEnvIn(tb.TempDir())
	if err != nil {
		tb.Fatal(err)
	}
	return env
}

// TerraformEnvIn is [TerraformEnv] outside of tests. It writes a file into the
// folder, and a mirror of links where OpenTofu needs one.
func TerraformEnvIn(folder string) (map[string]string, error) {
	program, err := terraform()
	if err != nil {
		return nil, err
	}
	mirror, err := AWSProvider.Find()
	if err != nil {
		return nil, err
	}
	if mirror, err = mirrorFor(program.registry, mirror, folder); err != nil {
		return nil, err
	}
	env := inherited()
	env["CHECKPOINT_DISABLE"] = "1"
	env["TERRAFORM_BINARY_NAME"] = program.path // what the CDKTF command line runs
	env["AWS_EC2_METADATA_DISABLED"] = "true"
	env["AWS_CONFIG_FILE"] = os.DevNull
	env["AWS_SHARED_CREDENTIALS_FILE"] = os.DevNull

	config := filepath.Join(folder, "terraform.rc")
	if err := os.WriteFile(config, []byte(cliConfig(mirror)), 0o600); err != nil {
		return nil, err
	}
	env["TF_CLI_CONFIG_FILE"] = config
	if mirror == "" {
		cache, err := pluginCache()
		if err != nil {
			return nil, err
		}
		env["TF_PLUGIN_CACHE_DIR"] = cache
		// Without a lock file Terraform would download a provider again although
		// the cache has it. The lock files of the tests are thrown away, so that
		// they lack other platforms' checksums does not matter.
		env["TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE"] = "true"
	}
	return env, nil
}

// cliConfig returns Terraform's command line configuration. Without a mirror it
// is empty, and still named in TF_CLI_CONFIG_FILE: that keeps a .terraformrc of
// the machine out of the tests.
func cliConfig(mirror string) string {
	if mirror == "" {
		return ""
	}
	return fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %s\n  }\n}\n",
		strconv.Quote(mirror))
}

func pluginCache() (string, error) {
	if folder := os.Getenv("TF_PLUGIN_CACHE_DIR"); folder != "" {
		return filepath.Abs(folder)
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for Terraform's plugin cache, set TF_PLUGIN_CACHE_DIR: %w", err)
	}
	folder := filepath.Join(user, "kmstier", "terraform-plugins")
	return folder, os.MkdirAll(folder, 0o755)
}

func inherited() map[string]string {
	env := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "TF_") {
			continue
		}
		env[name] = value
	}
	return env
}
