package kmstier

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// ebsClaimId is the construct that marks a stack whose EBS encryption by default
// a tier has set. It becomes no resource.
const ebsClaimId = "kmstier:ebs-encryption-by-default"

// checkEbsClaim reports that another tier of the stack has set EBS encryption by
// default. One stack is one account and Region, which have one such setting.
func checkEbsClaim(stack cdktf.TerraformStack, s settings) keypolicy.Problems {
	if !s.ebsEncryptionByDefault || stack.Node().TryFindChild(jsii.String(ebsClaimId)) == nil {
		return nil
	}
	return keypolicy.Problems{{Field: "EbsEncryptionByDefault", Value: fmt.Sprint(true),
		Reason: "is set by another tier of this stack; an account has one such setting a Region"}}
}

// encryptEbsByDefault makes the data key that of new volumes, and marks the stack.
func (t *KmsTier) encryptEbsByDefault(stack cdktf.TerraformStack) {
	constructs.NewConstruct(stack, jsii.String(ebsClaimId))
	newEbsEncryption(t, t.data.resources)
}
