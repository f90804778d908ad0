// The root app: reads environments.yaml, gives each environment a stack with its
// KMS keys, and synthesizes them all.
package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/environments"
	"github.com/neurocipher-io/kmstier/internal/nodejs"
	"github.com/neurocipher-io/kmstier/keypolicy"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const environmentsFile = "environments.yaml"

// providerConstraint lets users take fixes of the AWS provider; the prebuilt
// bindings would pin the one version that they were made from.
const providerConstraint = "~> 5.99"

// partition is that of every Region that environments.yaml may name.
const partition = "aws"

func main() {
	stderr := os.Stderr
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(stderr, err)
		os.Exit(1)
	}
}

func run(out io.Writer) (err error) {
	file, err := environments.Load(environmentsFile)
	if err != nil {
		return err
	}
	// All environments are checked before anything starts, so that a refused one
	// leaves nothing behind.
	var refused []error
	for _, environment := range file.Environments {
		if err := tierConfig(file, environment).Validate(); err != nil {
			refused = append(refused, inFile(file, environment, err))
		}
	}
	if err := errors.Join(refused...); err != nil {
		return err
	}
	if err := nodejs.Check(); err != nil {
		return err
	}
	return synthesize(file, out)
}

func synthesize(file *environments.File, out io.Writer) (err error) {
	defer closeRuntime()
	// Whatever CDKTF throws arrives as a panic.
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("CDKTF could not synthesize: %v", thrown)
		}
	}()
	app := cdktf.NewApp(&cdktf.AppConfig{StackTraces: jsii.Bool(false)})
	var tiers []*kmstier.KmsTier
	for _, environment := range file.Environments {
		tier, err := newStack(app, file, environment)
		if err != nil {
			return inFile(file, environment, err)
		}
		tiers = append(tiers, tier)
	}
	app.Synth()
	for i, environment := range file.Environments {
		report(out, environment, tiers[i], *app.Outdir())
	}
	return nil
}

// closeRuntime ends the Node.js process and removes its files. jsii waits for
// the process twice and complains about the second time on standard error,
// which is therefore closed to it.
func closeRuntime() {
	os.Stderr = nil
	jsii.Close()
}

// newStack composes the stack of an environment.
func newStack(app cdktf.App, file *environments.File, environment environments.Environment) (*kmstier.KmsTier, error) {
	stack := cdktf.NewTerraformStack(app, &environment.Name)
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), providerConstraint)
	addBackend(stack, environment.Backend, environment.Name, *app.Outdir())
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region:            &environment.Region,
		AllowedAccountIds: jsii.Strings(environment.AccountId),
		DefaultTags:       []*provider.AwsProviderDefaultTags{{Tags: stringMap(file.DefaultTags(environment))}},
	})
	tier, err := kmstier.NewKmsTier(stack, "kms", tierConfig(file, environment))
	if err != nil {
		return nil, err
	}
	return tier, tier.AddOutputs("")
}

func tierConfig(file *environments.File, environment environments.Environment) *kmstier.KmsTierConfig {
	config := &kmstier.KmsTierConfig{
		Environment: environment.Name,
		NamePrefix:  file.NamePrefix,
		App:         file.App,
		Services:    file.Services,

		AccountId: environment.AccountId,
		Region:    environment.Region,
		Partition: partition,

		LambdaRoleArns:  environment.LambdaRoleArns,
		FargateRoleArns: environment.FargateRoleArns,
		GlueRoleArns:    environment.GlueRoleArns,
		RoleArnPatterns: environment.RoleArnPatterns,

		AdministratorRoleArns:        environment.AdministratorRoleArns,
		AdministratorRoleArnPatterns: environment.AdministratorRoleArnPatterns,
		DeployerRoleArns:             environment.DeployerRoleArns,
		DeployerRoleArnPatterns:      environment.DeployerRoleArnPatterns,

		SecurityAccountId: environment.SecurityAccountId,
		SecurityRoleArns:  environment.SecurityRoleArns,
		LogsAccountId:     environment.LogsAccountId,
		LogsRoleArns:      environment.LogsRoleArns,
		LogsBucketArn:     environment.LogsBucketArn,

		AccountAccess:      kmstier.AccountAccess(environment.AccountAccess),
		EncryptedResources: kmstier.EncryptedResources(environment.EncryptedResources),

		EnableKeyRotation: environment.EnableKeyRotation,
		PreventDestroy:    environment.PreventDestroy,
	}
	for _, role := range environment.ServiceRoles {
		config.ServiceRoles = append(config.ServiceRoles, kmstier.ServiceRole(role))
	}
	if environment.RotationPeriodDays != nil {
		config.RotationPeriodDays = *environment.RotationPeriodDays
	}
	if environment.DeletionWindowDays != nil {
		config.DeletionWindowDays = *environment.DeletionWindowDays
	}
	return config
}

// addBackend sets where Terraform keeps the state. CDKTF's default would be a
// file named by an absolute path.
func addBackend(stack cdktf.TerraformStack, backend environments.Backend, name, outdir string) {
	if backend.Local != nil {
		// Terraform runs in the stack's folder, which the next synthesis rewrites;
		// the path in the file counts from the project's folder.
		stackFolder := filepath.Join(outdir, "stacks", name)
		path, err := filepath.Rel(absolute(stackFolder), absolute(backend.Local.Path))
		if err != nil {
			panic(fmt.Sprintf("no relative path from %s to %s: %v", stackFolder, backend.Local.Path, err))
		}
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String(filepath.ToSlash(path))})
		return
	}
	config := &cdktf.S3BackendConfig{
		Bucket:  &backend.S3.Bucket,
		Key:     &backend.S3.Key,
		Region:  &backend.S3.Region,
		Encrypt: jsii.Bool(true),
	}
	if backend.S3.DynamodbTable != "" {
		config.DynamodbTable = &backend.S3.DynamodbTable
	}
	if backend.S3.KmsKeyId != "" {
		config.KmsKeyId = &backend.S3.KmsKeyId
	}
	s3 := cdktf.NewS3Backend(stack, config)
	if backend.S3.UseLockfile {
		s3.AddOverride(jsii.String("use_lockfile"), true)
	}
}

func absolute(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		panic(fmt.Sprintf("the working directory is not known: %v", err))
	}
	return absolute
}

// inFile says what was refused in the words of environments.yaml: file, line and
// the field as it is called there.
func inFile(file *environments.File, environment environments.Environment, err error) error {
	var refused *kmstier.ConfigError
	if !errors.As(err, &refused) {
		return fmt.Errorf("environment %s: %w", environment.Name, err)
	}
	lines := make([]error, 0, len(refused.Problems))
	for _, problem := range refused.Problems {
		problem.Field = file.Position(environment.Name, problem.Field).String()
		problem.Reason = environments.InFileWords(problem.Reason)
		lines = append(lines, errors.New(problem.String()))
	}
	return errors.Join(lines...)
}

// report prints what an environment's stack holds and how to plan it.
func report(out io.Writer, environment environments.Environment, tier *kmstier.KmsTier, outdir string) {
	fmt.Fprintf(out, "%s: account %s, %s\n", environment.Name, environment.AccountId, environment.Region)
	for _, key := range tier.Keys() {
		fmt.Fprintf(out, "  %s key  %-24s policy %6d of %d bytes\n",
			key.Purpose(), key.Alias(), key.Policy().Size(), keypolicy.MaxSize)
	}
	for _, warning := range tier.Warnings() {
		fmt.Fprintf(out, "  warning: %s\n", environments.InFileWords(warning))
	}
	stack := filepath.Join(outdir, "stacks", environment.Name)
	fmt.Fprintf(out, "  terraform -chdir=%[1]s init && terraform -chdir=%[1]s plan\n\n", stack)
}

func stringMap(values map[string]string) *map[string]*string {
	pointers := map[string]*string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pointers[key] = jsii.String(values[key])
	}
	return &pointers
}
