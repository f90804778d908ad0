package statements

import (
	"fmt"
	"os"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// keysPage is docs/keys.md.
func keysPage() string {
	text, err := os.ReadFile("testdata/keys-introduction.md")
	if err != nil {
		panic(err)
	}
	var page strings.Builder
	page.Write(text)
	page.WriteString("| spec | family |")
	for _, usage := range aws.KeyUsages() {
		fmt.Fprintf(&page, " %s |", usage)
	}
	page.WriteString(" AWS rotates it | encryption context | where |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, spec := range aws.KeySpecs() {
		fmt.Fprintf(&page, "| %s | %s |", spec.Name, spec.Family)
		for _, usage := range aws.KeyUsages() {
			fits := ""
			for _, of := range spec.Usages {
				if of == usage {
					fits = "yes"
				}
			}
			fmt.Fprintf(&page, " %s |", fits)
		}
		symmetric := "no"
		if spec.IsSymmetric() {
			symmetric = "yes"
		}
		where := "everywhere"
		switch {
		case spec.Partition != "":
			where = "partition `" + spec.Partition + "` only"
		case spec.Provider != "":
			where = "Terraform's AWS provider from " + spec.Provider + "; version 5 refuses the plan, and the tier warns"
		}
		fmt.Fprintf(&page, " %s | %s | %s |\n", symmetric, symmetric, where)
	}
	page.WriteString(`
## The verbs

A verb is what roles may do. ` + "`Users`" + ` gives it to roles in the configuration, a method of the
key later, at any time before synthesis: ` + "`tier.Key(\"schema\").GrantSign(role)`" + `. The role is an
ARN (text or token), a ` + "`kmstier.RolePattern`" + `, or a resource that the bindings make, such as an
` + "`iamrole.IamRole`" + `. A verb that does not fit the key is an error. None of them makes a KMS grant.

| verb | for usage | Sid | allows | method |
| --- | --- | --- | --- | --- |
`)
	location := Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "REGION", AccountId: "ACCOUNT"}
	for _, verb := range Verbs() {
		context := EncryptionContext{App: "APP", Env: "ENV", Services: []string{"SERVICE"}}
		argument := ""
		if verb.Usage == aws.EncryptDecrypt {
			direct := AllowDirectUse(location, "AllowDirect"+verb.Use()+"BySERVICE", verb, Roles{Arns: []string{"role"}}, context)[0]
			fmt.Fprintf(&page, "| %s | %s, symmetric | %s, and %s for each service of the key | %s, directly, with the context `app`, `env`, `service`; through services what of it they do | `Grant%s(role, service)` |\n",
				verb.Name, verb.Usage, direct.Sid, "Allow"+verb.Use()+"Through*Service*", actionNames(direct.Actions), verb.Name)
			argument = `, ""`
		}
		other := AllowVerb(location, Roles{Arns: []string{"role"}}, verb)[0]
		kind := string(verb.Usage)
		if verb.Usage == aws.EncryptDecrypt {
			kind += ", asymmetric"
		}
		fmt.Fprintf(&page, "| %s | %s | %s | %s | `Grant%s(role%s)` |\n", verb.Name, kind, other.Sid, actionNames(other.Actions), verb.Name, argument)
	}
	page.WriteString("| | any | AllowKeyAdministration, DenyKeyAdministratorsCryptographicUse | management of this key, and no use of it | `GrantAdminister(role)` |\n" + `
A service that reads what it writes needs both of who writes: S3 for uploads in parts, SQS
for sending. ` + "`Encrypt`" + ` is for direct callers and for services that only encrypt, such as a
secret that is put and never read.

Of the logs key nobody makes direct use: it has ` + "`GrantApplicationLogs(role)`" + `, through S3.

## Keys that AWS does not keep

` + "`CustomKeyStoreId`" + ` puts a symmetric key's material into a CloudHSM cluster, with ` + "`XksKeyId`" + ` into
an external key manager. AWS rotates neither, and neither can be multi-Region. The key store itself is
made outside of the tier: ` + "`aws_kms_custom_key_store`" + `. [existing-keys.md](existing-keys.md) says
what there is for imported key material, and for keys that exist already.

## Keys in several Regions

` + "`ReplicaRegions`" + ` (` + "`replica_regions`" + `) makes every key of the tier a multi-Region key, with a
replica in each of these Regions: the same material and id, and an alias, a policy, grants and
tags of its own, which name the services of its Region.

- It can only be chosen when a key is made. On a key of one Region Terraform plans a replacement,
  with the loss of all data behind it; ` + "`PreventDestroy`" + ` refuses that, and ` + "`kmsaccess`" + ` has
  the finding ` + "`key-replaced`" + `. Move the data to a new tier, with another ` + "`NamePrefix`" + `.
- A replica is used in its Region: ` + "`tier.DataKey().Replica(\"ca-central-1\").Arn()`" + `. AWS services
  take multi-Region keys as if they were of one Region, and re-encrypt what they copy; it is what
  applications encrypt themselves that both Regions can read.
- ReplicateKey is for whom IAM policies of the account let, and to these Regions only. Whoever
  makes the first multi-Region key of an account needs ` + "`iam:CreateServiceLinkedRole`" + `.
- An audit watches the Region that it is in: use of a replica raises alerts where there is an audit
  in its Region, too.
- The storage of Fargate tasks takes no multi-Region key, and a key in a custom key store cannot
  be one: both are refused. AWS publishes no list of such services.

From the KMS Developer Guide, "Multi-Region keys in AWS KMS", "Control access to multi-Region
keys" and "Authorizing AWS KMS to synchronize multi-Region keys".
`)
	return page.String()
}

func actionNames(actions []string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.Join(actions, ", "), "kms:", ""), "*", `\*`)
}
