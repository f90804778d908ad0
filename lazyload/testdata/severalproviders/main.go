// An app with two providers. It is built with the module files that the tests
// write, because the module of this repository does not need the second one.
package main

import (
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	awsprovider "github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-random-go/random/v12/pet"
	randomprovider "github.com/cdktf/cdktf-provider-random-go/random/v12/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	_ "github.com/neurocipher-io/kmstier/lazyload"
)

func main() {
	app := cdktf.NewApp(nil)
	stack := cdktf.NewTerraformStack(app, jsii.String("stack"))
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("terraform.tfstate")})
	awsprovider.NewAwsProvider(stack, jsii.String("aws"), &awsprovider.AwsProviderConfig{Region: jsii.String("eu-central-1")})
	randomprovider.NewRandomProvider(stack, jsii.String("random"), nil)
	name := pet.NewPet(stack, jsii.String("name"), &pet.PetConfig{Length: jsii.Number(2)})
	kmskey.NewKmsKey(stack, jsii.String("key"), &kmskey.KmsKeyConfig{Description: name.Id()})
	app.Synth()
}
