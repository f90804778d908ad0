package evaluation

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Anonymous is the [Request.Principal] of a request that nobody signed. Only
// statements for everyone match it.
const Anonymous = "anonymous"

type callerKind int

const (
	callerAnonymous callerKind = iota
	callerRoot
	callerUser
	callerRole
	callerSession
	callerFederated
	callerService
	// callerOpaque is a principal known only as a token: a role or user whose ARN
	// Terraform learns when it applies.
	callerOpaque
)

// caller is a request's principal, taken apart.
type caller struct {
	kind callerKind
	// text is the principal as asked.
	text      string
	partition string
	account   string
	// name is the role's name without path, for roles and sessions.
	name string
	// iamArn is what aws:PrincipalArn holds: for a session the role's ARN.
	iamArn string
	// iamArnGiven tells that the request named iamArn itself, path included.
	iamArnGiven bool
}

// parseCaller reads a request's principal. keyAccount is taken for the account
// of a principal that is a token.
func parseCaller(text, keyAccount string, context map[string][]string) (caller, error) {
	c := caller{text: text}
	if a, isArn := aws.ParseArn(text); isArn {
		c.partition, c.account = a.Partition, a.Account
		kind, rest, _ := strings.Cut(a.Resource, "/")
		switch {
		case a.Account == "":
		case a.Service == "iam" && a.Resource == "root":
			c.kind, c.iamArn = callerRoot, text
			return c, nil
		case a.Service == "iam" && kind == "user" && rest != "":
			c.kind, c.iamArn, c.name = callerUser, text, aws.LastSegment(rest)
			return c, nil
		case a.Service == "iam" && kind == "role" && rest != "":
			c.kind, c.iamArn, c.name = callerRole, text, aws.LastSegment(rest)
			return c, nil
		case a.Service == "sts" && kind == "assumed-role":
			role, session, found := strings.Cut(rest, "/")
			if !found || role == "" || session == "" {
				break
			}
			c.kind, c.name = callerSession, role
			if given := contextValues(context, "aws:PrincipalArn"); len(given) == 1 {
				c.iamArn, c.iamArnGiven = given[0], true
				if of, isArn := aws.ParseArn(c.iamArn); !aws.IsToken(c.iamArn) && (!isArn || of.Account != a.Account || aws.LastSegment(of.Resource) != role) {
					return c, fmt.Errorf("principal %q: aws:PrincipalArn is %q, which is not the role of that session", text, c.iamArn)
				}
			} else {
				c.iamArn = "arn:" + a.Partition + ":iam::" + a.Account + ":role/" + role
			}
			return c, nil
		case a.Service == "sts" && kind == "federated-user" && rest != "":
			c.kind, c.iamArn = callerFederated, text
			return c, nil
		}
	}
	switch {
	case text == Anonymous:
		c.kind = callerAnonymous
		return c, nil
	case aws.IsToken(text):
		c.kind, c.iamArn, c.account = callerOpaque, text, keyAccount
		if given := contextValues(context, "aws:PrincipalAccount"); len(given) == 1 {
			c.account = given[0]
		}
		return c, nil
	case keypolicy.IsServiceName(text):
		c.kind = callerService
		return c, nil
	}
	return caller{}, fmt.Errorf("principal %q: must be the ARN of an account's root, an IAM role or user, "+
		"an assumed-role session or a federated user; a service's name such as %q; %q; or a token", text, "logs.us-east-1.amazonaws.com", Anonymous)
}

// contextValues looks a key up whatever its case.
func contextValues(context map[string][]string, key string) []string {
	if values, found := context[key]; found {
		return values
	}
	for name, values := range context {
		if strings.EqualFold(name, key) {
			return values
		}
	}
	return nil
}

// serviceLinkedRolePath begins the path of every service-linked role.
const serviceLinkedRolePath = ":role/aws-service-role/"

// isServiceLinkedRole reports whether the caller is a role that AWS made for a
// service, which no organization policy binds.
func (c *caller) isServiceLinkedRole() bool {
	return (c.kind == callerRole || c.kind == callerSession) && strings.Contains(c.iamArn, serviceLinkedRolePath)
}

// exemptFromServiceControlPolicies reports whether SCPs say nothing about the
// caller: AWS services and service-linked roles. See the AWS Organizations User
// Guide, "Tasks and entities not restricted by SCPs".
func (c *caller) exemptFromServiceControlPolicies() bool {
	return c.kind == callerService || c.kind == callerAnonymous || c.isServiceLinkedRole()
}

// hasIamPolicies reports whether the caller is somebody to whom identity
// policies and a boundary can be attached.
func (c *caller) hasIamPolicies() bool {
	switch c.kind {
	case callerAnonymous, callerRoot, callerService:
		return false
	}
	return true
}
