package keyalert

// foreignGrant is a grant to another account than the key's and the trusted
// ones. Grants that an AWS service makes for its own resources name the service
// as the one that invoked the call, and as the grantee a service or a principal
// of its own; whoever calls KMS directly can imitate neither. A grantee that is
// no ARN, such as the unique id of a deleted principal, belongs to no known
// account and is alerted.
func foreignGrant(names Names, trustedAccountIds []string) Alert {
	ordinary := []string{"*.amazonaws.com", "*.amazonaws.com.cn"}
	for _, account := range append([]string{names.AccountId}, trustedAccountIds...) {
		for _, service := range []string{"iam", "sts"} {
			ordinary = append(ordinary, "arn:"+names.Partition+":"+service+"::"+account+":*")
		}
	}
	return Alert{
		Name: "foreign-grant-created", Headline: "The use of a KMS key was granted to another account",
		Pattern: kmsCalls([]string{"CreateGrant"}, Pattern{
			"errorCode":         exists(false),
			"userIdentity":      Pattern{"invokedBy": exists(false)},
			"requestParameters": Pattern{"granteePrincipal": []Pattern{{"anything-but": Pattern{"wildcard": ordinary}}}},
		}),
		Lines: with(keyCall,
			"Granted to: <grantee>",
			"Operations: <operations>",
			"Grant: <grant>",
			"A grant outlives changes of the key policy. To take it back: RevokeGrant.",
		),
	}
}
