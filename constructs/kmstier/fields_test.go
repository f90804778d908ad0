package kmstier

import (
	"reflect"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// unchecked are the fields that can hold no wrong value.
var unchecked = map[string]string{
	"Provider":                "any is right by itself; NewKmsTier compares it with Region and AccountId",
	"ReplicaRegions.Provider": "any is right by itself; NewKmsTier compares it with Region",
	"EbsEncryptionByDefault":  "either value is right by itself; a second tier of a stack that sets it is refused",
	"Production":              "either value is anyone's choice",
	"ServiceRoles.Shared":     "either value is right by itself",
	"Adopt.AliasExists":       "either value is right by itself; Terraform compares it with what exists",
	"SharedWith.Write":        "either value is right by itself",
	"SharedWith.EbsSnapshots": "either value is right by itself",
	"SharedWith.RdsSnapshots": "either value is right by itself",
}

// wrong sets each field of a configuration to a value that is refused.
var wrong = map[string]func(*KmsTierConfig){
	"Environment":                      func(c *KmsTierConfig) { c.Environment = "Dev" },
	"NamePrefix":                       func(c *KmsTierConfig) { c.NamePrefix = "Nc" },
	"App":                              func(c *KmsTierConfig) { c.App = "*" },
	"Services":                         func(c *KmsTierConfig) { c.Services = []string{"*"} },
	"AccountId":                        func(c *KmsTierConfig) { c.AccountId = "1" },
	"Region":                           func(c *KmsTierConfig) { c.Region = "here" },
	"Partition":                        func(c *KmsTierConfig) { c.Partition = "azure" },
	"LambdaRoleArns":                   func(c *KmsTierConfig) { c.LambdaRoleArns = []string{"r"} },
	"FargateRoleArns":                  func(c *KmsTierConfig) { c.FargateRoleArns = []string{"r"} },
	"GlueRoleArns":                     func(c *KmsTierConfig) { c.GlueRoleArns = []string{"r"} },
	"RoleArnPatterns":                  func(c *KmsTierConfig) { c.RoleArnPatterns = []string{"*"} },
	"ServiceRoles.Service":             func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "*"}) },
	"ServiceRoles.RoleArns":            func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "a", RoleArns: []string{"r"}}) },
	"ServiceRoles.RoleArnPatterns":     func(c *KmsTierConfig) { bind(c, ServiceRole{Service: "a", RoleArnPatterns: []string{"*"}}) },
	"AdministratorRoleArns":            func(c *KmsTierConfig) { c.AdministratorRoleArns = []string{"r"} },
	"AdministratorRoleArnPatterns":     func(c *KmsTierConfig) { c.AdministratorRoleArnPatterns = []string{"*"} },
	"DeployerRoleArns":                 func(c *KmsTierConfig) { c.DeployerRoleArns = []string{"r"} },
	"DeployerRoleArnPatterns":          func(c *KmsTierConfig) { c.DeployerRoleArnPatterns = []string{"*"} },
	"SecurityAccountId":                func(c *KmsTierConfig) { c.SecurityAccountId = "1" },
	"SecurityRoleArns":                 func(c *KmsTierConfig) { c.SecurityRoleArns = []string{"r"} },
	"LogsAccountId":                    func(c *KmsTierConfig) { c.LogsAccountId = "1" },
	"LogsRoleArns":                     func(c *KmsTierConfig) { c.LogsRoleArns = []string{"r"} },
	"LogsBucketArn":                    func(c *KmsTierConfig) { c.LogsBucketArn = "b" },
	"SharedWith.Name":                  func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.Name = "P" }) },
	"SharedWith.AccountId":             func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.AccountId = "1" }) },
	"SharedWith.RoleArns":              func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.RoleArns = []string{"r"} }) },
	"SharedWith.Key":                   func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.Key = "x" }) },
	"SharedWith.BucketNames":           func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.BucketNames = []string{""} }) },
	"SharedWith.SecretNames":           func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.SecretNames = []string{""} }) },
	"SharedWith.DirectServices":        func(c *KmsTierConfig) { c.SharedWith = partner(func(s *Share) { s.DirectServices = []string{"*"} }) },
	"OrganizationTrailArn":             func(c *KmsTierConfig) { c.OrganizationTrailArn = "trail" },
	"AccountAccess":                    func(c *KmsTierConfig) { c.AccountAccess = "All" },
	"EncryptedResources.BucketNames":   func(c *KmsTierConfig) { c.EncryptedResources.BucketNames = []string{""} },
	"EncryptedResources.TableNames":    func(c *KmsTierConfig) { c.EncryptedResources.TableNames = []string{""} },
	"EncryptedResources.SecretNames":   func(c *KmsTierConfig) { c.EncryptedResources.SecretNames = []string{""} },
	"EncryptedResources.LogGroupNames": func(c *KmsTierConfig) { c.EncryptedResources.LogGroupNames = []string{""} },
	"AwsServices.Data.Service":         func(c *KmsTierConfig) { c.AwsServices.Data = []AwsService{{Service: "Sqz"}} },
	"AwsServices.Data.ResourceNames":   func(c *KmsTierConfig) { c.AwsServices.Data = []AwsService{Sqs()} },
	"AwsServices.Logs.Service":         func(c *KmsTierConfig) { c.AwsServices.Logs = []AwsService{Sqs("a")} },
	"AwsServices.Logs.ResourceNames":   func(c *KmsTierConfig) { c.AwsServices.Logs = []AwsService{S3("A")} },
	"ReplicaRegions.Region":            func(c *KmsTierConfig) { c.ReplicaRegions = []ReplicaRegion{{Region: "here"}} },
	"AdditionalKeys.Purpose":           func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "Schema"}) },
	"AdditionalKeys.Spec":              func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "schema", Spec: "RSA_1024"}) },
	"AdditionalKeys.Usage":             func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "schema", Usage: "SIGN_VERIFY"}) },
	"AdditionalKeys.Users.Verb":        func(c *KmsTierConfig) { user(c, KeyUser{Verb: Sign, RoleArns: []string{role("r")}}) },
	"AdditionalKeys.Users.Service":     func(c *KmsTierConfig) { user(c, KeyUser{Verb: Encrypt, Service: "*", RoleArns: []string{role("r")}}) },
	"AdditionalKeys.Users.RoleArns":    func(c *KmsTierConfig) { user(c, KeyUser{Verb: Encrypt, RoleArns: []string{"r"}}) },
	"AdditionalKeys.Users.RoleArnPatterns": func(c *KmsTierConfig) {
		user(c, KeyUser{Verb: Encrypt, RoleArnPatterns: []string{"*"}})
	},
	"AdditionalKeys.AwsServices.Service": func(c *KmsTierConfig) {
		further(c, AdditionalKey{Purpose: "app", AwsServices: []AwsService{{Service: "Sqz"}}})
	},
	"AdditionalKeys.AwsServices.ResourceNames": func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "app", AwsServices: []AwsService{Sqs()}}) },
	"AdditionalKeys.EnableKeyRotation": func(c *KmsTierConfig) {
		further(c, AdditionalKey{Purpose: "mac", Spec: "HMAC_256", EnableKeyRotation: jsii.Bool(true)})
	},
	"AdditionalKeys.RotationPeriodDays": func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "app", RotationPeriodDays: 1}) },
	"AdditionalKeys.CustomKeyStoreId":   func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "app", CustomKeyStoreId: "hsm"}) },
	"AdditionalKeys.XksKeyId":           func(c *KmsTierConfig) { further(c, AdditionalKey{Purpose: "app", XksKeyId: "k"}) },
	"Adopt.Purpose":                     func(c *KmsTierConfig) { c.Adopt = []AdoptedKey{{Purpose: "schema", KeyId: existingKeyId}} },
	"Adopt.KeyId":                       func(c *KmsTierConfig) { c.Adopt = []AdoptedKey{{Purpose: "data", KeyId: "alias/a"}} },
	"Adopt.Grants.Grantee": func(c *KmsTierConfig) {
		adopting(AdoptedKey{Purpose: "data", KeyId: existingKeyId, Grants: []AdoptedGrant{{"1", strings.Repeat("0", 64)}}})(c)
	},
	"Adopt.Grants.GrantId": func(c *KmsTierConfig) {
		adopting(AdoptedKey{Purpose: "data", KeyId: existingKeyId, Grants: []AdoptedGrant{{"098765432109", "g"}}})(c)
	},
	"EnableKeyRotation":  func(c *KmsTierConfig) { c.Environment, c.EnableKeyRotation = "prod", jsii.Bool(false) },
	"PreventDestroy":     func(c *KmsTierConfig) { c.Environment, c.PreventDestroy = "prod", jsii.Bool(false) },
	"RotationPeriodDays": func(c *KmsTierConfig) { c.RotationPeriodDays = 1 },
	"DeletionWindowDays": func(c *KmsTierConfig) { c.DeletionWindowDays = 1 },
	"ExtraStatements":    func(c *KmsTierConfig) { c.ExtraStatements = map[string][]keypolicy.Statement{"data": {{}}} },
	"Tags":               func(c *KmsTierConfig) { c.Tags = map[string]string{"": ""} },
}

func further(c *KmsTierConfig, key AdditionalKey) { c.AdditionalKeys = []AdditionalKey{key} }

func user(c *KmsTierConfig, user KeyUser) {
	further(c, AdditionalKey{Purpose: "app", Users: []KeyUser{user}})
}

// fieldPaths are the fields of the configuration, and those of the structs of
// this package that it is made of.
func fieldPaths(structure reflect.Type) []string {
	var paths []string
	for _, field := range reflect.VisibleFields(structure) {
		inner := field.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct {
			paths = append(paths, field.Name)
			continue
		}
		for _, path := range fieldPaths(inner) {
			paths = append(paths, field.Name+"."+path)
		}
	}
	return paths
}

// A field that is added without a check fails here until it is checked, or named
// as one that needs none.
func TestEveryFieldOfTheConfigurationIsChecked(t *testing.T) {
	known := map[string]bool{}
	for _, path := range fieldPaths(reflect.TypeFor[KmsTierConfig]()) {
		known[path] = true
		change, checked := wrong[path]
		if _, exempt := unchecked[path]; checked == exempt {
			t.Errorf("field %s must be either in wrong, with a value that is refused, or in unchecked, with the reason", path)
		}
		if !checked {
			continue
		}
		name, _, _ := strings.Cut(path, ".")
		within := path[strings.LastIndex(path, ".")+1:]
		problems := problemsOf(change)
		if len(problems) == 0 || !strings.HasPrefix(problems[0], name) || !strings.Contains(problems[0], within) {
			t.Errorf("a wrong %s gives the problems %q, want one that names it", path, problems)
		}
	}
	for path := range wrong {
		if !known[path] {
			t.Errorf("wrong has %s, which is no field", path)
		}
	}
	for path := range unchecked {
		if !known[path] {
			t.Errorf("unchecked has %s, which is no field", path)
		}
	}
}
