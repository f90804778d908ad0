package keyalert

// makesOwnGrants are services that create grants for their own resources, with a
// principal of their own as the grantee, and name themselves as the one that
// invoked the call. See "Using encryption at rest" and its like in the guides of
// these services. Services that run their users' calls, such as Step Functions,
// Systems Manager or CloudFormation, are named in the same field and are not among
// them: what they pass on is their users' wish.
var makesOwnGrants = []string{
	"backup", "connect", "dms", "dynamodb", "elasticfilesystem", "fsx", "rds", "redshift", "sagemaker", "timestream", "workspaces",
}

// grants are alerted when they go out to somebody unknown, and when one ends that
// must stay.
func grants(names Names) []Alert {
	const unlessKnown = "RevokeGrant, unless you know whose it is; if you do, add the account to TrustedAccountIds."
	granted := ofKey(called, "A grant outlives changes of the key policy. Its id: <grant>")
	alerts := []Alert{{
		Name: "foreign-grant-created", Severity: Critical, Headline: "The use of a KMS key was granted to another account",
		Pattern: kmsCalls([]string{"CreateGrant"}, done, foreignGrantee(names)), SecondWatcher: "key-changed",
		NearMisses: []string{"to a role of the own account", "to the security account", "EC2 for a volume", "RDS for a database, to an account of AWS", "DynamoDB for a table"},
		message:    granted, Now: unlessKnown,
	}, {
		Name: "foreign-source-granted", Severity: Critical, Headline: "The use of a KMS key was granted to an AWS service on behalf of another account",
		Pattern: kmsCalls([]string{"CreateGrant"}, done, parameters(foreignSource(names))), SecondWatcher: "key-changed",
		NearMisses: []string{"to a service principal, with a source"},
		message:    granted, Now: unlessKnown,
	}}
	if len(names.GrantIds) > 0 {
		alerts = append(alerts, Alert{
			Name: "declared-grant-ended", Severity: High, Headline: "A grant that was deployed was revoked or retired",
			Pattern: kmsCalls([]string{"RetireGrant", "RevokeGrant"}, done, oneOf(
				parameters(Pattern{"grantId": names.GrantIds}),
				// RetireGrant by a token names the grant here only.
				Pattern{"additionalEventData": Pattern{"grantId": names.GrantIds}},
			)),
			SecondWatcher: "key-changed",
			NearMisses:    []string{"is revoked"},
			message:       ofKey("At <when> ended the grant <request> <byToken>", "Who had it can no longer use the key."),
			Now:           "terraform apply makes the grant again.",
		})
	}
	return alerts
}

// foreignGrantee is a grantee of another account than the key's and the trusted
// ones. One that is no ARN and no name of a service, such as the unique id of a
// deleted principal, belongs to no known account. The last part of an ARN is as
// its owner likes, so a name that ends like a service's counts only where no ARN
// begins like it.
func foreignGrantee(names Names) Pattern {
	var services, grantees []string
	for _, service := range makesOwnGrants {
		services = append(services, service+".amazonaws.com")
	}
	for _, account := range names.accounts() {
		grantees = append(grantees, "arn:"+names.Partition+":*::"+account+":*")
	}
	// EC2 uses the key of a volume under a name of its own.
	grantees = append(grantees, names.AccountId+":aws:*")
	for _, beginning := range serviceBeginnings {
		grantees = append(grantees, beginning+"*.amazonaws.com*")
	}
	return Pattern{
		"userIdentity":      Pattern{"invokedBy": []Pattern{{"anything-but": services}, {"exists": false}}},
		"requestParameters": Pattern{"granteePrincipal": anythingBut(Pattern{"wildcard": grantees})},
	}
}

// foreignSource is a source, for which a service acts, that is of no known account
// or is not given. The ARN of a bucket names no account.
func foreignSource(names Names) Pattern {
	var sources []string
	for _, account := range names.accounts() {
		sources = append(sources, "arn:"+names.Partition+":*:"+account+":*")
	}
	return Pattern{
		"granteeServicePrincipal": exists(true),
		"constraints":             Pattern{"sourceArn": append(anythingBut(Pattern{"wildcard": sources}), Pattern{"exists": false})},
	}
}

// serviceBeginnings begin the names of AWS services and no ARN.
var serviceBeginnings = []string{
	"ac", "ai", "am", "ap", "at", "au", "b", "c", "d", "e", "f", "g", "i", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "v", "w", "x",
}
