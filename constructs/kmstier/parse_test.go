package kmstier

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const (
	testAccount = "123456789012"
	testToken   = "${TfToken[TOKEN.7]}"
	testList    = "#{TfToken[TOKEN.0]}"
)

func role(name string) string { return "arn:aws:iam::123456789012:role/" + name }

// checkCase changes a configuration that is right: environment dev in a known
// account, Region and partition.
type checkCase struct {
	change func(*KmsTierConfig)
	want   []string
}

func problemsOf(change func(*KmsTierConfig)) []string {
	config := &KmsTierConfig{Environment: "dev", AccountId: testAccount, Region: "us-east-1", Partition: "aws"}
	change(config)
	var lines []string
	s, problems := parse(config)
	for _, problem := range problems {
		lines = append(lines, problem.String())
	}
	if len(problems) == 0 && len(s.extras) == 0 && s.isLiteral() {
		lines = s.everyFinding()
	}
	return lines
}

// isLiteral reports whether the policies are known whole: of a role in an account that
// only Terraform knows it cannot be told that it is of the key's account.
func (s settings) isLiteral() bool {
	for _, purpose := range s.purposes() {
		if strings.Contains(purpose.policy(s, s.assumedLocation()).Indented(), "${") {
			return false
		}
	}
	return true
}

// everyFinding is what the checks of extra statements take for granted that there is
// nothing of: what is wrong with the tier's own statements.
func (s settings) everyFinding() (lines []string) {
	location := s.assumedLocation()
	for _, purpose := range s.purposes() {
		policy := purpose.policy(s, location)
		findings, err := s.findings(purpose, location, policy, len(policy.Statements))
		if err != nil {
			lines = append(lines, err.Error())
		}
		for _, finding := range findings {
			lines = append(lines, finding.String())
		}
	}
	return lines
}

// newSettings are the settings of a configuration, whatever is wrong with it.
func newSettings(given *KmsTierConfig) settings {
	s, _ := parse(given)
	return s
}

func runChecks(t *testing.T, tests map[string]checkCase) {
	t.Helper()
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, problemsOf(test.change)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesAreChecked(t *testing.T) {
	const slug = "must be a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters"
	const app = "must be letters, digits, spaces and _ . : / = + @ -, beginning with a letter or digit, at most 256 characters, since it is a tag as well"
	environment := func(value string) func(*KmsTierConfig) { return func(c *KmsTierConfig) { c.Environment = value } }
	prefix := func(value string) func(*KmsTierConfig) { return func(c *KmsTierConfig) { c.NamePrefix = value } }
	appName := func(value string) func(*KmsTierConfig) { return func(c *KmsTierConfig) { c.App = value } }
	runChecks(t, map[string]checkCase{
		"nothing but an environment":        {func(c *KmsTierConfig) { *c = KmsTierConfig{Environment: "prod"} }, nil},
		"an environment of one letter":      {environment("p"), nil},
		"an environment of several words":   {environment("eu-west-2-dev"), nil},
		"an environment of 32 characters":   {environment(strings.Repeat("a", 32)), nil},
		"an environment of 33 characters":   {environment(strings.Repeat("a", 33)), []string{`Environment is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": ` + slug}},
		"no environment":                    {environment(""), []string{"Environment: is missing; " + slug}},
		"a blank environment":               {environment(" "), []string{`Environment is " ": ` + slug}},
		"an environment in upper case":      {environment("Prod"), []string{`Environment is "Prod": ` + slug}},
		"an environment with an underscore": {environment("pre_prod"), []string{`Environment is "pre_prod": ` + slug}},
		"an environment with two hyphens":   {environment("pre--prod"), []string{`Environment is "pre--prod": ` + slug}},
		"an environment that ends in one":   {environment("prod-"), []string{`Environment is "prod-": ` + slug}},
		"an environment that begins with 1": {environment("1prod"), []string{`Environment is "1prod": ` + slug}},
		"an environment with a slash":       {environment("a/b"), []string{`Environment is "a/b": ` + slug}},
		"an environment with a line break":  {environment("prod\n"), []string{`Environment is "prod\n": ` + slug}},
		"an environment of other letters":   {environment("prüf"), []string{`Environment is "prüf": ` + slug}},
		"an environment that is a token":    {environment(testToken), []string{`Environment is "${TfToken[TOKEN.7]}": must be known when the app runs, since it names the aliases; a token is not`}},

		"a prefix":              {prefix("acme-kms"), nil},
		"a prefix, capitalized": {prefix("Acme"), []string{`NamePrefix is "Acme": ` + slug}},
		// alias/aws/ belongs to AWS; without a slash no prefix gets there.
		"a prefix into AWS's own names": {prefix("aws/"), []string{`NamePrefix is "aws/": ` + slug}},
		"a prefix of 33 characters":     {prefix(strings.Repeat("a", 33)), []string{`NamePrefix is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": ` + slug}},
		"a prefix that is a token":      {prefix(testToken), []string{`NamePrefix is "${TfToken[TOKEN.7]}": must be known when the app runs, since it names the aliases; a token is not`}},

		"an app":                   {appName("Data Platform 2 (no: a_b.c:d/e=f+g@h-i)"), []string{`App is "Data Platform 2 (no: a_b.c:d/e=f+g@h-i)": ` + app}},
		"an app of all characters": {appName("Data Platform a_b.c:d/e=f+g@h-i"), nil},
		"an app of 256 characters": {appName(strings.Repeat("a", 256)), nil},
		"an app of 257 characters": {appName(strings.Repeat("a", 257)), []string{`App is "` + strings.Repeat("a", 257) + `": ` + app}},
		// In a condition StringEquals would take it literally, StringLike would not.
		"an app with a star":     {appName("neuro*"), []string{`App is "neuro*": ` + app}},
		"an app that is blank":   {appName(" "), []string{`App is " ": ` + app}},
		"an app that a token is": {appName(testToken), []string{`App is "${TfToken[TOKEN.7]}": must be known when the app runs, since services state it in their code; a token is not`}},
	})
}

func TestPlaceIsChecked(t *testing.T) {
	const account = `must be an account id of twelve digits, such as "123456789012"`
	runChecks(t, map[string]checkCase{
		"all looked up":            {func(c *KmsTierConfig) { c.AccountId, c.Region, c.Partition = "", "", "" }, nil},
		"all tokens":               {func(c *KmsTierConfig) { c.AccountId, c.Region, c.Partition = testToken, testToken, testToken }, nil},
		"an account of 11 digits":  {func(c *KmsTierConfig) { c.AccountId = "12345678901" }, []string{`AccountId is "12345678901": ` + account}},
		"an account of 13 digits":  {func(c *KmsTierConfig) { c.AccountId = "1234567890123" }, []string{`AccountId is "1234567890123": ` + account}},
		"an account of letters":    {func(c *KmsTierConfig) { c.AccountId = "12345678901a" }, []string{`AccountId is "12345678901a": ` + account}},
		"an account with hyphens":  {func(c *KmsTierConfig) { c.AccountId = "1234-5678-9012" }, []string{`AccountId is "1234-5678-9012": ` + account}},
		"a Region":                 {func(c *KmsTierConfig) { c.Region = "ap-southeast-1" }, nil},
		"a zone":                   {func(c *KmsTierConfig) { c.Region = "us-east-1a" }, []string{`Region is "us-east-1a": must be a Region, such as "us-east-1"; did you mean "us-east-1"?`}},
		"a Region in upper case":   {func(c *KmsTierConfig) { c.Region = "US-EAST-1" }, []string{`Region is "US-EAST-1": must be a Region, such as "us-east-1"; did you mean "us-east-1"?`}},
		"a Region of GovCloud":     {func(c *KmsTierConfig) { c.Region, c.Partition = "us-gov-west-1", "aws-us-gov" }, nil},
		"a Region of China":        {func(c *KmsTierConfig) { c.Region, c.Partition = "cn-north-1", "aws-cn" }, nil},
		"secret Regions":           {func(c *KmsTierConfig) { c.Region, c.Partition = "us-isob-east-1", "aws-iso-b" }, nil},
		"a sovereign Region":       {func(c *KmsTierConfig) { c.Region, c.Partition = "eusc-de-east-1", "aws-eusc" }, nil},
		"another partition":        {func(c *KmsTierConfig) { c.Partition = "aws-cn" }, []string{`Partition is "aws-cn": must be "aws", the partition of Region us-east-1`}},
		"a partition of no Region": {func(c *KmsTierConfig) { c.Region, c.Partition = "", "aws-iso-f" }, nil},
		"a partition of a token":   {func(c *KmsTierConfig) { c.Region, c.Partition = testToken, "aws-cn" }, nil},
		"no such partition": {func(c *KmsTierConfig) { c.Partition = "azure" },
			[]string{`Partition is "azure": must be a partition: aws, aws-cn, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-us-gov`}},
	})
}

func TestServicesAreChecked(t *testing.T) {
	const name = `must be a service's name, such as "svc-ingest-api": letters and digits with single hyphens, underscores or dots between them, at most 128 characters`
	services := func(services ...string) func(*KmsTierConfig) { return func(c *KmsTierConfig) { c.Services = services } }
	bound := func(services ...string) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			for i, service := range services {
				c.ServiceRoles = append(c.ServiceRoles, ServiceRole{Service: service, RoleArns: []string{role(fmt.Sprintf("r%d", i))}})
			}
		}
	}
	runChecks(t, map[string]checkCase{
		"services":                  {services("svc-ingest-api", "svc_embed.v2", "Query"), nil},
		"an empty list":             {services(), nil},
		"tokens":                    {services(testToken, testList, "svc"), nil},
		"an empty service":          {services("svc", ""), []string{`Services[1] is "": ` + name}},
		"a service with a star":     {services("svc-*"), []string{`Services[0] is "svc-*": ` + name}},
		"a service with a space":    {services("svc a"), []string{`Services[0] is "svc a": ` + name}},
		"two hyphens":               {services("svc--a"), []string{`Services[0] is "svc--a": ` + name}},
		"128 characters":            {services(strings.Repeat("a", 128)), nil},
		"129 characters":            {services(strings.Repeat("a", 129)), []string{`Services[0] is "` + strings.Repeat("a", 129) + `": ` + name}},
		"a service three times":     {services("a", "b", "b", "b"), []string{`Services[2] is "b": is Services[1] already`, `Services[3] is "b": is Services[1] already`}},
		"a bound service":           {bound("svc-ingest-api"), nil},
		"bound without roles":       {func(c *KmsTierConfig) { c.ServiceRoles = []ServiceRole{{Service: "svc"}} }, []string{`ServiceRoles[0] is "svc": has no roles, so it binds none; give RoleArns or RoleArnPatterns, or leave it out`}},
		"two that differ in case":   {services("svc-a", "svc-b", "Svc-A"), []string{`Services[2] is "Svc-A": differs from Services[0] in case only, so data of one could not be read as the other's; spell both alike`}},
		"bound, in another case":    {func(c *KmsTierConfig) { services("svc-a")(c); bound("svc-A")(c) }, []string{`ServiceRoles[0].Service is "svc-A": must be one of Services: svc-a; did you mean "svc-a"?`}},
		"bound to no service":       {bound(""), []string{`ServiceRoles[0].Service is "": ` + name}},
		"bound to a pattern":        {bound("svc-*"), []string{`ServiceRoles[0].Service is "svc-*": ` + name}},
		"bound to a token":          {bound(testToken), []string{`ServiceRoles[0].Service is "${TfToken[TOKEN.7]}": must be known when the app runs, since it names a statement; a token is not`}},
		"bound twice":               {bound("a", "b", "a"), []string{`ServiceRoles[2].Service is "a": is the service of ServiceRoles[0] already; list its roles there`}},
		"bound, one Sid":            {bound("svc-a.b", "svc-a-b"), []string{`ServiceRoles[1].Service is "svc-a-b": gives the same Sid, AllowDirectUseBySvcAB, as "svc-a.b" of ServiceRoles[0]`}},
		"bound, one Sid by case":    {bound("svc-a", "svc-A"), []string{`ServiceRoles[1].Service is "svc-A": differs from "svc-a" of ServiceRoles[0] in case only, so data of one could not be read as the other's; spell both alike`}},
		"bound, Sid of patterns":    {bound("etl", "etl-by-pattern"), []string{`ServiceRoles[1].Service is "etl-by-pattern": gives the same Sid, AllowDirectUseByEtlByPattern, as "etl" of ServiceRoles[0]`}},
		"bound, the other way":      {bound("etl-by-pattern", "etl"), []string{`ServiceRoles[1].Service is "etl": gives the same Sid, AllowDirectUseByEtlByPattern, as "etl-by-pattern" of ServiceRoles[0]`}},
		"bound, one of Services":    {func(c *KmsTierConfig) { services("a", "b")(c); bound("b")(c) }, nil},
		"bound, none of Services":   {func(c *KmsTierConfig) { services("a", "b")(c); bound("c")(c) }, []string{`ServiceRoles[0].Service is "c": must be one of Services: a, b; did you mean "a"?`}},
		"bound, Services unknown":   {func(c *KmsTierConfig) { services("a", testToken)(c); bound("c")(c) }, nil},
		"bound, a list of Services": {func(c *KmsTierConfig) { services(testList)(c); bound("c")(c) }, nil},
	})
}

func TestOtherAccountsAreChecked(t *testing.T) {
	const account = `must be an account id of twelve digits, such as "123456789012"`
	const arn = `must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`
	const bucket = `must be the ARN of a bucket without wildcards, such as "arn:aws:s3:::nc-dp-logs-central"`
	const central = "arn:aws:s3:::nc-dp-logs-central"
	logs := func(bucketArn string) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.LogsAccountId, c.LogsBucketArn = "111111111111", bucketArn }
	}
	runChecks(t, map[string]checkCase{
		"both":                {func(c *KmsTierConfig) { c.SecurityAccountId, c.LogsAccountId = "098765432109", "111111111111" }, nil},
		"one account as both": {func(c *KmsTierConfig) { c.SecurityAccountId, c.LogsAccountId = "111111111111", "111111111111" }, nil},
		"tokens":              {func(c *KmsTierConfig) { c.SecurityAccountId, c.LogsAccountId = testToken, testToken }, nil},
		"bad ids": {func(c *KmsTierConfig) { c.SecurityAccountId, c.LogsAccountId = "98765432109", "11111111111a" }, []string{
			`SecurityAccountId is "98765432109": ` + account, `LogsAccountId is "11111111111a": ` + account}},
		"the key's own": {func(c *KmsTierConfig) { c.SecurityAccountId, c.LogsAccountId = testAccount, testAccount }, []string{
			`SecurityAccountId is "123456789012": is the key's own account; must be another, or left out`,
			`LogsAccountId is "123456789012": is the key's own account; must be another, or left out`}},
		"the key's own is a token": {func(c *KmsTierConfig) { c.AccountId, c.SecurityAccountId = testToken, testToken }, nil},

		"roles without their accounts": {func(c *KmsTierConfig) {
			c.SecurityRoleArns, c.LogsRoleArns = []string{"arn:aws:iam::098765432109:role/Audit"}, []string{testToken}
		}, []string{"SecurityRoleArns: needs SecurityAccountId, the account of these roles", "LogsRoleArns: needs LogsAccountId, the account of these roles"}},
		"roles": {func(c *KmsTierConfig) {
			c.SecurityAccountId, c.SecurityRoleArns = "098765432109", []string{"arn:aws:iam::098765432109:role/Audit", testToken}
			c.LogsAccountId, c.LogsRoleArns = testToken, []string{"arn:aws:iam::111111111111:user/archive"}
		}, nil},
		"empty lists of roles": {func(c *KmsTierConfig) { c.SecurityRoleArns, c.LogsRoleArns = []string{}, []string{} }, nil},
		"bad roles": {func(c *KmsTierConfig) {
			c.SecurityAccountId, c.SecurityRoleArns = "098765432109", []string{
				"", "Audit", "arn:aws:iam::098765432109:role/*", role("Audit"), "arn:aws-cn:iam::098765432109:role/Audit", testList,
			}
		}, []string{
			"SecurityRoleArns[0]: is empty; " + arn,
			`SecurityRoleArns[1] is "Audit": ` + arn,
			`SecurityRoleArns[2] is "arn:aws:iam::098765432109:role/*": must not hold wildcards, which KMS refuses in a principal; leave the field out to let the account's own IAM policies decide`,
			`SecurityRoleArns[3] is "arn:aws:iam::123456789012:role/Audit": is of account 123456789012; must be of 098765432109, which is SecurityAccountId`,
			`SecurityRoleArns[4] is "arn:aws-cn:iam::098765432109:role/Audit": is of partition "aws-cn"; must be of "aws", the key's`,
			`SecurityRoleArns[5] is "#{TfToken[TOKEN.0]}": is a list whose length is known only when Terraform plans; each role gets a grant of its own, so give the ARNs one by one (each may be a token)`,
		}},
		"a logs role of another account": {func(c *KmsTierConfig) {
			c.LogsAccountId, c.LogsRoleArns = "111111111111", []string{role("Archive")}
		}, []string{`LogsRoleArns[0] is "arn:aws:iam::123456789012:role/Archive": is of account 123456789012; must be of 111111111111, which is LogsAccountId`}},

		"a bucket":                   {logs(central), nil},
		"a bucket that is a token":   {logs(testToken), nil},
		"a bucket without account":   {func(c *KmsTierConfig) { c.LogsBucketArn = central }, []string{`LogsBucketArn is "arn:aws:s3:::nc-dp-logs-central": needs LogsAccountId, the account that archives into the bucket`}},
		"a token without account":    {func(c *KmsTierConfig) { c.LogsBucketArn = testToken }, []string{`LogsBucketArn is "${TfToken[TOKEN.7]}": needs LogsAccountId, the account that archives into the bucket`}},
		"a bucket's name":            {logs("nc-dp-logs-central"), []string{`LogsBucketArn is "nc-dp-logs-central": ` + bucket}},
		"buckets by pattern":         {logs("arn:aws:s3:::nc-dp-*"), []string{`LogsBucketArn is "arn:aws:s3:::nc-dp-*": ` + bucket}},
		"objects":                    {logs(central + "/*"), []string{`LogsBucketArn is "arn:aws:s3:::nc-dp-logs-central/*": ` + bucket}},
		"a role as bucket":           {logs(role("r")), []string{`LogsBucketArn is "arn:aws:iam::123456789012:role/r": ` + bucket}},
		"another partition's bucket": {logs("arn:aws-cn:s3:::nc-dp-logs-central"), []string{`LogsBucketArn is "arn:aws-cn:s3:::nc-dp-logs-central": is of partition "aws-cn"; must be of "aws", the key's`}},
		"partition looked up":        {func(c *KmsTierConfig) { c.Region, c.Partition = "", ""; logs("arn:aws-cn:s3:::central")(c) }, nil},

		"access to the account":   {func(c *KmsTierConfig) { c.AccountAccess = AdministerOnly }, nil},
		"no such access":          {func(c *KmsTierConfig) { c.AccountAccess = "DelegateToIAM" }, []string{`AccountAccess is "DelegateToIAM": must be "DelegateToIam" or "AdministerOnly"`}},
		"an access that is token": {func(c *KmsTierConfig) { c.AccountAccess = testToken }, []string{`AccountAccess is "${TfToken[TOKEN.7]}": must be "DelegateToIam" or "AdministerOnly"`}},
	})
}

func TestNamesOfEncryptedResourcesAreChecked(t *testing.T) {
	const wildcards = ", in which * and ? are wildcards; no ARN"
	resources := func(r EncryptedResources) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.EncryptedResources = r }
	}
	one := func(name string) EncryptedResources {
		return EncryptedResources{BucketNames: []string{name}, TableNames: []string{name}, SecretNames: []string{name}, LogGroupNames: []string{name}}
	}
	all := func(format string) []string {
		var lines []string
		for _, kind := range []struct{ field, allowed string }{
			{"BucketNames", "lower-case letters, digits, dots and hyphens"}, {"TableNames", "letters, digits and _ . -"},
			{"SecretNames", "letters, digits and / _ + = . @ -"}, {"LogGroupNames", "letters, digits and / _ . # -"},
		} {
			lines = append(lines, "EncryptedResources."+kind.field+"[0]"+strings.ReplaceAll(format, "ALLOWED", "must be a name of "+kind.allowed+wildcards))
		}
		return lines
	}
	runChecks(t, map[string]checkCase{
		"everything":   {resources(one("*")), nil},
		"patterns":     {resources(one("nc-dp.dev-?-*")), nil},
		"tokens":       {resources(one(testToken)), nil},
		"around one":   {resources(one("nc-dp-" + testToken + "-*")), nil},
		"empty lists":  {resources(EncryptedResources{[]string{}, []string{}, []string{}, []string{}}), nil},
		"empty names":  {resources(one("")), all(": is empty; must be a name, in which * and ? are wildcards")},
		"list tokens":  {resources(one(testList)), all(` is "#{TfToken[TOKEN.0]}": is a list that only Terraform knows; give the names one by one (each may be a token)`)},
		"with a space": {resources(one("a b")), all(` is "a b": ALLOWED`)},
		"ARNs":         {resources(one("arn:aws:x:::a")), all(` is "arn:aws:x:::a": ALLOWED`)},
		"what one kind alone allows": {resources(EncryptedResources{
			BucketNames: []string{"a.b-c"}, TableNames: []string{"A_b.c-d"}, SecretNames: []string{"A/b_c+d=e.f@g-h"}, LogGroupNames: []string{"/A/b_c.d#e-f"},
		}), nil},
		"a bucket in upper case": {resources(EncryptedResources{BucketNames: []string{"raw", "Raw"}}),
			[]string{`EncryptedResources.BucketNames[1] is "Raw": must be a name of lower-case letters, digits, dots and hyphens, in which * and ? are wildcards; no ARN`}},
		"a path as table": {resources(EncryptedResources{TableNames: []string{"a/b"}}),
			[]string{`EncryptedResources.TableNames[0] is "a/b": must be a name of letters, digits and _ . -, in which * and ? are wildcards; no ARN`}},
		"a number sign in a secret": {resources(EncryptedResources{SecretNames: []string{"a#b"}}),
			[]string{`EncryptedResources.SecretNames[0] is "a#b": must be a name of letters, digits and / _ + = . @ -, in which * and ? are wildcards; no ARN`}},
		"an at sign in a log group": {resources(EncryptedResources{LogGroupNames: []string{"a@b"}}),
			[]string{`EncryptedResources.LogGroupNames[0] is "a@b": must be a name of letters, digits and / _ . # -, in which * and ? are wildcards; no ARN`}},
	})
}

func TestProtectionIsChecked(t *testing.T) {
	rotation := func(days int) func(*KmsTierConfig) { return func(c *KmsTierConfig) { c.RotationPeriodDays = days } }
	window := func(environment string, days int) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) { c.Environment, c.DeletionWindowDays = environment, days }
	}
	runChecks(t, map[string]checkCase{
		"rotation after 89 days":   {rotation(89), []string{"RotationPeriodDays is 89: must be from 90 to 2560"}},
		"rotation after 90 days":   {rotation(90), nil},
		"rotation after 2560 days": {rotation(2560), nil},
		"rotation after 2561 days": {rotation(2561), []string{"RotationPeriodDays is 2561: must be from 90 to 2560"}},
		"rotation in the past":     {rotation(-365), []string{"RotationPeriodDays is -365: must be from 90 to 2560"}},
		"no rotation":              {func(c *KmsTierConfig) { c.EnableKeyRotation = jsii.Bool(false) }, nil},
		"rotation in prod":         {func(c *KmsTierConfig) { c.Environment, c.EnableKeyRotation = "prod", jsii.Bool(true) }, nil},
		"a window of 6 days":       {window("dev", 6), []string{"DeletionWindowDays is 6: must be from 7 to 30"}},
		"a window of 7 days":       {window("dev", 7), nil},
		"a window of 30 days":      {window("dev", 30), nil},
		"a window of 31 days":      {window("dev", 31), []string{"DeletionWindowDays is 31: must be from 7 to 30"}},
		"a window in the past":     {window("dev", -1), []string{"DeletionWindowDays is -1: must be from 7 to 30"}},
		"6 days in prod":           {window("prod", 6), []string{"DeletionWindowDays is 6: must be from 7 to 30"}},
		"29 days in prod":          {window("prod", 29), []string{`DeletionWindowDays is 29: must be 30 in production, which the name "prod" says this is; set Production to false if it is not`}},
		"30 days in prod":          {window("prod", 30), nil},
		"31 days in prod":          {window("prod", 31), []string{"DeletionWindowDays is 31: must be from 7 to 30"}},
	})
}

func TestProductionHasTheStricterRules(t *testing.T) {
	const byName = ` in production, which the name "%s" says this is; set Production to false if it is not`
	yes, no := jsii.Bool(true), jsii.Bool(false)
	protect := func(environment string, production *bool) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			c.Environment, c.Production = environment, production
			c.EnableKeyRotation, c.DeletionWindowDays, c.PreventDestroy = no, 7, no
		}
	}
	refused := func(why string) []string {
		return []string{"EnableKeyRotation is false: must be true" + why, "DeletionWindowDays is 7: must be 30" + why, "PreventDestroy is false: must be true" + why}
	}
	runChecks(t, map[string]checkCase{
		"dev":                            {protect("dev", nil), nil},
		"prod":                           {protect("prod", nil), refused(fmt.Sprintf(byName, "prod"))},
		"production":                     {protect("production", nil), refused(fmt.Sprintf(byName, "production"))},
		"eu-live":                        {protect("eu-live", nil), refused(fmt.Sprintf(byName, "eu-live"))},
		"non-prod":                       {protect("non-prod", nil), nil},
		"declared":                       {protect("customers", yes), refused(" in production; Production is true")},
		"declared, named so":             {protect("prod", yes), refused(" in production; Production is true")},
		"relaxed, as was asked for":      {protect("prod", no), nil},
		"production with what it has":    {func(c *KmsTierConfig) { c.Production = yes }, nil},
		"protected where nobody asks it": {func(c *KmsTierConfig) { c.PreventDestroy = yes }, nil},
	})
	for name, want := range map[string]bool{"prod": true, "dev": false, "prd-eu": true} {
		if s := newSettings(&KmsTierConfig{Environment: name}); s.production != want || s.preventDestroy != want {
			t.Errorf("%s: production %v, PreventDestroy %v, want %v", name, s.production, s.preventDestroy, want)
		}
	}
}

func TestWarningsNameWhatProductionWouldRefuse(t *testing.T) {
	const unrotated = "EnableKeyRotation is false: the key material is never rotated; production would refuse this"
	const short = "DeletionWindowDays is 7: a deleted key can be recovered for that long only; production would refuse less than 30"
	const destroyable = "PreventDestroy is false: Terraform destroys the keys, and with them all data, when a plan says so; production would refuse this"
	const stuck = "AccountAccess is AdministerOnly and AdministratorRoleArns is empty: nobody may create the grants that the tier declares, so terraform apply will fail"
	no := jsii.Bool(false)
	tests := map[string]struct {
		config KmsTierConfig
		want   []string
	}{
		"nothing unusual":                  {KmsTierConfig{Environment: "dev", DeletionWindowDays: 30}, nil},
		"production":                       {KmsTierConfig{Environment: "prod"}, nil},
		"no rotation":                      {KmsTierConfig{EnableKeyRotation: no}, []string{unrotated}},
		"a short window":                   {KmsTierConfig{DeletionWindowDays: 29}, []string{strings.Replace(short, "7", "29", 1)}},
		"no PreventDestroy":                {KmsTierConfig{PreventDestroy: no}, []string{destroyable}},
		"PreventDestroy":                   {KmsTierConfig{PreventDestroy: jsii.Bool(true)}, nil},
		"all":                              {KmsTierConfig{DeletionWindowDays: 7, EnableKeyRotation: no, PreventDestroy: no}, []string{unrotated, short, destroyable}},
		"production that was relaxed":      {KmsTierConfig{Environment: "prod", Production: no}, []string{destroyable}},
		"relaxed, and not to be destroyed": {KmsTierConfig{Environment: "prod", Production: no, PreventDestroy: jsii.Bool(true)}, nil},
		"grants that nobody may create":    {KmsTierConfig{AccountAccess: AdministerOnly, SecurityAccountId: "098765432109"}, []string{stuck}},
		"a grant that nobody may create":   {KmsTierConfig{AccountAccess: AdministerOnly, LogsAccountId: "111111111111", LogsBucketArn: "arn:aws:s3:::central"}, []string{stuck}},
		"no grants to create":              {KmsTierConfig{AccountAccess: AdministerOnly, LogsAccountId: "111111111111"}, nil},
		"grants that administrators may":   {KmsTierConfig{AccountAccess: AdministerOnly, SecurityAccountId: "098765432109", AdministratorRoleArnPatterns: []string{role("Admin-*")}}, nil},
		"grants that IAM policies may let": {KmsTierConfig{SecurityAccountId: "098765432109"}, nil},
		"a Region that nobody knows":       {KmsTierConfig{Region: "us-east-7"}, []string{`Region "us-east-7" is none that this version knows; it has the form of partition aws; did you mean "us-east-1"?`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.config.Environment == "" {
				test.config.Environment = "dev"
			}
			if diff := cmp.Diff(test.want, newSettings(&test.config).warnings); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTagsAreChecked(t *testing.T) {
	const badKey = `has a key that AWS refuses; must be 1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with "aws:"`
	const badValue = "must be letters, digits, spaces and _ . : / = + - @, at most 256 characters"
	tags := func(pairs ...string) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			c.Tags = map[string]string{}
			for i := 0; i < len(pairs); i += 2 {
				c.Tags[pairs[i]] = pairs[i+1]
			}
		}
	}
	many := func(count int) func(*KmsTierConfig) {
		return func(c *KmsTierConfig) {
			c.Tags = map[string]string{}
			for i := range count {
				c.Tags[fmt.Sprintf("tag%d", i)] = "x"
			}
		}
	}
	runChecks(t, map[string]checkCase{
		"the platform's":             {tags("Environment", "dev", "Project", "neurocipher-platform", "ManagedBy", "terraform"), nil},
		"none":                       {tags(), nil},
		"all characters":             {tags("a b_c.d:e/f=g+h-i@j", "a b_c.d:e/f=g+h-i@j", "Größe", "100 €"), []string{`Tags[Größe] is "100 €": ` + badValue}},
		"an empty value":             {tags("note", ""), nil},
		"a token":                    {tags("owner", testToken), nil},
		"a long token":               {tags("owner", "${"+strings.Repeat("x", 300)+"}"), nil},
		"Name":                       {tags("Name", "mine"), []string{`Tags[Name] is "mine": is set by the tier, for each key after its alias`}},
		"Name, as a token":           {tags("Name", testToken), []string{`Tags[Name] is "${TfToken[TOKEN.7]}": is set by the tier, for each key after its alias`}},
		"another app":                {tags("app", "mine"), []string{`Tags[app] is "mine": is set by the tier to "neurocipher-pipeline", which access control by tag relies on`}},
		"another env":                {tags("env", "prod"), []string{`Tags[env] is "prod": is set by the tier to "dev", which access control by tag relies on`}},
		"the same app and env":       {tags("app", "neurocipher-pipeline", "env", "dev"), nil},
		"AWS's own":                  {tags("aws:created", "x"), []string{"Tags[aws:created]: " + badKey}},
		"AWS's own in another case":  {tags("AWS:created", "x"), []string{"Tags[AWS:created]: " + badKey}},
		"no key":                     {tags("", "x"), []string{"Tags[]: " + badKey}},
		"a key with a star":          {tags("a*", "x"), []string{"Tags[a*]: " + badKey}},
		"a key of 128 characters":    {tags(strings.Repeat("ü", 128), "x"), nil},
		"a key of 129 characters":    {tags(strings.Repeat("a", 129), "x"), []string{"Tags[" + strings.Repeat("a", 129) + "]: " + badKey}},
		"a value of 256 characters":  {tags("note", strings.Repeat("ü", 256)), nil},
		"a value of 257 characters":  {tags("note", strings.Repeat("a", 257)), []string{`Tags[note] is "` + strings.Repeat("a", 257) + `": ` + badValue}},
		"a value with a line break":  {tags("note", "a\nb"), []string{`Tags[note] is "a\nb": ` + badValue}},
		"several, in order of keys":  {tags("z*", "x", "Name", "x", "a", "?"), []string{"Tags[Name] is \"x\": is set by the tier, for each key after its alias", `Tags[a] is "?": ` + badValue, "Tags[z*]: " + badKey}},
		"50 with those of the tier":  {many(47), nil},
		"51 with those of the tier":  {many(48), []string{"Tags is 48: with those of the construct there would be 51; AWS allows 50"}},
		"50, two of them the tier's": {func(c *KmsTierConfig) { many(47)(c); c.Tags["app"], c.Tags["env"] = "neurocipher-pipeline", "dev" }, nil},
	})
}

// What a tier's checks cost, docs/performance.md says.
func BenchmarkValidate(b *testing.B) {
	config := consumerConfig()
	for b.Loop() {
		if err := config.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkValidateExtraStatements has a statement beyond the tier's own in the policy
// of each key.
func BenchmarkValidateExtraStatements(b *testing.B) {
	config := consumerConfig()
	extra := keypolicy.Statement{
		Sid: "Reader", Effect: keypolicy.Allow, Actions: []string{"kms:Decrypt"}, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(role("Reader"))},
		Conditions: []keypolicy.Condition{{Operator: "StringEquals", Key: "kms:EncryptionContext:app", Values: []string{"neurocipher-pipeline"}}},
	}
	config.ExtraStatements = map[string][]keypolicy.Statement{"data": {extra}, "logs": {extra}}
	for b.Loop() {
		if err := config.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}
