package environments

import "testing"

func TestPosition(t *testing.T) {
	file, err := Parse("environments.yaml", []byte(`services:
  - svc-a
  - svc-b
tags:
  Owner: common
  Team: common
environments:
  dev:
    account_id: "222222222222"
    region: us-east-1
    backend: {local: {path: dev}}
  prod:
    account_id: "123456789012"
    region: us-east-1
    lambda_role_arns:
      - a
      - b
    service_roles:
      - service: svc-a
      - service: svc-b
        role_arns:
          - c
    encrypted_resources:
      bucket_names: [x, y,
        z]
    guard:
      exceptions:
        - {resource: a, reason: b}
    audit:
      alert_emails: [c]
    tags:
      Owner: own
    backend:
      s3:
        bucket: b
        key: k
        region: us-east-1
`))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ environment, field, want string }{
		"a field":                              {"prod", "AccountId", "environments.yaml:13: environments.prod.account_id"},
		"of another environment":               {"dev", "AccountId", "environments.yaml:9: environments.dev.account_id"},
		"a list":                               {"prod", "LambdaRoleArns", "environments.yaml:15: environments.prod.lambda_role_arns"},
		"an item":                              {"prod", "LambdaRoleArns[1]", "environments.yaml:17: environments.prod.lambda_role_arns[1]"},
		"an item that the file has not":        {"prod", "LambdaRoleArns[7]", "environments.yaml:15: environments.prod.lambda_role_arns[7]"},
		"a field of an item":                   {"prod", "ServiceRoles[1].RoleArns[0]", "environments.yaml:22: environments.prod.service_roles[1].role_arns[0]"},
		"a default of an item":                 {"prod", "ServiceRoles[1].Shared", "environments.yaml:20: environments.prod.service_roles[1].shared"},
		"an item in brackets":                  {"prod", "EncryptedResources.BucketNames[2]", "environments.yaml:25: environments.prod.encrypted_resources.bucket_names[2]"},
		"a name with a number":                 {"prod", "Backend.S3.Key", "environments.yaml:36: environments.prod.backend.s3.key"},
		"an exception of the guard":            {"prod", "Guard.Exceptions[0].Resource", "environments.yaml:28: environments.prod.guard.exceptions[0].resource"},
		"a list of the audit":                  {"prod", "Audit.AlertEmails[0]", "environments.yaml:30: environments.prod.audit.alert_emails[0]"},
		"a default of the audit":               {"prod", "Audit.LogGroupRetentionDays", "environments.yaml:29: environments.prod.audit.log_group_retention_days"},
		"a default":                            {"prod", "DeletionWindowDays", "environments.yaml:12: environments.prod.deletion_window_days"},
		"a common field":                       {"prod", "Services[1]", "environments.yaml:3: services[1]"},
		"a common default":                     {"prod", "NamePrefix", "environments.yaml:12: name_prefix"},
		"the environment's own tag":            {"prod", `Tags["Owner"]`, "environments.yaml:32: environments.prod.tags.Owner"},
		"a common tag":                         {"prod", `Tags["Team"]`, "environments.yaml:6: tags.Team"},
		"a tag after a dot":                    {"prod", "Tags.Team", "environments.yaml:6: tags.Team"},
		"a tag without quotes":                 {"prod", "Tags[Team]", "environments.yaml:6: tags.Team"},
		"all tags":                             {"prod", "Tags", "environments.yaml:31: environments.prod.tags"},
		"the environment's name":               {"prod", "Environment", "environments.yaml:12: environments.prod"},
		"a field that the file cannot set":     {"prod", "Provider.Alias", "environments.yaml:12: environments.prod"},
		"no field":                             {"prod", "", "environments.yaml:12: environments.prod"},
		"an environment that the file has not": {"stg", "AccountId", "environments.yaml:7: environments.stg.account_id"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := file.Position(test.environment, test.field).String(); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestPositionOfTheWholeFile(t *testing.T) {
	if got, want := (Position{File: "environments.yaml", Line: 1}).String(), "environments.yaml:1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
