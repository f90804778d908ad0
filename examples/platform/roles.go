package main

import (
	"fmt"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iampolicy"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrole"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/iamrolepolicy"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

// roles use the keys.
type roles struct {
	lambda, fargate, glue iamrole.IamRole
	// embed serves svc-embed alone.
	embed iamrole.IamRole
}

type statement = dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement

func newRoles(stack cdktf.TerraformStack, config *kmstier.KmsTierConfig) (roles, error) {
	buckets := &statement{
		Actions:   jsii.Strings("s3:GetObject", "s3:PutObject", "s3:ListBucket"),
		Resources: jsii.Strings("arn:aws:s3:::"+prefix+"*", "arn:aws:s3:::"+prefix+"*/*"),
	}
	logs := &statement{
		Actions:   jsii.Strings("logs:CreateLogStream", "logs:PutLogEvents"),
		Resources: jsii.Strings(fmt.Sprintf("arn:aws:logs:%s:%s:log-group:/aws/*", region, accountId)),
	}
	etl, err := newBoundary(stack, "pb-etl", config, buckets, logs)
	if err != nil {
		return roles{}, err
	}
	fargate, err := newBoundary(stack, "pb-fargate", config, buckets, logs,
		&statement{
			Actions:   jsii.Strings("secretsmanager:GetSecretValue"),
			Resources: jsii.Strings(fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:*", region, accountId)),
		},
		&statement{
			Actions:   jsii.Strings("dynamodb:Query"),
			Resources: jsii.Strings(fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/%s*", region, accountId, prefix)),
		},
		&statement{
			Actions: jsii.Strings("sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sns:Publish"),
			Resources: jsii.Strings(
				fmt.Sprintf("arn:aws:sqs:%s:%s:%s*", region, accountId, prefix),
				fmt.Sprintf("arn:aws:sns:%s:%s:%s*", region, accountId, prefix)),
		})
	if err != nil {
		return roles{}, err
	}
	return roles{
		lambda:  newRole(stack, "LambdaETLRole", "lambda.amazonaws.com", etl),
		glue:    newRole(stack, "GlueJobRole", "glue.amazonaws.com", etl),
		fargate: newRole(stack, "FargateTaskRole", "ecs-tasks.amazonaws.com", fargate),
		embed:   newRole(stack, "EmbedTaskRole", "ecs-tasks.amazonaws.com", fargate),
	}, nil
}

// newBoundary is what the roles may do at most: with the tier's keys what the
// key policies offer, and the statements.
func newBoundary(stack cdktf.TerraformStack, name string, config *kmstier.KmsTierConfig, statements ...*statement) (iampolicy.IamPolicy, error) {
	keys, err := kmstier.NewBoundaryPolicyDocument(stack, name+"-keys", config, kmstier.AnyService)
	if err != nil {
		return nil, err
	}
	document := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(stack, jsii.String(name+"-document"),
		&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{
			SourcePolicyDocuments: &[]*string{keys.Json()},
			Statement:             &statements,
		})
	return iampolicy.NewIamPolicy(stack, jsii.String(name), &iampolicy.IamPolicyConfig{
		Name:   jsii.String(name),
		Policy: document.Json(),
	}), nil
}

func newRole(stack cdktf.TerraformStack, name, service string, boundary iampolicy.IamPolicy) iamrole.IamRole {
	trust := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(stack, jsii.String(name+"-trust"),
		&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{Statement: []*statement{{
			Actions: jsii.Strings("sts:AssumeRole"),
			Principals: []*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementPrincipals{{
				Type: jsii.String("Service"), Identifiers: jsii.Strings(service),
			}},
		}}})
	return iamrole.NewIamRole(stack, jsii.String(name), &iamrole.IamRoleConfig{
		Name:                jsii.String(name),
		AssumeRolePolicy:    trust.Json(),
		PermissionsBoundary: boundary.Arn(),
	})
}

// attachUsePolicies gives each role the identity policy that the keys' policies
// answer to.
func (r roles) attachUsePolicies(stack cdktf.TerraformStack, tier *kmstier.KmsTier) error {
	data, err := tier.DataKey().UsePolicyDocument(stack, "use-data-key", kmstier.AnyService)
	if err != nil {
		return err
	}
	logs, err := tier.LogsKey().UsePolicyDocument(stack, "use-logs-key", kmstier.AnyService)
	if err != nil {
		return err
	}
	embed, err := tier.DataKey().UsePolicyDocument(stack, "use-data-key-for-svc-embed", kmstier.OneService("svc-embed"))
	if err != nil {
		return err
	}
	attach := func(id string, role iamrole.IamRole, document *kmstier.PolicyDocument) {
		iamrolepolicy.NewIamRolePolicy(stack, jsii.String(id), &iamrolepolicy.IamRolePolicyConfig{
			Name: jsii.String(id), Role: role.Name(), Policy: document.Json(),
		})
	}
	attach("lambda-data-key", r.lambda, data)
	attach("lambda-logs-key", r.lambda, logs)
	attach("fargate-data-key", r.fargate, data)
	attach("fargate-logs-key", r.fargate, logs)
	attach("glue-data-key", r.glue, data)
	attach("glue-logs-key", r.glue, logs)
	attach("embed-data-key", r.embed, embed)
	return nil
}
