package site

import "github.com/hashicorp/terraform-cdk-go/cdktf"

// keyless are kept like reservations.
var keyless = map[cdktf.TerraformStack]map[string]string{}

// KeepKeyless says that a construct of ours makes a resource that no customer
// managed key must encrypt, by the resource's construct path, and why. A guard
// asks for these, so that nobody writes an exception for what we make ourselves.
func KeepKeyless(stack cdktf.TerraformStack, path, reason string) {
	if keyless[stack] == nil {
		keyless[stack] = map[string]string{}
	}
	keyless[stack][path] = reason
}

// KeylessOf are the reasons of a stack's keyless resources, by their paths.
func KeylessOf(stack cdktf.TerraformStack) map[string]string { return keyless[stack] }
