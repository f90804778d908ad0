package source

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

const grantType = "aws_kms_grant"

func grantOf(r resource) (evaluation.Grant, error) {
	grant := evaluation.Grant{Name: r.text("name"), GranteePrincipal: r.text("grantee_principal")}
	if grant.Name == "" {
		grant.Name = r.address
	}
	if grant.GranteePrincipal == "" {
		return grant, fmt.Errorf("grantee_principal is missing")
	}
	for _, dynamic := range blocksOf(r.values["dynamic"]) {
		if dynamic["constraints"] != nil {
			return grant, fmt.Errorf("it has a dynamic block constraints, which only Terraform can work out; a plan shows what it comes to")
		}
	}
	operations := textsOf(r.values["operations"])
	if len(operations) == 0 {
		return grant, fmt.Errorf("operations is missing")
	}
	for _, operation := range operations {
		if aws.IsToken(operation) {
			return grant, fmt.Errorf("operations %s is not known before apply", operation)
		}
		grant.Operations = append(grant.Operations, operation)
	}
	if token := tokenIn(r.values["constraints"]); token != "" {
		return grant, fmt.Errorf("constraints %s is not known before apply", token)
	}
	for _, block := range blocksOf(r.values["constraints"]) {
		for name, pairs := range map[string]*map[string]string{
			"encryption_context_equals": &grant.EncryptionContextEquals, "encryption_context_subset": &grant.EncryptionContextSubset,
		} {
			given, err := pairsOf(block[name])
			if err != nil {
				return grant, fmt.Errorf("constraints %s %w", name, err)
			}
			if len(given) > 0 {
				*pairs = given
			}
		}
	}
	return grant, nil
}

func pairsOf(value any) (map[string]string, error) {
	if token := tokenIn(value); token != "" {
		return nil, fmt.Errorf("%s is not known before apply", token)
	}
	pairs := map[string]string{}
	for _, object := range blocksOf(value) {
		for name, value := range object {
			pairs[name] = textOf(value)
		}
	}
	return pairs, nil
}
