package kmstier

import (
	"fmt"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawskmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawskmskey"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// adoption is what must hold of an adopted key before it is planned, and after.
type adoption struct {
	before []*cdktf.Precondition
	after  *[]*cdktf.Postcondition
}

// adopt imports the key and the alias that exist already, if there are any.
func (r keyResources) adopt(s settings, of purpose) {
	adopted, found := s.adoptedKey(of.name)
	if !found {
		return
	}
	r.key.ImportFrom(&adopted.KeyId, s.provider)
	if adopted.AliasExists {
		r.alias.ImportFrom(jsii.String(s.alias(of.name)), s.provider)
	}
}

// isAdopted is what must hold of the key that Terraform has: it imports nothing where
// there is a key in its state already, and says nothing.
func isAdopted(s settings, of purpose) *[]*cdktf.Postcondition {
	adopted, found := s.adoptedKey(of.name)
	if !found {
		return nil
	}
	return &[]*cdktf.Postcondition{{
		Condition: jsii.String(`${self.key_id == "` + adopted.KeyId + `"}`),
		ErrorMessage: jsii.String(fmt.Sprintf("The %s key is ${self.key_id} in Terraform's state already, so %s is not adopted. "+
			"Take the entry out of Adopt to keep that key, or that key out of the state.", of.name, adopted.KeyId)),
	}}
}

// adoptable is what must hold of a key for the tier to adopt it. Terraform would plan to
// replace a key whose spec or usage differs, which the life cycle of an adopted key
// forbids without saying why; a key that AWS manages, or whose material was imported,
// would fail when half of the plan was applied.
func adoptable(scope constructs.Construct, s settings, of purpose) []*cdktf.Precondition {
	adopted, found := s.adoptedKey(of.name)
	if !found {
		return nil
	}
	key := dataawskmskey.NewDataAwsKmsKey(scope, jsii.String("adopted"), &dataawskmskey.DataAwsKmsKeyConfig{Provider: s.provider, KeyId: &adopted.KeyId})
	const wayOut = " Adopt another key, or let the tier make one."
	must := func(condition, is string) *cdktf.Precondition {
		return &cdktf.Precondition{
			Condition:    jsii.String("${" + condition + "}"),
			ErrorMessage: jsii.String(fmt.Sprintf("The key %s cannot become the %s key: it is %s.%s", adopted.KeyId, of.name, is, wayOut)),
		}
	}
	equals := func(attribute *string, want string) string { return *attribute + ` == "` + want + `"` }
	spec, usage, origin, manager := key.CustomerMasterKeySpec(), key.KeyUsage(), key.Origin(), key.KeyManager()
	conditions := []*cdktf.Precondition{
		must(equals(manager, "CUSTOMER"), "managed by AWS, which alone can change it"),
		must(equals(spec, of.spec.Name)+" && "+equals(usage, string(of.usage)),
			fmt.Sprintf("%s, %s, and must be %s, %s, neither of which can be changed", *spec, *usage, of.spec.Name, of.usage)),
	}
	if len(s.replicas) > 0 {
		conditions = append(conditions, must(*cdktf.Token_AsString(key.MultiRegion(), nil), "of one Region, and ReplicaRegions needs a multi-Region key, which only a new key can be"))
	}
	if of.additional != nil && of.additional.customKeyStoreId != "" {
		store := key.CustomKeyStoreId()
		return append(conditions, must(equals(store, of.additional.customKeyStoreId),
			fmt.Sprintf("in the key store '%s', and must be in %s, which cannot be changed", *store, of.additional.customKeyStoreId)))
	}
	return append(conditions, must(equals(origin, "AWS_KMS"),
		fmt.Sprintf("of the origin %s, and must be of AWS_KMS: imported material is for aws_kms_external_key, and a key store is given by CustomKeyStoreId of an additional key", *origin)))
}

// aliasLifecycle is what must hold of an alias that exists already: moved from another
// key, it would take along whoever encrypts by it.
func aliasLifecycle(scope constructs.Construct, s settings, of purpose) *cdktf.TerraformResourceLifecycle {
	adopted, found := s.adoptedKey(of.name)
	if !found || !adopted.AliasExists {
		return nil
	}
	target := dataawskmsalias.NewDataAwsKmsAlias(scope, jsii.String("adopted-alias"),
		&dataawskmsalias.DataAwsKmsAliasConfig{Provider: s.provider, Name: jsii.String(s.alias(of.name))}).TargetKeyId()
	return &cdktf.TerraformResourceLifecycle{Precondition: &[]*cdktf.Precondition{{
		Condition: jsii.String("${" + *target + ` == "` + adopted.KeyId + `"}`),
		ErrorMessage: jsii.String(fmt.Sprintf("The alias %s is that of the key %s, and must be that of %s, which the tier adopts. "+
			"Point it there first, if that is meant, or adopt the key that it has.", s.alias(of.name), *target, adopted.KeyId)),
	}}}
}
