// What another app has synthesized, made again without any provider package:
// stack by stack and resource by resource, as plain resources of CDKTF with
// overrides.
//
//	sameoutput cdktf.out
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

type attributes = map[string]any

// synthesized is a cdk.tf.json.
type synthesized struct {
	Terraform struct {
		Backend   attributes
		Providers attributes `json:"required_providers"`
	}
	Provider attributes
	Data     map[string]map[string]attributes
	Resource map[string]map[string]attributes
	Output   map[string]attributes
	Locals   attributes
}

func main() {
	if err := synthesize(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synthesize(from string) error {
	files, err := filepath.Glob(filepath.Join(from, "stacks", "*", "cdk.tf.json"))
	if err != nil {
		return err
	}
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var read synthesized
		if err := json.Unmarshal(text, &read); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := read.add(cdktf.NewTerraformStack(app, jsii.String(filepath.Base(filepath.Dir(file))))); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	app.Synth()
	return nil
}

func (s synthesized) add(stack cdktf.TerraformStack) error {
	switch {
	case s.Terraform.Backend["s3"] != nil:
		cdktf.NewS3Backend(stack, &cdktf.S3BackendConfig{Bucket: jsii.String(""), Key: jsii.String("")})
	case s.Terraform.Backend["local"] != nil:
		cdktf.NewLocalBackend(stack, nil)
	default:
		return fmt.Errorf("the backend %v is not known here", s.Terraform.Backend)
	}
	stack.AddOverride(jsii.String("terraform"), attributes{"backend": s.Terraform.Backend, "required_providers": s.Terraform.Providers})
	stack.AddOverride(jsii.String("provider"), s.Provider)
	if s.Locals != nil {
		stack.AddOverride(jsii.String("locals"), s.Locals)
	}
	// What CDKTF adds for itself is not ours to repeat.
	for kind, byId := range s.Data {
		for id, values := range byId {
			override(cdktf.NewTerraformDataSource(stack, &id, &cdktf.TerraformResourceConfig{TerraformResourceType: &kind}), values)
		}
	}
	for kind, byId := range s.Resource {
		for id, values := range byId {
			override(cdktf.NewTerraformResource(stack, &id, &cdktf.TerraformResourceConfig{TerraformResourceType: &kind}), values)
		}
	}
	for id, values := range s.Output {
		override(cdktf.NewTerraformOutput(stack, &id, &cdktf.TerraformOutputConfig{Value: values["value"]}), attributes{})
	}
	return nil
}

func override(element cdktf.TerraformElement, values attributes) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if name != "//" { // what CDKTF notes about the element
			element.AddOverride(&name, values[name])
		}
	}
}
