// The root app: reads environments.yaml, gives each environment a stack with its
// KMS keys, their audit and a guard, and synthesizes them all.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/environments"
	"github.com/neurocipher-io/kmstier/internal/nodejs"
	"github.com/neurocipher-io/kmstier/internal/rootapp"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const environmentsFile = "environments.yaml"

// providerConstraint lets users take fixes of the AWS provider; the prebuilt
// bindings would pin the one version that they were made from.
const providerConstraint = "~> 5.99"

func main() {
	stderr := os.Stderr
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer) error {
	file, err := environments.Load(environmentsFile)
	if err != nil {
		return err
	}
	// All environments are checked before anything starts, so that a refused one
	// leaves nothing behind.
	if err := rootapp.Check(file); err != nil {
		return err
	}
	if err := rootapp.CheckOutdir(rootapp.Outdir(), file); err != nil {
		return err
	}
	if err := nodejs.Check(); err != nil {
		return err
	}
	return synthesize(file, out)
}

func synthesize(file *environments.File, out io.Writer) (err error) {
	defer nodejs.Close()
	// Whatever CDKTF throws arrives as a panic.
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("CDKTF could not synthesize: %v", thrown)
		}
	}()
	// The stacks are written elsewhere first, so that what a guard refuses changes
	// nothing in the output folder.
	staging, err := os.MkdirTemp("", "kmstier-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(staging)
	app := cdktf.NewApp(&cdktf.AppConfig{Outdir: &staging, StackTraces: jsii.Bool(false)})
	var made []rootapp.Made
	for _, environment := range file.Environments {
		stack, err := newStack(app, file, environment)
		if err != nil {
			return rootapp.InFile(file, environment, err)
		}
		made = append(made, stack)
	}
	app.Synth()
	if err := rootapp.Examine(made, staging); err != nil {
		return err
	}
	outdir := rootapp.Outdir()
	if err := rootapp.Publish(staging, outdir); err != nil {
		return err
	}
	for _, stack := range made {
		rootapp.Report(out, stack, outdir)
	}
	return nil
}

// newStack composes the stack of an environment.
func newStack(app cdktf.App, file *environments.File, environment environments.Environment) (rootapp.Made, error) {
	made := rootapp.Made{Environment: environment}
	stack := cdktf.NewTerraformStack(app, &environment.Name)
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), providerConstraint)
	rootapp.AddBackend(stack, environment.Backend, environment.Name, rootapp.Outdir())
	newProvider(stack, file, environment, environment.Region, nil)
	config := rootapp.TierConfig(file, environment)
	for i, replica := range config.ReplicaRegions {
		config.ReplicaRegions[i].Provider = newProvider(stack, file, environment, replica.Region, &replica.Region)
	}
	var err error
	if made.Tier, err = kmstier.NewKmsTier(stack, "kms", config); err != nil {
		return made, err
	}
	if err := made.Tier.AddOutputs(""); err != nil {
		return made, err
	}
	if config := rootapp.AuditConfig(file, environment, *made.Tier.LogsKey().Arn()); config != nil {
		config.KeyArns = map[string]string{}
		for _, key := range made.Tier.Keys() {
			config.KeyArns[key.Alias()] = *key.Arn()
		}
		if made.Audit, err = kmsaudit.NewKmsAudit(stack, rootapp.AuditId, config); err != nil {
			return made, err
		}
	}
	return made, nil
}

// newProvider is the provider of a Region, with an alias for all but the environment's
// own.
func newProvider(stack cdktf.TerraformStack, file *environments.File, environment environments.Environment, region string, alias *string) provider.AwsProvider {
	id := "aws"
	if alias != nil {
		id += "-" + *alias
	}
	return provider.NewAwsProvider(stack, &id, &provider.AwsProviderConfig{
		Alias:             alias,
		Region:            &region,
		AllowedAccountIds: jsii.Strings(environment.AccountId),
		DefaultTags:       []*provider.AwsProviderDefaultTags{{Tags: stringMap(file.DefaultTags(environment))}},
	})
}

func stringMap(values map[string]string) *map[string]*string {
	pointers := map[string]*string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pointers[key] = jsii.String(values[key])
	}
	return &pointers
}
