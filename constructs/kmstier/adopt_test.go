package kmstier

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
)

const existingKeyId = "1234abcd-12ab-34cd-56ef-1234567890ab"

// adopting is a configuration whose data and logs keys have grants.
func adopting(keys ...AdoptedKey) func(*KmsTierConfig) {
	return func(c *KmsTierConfig) {
		c.SecurityAccountId = "098765432109"
		c.LogsAccountId, c.LogsRoleArns, c.LogsBucketArn = "111111111111", []string{"arn:aws:iam::111111111111:role/Archive"}, "arn:aws:s3:::central"
		further(c, AdditionalKey{Purpose: "schema", Spec: "HMAC_256"})
		c.Adopt = keys
	}
}

func TestAdoptedKeysAreChecked(t *testing.T) {
	const other, mrk = "11111111-1111-4111-8111-111111111111", "mrk-0123456789abcdef0123456789abcdef"
	const keyId = `the id of a key, such as "1234abcd-12ab-34cd-56ef-1234567890ab"; no ARN and no alias`
	const grantId = "the id of a grant: 64 hexadecimal digits"
	const grantee = `the ARN of the role that holds the grant, such as "arn:aws:iam::123456789012:role/Name", or the id of the account where the whole account does, such as "123456789012"`
	id := strings.Repeat("0", 64)
	holding := func(purpose string, grants ...AdoptedGrant) func(*KmsTierConfig) {
		return adopting(AdoptedKey{Purpose: purpose, KeyId: other, Grants: grants})
	}
	runChecks(t, map[string]checkCase{
		"all": {adopting(
			AdoptedKey{Purpose: "data", KeyId: existingKeyId, AliasExists: true, Grants: []AdoptedGrant{{"098765432109", id}}},
			AdoptedKey{Purpose: "logs", KeyId: other, Grants: []AdoptedGrant{{"arn:aws:iam::111111111111:role/Archive", id}}},
			AdoptedKey{Purpose: "schema", KeyId: mrk}), nil},
		"everything wrong at once": {adopting(AdoptedKey{}, AdoptedKey{Purpose: "backup", KeyId: "alias/a"}), []string{
			`Adopt[0].Purpose: is missing; must be "data", "logs" or "schema"`,
			"Adopt[0].KeyId: is missing; must be " + keyId,
			`Adopt[1].Purpose is "backup": is no key of the tier; must be "data", "logs" or "schema"`,
			`Adopt[1].KeyId is "alias/a": must be ` + keyId}},
		"an ARN": {adopting(AdoptedKey{Purpose: "data", KeyId: "arn:aws:kms:us-east-1:123456789012:key/" + other}), []string{
			`Adopt[0].KeyId is "arn:aws:kms:us-east-1:123456789012:key/` + other + `": must be ` + keyId}},
		"a token": {adopting(AdoptedKey{Purpose: "data", KeyId: testToken}), []string{
			`Adopt[0].KeyId is "${TfToken[TOKEN.7]}": must be known when the app runs, since it is imported by it; a token is not`}},
		"a purpose and a key twice": {adopting(AdoptedKey{Purpose: "data", KeyId: other}, AdoptedKey{Purpose: "data", KeyId: other}), []string{
			`Adopt[1].Purpose is "data": is the purpose of Adopt[0] already; a purpose has one key`,
			`Adopt[1].KeyId is "` + other + `": is the key of Adopt[0] already; a key has one purpose`}},
		"a grant of nobody's": {holding("data", AdoptedGrant{}), []string{
			"Adopt[0].Grants[0].GrantId: is missing; must be " + grantId,
			"Adopt[0].Grants[0].Grantee: is missing; must be " + grantee}},
		"a grantee that is none": {holding("data", AdoptedGrant{"098765432109:root", strings.Repeat("A", 64)}), []string{
			`Adopt[0].Grants[0].GrantId is "` + strings.Repeat("A", 64) + `": must be ` + grantId,
			`Adopt[0].Grants[0].Grantee is "098765432109:root": must be ` + grantee}},
		"a grant that is not declared": {holding("data", AdoptedGrant{"111111111111", id}), []string{
			`Adopt[0].Grants[0].Grantee is "111111111111": gets no grant of the data key from the tier; must be 098765432109`}},
		"a role's grant for its account's": {holding("logs", AdoptedGrant{"111111111111", id}), []string{
			`Adopt[0].Grants[0].Grantee is "111111111111": gets no grant of the logs key from the tier; must be arn:aws:iam::111111111111:role/Archive`}},
		"a grant of a key without": {holding("schema", AdoptedGrant{"111111111111", id}), []string{
			`Adopt[0].Grants[0].Grantee is "111111111111": gets no grant of the schema key from the tier; it makes none; leave it out, and the grant stays as it is`}},
		"a grant twice": {holding("data", AdoptedGrant{"098765432109", id}, AdoptedGrant{"098765432109", id}), []string{
			`Adopt[0].Grants[1].GrantId is "` + id + `": is the grant of Adopt[0].Grants[0] already`,
			`Adopt[0].Grants[1].Grantee is "098765432109": is the grantee of Adopt[0].Grants[0] already; a grantee has one grant of a key`}},
		"destruction allowed": {func(c *KmsTierConfig) {
			adopting(AdoptedKey{Purpose: "data", KeyId: other})(c)
			c.PreventDestroy = jsii.Bool(false)
		}, []string{"PreventDestroy is false: must not be false while Adopt has keys, which were there before the environment; take out what was applied before"}},
		"destruction allowed in production": {func(c *KmsTierConfig) {
			adopting(AdoptedKey{Purpose: "data", KeyId: other})(c)
			c.Environment, c.PreventDestroy = "prod", jsii.Bool(false)
		}, []string{`PreventDestroy is false: must be true in production, which the name "prod" says this is; set Production to false if it is not`}},
	})
}
