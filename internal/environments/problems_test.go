package environments

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// minimal is the smallest file that is right. The cases below break it.
const minimal = `environments:
  prod:
    account_id: "123456789012"
    region: us-east-1
    backend:
      local: {path: state/prod.tfstate}
`

const fileFields = "allowed_regions, app, environments, name_prefix, services, tags"

// with adds lines to the only environment of the minimal file; the first of
// them is line 7.
func with(lines ...string) string {
	return minimal + "    " + strings.Join(lines, "\n    ") + "\n"
}

// instead replaces a part of the minimal file.
func instead(old, new string) string {
	if strings.Count(minimal, old) != 1 {
		panic("the minimal file must hold once: " + old)
	}
	return strings.Replace(minimal, old, new, 1)
}

func account(value string) string { return instead(`"123456789012"`, value) }

func backend(value string) string { return instead("\n      local: {path: state/prod.tfstate}", value) }

func statePath(value string) string { return instead("state/prod.tfstate", value) }

func TestParseReportsProblems(t *testing.T) {
	const (
		wantFile    = "must be a map with the field environments"
		wantAccount = `must be twelve digits in quotes, like "098765432109"`
		wantSlug    = "must be a slug: lowercase letters and digits in words joined by single hyphens, a letter first"
		wantText    = "must be a string, and not empty"
		wantTexts   = "must be a list of strings, or [] for none"
		wantBackend = "must be a map with exactly one of s3 and local"
		wantFlag    = "must be true or false, without quotes"
		wantDays    = "must be a whole number of days, at least 1, in plain digits without quotes"
		wantTag     = "must be a string; what looks like a number, true or false needs quotes"
		wantInside  = "must be relative to the folder of cdktf.json: an absolute path fits one machine only"
		wantOutside = "must be outside cdktf.out: the next synthesis rewrites that folder, and the state in it would be lost"
		wantLiteral = "must be a literal, Terraform's references and templates mean nothing here"
		noAlias     = "aliases are not read here, write the value out; write one that starts with * in quotes"
		noAnchor    = "anchors are not read here; write a value that starts with & in quotes"
		indentation = "not YAML: this line is indented unlike those before it, or a value before it lacks its quotes"
		brackets    = "not YAML: a bracket is not closed, or a value in brackets with { } [ ] or , in it lacks its quotes"
		star        = "a value starts with *: YAML takes it for an alias, write the value in quotes"
		reserved    = "a value starts with @, ` or %: YAML keeps these for itself, write the value in quotes"
		tab         = "a tab indents this line: YAML allows spaces only"
		wantRegion  = `must be a Region, such as "us-east-1"`
		wantTagKey  = `must be 1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with "aws:"`
		wantTagText = "must be letters, digits, spaces and _ . : / = + - @, at most 256 characters"
		shared      = "must be a place of its own, or each would destroy the other's keys"
	)
	tests := map[string]struct {
		file string
		want []string // without the file's name
	}{
		// Not one YAML document.
		"empty":                 {"", []string{"1: the file is empty: " + wantFile}},
		"blank":                 {" \r\n\n", []string{"1: the file is empty: " + wantFile}},
		"only comments":         {"# prod\n# dev\n", []string{"1: the file holds no fields: " + wantFile}},
		"only a marker":         {"---", []string{"1: the file holds no fields: " + wantFile}},
		"tab before a field":    {"environments:\n\tprod:\n", []string{"2: " + tab}},
		"tab among spaces":      {"environments:\n  prod:\n  \tregion: us-east-1\n", []string{"3: " + tab}},
		"tab deep in the file":  {with("tags:", "\tOwner: data"), []string{"8: " + tab}},
		"indented too little":   {with("tags:", "    Owner: data", "  Team: data"), []string{"9: " + indentation}},
		"indented too much":     {with("tags: {}", "  prevent_destroy: true"), []string{"8: " + indentation}},
		"colon in a value":      {with("app: a: b"), []string{`7: not YAML: a colon where none may stand: the line is indented too far, or a value with ": " in it lacks its quotes`}},
		"no colon":              {with("prevent_destroy", "tags: {}"), []string{"7: not YAML: a field without a colon after its name"}},
		"open bracket":          {with("glue_role_arns: [a, b", "tags: {}"), []string{"7: " + brackets}},
		"braces in a list":      {with("glue_role_arns: [a]", "encrypted_resources:", "  bucket_names: [nc-dp-{env}-raw]"), []string{"9: " + brackets}},
		"open quote":            {with(`logs_bucket_arn: "arn`, "tags: {}"), []string{"7: not YAML: a quote opens here and is not closed"}},
		"unknown escape":        {with(`logs_bucket_arn: "\d"`), []string{"7: not YAML: found unknown escape character"}},
		"name pattern, a star":  {with("encrypted_resources:", "  bucket_names:", "    - *"), []string{"9: " + star}},
		"name pattern *-raw":    {with("encrypted_resources:", "  bucket_names: [*-raw]"), []string{"8: " + star}},
		"reserved character":    {with("logs_bucket_arn: @logs"), []string{"7: " + reserved}},
		"control character":     {with("logs_bucket_arn: a\x01"), []string{"7: not YAML: control characters are not allowed"}},
		"not UTF-8":             {with("logs_bucket_arn: \xff"), []string{"7: not YAML: invalid leading UTF-8 octet"}},
		"binary":                {"\x00\x01\x02", []string{"1: not YAML: control characters are not allowed"}},
		"two documents":         {minimal + "---\n" + minimal, []string{"7: a second document starts here: one file holds one document, without --- in between"}},
		"second document empty": {minimal + "---\n", []string{"7: a second document starts here: one file holds one document, without --- in between"}},

		// What YAML has and this file has not.
		"alias": {with("glue_role_arns: &roles [a]", "lambda_role_arns: *roles"), []string{
			"7: environments.prod.glue_role_arns: &roles is an anchor: " + noAnchor,
			"8: environments.prod.lambda_role_arns: *roles is an alias: " + noAlias}},
		"merge key": {with("<<: {prevent_destroy: true}"), []string{
			"7: environments.prod: << merges another map: merge keys are not read here, write the fields out"}},
		"alias of itself": {"environments: &a\n  prod: *a\n", []string{
			"1: environments: &a is an anchor: " + noAnchor,
			"2: environments.prod: *a is an alias: " + noAlias}},
		"type tag":            {account("!!str 123456789012"), []string{"3: environments.prod.account_id: !!str is a type tag: type tags are not read here; quotes make a string, and a value that starts with ! needs them"}},
		"number as a name":    {with("tags: {2024: x}"), []string{"7: environments.prod.tags: got 2024, a number as the name of a field: must be a string, in quotes if YAML takes it for something else"}},
		"list as a name":      {with("tags:", "  ? [a]", "  : b"), []string{"8: environments.prod.tags: got a list as the name of a field: must be a string, in quotes if YAML takes it for something else"}},
		"null as environment": {minimal + "  null: {}\n", []string{"7: environments: got no value (null) as the name of a field: must be a string, in quotes if YAML takes it for something else"}},

		// Written twice.
		"field of the file twice":        {"app: a\napp: b\n" + minimal, []string{"2: app: written twice: the first is on line 1, keep one of them"}},
		"environments twice":             {minimal + "environments: {}\n", []string{"7: environments: written twice: the first is on line 1, keep one of them"}},
		"environment twice":              {minimal + "  prod: {}\n", []string{"7: environments.prod: written twice: the first is on line 2, keep one of them"}},
		"field of an environment twice":  {with("region: us-east-1"), []string{"7: environments.prod.region: written twice: the first is on line 4, keep one of them"}},
		"field of a service role twice":  {with("service_roles: [{service: a, service: b}]"), []string{"7: environments.prod.service_roles[0].service: written twice: the first is on line 7, keep one of them"}},
		"tag twice":                      {with("tags:", "  Owner: a", `  "Owner": b`), []string{"9: environments.prod.tags.Owner: written twice: the first is on line 8, keep one of them"}},
		"backend twice, field of s3 too": {with("backend: {local: {path: x, path: y}}"), []string{"7: environments.prod.backend: written twice: the first is on line 5, keep one of them"}},
		"field of a backend twice":       {instead("{path: state/prod.tfstate}", "{path: a, path: b}"), []string{"6: environments.prod.backend.local.path: written twice: the first is on line 6, keep one of them"}},
		"service twice":                  {"services: [svc-a, svc-b, svc-a]\n" + minimal, []string{`1: services[2]: got "svc-a" twice in one list: the first is on line 1, keep one of them`}},
		"one state in two environments": {minimal + "  stg:\n    account_id: \"222222222222\"\n    region: us-east-1\n    backend: {local: {path: ./state//prod.tfstate}}\n", []string{
			`10: environments.stg.backend.local.path: got "state/prod.tfstate", where prod keeps its state: ` + shared}},
		"one state object in two environments": {
			backend(" {s3: {bucket: b, key: k, region: us-east-1}}") + "  stg:\n    account_id: \"222222222222\"\n    region: us-east-1\n    backend: {s3: {bucket: b, key: k, region: ca-central-1}}\n", []string{
				`9: environments.stg.backend.s3.key: got "s3://b/k", where prod keeps its state: ` + shared}},

		// The wrong shape.
		"a list":                    {"- prod\n", []string{"1: got a list: " + wantFile}},
		"a scalar":                  {"prod\n", []string{`1: got "prod", a string: ` + wantFile}},
		"null":                      {"---\n~\n", []string{"2: got no value (null): " + wantFile}},
		"no environments":           {"app: a\n", []string{"1: environments: missing: must be a map with at least one environment, by name"}},
		"environments null":         {"environments:\n", []string{"1: environments: got no value (null): must be a map with at least one environment, by name"}},
		"environments empty":        {"environments: {}\n", []string{"1: environments: got an empty map: must be a map with at least one environment, by name"}},
		"environments a list":       {"environments: [prod]\n", []string{"1: environments: got a list: must be a map with at least one environment, by name"}},
		"environment null":          {minimal + "  dev:\n", []string{"7: environments.dev: got no value (null): must be a map of the environment's fields"}},
		"list null":                 {with("glue_role_arns:"), []string{"7: environments.prod.glue_role_arns: got no value (null): " + wantTexts}},
		"list a string":             {with("glue_role_arns: arn"), []string{`7: environments.prod.glue_role_arns: got "arn", a string: ` + wantTexts}},
		"item null":                 {with("glue_role_arns:", "-"), []string{"8: environments.prod.glue_role_arns[0]: got no value (null): " + wantText}},
		"item a map":                {with("glue_role_arns:", "- arn: x"), []string{"8: environments.prod.glue_role_arns[0]: got a map: " + wantText}},
		"item empty":                {with(`glue_role_arns: [""]`), []string{`7: environments.prod.glue_role_arns[0]: got "": ` + wantText}},
		"tags null":                 {with("tags:"), []string{"7: environments.prod.tags: got no value (null): must be a map of strings"}},
		"tags with other values":    {with("tags:", "  CostCenter: 0042", "  Critical: true", "  Owner: [a]"), []string{"8: environments.prod.tags.CostCenter: got 0042, a number: " + wantTag, "9: environments.prod.tags.Critical: got true, a boolean: " + wantTag, "10: environments.prod.tags.Owner: got a list: " + wantTag}},
		"tag without a name":        {with(`tags: {"": x}`), []string{`7: environments.prod.tags[""]: got the name "": ` + wantText}},
		"tag with an odd name":      {with(`tags: {"Cost Center": 1}`), []string{`7: environments.prod.tags["Cost Center"]: got 1, a number: ` + wantTag}},
		"service role a string":     {with("service_roles: [svc-a]"), []string{`7: environments.prod.service_roles[0]: got "svc-a", a string: must be a map with the field service`}},
		"service role of no one":    {with("service_roles:", "- role_arns: []"), []string{"8: environments.prod.service_roles[0].service: missing: " + wantText}},
		"service roles a map":       {with("service_roles: {svc-a: []}"), []string{"7: environments.prod.service_roles: got a map: must be a list of maps, each with the field service, or [] for none"}},
		"encrypted resources a map": {with("encrypted_resources: [a]"), []string{"7: environments.prod.encrypted_resources: got a list: must be a map of lists of names"}},
		"guard a flag":              {with("guard: true"), []string{"7: environments.prod.guard: got true, a boolean: must be a map of the fields enforcement, unread and exceptions"}},
		"guard of its own mind":     {with("guard: {enforcement: off}"), []string{`7: environments.prod.guard.enforcement: got "off": must be error or warn`}},
		"exceptions by name":        {with("guard:", "  exceptions: [aws_sqs_queue.jobs]"), []string{`8: environments.prod.guard.exceptions[0]: got "aws_sqs_queue.jobs", a string: must be a map with the fields resource and reason`}},
		"exception without reason":  {with("guard:", "  exceptions:", "    - resource: aws_sqs_queue.jobs"), []string{"9: environments.prod.guard.exceptions[0].reason: missing: " + wantText}},
		"audit a flag":              {with("audit: false"), []string{"7: environments.prod.audit: got false, a boolean: must be a map of the audit's fields"}},
		"existing trail a name":     {with("audit: {existing_trail: org}"), []string{`7: environments.prod.audit.existing_trail: got "org", a string: must be a map of the trail's fields, or {} if nothing more is known`}},
		"retention of no days":      {with("audit: {retention_days: 0}"), []string{"7: environments.prod.audit.retention_days: got 0: " + wantDays}},
		"flag in quotes":            {with(`enable_key_rotation: "yes"`), []string{`7: environments.prod.enable_key_rotation: got "yes", a string: ` + wantFlag}},
		"flag of YAML 1.1":          {with("enable_key_rotation: on"), []string{`7: environments.prod.enable_key_rotation: got "on", a string: ` + wantFlag}},
		"flag a number":             {with("prevent_destroy: 1"), []string{"7: environments.prod.prevent_destroy: got 1, a number: " + wantFlag}},
		"days in quotes":            {with(`rotation_period_days: "365"`), []string{`7: environments.prod.rotation_period_days: got "365", a string: ` + wantDays}},
		"days octal":                {with("rotation_period_days: 0365"), []string{"7: environments.prod.rotation_period_days: got 0365, a number: " + wantDays}},
		"days a fraction":           {with("deletion_window_days: 29.5"), []string{"7: environments.prod.deletion_window_days: got 29.5, a number: " + wantDays}},
		"days beyond an int":        {with("deletion_window_days: 99999999999999999999"), []string{"7: environments.prod.deletion_window_days: got 99999999999999999999, a number: " + wantDays}},

		// Fields.
		"misspelled field":       {with("lamda_role_arns: []"), []string{"7: environments.prod.lamda_role_arns: unknown field, did you mean lambda_role_arns? others like it are logs_role_arns, fargate_role_arns, glue_role_arns, deployer_role_arns"}},
		"field in Go's spelling": {with("LogsBucketARN: x"), []string{"7: environments.prod.LogsBucketARN: unknown field, did you mean logs_bucket_arn? others like it are logs_role_arns"}},
		"field with hyphens":     {with("prevent-destroy: true"), []string{"7: environments.prod.prevent-destroy: unknown field, did you mean prevent_destroy?"}},
		"unknown field":          {"owner: x\n" + minimal, []string{"1: owner: unknown field: allowed are " + fileFields}},
		"field too high":         {"account_id: x\n" + minimal, []string{"1: account_id: unknown field here, it belongs to an environment"}},
		"field too low":          {with("name_prefix: x"), []string{"7: environments.prod.name_prefix: unknown field here, it belongs at the top of the file"}},
		"unknown in a backend":   {backend(" {s3: {bucket: b, key: k, region: us-east-1, encrypt: true}}"), []string{"5: environments.prod.backend.s3.encrypt: unknown field: allowed are bucket, dynamodb_table, key, kms_key_id, region, use_lockfile"}},
		"unknown in resources":   {with("encrypted_resources:", "  buckets: []"), []string{"8: environments.prod.encrypted_resources.buckets: unknown field: allowed are bucket_names, log_group_names, secret_names, table_names"}},
		"everything missing": {"environments:\n  prod: {}\n", []string{
			"2: environments.prod.account_id: missing: " + wantAccount,
			"2: environments.prod.backend: missing: " + wantBackend,
			"2: environments.prod.region: missing: " + wantRegion}},

		// Names, accounts, regions.
		"environment in capitals": {instead("prod:", "Prod:"), []string{`2: environments.Prod: got the name "Prod": ` + wantSlug}},
		"environment with an _":   {instead("prod:", "prod_2:"), []string{`2: environments.prod_2: got the name "prod_2": ` + wantSlug}},
		"environment from Terraform": {instead("prod:", `"${var.env}":`), []string{
			`2: environments["${var.env}"]: got "${var.env}": ` + wantLiteral}},
		"account without quotes":  {account("123456789012"), []string{`3: environments.prod.account_id: got 123456789012, a number: write it in quotes: "123456789012"`}},
		"account, a zero dropped": {account("98765432109"), []string{`3: environments.prod.account_id: got 98765432109, a number: YAML dropped its leading zero; write it in quotes, twelve digits, like "098765432109"`}},
		"account, a leading zero": {account("098765432109"), []string{`3: environments.prod.account_id: got 098765432109, a number: YAML drops its leading zero; write it in quotes: "098765432109"`}},
		"account, octal":          {account("012345670123"), []string{`3: environments.prod.account_id: got 012345670123, a number: YAML reads it as octal, 1402433619; write it in quotes: "012345670123"`}},
		"account, an exponent":    {account("1e11"), []string{"3: environments.prod.account_id: got 1e11, a number: " + wantAccount}},
		"account, a fraction":     {account("123456789012.0"), []string{"3: environments.prod.account_id: got 123456789012.0, a number: " + wantAccount}},
		"account, underscores":    {account("1234_5678_9012"), []string{"3: environments.prod.account_id: got 1234_5678_9012, a number: " + wantAccount}},
		"account with hyphens":    {account(`"1234-5678-9012"`), []string{`3: environments.prod.account_id: got "1234-5678-9012": ` + wantAccount}},
		"account too short":       {account(`"98765432109"`), []string{`3: environments.prod.account_id: got "98765432109": ` + wantAccount}},
		"account null":            {account(""), []string{"3: environments.prod.account_id: got no value (null): " + wantAccount}},
		"account from Terraform":  {account("${data.aws_caller_identity.this.account_id}"), []string{`3: environments.prod.account_id: got "${data.aws_caller_identity.this.account_id}": ` + wantLiteral}},
		"account of the logs":     {with("logs_account_id: 011111111111"), []string{`7: environments.prod.logs_account_id: got 011111111111, a number: YAML reads it as octal, 1227133513; write it in quotes: "011111111111"`}},
		"region of no sort":       {instead("us-east-1", "us_east"), []string{`4: environments.prod.region: got "us_east": ` + wantRegion}},
		"account access":          {with("account_access: delegate_to_iam"), []string{`7: environments.prod.account_access: got "delegate_to_iam": must be DelegateToIam or AdministerOnly`}},
		"role from Terraform":     {with("glue_role_arns:", "- ${aws_iam_role.glue.arn}"), []string{`8: environments.prod.glue_role_arns[0]: got "${aws_iam_role.glue.arn}": ` + wantLiteral}},
		"template of Terraform":   {with("tags:", "  Owner: '%{ if true }x%{ endif }'"), []string{`8: environments.prod.tags.Owner: got "%{ if true }x%{ endif }": ` + wantLiteral}},

		"region misspelt": {instead("us-east-1", "us-east1"), []string{`4: environments.prod.region: got "us-east1": ` + wantRegion + `; did you mean "us-east-1"?`}},

		// Regions that the file allows.
		"region elsewhere": {"allowed_regions: [us-east-1, ca-central-1]\n" + instead("us-east-1", "eu-west-1"), []string{
			`5: environments.prod.region: got "eu-west-1": must be us-east-1 or ca-central-1, the allowed_regions`}},
		"state elsewhere": {"allowed_regions: [us-east-1]\n" + backend(" {s3: {bucket: b, key: k, region: eu-west-1}}"), []string{
			`6: environments.prod.backend.s3.region: got "eu-west-1": must be us-east-1, the allowed_regions`}},
		"replicas elsewhere": {"allowed_regions: [us-east-1]\n" + minimal + "    replica_regions: [us-east-1, eu-west-1]\n", []string{
			`8: environments.prod.replica_regions[1]: got "eu-west-1": must be us-east-1, the allowed_regions`}},
		"no region is allowed":        {"allowed_regions: []\n" + minimal, []string{"1: allowed_regions: got an empty list: must be a list of Regions, at least one, or left out to allow any"}},
		"a region that is none":       {"allowed_regions: [us-east-1, Virginia]\n" + minimal, []string{`1: allowed_regions[1]: got "Virginia": ` + wantRegion}},
		"a region allowed twice":      {"allowed_regions: [us-east-1, us-east-1]\n" + minimal, []string{`1: allowed_regions[1]: got "us-east-1" twice in one list: the first is on line 1, keep one of them`}},
		"a wrong list allows nothing": {"allowed_regions: [1]\n" + minimal, []string{"1: allowed_regions[0]: got 1, a number: " + wantRegion}},
		"a region that no list mends": {"allowed_regions: [us-east-1]\n" + instead("us-east-1", "us_east"), []string{`5: environments.prod.region: got "us_east": ` + wantRegion}},

		// Tags that AWS refuses.
		"tag of AWS":                 {"tags: {\"aws:cost\": team}\n" + minimal, []string{`1: tags["aws:cost"]: got the name "aws:cost": ` + wantTagKey}},
		"tag of AWS in capitals":     {with("tags: {Aws:cost: team}"), []string{`7: environments.prod.tags["Aws:cost"]: got the name "Aws:cost": ` + wantTagKey}},
		"tag with a long name":       {with("tags: {" + strings.Repeat("é", 129) + ": x}"), []string{`7: environments.prod.tags["` + strings.Repeat("é", 129) + `"]: got the name "` + strings.Repeat("é", 129) + `": ` + wantTagKey}},
		"tag with a wrong character": {with("tags: {a#b: x}"), []string{`7: environments.prod.tags["a#b"]: got the name "a#b": ` + wantTagKey}},
		"tag with a long value":      {with("tags: {Owner: " + strings.Repeat("x", 257) + "}"), []string{`7: environments.prod.tags.Owner: got "` + strings.Repeat("x", 200) + `…": ` + wantTagText}},
		"tag with a wrong value":     {with("tags: {Owner: me!}"), []string{`7: environments.prod.tags.Owner: got "me!": ` + wantTagText}},

		// Names that differ in case only.
		"services in two spellings": {"services:\n  - svc-a\n  - Svc-A\n  - svc-b\n  - SVC-A\n" + minimal, []string{
			`3: services[1]: got "Svc-A", which differs from "svc-a" on line 2 in case only: keep one of them`,
			`5: services[3]: got "SVC-A", which differs from "svc-a" on line 2 in case only: keep one of them`}},
		"tags in two spellings": {"tags: {Owner: a, owner: b}\n" + minimal, []string{
			`1: tags.owner: got "owner", which differs from "Owner" on line 1 in case only: keep one of them`}},
		"a tag like a common one": {"tags: {Owner: a}\n" + with("tags: {OWNER: b}"), []string{
			`8: environments.prod.tags.OWNER: got "OWNER", which differs from "Owner" on line 1 in case only: keep one of them`}},

		// What an account and Region has once.
		"EBS by default twice": {with("ebs_encryption_by_default: true") + "  stg:\n    account_id: \"123456789012\"\n    region: us-east-1\n    ebs_encryption_by_default: true\n    backend: {local: {path: stg}}\n", []string{
			"11: environments.stg.ebs_encryption_by_default: got true, as prod has: account 123456789012 has one default key for new volumes in us-east-1, which the stacks of both would set; must be true in one of prod and stg only"}},
		"GuardDuty twice, and another problem": {with("audit: {enable_guard_duty: true}", "owner: x") + "  stg:\n    account_id: \"123456789012\"\n    region: us-east-1\n    audit: {enable_guard_duty: True}\n    backend: {local: {path: stg}}\n", []string{
			"8: environments.prod.owner: unknown field: allowed are " + strings.Join(sectionOf[Environment]().fieldNames(), ", "),
			"12: environments.stg.audit.enable_guard_duty: got true, as prod has: account 123456789012 has one GuardDuty detector in us-east-1, which the stacks of both would set; must be true in one of prod and stg only"}},

		"a key adopted twice": {with("adopt: [{purpose: data, key_id: a}]") + "  stg:\n    account_id: \"123456789012\"\n    region: us-east-1\n    adopt: [{purpose: data, key_id: b}, {purpose: logs, key_id: a}]\n    backend: {local: {path: stg}}\n", []string{
			"11: environments.stg.adopt[1].key_id: got a, which prod adopts: a key has the policy of one environment; must be another"}},

		// Backends.
		"backend null":              {backend(""), []string{"5: environments.prod.backend: got no value (null): " + wantBackend}},
		"backend of no sort":        {backend(" {}"), []string{"5: environments.prod.backend: got an empty map: " + wantBackend}},
		"backend of both sorts":     {backend(" {local: {path: a}, s3: {bucket: b, key: k, region: us-east-1}}"), []string{"5: environments.prod.backend: got several fields: " + wantBackend}},
		"backend of another sort":   {backend(" {gcs: {}}"), []string{"5: environments.prod.backend.gcs: unknown field: allowed are local, s3"}},
		"backend s3 null":           {backend(" {s3: }"), []string{"5: environments.prod.backend.s3: got no value (null): must be a map with the fields bucket, key and region"}},
		"backend s3 empty":          {backend(" {s3: {}}"), []string{"5: environments.prod.backend.s3.bucket: missing: " + wantText, "5: environments.prod.backend.s3.key: missing: " + wantText, "5: environments.prod.backend.s3.region: missing: " + wantRegion}},
		"state path absolute":       {statePath("/var/state/x"), []string{`6: environments.prod.backend.local.path: got "/var/state/x": ` + wantInside}},
		"state path of Windows":     {statePath(`'C:\state'`), []string{`6: environments.prod.backend.local.path: got "C:\\state": ` + wantInside}},
		"state path at home":        {statePath("~/state"), []string{`6: environments.prod.backend.local.path: got "~/state": ` + wantInside}},
		"state path upwards":        {statePath("a/../../x"), []string{`6: environments.prod.backend.local.path: got "a/../../x": must be inside the folder of cdktf.json: no .. in it`}},
		"state path in cdktf.out":   {statePath("cdktf.out/x"), []string{`6: environments.prod.backend.local.path: got "cdktf.out/x": ` + wantOutside}},
		"state path in ./cdktf.out": {statePath(".//./cdktf.out/x"), []string{`6: environments.prod.backend.local.path: got ".//./cdktf.out/x": ` + wantOutside}},
		"state path empty":          {statePath(`""`), []string{`6: environments.prod.backend.local.path: got "": must be the name of a file`}},

		"everything at once, in the file's order": {
			"services: yes\nenvironments:\n  Prod:\n    region: 5\n    region: us-east-1\n    backend: {}\n  dev: []\n", []string{
				`1: services: got "yes", a string: ` + wantTexts,
				`3: environments.Prod: got the name "Prod": ` + wantSlug,
				"3: environments.Prod.account_id: missing: " + wantAccount,
				"4: environments.Prod.region: got 5, a number: " + wantRegion,
				"5: environments.Prod.region: written twice: the first is on line 4, keep one of them",
				"6: environments.Prod.backend: got an empty map: " + wantBackend,
				"7: environments.dev: got a list: must be a map of the environment's fields"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			file, err := Parse("environments.yaml", []byte(test.file))
			if err == nil {
				t.Fatalf("got %+v, want problems %q", file, test.want)
			}
			if file != nil {
				t.Errorf("got a file along with the problems: %+v", file)
			}
			got := strings.Split(strings.ReplaceAll(err.Error(), "environments.yaml:", ""), "\n")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("problems of\n%s\n(-want +got):\n%s", test.file, diff)
			}
		})
	}
}

// Each list holds nine times the one before: written out, they would fill any
// memory.
func TestParseRefusesAliasBombs(t *testing.T) {
	var file strings.Builder
	file.WriteString("l0: &l0 [x]\n")
	for i := range 30 {
		previous := fmt.Sprintf("*l%d, ", i)
		fmt.Fprintf(&file, "l%d: &l%d [%s]\n", i+1, i+1, strings.Repeat(previous, 9))
	}
	_, err := Parse("environments.yaml", []byte(file.String()))
	if err == nil || !strings.Contains(err.Error(), "environments.yaml:2: l1[0]: *l0 is an alias") {
		t.Errorf("got %v, want the aliases refused", err)
	}
}
