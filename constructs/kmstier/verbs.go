package kmstier

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/statements"
)

// RolePattern is the ARN of IAM roles with "*" and "?" in the name or path, where a
// verb of a key takes a role: for roles that do not exist yet, or whose names end in a
// random part. Such a role needs an IAM policy that allows the use as well.
type RolePattern string

// arnOf is a resource of the bindings that has an ARN.
type arnOf interface {
	Arn() *string
	TerraformResourceType() *string
}

// namedByArn are the types of resources that a key policy can name.
var namedByArn = []string{"aws_iam_role", "aws_iam_user", "aws_iam_service_linked_role"}

// grantee reads what a verb was given as the role.
func (p *parser) grantee(role any) (arn string, pattern, ok bool) {
	const field = "role"
	const must = "must be the ARN of an IAM role or user (a string, literal or token), a kmstier.RolePattern, or a resource of the bindings that has an ARN, such as an iamrole.IamRole"
	if v := reflect.ValueOf(role); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		p.ReportValue(field, "nil", must)
		return "", false, false
	}
	switch given := role.(type) {
	case string:
		return given, false, true
	case *string:
		return *given, false, true
	case RolePattern:
		return string(given), true, true
	case arnOf:
		if kind := *given.TerraformResourceType(); !slices.Contains(namedByArn, kind) {
			p.ReportValue(field, kind, "is no IAM role or user; "+must)
			return "", false, false
		}
		return *given.Arn(), false, true
	}
	p.ReportValue(field, fmt.Sprintf("%T", role), must)
	return "", false, false
}

// path is that of the key's construct.
func (k *tierKey) path() string { return *k.tier.Node().Path() + "/" + k.purpose.name }

// grant lets a role do with the key what a verb says.
func (k *tierKey) grant(method string, verb Verb, given any, service string) error {
	p := &parser{settings: k.tier.settings.detached()}
	subject := fmt.Sprintf("%s on %q", method, k.path())
	if k.purpose.name == purposeLogs {
		p.Report("role", "", "cannot use the logs key directly, which nobody but AWS services does; roles write and read logs through S3 by GrantApplicationLogs, other accounts by SharedWith")
		return k.change(subject, p)
	}
	if verb.row().Usage != k.purpose.usage {
		var fits []string
		for _, name := range statements.VerbNames(k.purpose.usage) {
			fits = append(fits, "Grant"+name)
		}
		p.Report("role", "", fmt.Sprintf("cannot be granted this on the %s key, which is %s (%s); must be %s", k.purpose.name, k.purpose.usage, k.purpose.spec.Name, strings.Join(fits, ", ")))
		return k.change(subject, p)
	}
	if k.purpose.takesContext() && service == "" {
		p.serviceName("service", service)
	}
	role, _ := p.verbRole("verb", "service", k.purpose, verb, service)
	if arn, pattern, ok := p.grantee(given); ok {
		role.pattern = pattern
		p.role("role", arn, role)
	}
	return k.change(subject, p)
}

func (k *tierKey) GrantEncryptDecrypt(role any, service string) error {
	return k.grant("GrantEncryptDecrypt", EncryptDecrypt, role, service)
}

func (k *tierKey) GrantEncrypt(role any, service string) error {
	return k.grant("GrantEncrypt", Encrypt, role, service)
}

func (k *tierKey) GrantDecrypt(role any, service string) error {
	return k.grant("GrantDecrypt", Decrypt, role, service)
}

func (k *tierKey) GrantSign(role any) error { return k.grant("GrantSign", Sign, role, "") }

func (k *tierKey) GrantVerify(role any) error { return k.grant("GrantVerify", Verify, role, "") }

func (k *tierKey) GrantGenerateMac(role any) error {
	return k.grant("GrantGenerateMac", GenerateMac, role, "")
}

func (k *tierKey) GrantVerifyMac(role any) error {
	return k.grant("GrantVerifyMac", VerifyMac, role, "")
}

func (k *tierKey) GrantDeriveSharedSecret(role any) error {
	return k.grant("GrantDeriveSharedSecret", DeriveSharedSecret, role, "")
}

func (k *tierKey) GrantAdminister(role any) error {
	p := &parser{settings: k.tier.settings.detached()}
	if arn, pattern, ok := p.grantee(role); ok {
		p.role("role", arn, givenRole{use: administer, pattern: pattern, key: k.purpose.name})
	}
	return k.change(fmt.Sprintf("GrantAdminister on %q", k.path()), p)
}
