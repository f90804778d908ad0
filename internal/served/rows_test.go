package served_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/served"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

type object = map[string]any

const (
	account = "123456789012"
	keyArn  = "arn:aws:kms:us-east-1:" + account + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	deny    = "DenyEverybody"
	written = "ByHand"
)

var (
	location = statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: account}
	roles    = statements.Roles{Arns: []string{"arn:aws:iam::" + account + ":role/app"}}
	deployer = statements.Roles{Arns: []string{"arn:aws:iam::" + account + ":role/deploy"}}
)

// besides are the switches beside attributes without which no key counts, by path.
var besides = map[string]object{
	"aws_dynamodb_table.server_side_encryption": {"enabled": true},
	"aws_ebs_volume":                                              {"encrypted": true},
	"aws_ebs_snapshot_copy":                                       {"encrypted": true},
	"aws_instance.root_block_device":                              {"encrypted": true},
	"aws_instance.ebs_block_device":                               {"encrypted": true},
	"aws_launch_template.block_device_mappings.ebs":               {"encrypted": true},
	"aws_lambda_function":                                         {"environment": []any{object{"variables": object{"a": "b"}}}},
	"aws_db_instance":                                             {"storage_encrypted": true},
	"aws_rds_cluster":                                             {"storage_encrypted": true},
	"aws_ssm_parameter":                                           {"type": "SecureString"},
	"aws_s3_object":                                               {},
	"aws_kinesis_stream":                                          {"encryption_type": "KMS"},
	"aws_sfn_state_machine.encryption_configuration":              {"type": "CUSTOMER_MANAGED_KMS_KEY"},
	"aws_ecr_repository.encryption_configuration":                 {"encryption_type": "KMS"},
	"aws_efs_file_system":                                         {"encrypted": true},
	"aws_kinesis_firehose_delivery_stream.server_side_encryption": {"enabled": true, "key_type": "CUSTOMER_MANAGED_CMK"},
	"aws_opensearch_domain.encrypt_at_rest":                       {"enabled": true},
	"aws_glue_data_catalog_encryption_settings.data_catalog_encryption_settings.encryption_at_rest":             {"catalog_encryption_mode": "SSE-KMS"},
	"aws_glue_data_catalog_encryption_settings.data_catalog_encryption_settings.connection_password_encryption": {"return_connection_password_encrypted": true},
	"aws_elasticsearch_domain.encrypt_at_rest":                                                                  {"enabled": true},
	"aws_redshift_cluster":              {"encrypted": "true"},
	"aws_elasticache_replication_group": {"at_rest_encryption_enabled": "true"},
	"aws_s3_bucket.server_side_encryption_configuration.rule.apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"},
	"aws_s3_bucket_server_side_encryption_configuration.rule.apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms"},
}

// stored is a resource of which an attribute takes the key, with its name.
func stored(of statements.Stored, key, name string) object {
	parts := strings.Split(of.Attribute, ".")
	resource := object{}
	at, path := resource, of.Type
	for i, part := range parts {
		maps.Copy(at, besides[path])
		if i == len(parts)-1 {
			at[part] = key
			break
		}
		inner := object{}
		at[part], at, path = []any{inner}, inner, path+"."+part
	}
	if of.Name != "" {
		resource[of.Name] = name
	}
	return resource
}

// stack is a synthesized stack of the key and the resource.
func stack(policy string, of statements.Stored, name string) []byte {
	return encoded(object{
		"provider": object{"aws": []any{object{"region": "us-east-1", "allowed_account_ids": []any{account}}}},
		"resource": object{
			"aws_kms_key": object{"data": object{"policy": policy}},
			of.Type:       object{"it": stored(of, "${aws_kms_key.data.arn}", name)},
		},
	})
}

// plan is a plan that creates the resource under a key that is there.
func plan(policy string, of statements.Stored, name string) []byte {
	key := object{"arn": keyArn, "id": keyArn, "key_id": keyArn[strings.LastIndex(keyArn, "/")+1:], "policy": policy, "is_enabled": true}
	var all, changes []any
	add := func(kind, name, action string, values object) {
		address := kind + "." + name
		all = append(all, object{"address": address, "mode": "managed", "type": kind, "name": name, "values": values})
		changes = append(changes, object{"address": address, "mode": "managed", "type": kind, "name": name,
			"change": object{"actions": []any{action}, "before": nil, "after": values, "after_unknown": object{}}})
	}
	add("aws_kms_key", "data", "no-op", key)
	add(of.Type, "it", "create", stored(of, keyArn, name))
	return encoded(object{"format_version": "1.2", "planned_values": object{"root_module": object{"resources": all}}, "resource_changes": changes})
}

func encoded(value any) []byte {
	content, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return content
}

// examine is what is found about what the key serves, as "level address: problem".
func examine(t *testing.T, content []byte) []string {
	t.Helper()
	input, err := cmk.Read("file", content)
	if err != nil {
		t.Fatal(err)
	}
	found := cmk.Examine(input.Stacks, input.Stacks, nil, nil)
	if len(found.Uses) == 0 {
		t.Fatalf("nothing is stored under the key: %s\n%+v", content, found.Issues)
	}
	if input.Kind == cmk.Synthesized {
		served.AddOf(&found, input.Stacks)
	} else {
		served.Add(&found, func(string) ([]byte, error) { return content, nil })
	}
	var lines []string
	for _, issue := range found.Issues {
		level := map[bool]string{false: "violation", true: "advice"}[issue.Advice]
		switch {
		case issue.Rule == cmk.NotServed:
			lines = append(lines, fmt.Sprintf("%s %s: %s; %s", level, issue.Address, issue.Problem, issue.Fix))
		case issue.Rule == cmk.Unread:
			lines = append(lines, fmt.Sprintf("unread %s: %s", issue.Address, issue.Problem))
		}
	}
	return lines
}

// serving are the statements of a tier that serve a service.
func serving(served statements.Served) []keypolicy.Statement {
	all := slices.Concat(
		statements.AllowUseThroughServices(location, statements.MustVerb("EncryptDecrypt"), roles, served),
		statements.AllowGrantsForAwsResources(location, roles, served),
		statements.AllowDeploymentThroughServices(location, deployer, served),
		statements.AllowServices(location, served),
	)
	// Those for no service at all are never alone in a tier.
	return slices.DeleteFunc(all, func(s keypolicy.Statement) bool {
		return slices.ContainsFunc(s.Conditions, func(c keypolicy.Condition) bool { return len(c.Values) == 0 })
	})
}

func policyOf(all ...[]keypolicy.Statement) string {
	all = append(all, statements.DenyEarlyKeyDeletion(30), statements.DenyPolicyLockoutBypass())
	return string(encoded(keypolicy.Document{Statements: slices.Concat(all...)}))
}

// Each attribute that a row says takes the key is decided as the policy says: in a
// stack and in a plan.
func TestRows(t *testing.T) {
	administer, delegate := statements.EnableIamKeyAdministration(location), statements.EnableIamUserPermissions(location)
	denied := []keypolicy.Statement{{Sid: deny, Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
		Actions: []string{"kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant"}}}
	byHand := []keypolicy.Statement{{Sid: written, Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()}, Actions: []string{"kms:*"}}}
	for _, storing := range statements.Stores() {
		of := storing.Stored()
		serve := func(names ...string) []keypolicy.Statement {
			if !storing.TakesNames() {
				names = nil
			}
			return serving(statements.Serve(storing.Name(), names...))
		}
		itself := slices.ContainsFunc(storing.Needs(location, "orders"), func(n statements.Need) bool { return n.Caller == statements.Itself })
		delegated := "advice aws_kms_key.data"
		if itself {
			delegated = "violation " + of.Type + ".it"
		}
		for name, c := range map[string]struct{ policy, want string }{
			"served":                      {policyOf(administer, serve("orders")), ""},
			"served by a pattern":         {policyOf(administer, serve("or*")), ""},
			"served, and IAM":             {policyOf(delegate, serve("orders")), ""},
			"by hand":                     {policyOf(administer, byHand), ""},
			"not served":                  {policyOf(administer), "violation " + of.Type + ".it"},
			"IAM alone":                   {policyOf(delegate), delegated},
			"denied":                      {policyOf(delegate, serve("orders"), denied), "violation " + of.Type + ".it: " + deny},
			"another name":                {policyOf(administer, serve("payroll")), "violation " + of.Type + ".it"},
			"another name, by IAM":        {policyOf(delegate, serve("payroll")), delegated},
			"a name that begins likewise": {policyOf(administer, serve("orders2")), "violation " + of.Type + ".it"},
		} {
			if strings.Contains(name, "name") && !storing.TakesNames() {
				continue
			}
			for kind, content := range map[string][]byte{"stack": stack(c.policy, of, "orders"), "plan": plan(c.policy, of, "orders")} {
				t.Run(strings.Join([]string{storing.Name(), of.Type, of.Attribute, name, kind}, "/"), func(t *testing.T) {
					got := examine(t, content)
					place, reason, _ := strings.Cut(c.want, ": ")
					switch {
					case c.want == "" && len(got) > 0:
						t.Errorf("found %q, want nothing", got)
					case c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], place+": ") || !strings.Contains(got[0], reason) || !strings.Contains(got[0], storing.Title())):
						t.Errorf("found %q, want one that begins with %q", got, c.want)
					}
				})
			}
		}
	}
}

// A row names attributes that take a key, each once.
func TestRowsNameAttributes(t *testing.T) {
	seen := map[string]bool{}
	for _, storing := range statements.Stores() {
		of := storing.Stored()
		if name := of.Type + " " + of.Attribute; seen[name] {
			t.Errorf("%s is of two services", name)
		} else {
			seen[name] = true
		}
		if !slices.ContainsFunc(cmk.Tables(), func(table *cmk.Table) bool { return slices.Contains(table.Types[of.Type], of.Attribute) }) {
			t.Errorf("the provider has no %s %s", of.Type, of.Attribute)
		}
		if (of.Name == "") == storing.TakesNames() && storing.Name() != "CloudTrail" {
			t.Errorf("%s: what names %s?", storing.Name(), of.Type)
		}
	}
}
