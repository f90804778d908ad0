package tierapp

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/environments"
)

// providerConstraint lets users take fixes of the AWS provider, and version 6; the
// prebuilt bindings would pin the one version that they were made from.
const providerConstraint = ">= 5.99, < 7"

// Stack is what the app has made for one environment.
type Stack struct {
	// TerraformStack is the scope for what is added.
	TerraformStack cdktf.TerraformStack

	// Environment is the environment's name in the file, and the stack's.
	Environment string
	// AccountId and Region are where it is.
	AccountId, Region string

	// Tier has the environment's keys.
	Tier *kmstier.KmsTier
	// Audit watches them; nil where audit.enabled is false.
	Audit *kmsaudit.KmsAudit

	settings environments.Environment
	found    *cmkguard.Result
}

// newStack composes the stack of an environment.
func (s *synthesis) newStack(app cdktf.App, environment environments.Environment) (Stack, error) {
	stack := Stack{
		TerraformStack: cdktf.NewTerraformStack(app, &environment.Name),
		Environment:    environment.Name, AccountId: environment.AccountId, Region: environment.Region,
		settings: environment,
	}
	stack.TerraformStack.AddOverride(jsii.String("terraform.required_providers.aws.version"), providerConstraint)
	if err := addBackend(stack.TerraformStack, environment.Backend, environment.Name, s.outdir); err != nil {
		return stack, err
	}
	if err := s.addConstructs(&stack); err != nil {
		return stack, inFileWords(s.file, environment, err)
	}
	for _, extend := range s.extend {
		if err := extend(stack); err != nil {
			return stack, fmt.Errorf("environment %s: %w", environment.Name, err)
		}
	}
	return stack, nil
}

func (s *synthesis) addConstructs(stack *Stack) error {
	environment := stack.settings
	s.newProvider(*stack, environment.Region, nil)
	config := tierConfig(s.file, environment)
	for i, replica := range config.ReplicaRegions {
		config.ReplicaRegions[i].Provider = s.newProvider(*stack, replica.Region, &replica.Region)
	}
	var err error
	if stack.Tier, err = kmstier.NewKmsTier(stack.TerraformStack, "kms", config); err != nil {
		return err
	}
	if err := stack.Tier.AddOutputs(""); err != nil {
		return err
	}
	audit := auditConfig(s.file, environment, *stack.Tier.LogsKey().Arn())
	if audit == nil {
		return nil
	}
	audit.KeyArns = map[string]string{}
	for _, key := range stack.Tier.Keys() {
		audit.KeyArns[key.Alias()] = *key.Arn()
	}
	stack.Audit, err = kmsaudit.NewKmsAudit(stack.TerraformStack, auditId, audit)
	return err
}

// newProvider is the provider of a Region, with an alias for all but the environment's
// own.
func (s *synthesis) newProvider(stack Stack, region string, alias *string) provider.AwsProvider {
	id := "aws"
	if alias != nil {
		id += "-" + *alias
	}
	return provider.NewAwsProvider(stack.TerraformStack, &id, &provider.AwsProviderConfig{
		Alias:             alias,
		Region:            &region,
		AllowedAccountIds: jsii.Strings(stack.AccountId),
		DefaultTags:       []*provider.AwsProviderDefaultTags{{Tags: stringMap(s.file.DefaultTags(stack.settings))}},
	})
}

func stringMap(values map[string]string) *map[string]*string {
	pointers := map[string]*string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pointers[key] = jsii.String(values[key])
	}
	return &pointers
}
