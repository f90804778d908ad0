package keypolicy

// PrincipalType is the kind of a principal, spelt as in the JSON of a policy.
type PrincipalType string

// The kinds of principal that KMS accepts in a key policy. See the IAM User
// Guide, "AWS JSON policy elements: Principal".
const (
	// PrincipalAws is an account, an IAM role or an IAM user, by its ARN.
	PrincipalAws PrincipalType = "AWS"
	// PrincipalService is an AWS service that calls KMS on its own behalf.
	PrincipalService PrincipalType = "Service"
	// PrincipalFederated is an identity provider: a SAML provider's ARN or the
	// domain of a web identity provider.
	PrincipalFederated PrincipalType = "Federated"
	// PrincipalCanonicalUser is an account by its canonical user id, which S3 knows
	// and KMS does not. It is read so that a policy that has one can be reported.
	PrincipalCanonicalUser PrincipalType = "CanonicalUser"
)

// Principal is one entry of a statement's Principal element. The zero value is
// no principal; make one with [AwsPrincipal], [ServicePrincipal] or [Everyone].
type Principal struct {
	Type PrincipalType
	// Id is the ARN, the service's name such as "cloudtrail.amazonaws.com", or
	// "*". It may be a token.
	Id string
}

// AwsPrincipal is an account, role or user by its ARN, which may be a token.
func AwsPrincipal(arn string) Principal { return Principal{Type: PrincipalAws, Id: arn} }

// ServicePrincipal is an AWS service by its principal name, such as
// "logs.us-east-1.amazonaws.com".
func ServicePrincipal(name string) Principal { return Principal{Type: PrincipalService, Id: name} }

// Everyone is every principal of every account, {"AWS": "*"}. In an Allow it
// needs conditions that narrow it.
func Everyone() Principal { return Principal{Type: PrincipalAws, Id: "*"} }

// AwsPrincipals makes a principal of each ARN.
func AwsPrincipals(arns []string) []Principal {
	principals := make([]Principal, 0, len(arns))
	for _, arn := range arns {
		principals = append(principals, AwsPrincipal(arn))
	}
	return principals
}
