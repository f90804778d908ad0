package kmstier

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawskmskey"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// keyIdOf is the id in the ARN of a key.
func keyIdOf(arn string) *string {
	_, id, _ := strings.Cut(arn, ":key/")
	if id != "" && !aws.IsToken(id) {
		return &id
	}
	return cdktf.Token_AsString(cdktf.Fn_Element(cdktf.Fn_Split(jsii.String("/"), &arn), jsii.Number(1)), nil)
}

// lookUpKey finds the key of an alias, which must be of the kind that the configuration
// says: what is granted on another would be another thing.
func lookUpKey(scope constructs.Construct, alias string, by cdktf.TerraformProvider, of purpose) (keyId, arn *string) {
	rules := &cdktf.TerraformResourceLifecycle{Postcondition: &[]*cdktf.Postcondition{{
		Condition: jsii.String(fmt.Sprintf(`${self.customer_master_key_spec == "%s" && self.key_usage == "%s"}`, of.spec.Name, of.usage)),
		ErrorMessage: jsii.String(fmt.Sprintf("The key of %s is ${self.customer_master_key_spec}, ${self.key_usage}, and not %s, %s, as FromAlias was told. "+
			"Give its Spec and Usage.", alias, of.spec.Name, of.usage)),
	}}}
	key := dataawskmskey.NewDataAwsKmsKey(scope, jsii.String("key"), &dataawskmskey.DataAwsKmsKeyConfig{
		Provider: by, KeyId: &alias, Lifecycle: rules,
	})
	putConditions(key, rules)
	return key.Id(), key.Arn()
}
