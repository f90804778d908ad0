package parent

import "github.com/hashicorp/terraform-cdk-go/cdktf"

// Claims are the names that constructs of a stack have taken, of which there can
// be one each: a stack is one account and Region.
type Claims map[string]bool

// claims are kept here and not in a construct of the stack, which to find would be
// two calls of jsii. A stack is the same value in Go wherever it comes from, and
// jsii keeps it as long as the process runs. Like all of jsii they are for one
// goroutine at a time.
var claims = map[cdktf.TerraformStack]Claims{}

// ClaimsOf are the claims of a stack.
func ClaimsOf(stack cdktf.TerraformStack) Claims {
	if claims[stack] == nil {
		claims[stack] = Claims{}
	}
	return claims[stack]
}

// Take marks names as taken.
func (c Claims) Take(names ...string) {
	for _, name := range names {
		c[name] = true
	}
}
