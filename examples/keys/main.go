// Keys of every kind: beside the data key and the logs key an environment has keys for
// the signatures of its schemas, the payloads of security commands, its applications'
// secrets and its backups, and, for whoever needs them, keys for MACs, for secrets that
// two parties agree on, and for encryption by those who have no AWS account.
package main

import (
	"fmt"
	"os"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/backupvault"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/secretsmanagersecret"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the app several times faster
)

const (
	environment = "dev"
	accountId   = "222222222222"
	region      = "us-east-1"
)

func main() {
	if err := synthesize(cdktf.NewApp(nil)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func synthesize(app cdktf.App) error {
	stack := cdktf.NewTerraformStack(app, jsii.String(environment))
	stack.AddOverride(jsii.String("terraform.required_providers.aws.version"), ">= 5.99, < 7")
	cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String("../../../state/dev.tfstate")})
	provider.NewAwsProvider(stack, jsii.String("aws"), &provider.AwsProviderConfig{
		Region: jsii.String(region), AllowedAccountIds: jsii.Strings(accountId),
	})

	tier, err := kmstier.NewKmsTier(stack, "kms", &kmstier.KmsTierConfig{
		Environment: environment, AccountId: accountId, Region: region, Partition: "aws",
		Services: []string{"svc-ingest-api", "svc-security-actions"},
		// Keys that take no encryption context promise who uses them, so IAM policies
		// should not decide about it.
		AccountAccess:         kmstier.AdministerOnly,
		AdministratorRoleArns: []string{role("BreakGlassSecurityAdmin")},
		DeployerRoleArns:      []string{role("PipelineExecutionRole")},
		AdditionalKeys: []kmstier.AdditionalKey{
			// The schema registry signs what it publishes.
			{Purpose: "schema", Spec: "ECC_NIST_P256", Usage: "SIGN_VERIFY"},
			// The security engine's commands: one service encrypts, its workers decrypt.
			{Purpose: "security", Users: []kmstier.KeyUser{
				{Verb: kmstier.EncryptDecrypt, Service: "svc-security-actions", RoleArns: []string{role("SecurityEngineRole")}},
			}},
			// The secrets of applications, under a key that is rotated more often.
			{Purpose: "app", RotationPeriodDays: 180, AwsServices: []kmstier.AwsService{kmstier.SecretsManager("nc-dp-" + environment + "-*")}},
			// Backups survive the loss of the data key.
			{Purpose: "backup", AwsServices: []kmstier.AwsService{kmstier.Backup()}, Users: []kmstier.KeyUser{
				{Verb: kmstier.EncryptDecrypt, RoleArns: []string{role("BackupPlanRole")}},
			}},
			// Tokens that a service checks again later.
			{Purpose: "tokens", Spec: "HMAC_256"},
			// A secret that two parties derive, each from its own private key.
			{Purpose: "partner", Spec: "ECC_NIST_P384", Usage: "KEY_AGREEMENT"},
			// Anybody encrypts with the public key; one role decrypts.
			{Purpose: "inbox", Spec: "RSA_4096", Usage: "ENCRYPT_DECRYPT"},
		},
	})
	if err != nil {
		return err
	}
	if err := tier.AddOutputs(""); err != nil {
		return err
	}
	if err := grantUse(stack, tier); err != nil {
		return err
	}
	secretsmanagersecret.NewSecretsmanagerSecret(stack, jsii.String("api-token"), &secretsmanagersecret.SecretsmanagerSecretConfig{
		Name: jsii.String("nc-dp-" + environment + "-api-token"), KmsKeyId: tier.Key("app").Arn(),
	})
	backupvault.NewBackupVault(stack, jsii.String("vault"), &backupvault.BackupVaultConfig{
		Name: jsii.String("nc-dp-" + environment), KmsKeyArn: tier.Key("backup").Arn(),
	})

	guard, err := cmkguard.NewGuard(app, &cmkguard.Config{Environment: environment, Enforcement: cmkguard.Error})
	if err != nil {
		return err
	}
	return guard.Synth()
}

// grantUse gives a role of the app one verb after the other.
func grantUse(stack cdktf.TerraformStack, tier *kmstier.KmsTier) error {
	assume := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(stack, jsii.String("assume"), &dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{
		Statement: []*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement{{
			Actions:    jsii.Strings("sts:AssumeRole"),
			Principals: []*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementPrincipals{{Type: jsii.String("Service"), Identifiers: jsii.Strings("lambda.amazonaws.com")}},
		}},
	})
	registry := iamrole.NewIamRole(stack, jsii.String("registry"), &iamrole.IamRoleConfig{
		Name: jsii.String("SchemaRegistryRole"), AssumeRolePolicy: assume.Json(),
	})
	readers := kmstier.RolePattern(role("reader-*"))
	for _, grant := range []error{
		tier.Key("schema").GrantSign(registry),
		tier.Key("schema").GrantVerify(readers),
		tier.Key("security").GrantDecrypt(role("SecurityWorkerRole"), "svc-security-actions"),
		tier.Key("app").GrantDecrypt(role("AppRole"), "svc-ingest-api"),
		tier.Key("app").GrantEncryptDecrypt(role("SecretRotationRole"), "svc-ingest-api"),
		tier.Key("tokens").GrantGenerateMac(role("TokenIssuerRole")),
		tier.Key("tokens").GrantVerifyMac(role("TokenCheckerRole")),
		tier.Key("partner").GrantDeriveSharedSecret(role("PartnerRole")),
		tier.Key("inbox").GrantDecrypt(role("InboxRole"), ""),
	} {
		if grant != nil {
			return grant
		}
	}
	return nil
}

func role(name string) string { return "arn:aws:iam::" + accountId + ":role/" + name }
