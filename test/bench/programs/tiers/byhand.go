package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsgrant"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// example is a synthesized stack of one tier. What it has is made for each
// tier as somebody would without the construct: one call of the bindings a
// resource, directly below the stack.
type example struct {
	environment string
	Data        struct {
		Documents map[string]struct{ Statement []statement } `json:"aws_iam_policy_document"`
	}
	Resource struct {
		Keys map[string]struct {
			Description string
			Window      float64 `json:"deletion_window_in_days"`
			Rotate      bool    `json:"enable_key_rotation"`
			Period      float64 `json:"rotation_period_in_days"`
			Tags        map[string]string
		} `json:"aws_kms_key"`
		Aliases map[string]struct{ Name string } `json:"aws_kms_alias"`
		Grants  map[string]struct {
			Name        string
			Grantee     string `json:"grantee_principal"`
			Operations  []string
			Constraints []struct {
				Subset map[string]string `json:"encryption_context_subset"`
			}
		} `json:"aws_kms_grant"`
	}
}

type statement struct {
	Sid, Effect        string
	Actions, Resources []string
	Principals         []struct {
		Type        string
		Identifiers []string
	}
	Condition []struct {
		Test, Variable string
		Values         []string
	}
}

func readExample(path string) (*example, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	e := &example{}
	if err := json.Unmarshal(text, e); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, key := range e.Resource.Keys {
		e.environment = key.Tags["env"]
	}
	return e, nil
}

// hash is what CDKTF adds to the names of what is not directly below a stack.
var hash = regexp.MustCompile(`_[0-9A-F]{8}$`)

func (e *example) add(stack cdktf.TerraformStack, environment string) error {
	text := func(value string) *string { return jsii.String(strings.ReplaceAll(value, e.environment, environment)) }
	list := func(values []string) *[]*string {
		texts := make([]*string, len(values))
		for i, value := range values {
			texts[i] = text(value)
		}
		return &texts
	}
	table := func(values map[string]string) *map[string]*string {
		texts := map[string]*string{}
		for name, value := range values {
			texts[name] = text(value)
		}
		return &texts
	}
	id := func(name string) *string { return text(hash.ReplaceAllString(name, "")) }

	for _, purpose := range []string{"data", "logs"} {
		document := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(stack, id(of(e.Data.Documents, purpose)),
			&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{Statement: statements(e.Data.Documents[of(e.Data.Documents, purpose)].Statement, text, list)})
		name := of(e.Resource.Keys, purpose)
		made := e.Resource.Keys[name]
		key := kmskey.NewKmsKey(stack, id(name), &kmskey.KmsKeyConfig{
			Description:          text(made.Description),
			DeletionWindowInDays: &made.Window,
			EnableKeyRotation:    made.Rotate,
			RotationPeriodInDays: &made.Period,
			Policy:               document.Json(),
			Tags:                 table(made.Tags),
		})
		name = of(e.Resource.Aliases, purpose)
		alias := kmsalias.NewKmsAlias(stack, id(name), &kmsalias.KmsAliasConfig{
			Name:        text(e.Resource.Aliases[name].Name),
			TargetKeyId: key.KeyId(),
		})
		name = of(e.Resource.Grants, purpose)
		grant := e.Resource.Grants[name]
		kmsgrant.NewKmsGrant(stack, id(name), &kmsgrant.KmsGrantConfig{
			Name:             text(grant.Name),
			KeyId:            key.KeyId(),
			GranteePrincipal: text(grant.Grantee),
			Operations:       list(grant.Operations),
			Constraints: &[]*kmsgrant.KmsGrantConstraints{{
				EncryptionContextSubset: table(grant.Constraints[0].Subset),
			}},
		})
		output := environment + "_" + purpose + "_key_"
		cdktf.NewTerraformOutput(stack, jsii.String(output+"id"), &cdktf.TerraformOutputConfig{Value: key.KeyId()})
		cdktf.NewTerraformOutput(stack, jsii.String(output+"arn"), &cdktf.TerraformOutputConfig{Value: key.Arn()})
		cdktf.NewTerraformOutput(stack, jsii.String(output+"alias"), &cdktf.TerraformOutputConfig{Value: alias.Name()})
	}
	return nil
}

// of is the name of what belongs to a key.
func of[V any](made map[string]V, purpose string) string {
	for name := range made {
		if strings.Contains(name, "_"+purpose+"_") {
			return name
		}
	}
	panic(fmt.Sprintf("the example has nothing for the %s key among %q", purpose, slices.Sorted(maps.Keys(made))))
}

func statements(made []statement, text func(string) *string, list func([]string) *[]*string) *[]*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement {
	blocks := make([]*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement, len(made))
	for i, s := range made {
		block := &dataawsiampolicydocument.DataAwsIamPolicyDocumentStatement{
			Sid: text(s.Sid), Effect: text(s.Effect), Actions: list(s.Actions), Resources: list(s.Resources),
		}
		var principals []*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementPrincipals
		for _, principal := range s.Principals {
			principals = append(principals, &dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementPrincipals{
				Type: text(principal.Type), Identifiers: list(principal.Identifiers),
			})
		}
		block.Principals = &principals
		if len(s.Condition) > 0 {
			var conditions []*dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementCondition
			for _, condition := range s.Condition {
				conditions = append(conditions, &dataawsiampolicydocument.DataAwsIamPolicyDocumentStatementCondition{
					Test: text(condition.Test), Variable: text(condition.Variable), Values: list(condition.Values),
				})
			}
			block.Condition = &conditions
		}
		blocks[i] = block
	}
	return &blocks
}
