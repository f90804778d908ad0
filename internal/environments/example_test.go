package environments_test

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

func Example() {
	file, err := environments.Parse("environments.yaml", []byte(`
tags: {Project: neurocipher-platform}
environments:
  prod:
    account_id: "123456789012"
    region: us-east-1
    glue_role_arns:
      - arn:aws:iam::123456789012:role/GlueJobRole
    tags: {Environment: prod}
    backend:
      local: {path: state/prod.tfstate}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, e := range file.Environments {
		fmt.Println(e.Name, e.AccountId, e.Region, file.DefaultTags(e))
		fmt.Println(file.Position(e.Name, "GlueRoleArns[0]"))
	}
	// Output:
	// prod 123456789012 us-east-1 map[Environment:prod Project:neurocipher-platform]
	// environments.yaml:8: environments.prod.glue_role_arns[0]
}

func ExampleParse_problems() {
	_, err := environments.Parse("environments.yaml", []byte(`allowed_regions: [us-east-1, ca-central-1]
environments:
  prod:
    account_id: 098765432109
    region: eu-west-1
    backend: {}
`))
	fmt.Println(err)
	// Output:
	// environments.yaml:4: environments.prod.account_id: got 098765432109, a number: YAML drops its leading zero; write it in quotes: "098765432109"
	// environments.yaml:5: environments.prod.region: got "eu-west-1": must be us-east-1 or ca-central-1, the allowed_regions
	// environments.yaml:6: environments.prod.backend: got an empty map: must be a map with exactly one of s3 and local
}
