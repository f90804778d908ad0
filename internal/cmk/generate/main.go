// Command generate writes schema.json of package cmk: every attribute of every
// resource type of the AWS provider that may take a KMS key, as "terraform
// providers schema" tells it. Run it by go generate ./internal/cmk.
//
// The provider is downloaded, or taken from the filesystem mirror that the
// environment variable TF_PLUGIN_MIRROR names. -version chooses one.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-exec/tfexec"
	tfjson "github.com/hashicorp/terraform-json"
)

const (
	source = "hashicorp/aws"
	name   = "registry.terraform.io/hashicorp/aws"
)

func main() {
	out := flag.String("out", "schema.json", "the file to write")
	version := flag.String("version", ">= 5.99.1", "the version of the provider, as a constraint")
	terraform := flag.String("terraform", "terraform", "the Terraform to run")
	flag.Parse()
	if err := run(*out, *version, *terraform); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(out, version, terraform string) error {
	folder, err := os.MkdirTemp("", "schema")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	schema, used, err := providerSchema(folder, version, terraform)
	if err != nil {
		return err
	}
	return os.WriteFile(out, render(used, keyAttributes(schema)), 0o644)
}

func providerSchema(folder, version, terraform string) (*tfjson.ProviderSchema, string, error) {
	if mirror := os.Getenv("TF_PLUGIN_MIRROR"); mirror != "" {
		rc := filepath.Join(folder, "terraformrc")
		text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
		if err := os.WriteFile(rc, []byte(text), 0o600); err != nil {
			return nil, "", err
		}
		if err := os.Setenv("TF_CLI_CONFIG_FILE", rc); err != nil {
			return nil, "", err
		}
	}
	config, err := json.Marshal(map[string]any{"terraform": map[string]any{"required_providers": map[string]any{
		"aws": map[string]any{"source": source, "version": version}}}})
	if err != nil {
		return nil, "", err
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf.json"), config, 0o600); err != nil {
		return nil, "", err
	}
	tf, err := tfexec.NewTerraform(folder, terraform)
	if err != nil {
		return nil, "", err
	}
	ctx := context.Background()
	if err := tf.Init(ctx); err != nil {
		return nil, "", err
	}
	_, versions, err := tf.Version(ctx, true)
	if err != nil {
		return nil, "", err
	}
	schemas, err := tf.ProvidersSchema(ctx)
	if err != nil {
		return nil, "", err
	}
	schema := schemas.Schemas[name]
	if schema == nil || versions[name] == nil {
		return nil, "", fmt.Errorf("terraform providers schema does not know %s", name)
	}
	return schema, versions[name].String(), nil
}
