// The guard alone, in an app that has no tier: its keys come from elsewhere.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/sqsqueue"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

func main() {
	if err := synthesize(cdktf.NewApp(nil)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synthesize(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String("prod"))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/prod.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{Region: jsii.String("us-east-1")})

	key := kmskey.NewKmsKey(stack, jsii.String("key"), &kmskey.KmsKeyConfig{
		Description: jsii.String("messages"), EnableKeyRotation: jsii.Bool(true),
	})
	sqsqueue.NewSqsQueue(stack, jsii.String("orders"), &sqsqueue.SqsQueueConfig{
		Name: jsii.String("orders"), KmsMasterKeyId: key.Arn(),
	})
	sqsqueue.NewSqsQueue(stack, jsii.String("dead-letters"), &sqsqueue.SqsQueueConfig{
		Name: jsii.String("dead-letters"),
	})

	// Without the exception the app would end with the queue's name and what it lacks.
	guard, err := cmkguard.NewGuard(app, &cmkguard.Config{
		Environment: "prod",
		Exceptions: []cmkguard.Exception{
			{Resource: "prod/dead-letters", Reason: "holds ids only", Until: "2099-12-31"},
		},
	})
	if err != nil {
		return err
	}
	return guard.Synth()
}
