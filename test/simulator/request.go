package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Context holds the condition keys of a request as AWS fills them. Every value
// is a list; only the keys of which a request can have several hold more than
// one.
type Context map[string][]string

// Request asks whether a principal may take an action on a key.
type Request struct {
	// KeyPolicy is the key's policy, as JSON.
	KeyPolicy string
	// KeyArn is the key. Its account is the one that the key belongs to.
	KeyArn string
	// Principal is the ARN of a role, a role session or a user, or the name of an
	// AWS service such as logs.us-east-1.amazonaws.com.
	Principal string
	// Action is the name of one action, for example kms:Decrypt.
	Action string
	// Context are the condition keys beyond those that FullContext adds.
	Context Context
	// IdentityPolicy is an IAM policy of the principal, as JSON, if it has one.
	IdentityPolicy string
	// Boundary is the principal's permissions boundary, as JSON, if it has one.
	Boundary string
	// ControlPolicies are the service control policies that apply to the
	// principal's account, as JSON. None means that nothing is restricted.
	ControlPolicies []string
	// ResourceControlPolicies are those that apply to the key's account, as JSON,
	// besides the one that AWS attaches everywhere. None means that nothing is
	// restricted.
	ResourceControlPolicies []string
}

// multivalued are the condition keys of KMS that a request can have several
// values of. The simulator compares a list only with the operators for lists.
var multivalued = []string{
	"kms:encryptioncontextkeys", "kms:grantoperations", "kms:resourcealiases", "aws:tagkeys", "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist",
	"aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths",
}

const encryptionContext = "kms:EncryptionContext:"

// FullContext returns the request's context together with the keys that AWS
// derives from the caller. A key that the request gives is left as it is.
//
//   - aws:PrincipalArn: of a role session, the ARN of the role. The session's ARN
//     leaves out the path of the role; a request of a role with a path, as single
//     sign-on makes them, gives the key itself.
//   - aws:PrincipalAccount and kms:CallerAccount: the account of the principal,
//     unless it is a service.
//   - aws:PrincipalIsAWSService
//   - kms:EncryptionContextKeys: the names of the encryption context, if there
//     is one.
func (r Request) FullContext() Context {
	full := maps.Clone(r.Context)
	if full == nil {
		full = Context{}
	}
	add := func(key string, values ...string) {
		for name := range full {
			if strings.EqualFold(name, key) {
				return
			}
		}
		full[key] = values
	}
	service := !strings.HasPrefix(r.Principal, "arn:")
	add("aws:PrincipalIsAWSService", fmt.Sprint(service))
	if !service {
		account := accountOf(r.Principal)
		add("aws:PrincipalArn", roleOf(r.Principal))
		add("aws:PrincipalAccount", account)
		add("kms:CallerAccount", account)
	}
	var names []string
	for key := range full {
		if len(key) > len(encryptionContext) && strings.EqualFold(key[:len(encryptionContext)], encryptionContext) {
			names = append(names, key[len(encryptionContext):])
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		add("kms:EncryptionContextKeys", names...)
	}
	return full
}

// check refuses what the simulator would answer wrongly.
func (r Request) check() error {
	switch {
	case r.KeyPolicy == "":
		return fmt.Errorf("the key policy is empty")
	case !strings.HasPrefix(r.KeyArn, "arn:") || accountOf(r.KeyArn) == "":
		return fmt.Errorf("expected the ARN of a key, found %q", r.KeyArn)
	case !strings.HasPrefix(r.Action, "kms:") || strings.ContainsAny(r.Action, "*?"):
		return fmt.Errorf("expected the name of one action of KMS, found %q", r.Action)
	case strings.HasPrefix(r.Principal, "arn:") && strings.HasSuffix(r.Principal, ":root"):
		return fmt.Errorf("the simulator denies an account's root user whatever the policy says, so it cannot decide for %s", r.Principal)
	case strings.HasPrefix(r.Principal, "arn:") && accountOf(r.Principal) == "":
		return fmt.Errorf("the principal %q has no account", r.Principal)
	case !strings.HasPrefix(r.Principal, "arn:") && !strings.HasSuffix(r.Principal, ".amazonaws.com"):
		return fmt.Errorf("expected the ARN of a principal or the name of a service, found %q", r.Principal)
	}
	for key, values := range r.Context {
		if len(values) == 0 {
			return fmt.Errorf("the condition key %s has no value; leave it out instead", key)
		}
		if len(values) > 1 && !slices.Contains(multivalued, strings.ToLower(key)) {
			return fmt.Errorf("the condition key %s has one value in a request, found %q", key, values)
		}
	}
	return nil
}

func accountOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return parts[4]
	}
	return ""
}

// roleOf returns the role of a session, and any other ARN as it is.
func roleOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "sts" {
		return arn
	}
	path := strings.Split(parts[5], "/")
	if len(path) < 3 || path[0] != "assumed-role" {
		return arn
	}
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", parts[1], parts[4], path[1])
}
