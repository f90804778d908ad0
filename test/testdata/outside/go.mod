// An app of a user, outside of the repository. Its test replaces kmstier by the
// working copy.
module example.com/outside

go 1.26.0

require (
	github.com/aws/constructs-go/constructs/v10 v10.4.2
	github.com/aws/jsii-runtime-go v1.119.0
	github.com/cdktf/cdktf-provider-aws-go/aws/v19 v19.65.1
	github.com/hashicorp/terraform-cdk-go/cdktf v0.21.0
	github.com/neurocipher-io/kmstier v0.0.0
)
