// A platform in one stack: an environment's keys, the roles that use them under
// their permissions boundaries, what the keys encrypt, the audit of the keys,
// and the guard that nothing is stored without one.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const (
	environment = "dev"
	accountId   = "222222222222"
	region      = "us-east-1"
	// prefix begins the name of every bucket and table, which the keys' policies
	// know them by.
	prefix = "nc-dp-" + environment + "-"
)

func main() {
	if err := synthesize(cdktf.NewApp(nil)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// synthesize writes the app's stack, unless it would store data without a key.
func synthesize(app cdktf.App) error {
	if err := compose(app); err != nil {
		return err
	}
	// Outside of production findings would be warnings.
	guard, err := cmkguard.NewGuard(app, &cmkguard.Config{
		Environment: environment,
		Enforcement: cmkguard.Error,
	})
	if err != nil {
		return err
	}
	return guard.Synth()
}

func compose(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String(environment))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region:            jsii.String(region),
		AllowedAccountIds: jsii.Strings(accountId),
		DefaultTags: []*provider.AwsProviderDefaultTags{{Tags: &map[string]*string{
			"app": jsii.String(kmstier.DefaultApp), "Environment": jsii.String(environment),
		}}},
	})

	config := &kmstier.KmsTierConfig{
		Environment: environment,
		AccountId:   accountId,
		Region:      region,
		Partition:   "aws",
		Services:    []string{"svc-ingest-api", "svc-normalize", "svc-embed"},
		// Whoever applies this stack creates encrypted tables, secrets and volumes.
		DeployerRoleArns:       []string{"arn:aws:iam::" + accountId + ":role/PipelineExecutionRole"},
		AdministratorRoleArns:  []string{"arn:aws:iam::" + accountId + ":role/BreakGlassSecurityAdmin"},
		EbsEncryptionByDefault: true,
		AwsServices:            services,
	}
	// The boundaries come first: the roles need them, and the keys the roles.
	roles, err := newRoles(stack, config)
	if err != nil {
		return err
	}
	config.LambdaRoleArns = []string{*roles.lambda.Arn()}
	config.FargateRoleArns = []string{*roles.fargate.Arn()}
	config.GlueRoleArns = []string{*roles.glue.Arn()}
	config.ServiceRoles = []kmstier.ServiceRole{{Service: "svc-embed", RoleArns: []string{*roles.embed.Arn()}}}
	tier, err := kmstier.NewKmsTier(stack, "kms", config)
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	if err := roles.attachUsePolicies(stack, tier); err != nil {
		return err
	}

	newStorage(stack, tier)
	newMessages(stack, tier)

	if _, err := kmsaudit.NewKmsAudit(stack, "audit", &kmsaudit.KmsAuditConfig{
		Environment: environment,
		AccountId:   accountId,
		Region:      region,
		Partition:   "aws",
		LogsKeyArn:  *tier.LogsKey().Arn(),
		AlertEmails: []string{"security@example.com"},
	}); err != nil {
		return err
	}
	return nil
}
